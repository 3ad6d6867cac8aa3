from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from inventory.events import publish_now
from inventory.models import Correction, Event, Item, Sender
from inventory.people import correct
from inventory.people.owners import set_owner
from inventory.people.undo import undo
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    CutoverFactory,
    DeadlineFactory,
    DeviceFactory,
    EventFactory,
    FingerprintFactory,
    ObservationFactory,
    ScriptFactory,
    SenderFactory,
    TenantFactory,
)
from tests.inventory.test_ingest import detail, row, take
from tests.tracker.at_once import at_once
from tracker.models import Cutover, CutoverMove
from tracker.opening import open_cutovers
from tracker.reactions import react

pytestmark = pytest.mark.django_db


def open_all() -> list[Cutover]:
    return open_cutovers(Item.objects.all(), NOW)


def test_opens_a_cutover_for_every_item_seen_with_basic() -> None:
    seen = [DeviceFactory.create(), ScriptFactory.create(), AccountFactory.create()]
    DeviceFactory.create(last_basic_at=None, last_oauth_at=NOW)
    open_all()
    assert set(Cutover.objects.values_list("item", flat=True)) == {item.pk for item in seen}
    assert set(Cutover.objects.values_list("status", flat=True)) == {"discovered"}


def test_copies_the_owner_and_takes_the_due_date_from_the_next_deadline() -> None:
    item = DeviceFactory.create(owner="print-team")
    deadline = DeadlineFactory.create(tenant=item.tenant, on=dt.date(2026, 12, 20), lead_days=5)
    open_all()
    cutover = Cutover.objects.get()
    assert cutover.owner == "print-team"
    assert cutover.deadline == deadline
    assert cutover.due_on == dt.date(2026, 12, 15)
    assert cutover.opened_at == cutover.moved_at == NOW


def test_is_due_today_when_the_deadline_is_nearer_than_its_lead_time() -> None:
    item = DeviceFactory.create()
    DeadlineFactory.create(tenant=item.tenant, on=TODAY + dt.timedelta(days=2), lead_days=7)
    open_all()
    assert Cutover.objects.get().due_on == TODAY


def test_keeps_to_each_tenants_own_deadline() -> None:
    ours, theirs = DeviceFactory.create(), DeviceFactory.create()
    DeadlineFactory.create(tenant=ours.tenant, on=dt.date(2026, 12, 10), lead_days=0)
    DeadlineFactory.create(tenant=theirs.tenant, on=dt.date(2026, 12, 20), lead_days=0)
    open_all()
    assert ours.cutover.due_on == dt.date(2026, 12, 10)
    assert theirs.cutover.due_on == dt.date(2026, 12, 20)


def test_leaves_history_and_event_behind() -> None:
    item = DeviceFactory.create(name="mfp-7")
    open_all()
    cutover = Cutover.objects.get()
    move = CutoverMove.objects.get()
    assert (move.cutover, move.from_status, move.to_status) == (cutover, "", "discovered")
    event = Event.objects.get(kind="cutover.opened")
    assert (event.tenant, event.subject_id) == (item.tenant, cutover.pk)
    assert event.data["item_id"] == item.pk


def test_opens_nothing_twice() -> None:
    DeviceFactory.create()
    CutoverFactory.create(status=Cutover.Status.VERIFIED)
    assert len(open_all()) == 1
    assert open_all() == []
    assert Cutover.objects.count() == 2
    assert Event.objects.filter(kind="cutover.opened").count() == 1


def test_opens_only_for_the_items_handed_in() -> None:
    one, _ = DeviceFactory.create(), DeviceFactory.create()
    open_cutovers(Item.objects.filter(pk=one.pk), NOW)
    assert Cutover.objects.get().item_id == one.pk


def test_needs_as_many_queries_for_many_items_as_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    tenant = TenantFactory.create()
    DeviceFactory.create_batch(60, tenant=tenant)
    with django_assert_max_num_queries(12):
        assert len(open_all()) == 60


@pytest.mark.django_db(transaction=True)
def test_opens_nothing_twice_when_workers_do_it_at_once() -> None:
    DeviceFactory.create_batch(40, tenant=TenantFactory.create())
    opened = at_once(4, open_all)
    assert sorted(map(len, opened)) == [0, 0, 0, 40]
    assert CutoverMove.objects.count() == Cutover.objects.count() == 40
    assert Event.objects.filter(kind="cutover.opened").count() == 40


