"""A person says what the columns of a list hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from inventory.intake.column_mappings import context_of
from inventory.intake.ingest import tell_again
from inventory.intake.reading_lists import Columns, first_guess, list_in
from inventory.models import ColumnMapping, Report

State = Report.State
SHOWN = 3
LOOKED_AT = 50
LENGTH = 40
LISTS = {ColumnMapping.Kind.DEVICES, ColumnMapping.Kind.SITES}


@dataclass(frozen=True)
class Asked:
    """What a person is shown: the columns as they would be taken, and values of each."""

    columns: Columns
    samples: list[list[str]]


def asked(report: Report) -> Asked:
    """Raises NotThisReport for what is no list, or is a report that a reader knows."""
    context = context_of(report)
    grid = list_in(Path(report.content.path), context)
    columns = first_guess(grid, context)
    return Asked(
        columns, [samples([row[n] for _, row in grid.rows[:50]]) for n in range(len(grid.names))]
    )


def samples(values: list[str]) -> list[str]:
    """The first different values of a column, cut short."""
    return list(dict.fromkeys(value[:LENGTH] for value in values if value))[:SHOWN]


def answer(report: Report, columns: Columns, by: User) -> ColumnMapping:
    """Keep a person's word for all lists with these columns, and read this one by it."""
    with transaction.atomic():
        row, _ = ColumnMapping.objects.update_or_create(
            tenant=report.tenant,
            signature=columns.signature,
            defaults={
                "kind": columns.kind,
                "names": columns.names,
                "fields": columns.fields,
                "confirmed_by": by,
                "confirmed_at": timezone.now(),
            },
        )
        queued = Report.objects.filter(pk=report.pk, state__in=[State.REFUSED, State.READ]).update(
            state=State.RECEIVED, refusal="", asks_columns=False, attempt_count=0
        )
        if queued:
            tell_again(report, by)
    return row


def may_be_list(report: Report) -> bool:
    """Whether its columns can be asked for: a list, or a file that no reader knew."""
    if report.state == State.READ:
        return report.reader in LISTS
    return report.state == State.REFUSED and not report.asks_date_order
