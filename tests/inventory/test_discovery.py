"""Accounts that are linked together, some at a time."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.models import Event, Fingerprint, Item, Sender, Tenant, Trail
from inventory.senders import discovery
from inventory.senders.discovery import few_at_once, link_accounts
from inventory.senders.keeping import KEPT
from tests.factories import ReportFactory, TenantFactory
from tests.inventory.test_ingest import detail, row, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    tenant = TenantFactory.create()
    report = ReportFactory.create(tenant=tenant)
    for name, size in (("a", 5_000), ("b", 405_000), ("c", 705_000), ("d", 2_005_000), ("e", 10)):
        Trail.objects.create(report=report, account=name, rows=bytes(size))
    return tenant


def test_takes_as_many_as_have_so_many_messages(tenant: Tenant) -> None:
    names = ["a", "b", "c", "d", "e", "unseen"]
    assert list(few_at_once(tenant, names)) == [["a", "b"], ["c"], ["d"], ["e", "unseen"]]


def test_takes_no_more_than_so_many_accounts(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "ACCOUNTS_AT_ONCE", 2)
    assert list(few_at_once(tenant, ["e", "f", "g"])) == [["e", "f"], ["g"]]
    assert list(few_at_once(tenant, [])) == []


def test_links_nothing_of_no_accounts() -> None:
    assert link_accounts(TenantFactory.create(), []) == []
    assert not Sender.objects.exists()
    assert not Fingerprint.objects.exists()


def linked(name: str) -> list[Any]:
    """What a report of several accounts leads to, in a tenant of its own."""
    tenant = Tenant.objects.create(name=name)
    rows = [
        row(10 * n + m, account=account, host=host)
        for n, account in enumerate(("post", "scan", "jobs", "alarm", "zoo"))
        for m, host in enumerate(("mfp-02", f"ups-{n}", "printer", "contoso.com"))
    ]
    take(tenant, detail(*rows))
    senders = Sender.objects.filter(tenant=tenant).order_by("account__name", "key")
    told = senders.values_list("name", "item__name", "link", "link_reason", "message_count")
    events = Event.objects.filter(tenant=tenant, kind__in=("item.discovered", "item.linked"))
    counts = Item.objects.filter(tenant=tenant).order_by("name").values_list("name", *KEPT)
    return [list(told), list(counts), [event.data.get("item") for event in events]]


def test_comes_to_the_same_one_account_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    together = linked("Together")
    monkeypatch.setattr(discovery, "ACCOUNTS_AT_ONCE", 1)
    monkeypatch.setattr(discovery, "MANY_ACCOUNTS", 2)
    assert linked("One by one") == together
    assert len(together[0]) > 10
