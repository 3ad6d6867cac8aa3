"""A worker that dies in the middle of an import loses nothing and counts nothing twice."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from inventory.events import publish_now
from inventory.intake.ingest import read_report
from inventory.intake.receive import receive
from inventory.models import Event, Report, Tenant
from tests.processes import totals
from tests.processes.big_report import detail_report
from tests.processes.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

REPORT = detail_report(0, 8_000)


def received(name: str) -> Report:
    tenant = Tenant.objects.create(name=name)
    return receive(tenant, io.BytesIO(REPORT), "big.csv", origin=Report.Origin.UPLOAD)[0].report


def state_of(report: Report) -> str:
    return Report.objects.values_list("state", flat=True).get(pk=report.pk)


def is_being_read(report: Report) -> bool:
    return state_of(report) == Report.State.READING


def is_being_stored(report: Report) -> bool:
    """Somebody holds the lock under which a tenant's reports are stored, and holds it on."""
    return is_being_read(report) and all(is_locked(report.tenant_id) for _ in range(3))


def is_locked(tenant_id: int) -> bool:
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 20")
        with transaction.atomic():
            free = Tenant.objects.select_for_update(skip_locked=True).filter(pk=tenant_id)
            return not free.exists()
    except OperationalError:
        return True
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 60000")


@pytest.mark.parametrize("moment", [is_being_read, is_being_stored])
def test_the_next_sweep_finishes_what_a_killed_worker_began(
    stack: Stack, moment: Callable[[Report], bool]
) -> None:
    stack.beat()
    first = stack.worker()
    report = received("Killed")
    wait_for(lambda: moment(report), moment.__name__)
    stack.kill(first)
    assert state_of(report) == Report.State.READING, "it was read before the worker was killed"

    stack.worker()
    wait_for(lambda: not is_busy(report.tenant), "the report to be read and its events published")
    stack.stop()

    report.refresh_from_db()
    assert report.attempt_count > 1
    clean = received("Clean")
    read_report(clean.pk)
    publish_now()
    assert totals.of_tenant(report.tenant) == totals.of_tenant(clean.tenant)
    assert totals.of_reports(report.tenant) == totals.of_reports(clean.tenant)
    assert report.row_count == 8_000


def is_busy(tenant: Tenant) -> bool:
    waiting = Report.objects.filter(tenant=tenant).exclude(state=Report.State.READ)
    return waiting.exists() or Event.objects.filter(tenant=tenant, published_at=None).exists()
