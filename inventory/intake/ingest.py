"""From a received report to observations, senders and items. The only writer of these.

A report is claimed by compare-and-set, read without a transaction, and stored in one: everything
it says, its counts, what it led to and the events of all that, or nothing. A worker that dies
leaves a claim that is no longer renewed; the sweep gives the report to another.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

import pandas as pd
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone

from inventory import bulk, events
from inventory.exchange import reading_settings
from inventory.exchange.reading_settings import SettingsReading
from inventory.exchange.settings import store_settings, tells_news
from inventory.exchange.sign_ins import attach, store_sign_ins, tell_last_basic
from inventory.intake import awaiting, ledger, reading, reading_lists
from inventory.intake.awaiting import may_wait
from inventory.intake.column_mappings import context_of as lists_context_of
from inventory.intake.column_mappings import is_replaced
from inventory.intake.reading import Reading
from inventory.intake.reading_lists import ListReading
from inventory.intake.storing_lists import decided, forget_list, store_list
from inventory.models import (
    Account,
    CountedDay,
    Observation,
    Report,
    RowError,
    Setting,
    SignIn,
    Tenant,
    Trail,
)
from inventory.models.tenant import ScopedQuerySet
from inventory.nudge import nudge
from inventory.outcome import accounts_in
from inventory.progress import Progress
from inventory.readers import TRACES
from inventory.records import ColumnsUndecided, DatesUndecided, NothingForUs, NotThisReport
from inventory.records import RowError as BadLine
from inventory.senders import trails
from inventory.senders.discovery import link_many, prove_accounts
from inventory.senders.fingerprints import Fingerprint as Marks

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
PROGRESS_SECONDS = 1.0
State = Report.State
Found = Reading | SettingsReading | ListReading


class ClaimLost(Exception):
    """Another worker has taken the report over; what this one read is thrown away."""


# -- claiming ----------------------------------------------------------------------------------


def read_report(report_id: int) -> Report | None:
    """Read a received report and store what it says; None when there is nothing to do."""
    report = claim(report_id)
    if report is None:
        return None
    try:
        return read_claimed(report)
    except ClaimLost:
        logger.warning("report %s was removed, or is being read by another worker", report.pk)
        return None


def read_claimed(report: Report) -> Report:
    """Raises ClaimLost."""
    try:
        found = read_file(report)
    except NothingForUs as error:
        return skip(report, str(error))
    except NotThisReport as error:
        return refuse(report, str(error), asks=type(error))
    except (DatabaseError, ClaimLost):
        raise
    except Exception as error:
        if not ours(report).exists():
            raise ClaimLost from error
        logger.exception("report %s could not be read", report.pk)
        return refuse(report, f"the file could not be read ({type(error).__name__}: {error})")
    return store(report, found)


def read_file(report: Report) -> Found:
    path, name = Path(report.content.path), report.file_name
    if found := reading_lists.read(path, lists_context_of(report), heartbeat_of(report)):
        return found
    if reader := reading_settings.reader_of(path, name, report.received_at.date()):
        domains = frozenset(report.tenant.domains)
        return reading_settings.read(path, reader, name, domains, heartbeat_of(report))
    return reading.read(path, context_of(report), heartbeat_of(report))


def claim(report_id: int) -> Report | None:
    token = Report.new_claim()
    taken = Report.objects.filter(claimable(), pk=report_id).update(
        state=State.READING,
        claim=token,
        claimed_at=timezone.now(),
        attempt_count=F("attempt_count") + 1,
        progress_rows=0,
        progress_share=None,
    )
    return Report.objects.select_related("tenant").get(pk=report_id) if taken else None


def claimable() -> Q:
    """Received, or left behind by a worker that has not renewed its claim within the lease."""
    lease = dt.timedelta(seconds=settings.REPORT_LEASE_SECONDS)
    stale = Q(state=State.READING, claimed_at__lt=timezone.now() - lease)
    return Q(state=State.RECEIVED) | stale


def heartbeat_of(report: Report) -> Callable[..., None]:
    """Renews the claim now and then, with how many rows were read since; raises ClaimLost when
    it is not ours any more."""
    pause = min(PROGRESS_SECONDS, settings.REPORT_LEASE_SECONDS / 4)
    last = time.monotonic()
    progress = Progress(Path(report.content.path))

    def beat(rows: int = 0) -> None:
        nonlocal last
        progress.row_count += rows
        if time.monotonic() - last >= pause:
            last = time.monotonic()
            told = {"progress_rows": progress.row_count, "progress_share": progress.share}
            if not ours(report).update(claimed_at=timezone.now(), **told):
                raise ClaimLost

    return beat


def ours(report: Report) -> ScopedQuerySet:
    return Report.objects.filter(pk=report.pk, state=State.READING, claim=report.claim)


def sweep() -> int:
    """Read what a lost nudge or a dead worker left behind; returns how many were nudged."""
    worn = Report.objects.filter(claimable(), attempt_count__gte=MAX_ATTEMPTS)
    for report_id in worn.filter(state=State.READING).values_list("pk", flat=True):
        if report := claim(report_id):
            refuse(report, f"given up: reading it ended {MAX_ATTEMPTS} workers without a result")
    waiting = list(Report.objects.filter(claimable()).order_by("pk").values_list("pk", flat=True))
    for report_id in waiting:
        nudge("inventory.read_report", report_id)
    return len(waiting)


def read_waiting(tenant: Tenant) -> None:
    """Read here and now what waits for this tenant, such as traces to be read again."""
    while waiting := list(
        Report.objects.filter(tenant=tenant, state=State.RECEIVED).values_list("pk", flat=True)
    ):
        read = [read_report(report_id) for report_id in waiting]
        if not any(read):
            return


def skip(report: Report, reason: str) -> Report:
    """A file in which nothing is for us: no fault, and nothing to try again."""
    with transaction.atomic():
        if not ours(report).update(state=State.SKIPPED, refusal=reason, claim=None):
            raise ClaimLost
        forget(report)
        report.refresh_from_db()
        events.record(
            "report.skipped", report.tenant, report.pk, file=report.file_name, reason=reason
        )
    return report


def refuse(report: Report, reason: str, *, asks: type[Exception] | None = None) -> Report:
    """Nothing is stored from the file; it is kept for another try, or for a person's answer."""
    with transaction.atomic():
        if not ours(report).update(
            state=State.REFUSED,
            refusal=reason,
            claim=None,
            asks_date_order=asks is DatesUndecided,
            asks_columns=asks is ColumnsUndecided,
        ):
            raise ClaimLost
        forget(report)
        report.refresh_from_db()
        events.record(
            "report.refused", report.tenant, report.pk, file=report.file_name, reason=reason
        )
    return report


