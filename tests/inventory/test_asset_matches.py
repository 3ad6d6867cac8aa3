"""Asset lists and what imports and people say of them, stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from inventory.assets import matches as asset_matches
from inventory.models import Device, EgressNetwork, Event, KnownAsset, Sender, Site, Tenant
from inventory.people import asset_decisions, correct
from inventory.people.undo import undo
from tests.factories import EgressNetworkFactory, KnownAssetFactory, SiteFactory
from tests.inventory.test_ingest import detail, row, take
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso")


@pytest.fixture
def person() -> User:
    return User.objects.create_user("vera")


@pytest.fixture
def oslo(tenant: Tenant) -> Site:
    return SiteFactory.create(tenant=tenant, name="Oslo")


def listed(tenant: Tenant, host: str = "MFP-01", **changes: Any) -> KnownAsset:
    return KnownAssetFactory.create(tenant=tenant, host_name=host, **changes)


def fresh(asset: KnownAsset) -> KnownAsset:
    return KnownAsset.objects.get(pk=asset.pk)


def device() -> Device:
    return Device.objects.get()


def test_an_import_matches_what_it_touches(tenant: Tenant, oslo: Site) -> None:
    asset = listed(tenant, vendor="Acme", model="X1", owner="kari@contoso.com", site=oslo)
    take(tenant, detail(row(1)))
    assert (fresh(asset).item_id, fresh(asset).match) == (device().pk, "linked")
    assert (device().vendor, device().owner, device().site) == ("Acme", "kari@contoso.com", oslo)
    assert fresh(asset).match_reason == "its Message-IDs name mfp-01"


def left_alone(tenant: Tenant, oslo: Site) -> KnownAsset:
    """The one printer in the list at the site from which the one nameless device sends."""
    EgressNetwork.objects.create(site=oslo, cidr="203.0.113.0/24")
    return listed(
        tenant, "PRN-0815", vendor="Ricoh", model="IM C3000", site=oslo, site_name="Oslo",
        address="", account="",
    )  # fmt: skip


def test_suggests_the_only_one_left_at_a_site(tenant: Tenant, oslo: Site) -> None:
    asset = left_alone(tenant, oslo)
    take(tenant, detail(*(row(n, account="scanner", host="contoso.com") for n in range(1, 5))))
    found = fresh(asset)
    assert found.item == Sender.objects.get().item
    assert (found.match, found.match_confidence) == ("suggested", 45)
    assert found.match_reason.startswith("nothing names it, but it is the only printer")


def test_takes_that_back_when_another_one_turns_up(tenant: Tenant, oslo: Site) -> None:
    asset = left_alone(tenant, oslo)
    take(tenant, detail(*(row(n, account="scanner", host="contoso.com") for n in range(1, 5))))
    take(tenant, detail(*(row(n, account="fax", host="contoso.com") for n in range(5, 9))))
    assert (fresh(asset).item, fresh(asset).match) == (None, "")


def test_a_suggestion_outlives_reports_of_others(tenant: Tenant, oslo: Site) -> None:
    take(tenant, detail(*(row(n, account="mfp-01", host=f"box-{n}") for n in (1, 2))))
    asset = listed(tenant)
    asset_matches.match(tenant)
    assert fresh(asset).match == "suggested"
    take(tenant, detail(row(3, account="other", host="weird-box")))
    assert fresh(asset).match == "suggested"


def test_leaves_suggestions_for_what_it_does_not_touch(tenant: Tenant, oslo: Site) -> None:
    EgressNetworkFactory.create(site=oslo, cidr="203.0.113.0/24")
    asset = listed(tenant, "printers-oslo-01", site=oslo)
    take(tenant, detail(row(1, host="printer-oslo-01")))
    suggested = fresh(asset)
    assert suggested.match == "suggested"
    take(tenant, detail(row(2, host="nas-7", account="backup")))
    assert (fresh(asset).item_id, fresh(asset).match) == (suggested.item_id, "suggested")


def test_never_overwrites_what_a_person_set(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    Device.objects.update(owner="vera@contoso.com")
    listed(tenant, owner="kari@contoso.com", contact="desk@contoso.com")
    asset_matches.match(tenant)
    assert (device().owner, device().contact) == ("vera@contoso.com", "desk@contoso.com")


def test_takes_back_only_what_it_filled_in(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    asset = listed(tenant, vendor="Acme", owner="kari@contoso.com", contact="desk@contoso.com")
    asset_matches.match(tenant)
    Device.objects.update(contact="vera@contoso.com")
    KnownAsset.objects.filter(pk=asset.pk).update(host_name="another")
    asset_matches.match(tenant)
    assert fresh(asset).match == ""
    assert (device().vendor, device().owner, device().contact) == ("", "", "vera@contoso.com")


def test_follows_a_list_that_changed(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    asset = listed(tenant, owner="kari@contoso.com")
    asset_matches.match(tenant)
    KnownAsset.objects.filter(pk=asset.pk).update(owner="nils@contoso.com")
    KnownAsset.objects.filter(pk=asset.pk).update(item=None, match="")
    asset_matches.match(tenant)
    assert device().owner == "nils@contoso.com"


def test_a_new_report_leaves_other_matches_alone(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset_matches, "FEW", 1)
    one, two = listed(tenant, "MFP-01"), listed(tenant, "MFP-02")
    take(tenant, detail(row(1)))
    KnownAsset.objects.filter(pk=one.pk).update(match_reason="as it was")
    take(tenant, detail(row(2, host="mfp-02", account="other")))
    assert fresh(one).match_reason == "as it was"
    assert fresh(two).match == "linked"


def test_a_suggestion_fills_nothing_in(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    for serial in ("111111", "222222"):
        listed(tenant, serial_number=serial, owner="kari@contoso.com")
    asset_matches.match(tenant)
    assert sorted(KnownAsset.objects.values_list("match", flat=True)) == ["", "suggested"]
    assert device().owner == ""


def test_a_persons_word_holds_for_later_lists(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1)))
    asset = listed(tenant, "cellar", serial_number="8839113", owner="kari@contoso.com")
    confirmed = asset_decisions.confirm(asset, device(), person)
    again = listed(tenant, "CELLAR", serial_number="8839113")
    take(tenant, detail(row(2)))
    assert (fresh(again).item_id, fresh(again).match) == (device().pk, "confirmed")
    assert device().owner == "kari@contoso.com"
    undo(confirmed, person)
    assert [fresh(each).match for each in (asset, again)] == ["", ""]
    assert device().owner == ""


def test_a_rejected_match_stays_rejected(tenant: Tenant, person: User) -> None:
    asset = listed(tenant)
    take(tenant, detail(row(1)))
    rejected = asset_decisions.reject(fresh(asset), person)
    take(tenant, detail(row(2)))
    assert (fresh(asset).item, fresh(asset).match) == (None, "rejected")
    undo(rejected, person)
    assert fresh(asset).match == "linked"


def test_tells_of_a_persons_word(tenant: Tenant, person: User) -> None:
    asset = listed(tenant)
    take(tenant, detail(row(1)))
    asset_decisions.reject(fresh(asset), person)
    event = Event.objects.get(kind="asset.corrected")
    assert (event.subject_id, event.data["kind"]) == (asset.pk, "asset_rejected")


def test_refuses_what_matches_nothing(tenant: Tenant, person: User) -> None:
    with pytest.raises(correct.CorrectionRefused, match="matches no item"):
        asset_decisions.reject(listed(tenant), person)


def test_follows_a_correction_of_the_sender(tenant: Tenant, person: User) -> None:
    asset = listed(tenant, "other-host", owner="kari@contoso.com")
    take(tenant, detail(row(1, host="other-host")))
    assert fresh(asset).item_id == device().pk
    spare = Device.objects.create(tenant=tenant, name="spare")
    correct.correct(Sender.objects.get(), spare, person)
    # It is still called so itself, but what sends under the name is another item now.
    assert str(fresh(asset).item) == "spare"


def test_asks_the_database_as_often_for_many_as_for_few(tenant: Tenant) -> None:
    def matched(count: int, first: int) -> int:
        numbers = range(first, first + count)
        take(tenant, detail(*(row(n, host=f"mfp-{n}") for n in numbers)))
        for n in numbers:
            listed(tenant, f"MFP-{n}", owner="kari@contoso.com")
        return len(queries_of(lambda: asset_matches.match(tenant)))

    matched(3, 50)
    few = matched(3, 100)
    assert matched(20, 200) == few
    assert not Device.objects.filter(owner="").exists()


def test_calls_a_device_that_nothing_names_as_the_list_does(tenant: Tenant) -> None:
    asset = listed(tenant, "COPIER-9", account="scanner@contoso.com", address="", name="")
    take(tenant, detail(*(row(n, account="scanner", host="contoso.com") for n in range(1, 5))))
    assert fresh(asset).match == "linked"
    named = device().name
    assert named.startswith("COPIER-9 (scanner@, ")

    take(tenant, detail(*(row(n, account="scanner", host="contoso.com") for n in range(5, 9))))
    assert device().name == named

    asset.delete()
    asset_matches.match(tenant)
    assert device().name.startswith("Printer or scanner at 203.0.113.")
    assert device().filled == {}


def test_keeps_the_name_that_a_person_gave(tenant: Tenant) -> None:
    take(tenant, detail(*(row(n, account="scanner", host="contoso.com") for n in range(1, 5))))
    Device.objects.update(name="Copier in the lobby")
    listed(tenant, "COPIER-9", account="scanner@contoso.com", address="", name="")
    asset_matches.match(tenant)
    assert device().name == "Copier in the lobby"
