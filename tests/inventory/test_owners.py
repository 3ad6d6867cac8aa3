"""Who may own an item, and how that is said."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.models import Account, Device, Event, Item, Sender, Tenant
from inventory.people.owners import Clue, ranked, set_owner, suggest
from tests.factories import (
    AccountFactory,
    DeviceFactory,
    KnownAssetFactory,
    ScriptFactory,
    SenderFactory,
    SiteFactory,
    TenantFactory,
    UserFactory,
)
from tests.inventory.test_ingest import HEADER, take


def test_joins_the_reasons_for_one_owner() -> None:
    clues = [
        Clue("Kari", "one", 40),
        Clue("kari ", "two", 60),
        Clue("", "x", 99),
        Clue("Bo", "z", 50),
    ]
    assert ranked(clues) == [Clue("kari", "two; one", 65), Clue("Bo", "z", 50)]


@pytest.fixture
def tenant(db: None) -> Tenant:
    return TenantFactory.create()


@pytest.fixture
def printer(tenant: Tenant) -> Device:
    return DeviceFactory.create(tenant=tenant)


def told(item: Item) -> dict[str, int]:
    return {clue.owner: clue.confidence for clue in suggest(item)}


def test_suggests_who_owns_it_in_a_list(printer: Device) -> None:
    KnownAssetFactory.create(
        tenant=printer.tenant, item=printer, match="linked", owner="kari", contact="desk"
    )
    assert told(printer) == {"kari": 85, "desk": 65}


def test_is_less_sure_of_a_suggested_match(printer: Device) -> None:
    KnownAssetFactory.create(tenant=printer.tenant, item=printer, match="suggested", owner="kari")
    assert told(printer) == {"kari": 50}


def test_suggests_who_owns_the_host_of_a_script(tenant: Tenant) -> None:
    script = ScriptFactory.create(tenant=tenant, host_name="srv01")
    KnownAssetFactory.create(tenant=tenant, host_name="SRV01.corp.example", owner="ops")
    KnownAssetFactory.create(tenant=tenant, host_name="SRV010", owner="others")
    assert told(script) == {"ops": 60}


def test_suggests_whose_mailbox_it_is(printer: Device) -> None:
    account = AccountFactory.create(tenant=printer.tenant, owner="facilities")
    SenderFactory.create(tenant=printer.tenant, account=account, item=printer)
    SenderFactory.create(tenant=printer.tenant, account=account, item=account, kind="client")
    assert told(printer) == {"facilities": 60, account.name: 60}
    Account.objects.filter(pk=account.pk).update(kind="client", owner="")
    assert told(Account.objects.get(pk=account.pk)) == {account.name: 85}


def test_suggests_who_looks_after_the_site(tenant: Tenant) -> None:
    site = SiteFactory.create(tenant=tenant, name="Oslo", contact="desk")
    DeviceFactory.create_batch(2, tenant=tenant, site=site, owner="kari")
    DeviceFactory.create(tenant=tenant, site=site, owner="nils")
    assert told(DeviceFactory.create(tenant=tenant, site=site)) == {"kari": 45, "desk": 40}


def test_suggests_nobody_from_another_tenant(printer: Device) -> None:
    script = ScriptFactory.create(tenant=printer.tenant, host_name="srv01")
    KnownAssetFactory.create(host_name="srv01", owner="ops")
    assert told(script) == {}


def test_keeps_what_a_person_said_over_what_lists_say(printer: Device) -> None:
    Item.objects.filter(pk=printer.pk).update(owner="kari", filled={"owner": "kari"})
    set_owner([Item.objects.get(pk=printer.pk)], " kari ", UserFactory.create(username="vera"))
    item = Item.objects.get(pk=printer.pk)
    assert (item.owner, item.filled) == ("kari", {})
    event = Event.objects.get(kind="item.owned")
    assert event.data == {"item": item.name, "owner": "kari", "by": "vera"}


# -- who its mail goes to ----------------------------------------------------------------------


def mail_to(tenant: Tenant, *recipients: str) -> Item:
    """The item behind what wrote one message to each, by a detail report and a trace."""
    day = dt.date(2026, 11, 2)
    lines = [
        f"{day}T07:0{n}:00Z,erp@contoso.com,contoso.com,Basic,203.0.113.9,TLS1.2,A,1,<{n}.{n}@erp-1>"
        for n, _ in enumerate(recipients)
    ]
    take(tenant, "\n".join([HEADER, *lines, ""]).encode())
    rows = [
        f"{day}T07:0{n}:00Z,erp@contoso.com,{to},<{n}.{n}@erp-1>" for n, to in enumerate(recipients)
    ]
    trace = "\n".join(["Received,SenderAddress,RecipientAddress,MessageId", *rows, ""])
    take(tenant, trace.encode(), "trace.csv")
    item = Sender.objects.get().item
    assert item is not None
    return item


@pytest.fixture
def contoso(db: None) -> Tenant:
    return TenantFactory.create(domains=["contoso.com"])


KARI = "Kari@contoso.com"


def test_suggests_who_gets_its_mail_where_something_else_names_them(contoso: Tenant) -> None:
    item = mail_to(contoso, *[KARI] * 4)
    assert suggest(item) == []
    SiteFactory.create(tenant=contoso, contact=KARI)
    [clue] = suggest(item)
    assert clue == Clue("kari@contoso.com", "4 of its 4 messages go to them", 55)


@pytest.mark.parametrize(
    ("recipients", "confidence"),
    [
        ([KARI, KARI, KARI, "x@contoso.com"], 45),
        ([KARI, KARI, "x@contoso.com", "y@contoso.com"], None),
        ([KARI, KARI], None),
    ],
)
def test_suggests_nobody_who_gets_only_a_part(
    recipients: list[str], confidence: int | None, contoso: Tenant
) -> None:
    item = mail_to(contoso, *recipients)
    SiteFactory.create(tenant=contoso, contact=KARI)
    assert [clue.confidence for clue in suggest(item)] == ([confidence] if confidence else [])


def test_takes_nobody_who_scans_for_the_owner(contoso: Tenant) -> None:
    item = mail_to(contoso, *[KARI] * 4)
    SiteFactory.create(tenant=contoso, contact=KARI)
    item.kind = Item.Kind.MFP
    assert suggest(item) == []