def test_reacts_to_a_report_for_all_items_of_its_tenant() -> None:
    tenant = TenantFactory.create()
    DeviceFactory.create_batch(2, tenant=tenant)
    DeviceFactory.create()
    react([EventFactory.create(tenant=tenant, kind="report.read")], NOW)
    assert set(Cutover.objects.values_list("item__tenant", flat=True)) == {tenant.pk}
    assert Cutover.objects.count() == 2


def test_reacts_to_a_link_for_its_item_alone() -> None:
    item = DeviceFactory.create()
    DeviceFactory.create(tenant=item.tenant)
    react([link_to(item)], NOW)
    assert Cutover.objects.get().item_id == item.pk


def test_reacts_to_no_link_to_another_tenants_item() -> None:
    item = DeviceFactory.create()
    link = link_to(item)
    link.tenant = TenantFactory.create()
    react([link], NOW)
    assert not Cutover.objects.exists()


def test_reacts_to_many_links_with_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    items = DeviceFactory.create_batch(50, tenant=TenantFactory.create())
    links = [link_to(item) for item in items]
    with django_assert_max_num_queries(12):
        react(links, NOW)
    assert Cutover.objects.count() == 50


def test_does_nothing_about_other_kinds() -> None:
    item = DeviceFactory.create()
    react([EventFactory.create(tenant=item.tenant, kind="report.received")], NOW)
    assert not Cutover.objects.exists()


def link_to(item: Item) -> Event:
    return EventFactory.create(tenant=item.tenant, kind="item.linked", data={"item_id": item.pk})


def test_passes_the_owner_of_an_item_on_to_its_cutover() -> None:
    item = DeviceFactory.create()
    cutover = CutoverFactory.create(item=item, owner="")
    other = CutoverFactory.create(item__tenant=item.tenant, item__owner="nils", owner="kari")
    set_owner([item], "vera", None)
    publish_now()
    cutover.refresh_from_db()
    other.refresh_from_db()
    assert (cutover.owner, other.owner) == ("vera", "kari")


def split_up(sender: Sender) -> Correction:
    """The sender split in two, and the cutover of its new item opened."""
    marks = FingerprintFactory.create_batch(
        2, tenant=sender.tenant, sender=sender, account=sender.account.name
    )
    for mark in marks:
        ObservationFactory.create(fingerprint=mark)
    correct.split(sender, marks[:1], None)
    publish_now()
    return Correction.objects.get()


@pytest.fixture
def sender() -> Sender:
    item = DeviceFactory.create(name="mfp")
    return SenderFactory.create(tenant=item.tenant, item=item)


def test_drops_what_an_undone_split_had_opened(sender: Sender) -> None:
    correction = split_up(sender)
    assert Cutover.objects.filter(item__name="mfp (2)").exists()
    undo(correction, None)
    publish_now()
    assert not Item.objects.filter(name="mfp (2)").exists()
    assert Item.objects.filter(name="mfp").exists()


def test_keeps_it_where_somebody_has_worked_on_it(sender: Sender) -> None:
    correction = split_up(sender)
    Cutover.objects.filter(item__name="mfp (2)").update(status=Cutover.Status.PLANNED)
    undo(correction, None)
    publish_now()
    assert Item.objects.filter(name="mfp (2)").exists()


def test_opens_a_cutover_for_what_is_only_suggested() -> None:
    tenant = TenantFactory.create()
    take(tenant, detail(row(1, account="post", host="weird-box", domain=tenant.domains[0])))
    assert Sender.objects.get().link == Sender.Link.SUGGESTED
    open_all()
    assert Cutover.objects.filter(item__name="weird-box").exists()


def test_drops_what_the_last_sender_left_for_another_address() -> None:
    kept, left = ScriptFactory.create(), ScriptFactory.create()
    CutoverFactory.create(item=left, status=Cutover.Status.DISCOVERED, route="", notes="")
    Item.objects.update(owner="", contact="", notes="")
    data = {"sender": "s", "item_id": kept.pk, "item": "i", "by": "", "left_item_id": left.pk}
    react([EventFactory.create(tenant=left.tenant, kind="item.linked", data=data)], NOW)
    assert not Item.objects.filter(pk=left.pk).exists()
    assert Item.objects.filter(pk=kept.pk).exists()
