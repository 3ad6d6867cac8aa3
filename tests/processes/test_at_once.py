"""Workers and commands that take in a tenant's reports at the same moment."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db.models import Sum

from inventory.events import publish_now
from inventory.intake.ingest import read_report
from inventory.intake.receive import receive
from inventory.models import Event, Observation, Report, Tenant
from tests.processes import totals
from tests.processes.big_report import detail_report
from tests.processes.stack import Stack, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

OVERLAPPING = [detail_report(first, first + 1_500) for first in (0, 1_000, 500, 1_400)]


def take_in(tenant: Tenant) -> list[Report]:
    return [
        receive(tenant, io.BytesIO(content), f"{number}.csv", origin=Report.Origin.UPLOAD)[0].report
        for number, content in enumerate(OVERLAPPING)
    ]


def is_busy(tenant: Tenant) -> bool:
    waiting = Report.objects.filter(tenant=tenant).exclude(state=Report.State.READ)
    return waiting.exists() or Event.objects.filter(tenant=tenant, published_at=None).exists()


def test_four_workers_count_overlapping_reports_as_one_does(stack: Stack) -> None:
    together = Tenant.objects.create(name="Together")
    take_in(together)
    stack.worker(concurrency=4)
    stack.beat()
    wait_for(lambda: not is_busy(together), "the reports to be read and their events published")
    stack.stop()

    alone = Tenant.objects.create(name="Alone")
    for report in take_in(alone):
        read_report(report.pk)
    publish_now()
    assert totals.of_tenant(together) == totals.of_tenant(alone)
    assert counted(together) == counted(alone) == 2_900 - 2
    assert "deadlock" not in stack.logs()
    assert "Traceback" not in stack.logs()


def counted(tenant: Tenant) -> int:
    observed = Observation.objects.filter(fingerprint__tenant=tenant)
    return observed.aggregate(total=Sum("message_count"))["total"] or 0


def test_two_processes_count_the_same_file_once(stack: Stack, tmp_path: Path) -> None:
    tenant = Tenant.objects.create(name="Contoso")
    path = tmp_path / "report.csv"
    path.write_bytes(OVERLAPPING[0])
    command = ("import_reports", str(path), "--tenant", tenant.name, "--json")
    with ThreadPoolExecutor() as pool:
        outputs = list(pool.map(lambda _: stack.manage(*command), range(2)))

    lines = [json.loads(output) for output in outputs]
    assert sorted(line["accepted"] for line in lines) == [0, 1_499]
    assert Report.objects.get().accepted_count == counted(tenant) == 1_499
