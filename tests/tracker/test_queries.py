from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from inventory.models import Report, Tenant
from tests.factories import (
    A_MONTH_AGO,
    NOW,
    TODAY,
    YESTERDAY,
    AccountFactory,
    CutoverFactory,
    DeadlineFactory,
    DeviceFactory,
    ReportFactory,
    SenderFactory,
    TenantFactory,
)
from tracker.models import Cutover
from tracker.queries import Standing, standing

pytestmark = pytest.mark.django_db
Status = Cutover.Status


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory.create()


def of(*tenants: Tenant) -> Standing:
    return standing(Tenant.objects.filter(pk__in=[tenant.pk for tenant in tenants]), TODAY)


def test_tells_nothing_known_from_nothing_there(tenant: Tenant) -> None:
    found = of(tenant)
    assert not found.is_known
    assert (found.covered_until, found.unknown) == (None, 1)
    ReportFactory.create(tenant=tenant, accepted_count=0)
    found = of(tenant)
    assert found.is_known
    assert (found.covered_until, found.unknown) == (YESTERDAY, 0)
    assert found.covered_from == A_MONTH_AGO
    assert sum(found.items.values()) == found.open == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Report.State.REFUSED},
        {"state": Report.State.RECEIVED},
        {"reader": "message_trace"},
        {"period_start": None, "period_end": None},
    ],
)
def test_relies_on_no_report_that_proves_nothing(tenant: Tenant, fields: dict[str, object]) -> None:
    ReportFactory.create(tenant=tenant, **fields)
    assert not of(tenant).is_known


def test_covers_what_all_tenants_with_reports_cover(tenant: Tenant) -> None:
    other, silent = TenantFactory.create(), TenantFactory.create()
    week_ago = NOW - dt.timedelta(days=7)
    ReportFactory.create(tenant=tenant, period_end=NOW)
    ReportFactory.create(tenant=tenant, period_end=week_ago)
    ReportFactory.create(tenant=other, period_end=week_ago)
    found = of(tenant, other, silent)
    assert (found.covered_until, found.unknown) == (week_ago, 1)
    assert of(tenant).covered_until == NOW


def test_counts_reports_and_rows(tenant: Tenant) -> None:
    ReportFactory.create_batch(2, tenant=tenant, accepted_count=9, rejected_count=1)
    ReportFactory.create(tenant=tenant, state=Report.State.REFUSED, accepted_count=0)
    found = of(tenant)
    assert {state: n for state, n in found.reports.items() if n} == {"read": 2, "refused": 1}
    assert (found.rows_accepted, found.rows_rejected) == (18, 2)


def test_counts_items_and_senders(tenant: Tenant) -> None:
    DeviceFactory.create_batch(2, tenant=tenant)
    sender = SenderFactory.create(tenant=tenant, account=AccountFactory.create(tenant=tenant))
    SenderFactory.create(tenant=tenant, account=sender.account, merged_into=sender)
    found = of(tenant)
    assert found.items == {"device": 2, "script": 0, "account": 1}
    assert found.senders == 1


def cutover(tenant: Tenant, status: str, **fields: object) -> Cutover:
    return CutoverFactory.create(item__tenant=tenant, status=status, **fields)


def test_counts_cutovers_by_status(tenant: Tenant) -> None:
    for status in ("discovered", "discovered", "cut_over", "verified", "retired"):
        cutover(tenant, status)
    found = of(tenant)
    assert list(found.cutovers) == Status.values
    assert found.cutovers["discovered"] == 2
    assert found.cutovers["blocked"] == 0
    assert found.open == 3


def test_counts_as_overdue_what_still_has_to_be_cut(tenant: Tenant) -> None:
    for status in Status.values:
        cutover(tenant, status, due_on=TODAY - dt.timedelta(days=1))
    cutover(tenant, "planned", due_on=TODAY)
    cutover(tenant, "planned", due_on=None)
    late = {"discovered", "assessed", "planned", "in_progress", "blocked"}
    assert of(tenant).overdue == len(late)


def test_counts_open_cutovers_that_nobody_owns(tenant: Tenant) -> None:
    cutover(tenant, "planned", owner="")
    cutover(tenant, "verified", owner="")
    cutover(tenant, "planned", owner="somebody")
    assert of(tenant).without_owner == 1


def test_counts_the_days_to_the_next_deadline(tenant: Tenant) -> None:
    deadline = DeadlineFactory.create(tenant=tenant, on=TODAY + dt.timedelta(days=10))
    DeadlineFactory.create(tenant=TenantFactory.create(), on=TODAY + dt.timedelta(days=2))
    found = of(tenant)
    assert (found.deadline, found.days_left) == (deadline, 10)


def test_sees_nothing_of_other_tenants(tenant: Tenant) -> None:
    other = TenantFactory.create()
    cutover(other, "planned")
    ReportFactory.create(tenant=other)
    SenderFactory.create(tenant=other)
    found = of(tenant)
    assert found.open == found.senders == found.rows_accepted == 0
    assert sum(found.items.values()) == sum(found.reports.values()) == 0
    assert not found.is_known


def test_needs_no_query_a_row(
    tenant: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        cutover(tenant, "planned")
        ReportFactory.create(tenant=tenant)
    with django_assert_max_num_queries(10):
        assert of(tenant).open == 20
