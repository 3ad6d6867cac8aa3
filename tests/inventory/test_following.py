"""Items follow what their senders show, and people have the last word."""

from __future__ import annotations

import pytest
from django.test import Client

from inventory.events import publish_now
from inventory.models import Event, Item, Sender, Site, Tenant
from inventory.people import correct
from tests.factories import UserFactory
from tests.inventory.test_ingest import detail, row, take, trace
from tracker.models import Cutover

pytestmark = pytest.mark.django_db

JOB = "jobs@contoso.com"


@pytest.fixture
def tenant() -> Tenant:
    """The name of an account and no more speaks for a script."""
    tenant = Tenant.objects.create(name="Contoso")
    take(tenant, detail(*(sent(n) for n in range(1, 9))))
    publish_now()
    return tenant


def sent(number: int) -> str:
    return row(number, account="jobs", host="contoso.com", day=1 + number)


def scans(tenant: Tenant) -> None:
    """A trace that shows: it is a scanner."""
    rows = (
        f"2026-10-{1 + n:02}T07:00:{n:02},{JOB},anna@contoso.com,Scanned from the lobby printer,"
        f"203.0.113.9,90000,<20261001.{n}@contoso.com>"
        for n in range(1, 9)
    )
    take(tenant, trace(*rows), "trace.csv")
    publish_now()


def thing() -> Item:
    found: Item = Item.objects.exclude(category=Item.Category.ACCOUNT).get()
    return found


def test_turns_a_script_into_the_printer_that_it_is(tenant: Tenant) -> None:
    before = thing()
    assert (before.category, before.kind) == ("script", "script")
    assert before.script.name.startswith("Script from")
    cutover = Cutover.objects.get(item=before)
    Item.objects.update(owner="kari@contoso.com")
    scans(tenant)
    after = thing()
    assert (after.pk, after.category, after.kind) == (before.pk, "device", "mfp")
    assert after.device.name.startswith("Printer or scanner at")
    assert not hasattr(after, "script")
    assert after.owner == "kari@contoso.com"
    assert Cutover.objects.get(item=after) == cutover


def test_says_what_it_was_taken_for(tenant: Tenant, client: Client) -> None:
    was = thing().name
    scans(tenant)
    told = Event.objects.get(kind="item.reclassified")
    assert (told.subject_id, told.data["was_kind"], told.data["kind"]) == (
        thing().pk,
        "script",
        "mfp",
    )
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    page = client.get(f"/admin/inventory/device/{thing().pk}/change/").content.decode()
    assert f"printer or scanner (before: script, called “{was}”): the words" in page


@pytest.mark.parametrize("said", ["kind", "name", "confirmed"])
def test_leaves_what_a_person_said(tenant: Tenant, said: str) -> None:
    if said == "confirmed":
        correct.confirm(Sender.objects.get(), None)
    else:
        Item.objects.filter(pk=thing().pk).update(**{said: "application"})
    before = thing()
    scans(tenant)
    after = thing()
    assert after.name == before.name or said == "kind"
    is_kept = said != "name"
    assert ((after.category, after.kind) == (before.category, before.kind)) == is_kept


def test_gives_the_kind_of_an_account_back_with_the_sender(tenant: Tenant) -> None:
    account = Item.objects.get(name=JOB)
    Item.objects.filter(pk=account.pk).update(kind="client", proposed={"kind": "client"})
    scans(tenant)
    account.refresh_from_db()
    assert account.kind == ""


@pytest.mark.parametrize("is_planned", [False, True])
def test_drops_what_nothing_is_behind_unless_somebody_works_on_it(
    tenant: Tenant, is_planned: bool
) -> None:
    left = thing()
    if is_planned:
        Cutover.objects.filter(item=left).update(notes="asked Kari")
    sender = Sender.objects.get()
    Sender.objects.filter(pk=sender.pk).update(item=None)
    Sender.objects.create(tenant=tenant, account=sender.account, key="an older view", item=left)
    scans(tenant)
    assert Item.objects.filter(pk=left.pk).exists() == is_planned


def test_follows_sites_that_a_list_names_later(tenant: Tenant) -> None:
    take(tenant, b"Site,City,Country,Public IP\nLobby,Oslo,NO,203.0.113.9\n", "sites.csv")
    assert Site.objects.get().name in thing().name
    assert "from Lobby" in Sender.objects.get().name
