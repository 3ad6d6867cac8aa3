"""Which item stands behind what names a host."""

from __future__ import annotations

import pytest

from inventory.models import Device, Sender, Tenant
from tests.inventory.test_ingest import detail, row, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso")


def test_is_one_device_whatever_account_it_uses(tenant: Tenant) -> None:
    take(tenant, detail(row(1, host="nvr-07"), row(2, account="other", host="nvr-07")))
    assert Device.objects.get().message_count == 2


def test_takes_a_name_from_the_factory_for_no_name(tenant: Tenant) -> None:
    take(tenant, detail(row(1, host="nvr"), row(2, account="other", host="nvr")))
    take(tenant, detail(row(3, host="nvr"), row(4, account="other", host="nvr")))
    names = dict(Sender.objects.values_list("account__name", "item__name"))
    assert set(names.values()) == {"nvr (scan)", "nvr (other)"}
    assert [device.message_count for device in Device.objects.all()] == [2, 2]
