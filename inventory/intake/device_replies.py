"""Stores what devices and scripts logged. Part of an import.

Logs overlap: a line that an earlier log told of is counted once, with that log.
"""

from __future__ import annotations

from inventory.intake.reading_lists import ListReading
from inventory.models import DeviceReply, Report, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.records import LoggedReply

BATCH = 2_000
ASKED = 500
"""Keys in one question; SQLite takes no more than a thousand values."""


def store_replies(tenant: Tenant, report: Report, found: ListReading) -> int:
    """Store the lines that no log told of yet; returns how many."""
    known = known_keys(tenant, [each.key for each in found.replies])
    rows = [as_row(report, each) for each in found.replies if each.key not in known]
    DeviceReply.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def known_keys(tenant: Tenant, keys: list[int]) -> set[int]:
    stored = DeviceReply.objects.filter(tenant=tenant)
    found: set[int] = set()
    for start in range(0, len(keys), ASKED):
        part = stored.filter(row_key__in=keys[start : start + ASKED])
        found.update(part.values_list("row_key", flat=True))
    return found


def as_row(report: Report, told: LoggedReply) -> DeviceReply:
    return DeviceReply(
        tenant_id=report.tenant_id,
        report=report,
        line=told.line,
        at=told.at,
        host=told.host,
        account=told.account,
        family=told.family,
        code=told.code,
        enhanced_code=told.enhanced,
        is_refusal=told.is_refusal,
        row_key=told.key,
        text=told.text,
    )


def overlapping(report: Report) -> ScopedQuerySet:
    """Logs to read again when this one is taken back: they left out lines that it had."""
    logs = Report.objects.filter(
        tenant=report.tenant_id,
        reader=report.reader,
        state=Report.State.READ,
        duplicate_count__gt=0,
    )
    found: ScopedQuerySet = logs.exclude(pk=report.pk)
    return found