def read_again(report: Report, by: AbstractBaseUser | None = None, *, date_order: str = "") -> bool:
    """Queue a refused report for another try; False when it is not refused (any more).

    `date_order`, a DateOrder, answers a report that asked for it.
    """
    answer = {"date_order": date_order} if date_order else {}
    with transaction.atomic():
        queued = Report.objects.filter(pk=report.pk, state=State.REFUSED).update(
            state=State.RECEIVED,
            refusal="",
            asks_date_order=False,
            asks_columns=False,
            attempt_count=0,
            **answer,
        )
        if queued:
            tell_again(report, by)
    return bool(queued)


def take_again(report: Report, file_name: str, by: AbstractBaseUser | None = None) -> bool:
    """Queue an export of settings that says again what had changed since, or a list that another
    had taken the place of; else False."""
    now = timezone.now()
    if not (tells_news(report, file_name, now) or is_replaced(report)):
        return False
    with transaction.atomic():
        queued = Report.objects.filter(pk=report.pk, state=State.READ).update(
            state=State.RECEIVED, file_name=file_name, received_at=now, attempt_count=0
        )
        if queued:
            tell_again(report, by)
    return bool(queued)


def tell_again(report: Report, by: AbstractBaseUser | None) -> None:
    name = by.get_username() if by else ""
    events.record(
        "report.received", report.tenant, report.pk, file=report.file_name, again=True, by=name
    )
    nudge("inventory.read_report", report.pk)


# -- storing -----------------------------------------------------------------------------------


def context_of(report: Report) -> reading.Context:
    accounts = Account.objects.filter(tenant=report.tenant).values_list("name", flat=True)
    return reading.Context(
        file_name=report.file_name,
        received_on=report.received_at.date(),
        domains=frozenset(report.tenant.domains),
        proven=frozenset(accounts),
        day_first=report.day_first,
    )


def store(report: Report, found: Found) -> Report:
    """Write all that was read, in one transaction, counting nothing that is already counted."""
    with transaction.atomic():
        # Locks the report's row: nobody takes it over while it waits here for its turn.
        if not ours(report).update(reader=found.reader):
            raise ClaimLost
        # One report of a tenant is stored at a time, so that each sees what the others counted.
        tenant = Tenant.objects.select_for_update().get(pk=report.tenant_id)
        kept = decided(report, found)
        forget(report)
        store_errors(report, found.errors)
        happened: Iterable[events.Happened]
        if isinstance(found, ListReading):
            happened, changes = store_list(tenant, report, found, kept)
        elif isinstance(found, SettingsReading):
            happened, changes = store_settings_export(tenant, report, found)
        else:
            happened, changes = store_traffic(tenant, report, found)
        finish(report, changes)
        events.record_all(chain(happened, [read_event(report)]), tenant)
    return report


def wait(tenant: Tenant, report: Report, found: Reading) -> list[events.Happened]:
    """Leave it to another trace to be linked with."""
    if learn_domains(tenant, report, found.domains):
        read_traces_again(tenant, report)
    ours(report).update(is_linked=False)
    return []


Stored = tuple[Iterable[events.Happened], dict[str, object]]
"""What a report led to, and what its own row says of it."""


