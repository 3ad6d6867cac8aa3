"""Rows written many at once, as the database then has them."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory import bulk, making
from inventory.models import Account, Device, Item, Script, Tenant
from tests.factories import TenantFactory
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
