"""Remembers what the columns of lists hold, and what people said they hold."""

from __future__ import annotations

from inventory.intake.reading_lists import Columns, Context
from inventory.models import ColumnMapping, KnownAsset, Report, Tenant


def context_of(report: Report) -> Context:
    said = ColumnMapping.objects.filter(tenant=report.tenant_id).exclude(confirmed_at=None)
    return Context(
        file_name=report.file_name,
        received_on=report.received_at.date(),
        confirmed={row.signature: columns_of(row) for row in said},
        day_first=report.day_first,
    )


def columns_of(row: ColumnMapping) -> Columns:
    return Columns(row.kind, row.names, row.fields, is_confirmed=row.confirmed_at is not None)


def remember(tenant: Tenant, columns: Columns) -> ColumnMapping:
    """The mapping by which a list was read; a guess never takes the place of a person's word."""
    row, _ = ColumnMapping.objects.get_or_create(
        tenant=tenant,
        signature=columns.signature,
        defaults={"kind": columns.kind, "names": columns.names, "fields": columns.fields},
    )
    if row.confirmed_at is None:
        row.kind, row.fields = columns.kind, columns.fields
        row.save(update_fields=["kind", "fields"])
    return row


def is_replaced(report: Report) -> bool:
    """Whether it is a list of devices in whose place a newer one stands."""
    mappings = ColumnMapping.objects.filter(assets__report=report).exclude(current_report=report)
    return report.state == Report.State.READ and mappings.exists()


def tell_current(mapping: ColumnMapping) -> None:
    """Which report is the newest that was read by the mapping and has rows."""
    rows = KnownAsset.objects.filter(mapping=mapping)
    newest = rows.order_by("-report__received_at", "-report").values_list("report", flat=True)
    mapping.current_report_id = newest.first()
    mapping.save(update_fields=["current_report"])