def store_traffic(tenant: Tenant, report: Report, found: Reading) -> Stored:
    counted = ledger.count(report, found)
    signed_in: set[str] = set()
    if found.has_sign_ins or found.is_total:
        details = counted.fresh(found.details)
        details["day"] = details["at"].dt.normalize()
        names = set(details["account"].unique())
        if found.has_sign_ins:
            signed_in = store_sign_ins(report, details)
        else:
            store_totals(report, details)
    else:
        names = trails.store(report, map(counted.fresh, found.kept.by_account()))
        if may_wait(report, found.reader):
            return wait(tenant, report, found), traffic_counts(found, counted.count)
        names |= awaiting.take(tenant)
    happened = learn(tenant, report, found, names, signed_in)
    attach(tenant, names)
    tell_last_basic(tenant, names)
    return happened, traffic_counts(found, counted.count)


def store_settings_export(tenant: Tenant, report: Report, found: SettingsReading) -> Stored:
    if learn_domains(tenant, report, found.domains):
        read_traces_again(tenant, report)
    changes: dict[str, object] = {
        "warnings": found.warnings,
        "period_start": found.taken_at,
        "period_end": found.taken_at or report.received_at,
        "row_count": found.row_count,
        "accepted_count": found.row_count - found.rejected_count - found.duplicate_count,
        "rejected_count": found.rejected_count,
        "duplicate_count": found.duplicate_count,
    }
    return store_settings(tenant, report, found), changes


def forget(report: Report) -> None:
    """Take back what this report said, so that it can be stored (again)."""
    for model in (Observation, SignIn, CountedDay, RowError, Setting, Trail):
        rows = model.objects.filter(report=report)
        rows._raw_delete(rows.db)  # no cascade hangs on these; millions of rows
    forget_list(report)


def store_totals(report: Report, rows: pd.DataFrame) -> None:
    """Observations of an account's totals: no trail holds them, for they tell of no message."""
    rows = rows[rows["is_first"]]
    marks = [Marks(account) for account in rows["account"]]
    ids = trails.ensure(report.tenant, marks)
    keys = [ids[each.digest] for each in marks]
    trails.observe(rows.assign(report=report.pk, fingerprint=keys))


def store_errors(report: Report, errors: list[BadLine]) -> None:
    bulk.insert(
        RowError,
        ["report", "line", "column", "reason", "raw"],
        (
            (
                report.pk,
                error.line,
                error.column[:100],
                error.reason[:200],
                error.raw.replace("\0", "")[:200],
            )
            for error in errors
        ),
    )


def learn(
    tenant: Tenant, report: Report, found: Reading, names: set[str], signed_in: set[str]
) -> Iterable[events.Happened]:
    """What the report leads to: domains, proven accounts, senders and items.

    `names`: accounts of which it told something new. `signed_in`: those that logged in with SMTP
    AUTH.
    """
    used = signed_in if found.has_sign_ins else names
    happened: list[events.Happened] = []
    fresh: set[str] = set()
    more_domains = learn_domains(tenant, report, found.domains)
    if found.proves or signed_in:
        fresh, told = prove_accounts(tenant, used)
        happened += told
        if fresh or more_domains:
            read_traces_again(tenant, report)
    if found.has_sign_ins:
        return chain(happened, link_many(tenant, fresh, used))
    return chain(happened, link_many(tenant, names))


def learn_domains(tenant: Tenant, report: Report, found: frozenset[str]) -> frozenset[str]:
    """The domains that were not known to be the organisation's before."""
    more = found - set(tenant.domains)
    if more:
        learned = sorted({*report.learned_domains, *more})
        ours(report).update(learned_domains=learned)
        tenant.domains = sorted({*tenant.domains, *more})
        tenant.save(update_fields=["domains"])
    return more


def read_traces_again(tenant: Tenant, report: Report) -> None:
    """Traces keep little of accounts not proven; once one is, they are read again for it."""
    traces = Report.objects.filter(tenant=tenant, state=State.READ, reader__in=TRACES)
    for trace in traces.exclude(pk=report.pk):
        Report.objects.filter(pk=trace.pk, state=State.READ).update(
            state=State.RECEIVED, attempt_count=0
        )
        nudge("inventory.read_report", trace.pk)


def traffic_counts(found: Reading, accepted: int) -> dict[str, object]:
    taken, first, last = found.spool.count, found.spool.first_at, found.spool.last_at
    return {
        "warnings": found.warnings,
        "period_start": None if first is None or found.is_total else moment(first),
        "period_end": None if last is None else moment(last),
        "row_count": taken + found.rejected_count,
        "accepted_count": accepted,
        "rejected_count": found.rejected_count,
        "duplicate_count": taken - accepted,
        "account_count": accounts_in(found),
    }


def finish(report: Report, changes: dict[str, object]) -> None:
    done = {"state": State.READ, "claim": None, "refusal": "", "read_at": timezone.now()}
    if ours(report).update(**done, **changes) != 1:
        raise ClaimLost
    report.refresh_from_db()


def moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def read_event(report: Report) -> events.Happened:
    counts = ("row_count", "accepted_count", "rejected_count", "duplicate_count")
    data = {name: getattr(report, name) for name in counts}
    return "report.read", report.pk, {"file": report.file_name, "reader": report.reader, **data}
