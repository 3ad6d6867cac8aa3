"""Rows written many at once, as the database then has them."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory import bulk
from inventory.models import Account, CountedDay, Device, Event, Item, Script, Tenant
from inventory.senders import making
from tests.factories import CountedDayFactory, TenantFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 10, 1, 6, 30, 15, tzinfo=dt.UTC)


def made(tenant: Tenant, count: int) -> list[Device]:
    devices = [Device(tenant=tenant, name=f"mfp-{n}", host_name=f"mfp-{n}") for n in range(count)]
    making.make(devices)
    return devices


@pytest.mark.parametrize("count", [3, bulk.MANY + 1])
def test_writes_times_numbers_and_blanks(count: int) -> None:
    devices = made(TenantFactory.create(), count)
    for n, device in enumerate(devices):
        device.last_seen_at = AT if n % 2 else None
        device.message_count, device.filled = n, {"owner": "Kari \t\\N"}
    bulk.save(Item, devices, ["last_seen_at", "message_count", "filled"])
    stored = list(Item.objects.order_by("message_count"))
    assert [item.message_count for item in stored] == list(range(count))
    assert [stored[0].last_seen_at, stored[1].last_seen_at] == [None, AT]
    assert stored[1].filled == {"owner": "Kari \t\\N"}


def test_writes_the_last_of_one_given_twice() -> None:
    (device,) = made(TenantFactory.create(), 1)
    twin = Item.objects.get()
    device.kind, twin.kind = "mfp", "appliance"
    bulk.save(Item, [device, twin], ["kind"])
    assert Item.objects.get().kind == "appliance"


def test_makes_each_kind_of_item_as_one_by_one() -> None:
    tenant = TenantFactory.create()
    account, device = Account(tenant=tenant, name="a@b.example"), Device(tenant=tenant, name="ups")
    script = Script(tenant=tenant, name="jobs", path="jobs.py")
    making.make([account, device, script])
    assert Account.objects.get() == account
    assert Device.objects.get().category == "device"
    assert (Script.objects.get().path, Script.objects.get().pk) == ("jobs.py", script.pk)
    assert Item.objects.get(pk=device.pk).created_at is not None


def test_makes_many_with_as_many_queries_as_few() -> None:
    tenant, other = TenantFactory.create(), TenantFactory.create()
    few = queries_of(lambda: made(tenant, 2))
    assert len(queries_of(lambda: made(other, 20))) == len(few)


def test_gives_keys_that_no_row_has_or_will_get() -> None:
    tenant = TenantFactory.create()
    (before,) = made(tenant, 1)
    keys = bulk.reserve(Item, 3)
    assert before.pk < keys[0] < keys[1] < keys[2]
    other = Account.objects.create(tenant=tenant, name="a@b.example")
    assert other.pk > keys[-1]


def test_reserves_keys_of_a_table_that_was_always_empty() -> None:
    first, second = bulk.reserve(Event, 2), bulk.reserve(Event, 1)
    assert len({*first, *second}) == 3


def test_creates_many_as_one_by_one() -> None:
    tenant = TenantFactory.create()
    many = [
        Event(tenant=tenant, kind="item.owned", subject_id=n, data={"name": "Kåre \t\\N", "n": n})
        for n in range(bulk.MANY + 1)
    ]
    bulk.create(Event, many)
    stored = list(Event.objects.order_by("subject_id"))
    assert stored == many
    assert [event.uid for event in stored] == [event.uid for event in many]
    assert stored[7].data == {"name": "Kåre \t\\N", "n": 7}
    assert stored[7].occurred_at is not None
    assert Event.objects.create(tenant=tenant, kind="x", subject_id=1).pk > stored[-1].pk


def test_fetches_bytes_and_days_as_they_were_stored() -> None:
    every = bytes(range(256))
    day = CountedDayFactory.create(row_keys=every, message_keys=b"")
    CountedDayFactory.create(row_keys=b"other")
    rows = CountedDay.objects.filter(pk__in=[day.pk]).values_list("day", "row_keys", "message_keys")
    [(found, *keys)] = bulk.fetched(rows)
    assert found == day.day
    assert [bytes(each) for each in keys] == [every, b""]
