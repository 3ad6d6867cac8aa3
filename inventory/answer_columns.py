"""A person says what the columns of a list hold."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from inventory.ingest import tell_again
from inventory.models import ColumnMapping, Report
from inventory.readers import LISTS
from inventory.reading_lists import Columns

State = Report.State


def answer(report: Report, columns: Columns, by: AbstractBaseUser) -> ColumnMapping:
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
        return report.reader in LISTS and report.reader != "smtp_replies"
    return report.state == State.REFUSED and not report.asks_date_order
