"""Fetches reports from Microsoft: plan pulls, then run each page by page.

A pull is a row that any worker may go on with: every page is on disk, and its address's successor
in the database, before the next is asked for. A finished pull becomes a report like any other.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from inventory.intake.receive import NotReceived, receive
from inventory.microsoft import sources
from inventory.microsoft.auth import App, Tokens, tokens_of
from inventory.microsoft.errors import Refused, Unavailable
from inventory.microsoft.web import fetch
from inventory.models import Connection, Pull, Report, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.nudge import nudge

logger = logging.getLogger(__name__)

Source = Pull.Source
State = Pull.State
WINDOW = dt.timedelta(days=10)
"""The longest that Graph takes: https://learn.microsoft.com/graph/api/messagetracingroot-list-messagetraces"""
REACH = {
    Source.MESSAGE_TRACE: dt.timedelta(days=90),
    Source.SIGN_INS: dt.timedelta(days=30),
    Source.BACKGROUND_SIGN_INS: dt.timedelta(days=30),
}
"""How far back Microsoft keeps it; sources without an entry tell how things are now."""
MARGIN = dt.timedelta(minutes=30)
"""Kept from the far end, which moves while pulls wait."""
OVERLAP = dt.timedelta(days=1)
"""What Microsoft wrote late is fetched again; rows are counted once in any case."""
SIGN_INS = {
    Source.SIGN_INS: "interactiveUser",
    Source.BACKGROUND_SIGN_INS: "nonInteractiveUser",
}
CMDLETS = {
    Source.CAS_MAILBOX: "Get-CASMailbox",
    Source.TRANSPORT_CONFIG: "Get-TransportConfig",
    Source.AUTHENTICATION_POLICY: "Get-AuthenticationPolicy",
}
PAUSES = [dt.timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 900, 3600, 3 * 3600)]
"""After failures in a row, unless Microsoft says how long it wants to be left alone."""
THROTTLE_COUNT = 100
THROTTLE = dt.timedelta(minutes=5)
"""So many requests in this time are answered per tenant."""


class ClaimLost(Exception):
    """Another worker goes on with the pull."""


# -- planning ----------------------------------------------------------------------------------


def plan(tenant: Tenant, now: dt.datetime, since: dt.datetime | None = None) -> list[Pull]:
    """The pulls that bring a tenant up to now, or from `since` on; nudged, not yet run.

    A source that still has an open pull gets no other.
    """
    with transaction.atomic():
        Tenant.objects.select_for_update().get(pk=tenant.pk)
        pulls = tenant.pulls.filter(state__in=Pull.OPEN)
        busy = set(pulls.values_list("source", flat=True))
        planned = [
            Pull(tenant=tenant, source=source, window_start=start, window_end=end, next_at=now)
            for source in sources_of(tenant.connection)
            if source not in busy
            for start, end in windows(source, begin_of(tenant, source, now, since), now)
        ]
        for pull in Pull.objects.bulk_create(planned):
            nudge("inventory.run_pull", pull.pk)
    return planned


def plan_all(now: dt.datetime) -> None:
    for tenant in Tenant.objects.filter(connection__is_active=True):
        plan(tenant, now)


def sources_of(connection: Connection) -> list[Source]:
    found = [Source.MESSAGE_TRACE]
    if connection.reads_sign_ins:
        found += SIGN_INS
    if connection.reads_exchange:
        found += CMDLETS
    return found


def begin_of(
    tenant: Tenant, source: Source, now: dt.datetime, since: dt.datetime | None
) -> dt.datetime:
    """Where the pulls that went well end, or as far back as Microsoft keeps anything."""
    earliest = now - REACH.get(source, dt.timedelta()) + MARGIN
    if since is None:
        good = tenant.pulls.filter(source=source, state__in=(State.DONE, State.EMPTY))
        last = good.aggregate(last=Max("window_end"))["last"]
        since = last - OVERLAP if last else earliest
    return max(since, earliest)


def windows(
    source: Source, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime | None, dt.datetime | None]]:
    if source not in REACH:
        yield None, None
        return
    while start < end:
        stop = min(start + WINDOW, end)
        yield start, stop
        start = stop


# -- running -----------------------------------------------------------------------------------


def run_pull(pull_id: int) -> Pull | None:
    """Fetch page after page until the pull ends or has to wait; None when it is not due."""
    pull = claim(pull_id)
    if pull is None:
        return None
    try:
        tokens = tokens_of(app_of(pull.tenant.connection))
        while pull.state == State.RUNNING:
            if pause := take_turn(pull.tenant.connection, timezone.now()):
                return postpone(pull, pause)
            fetch_page(pull, tokens)
    except Unavailable as error:
        return postpone_failed(pull, error)
    except (Refused, Connection.DoesNotExist, NotReceived) as error:
        return start_over(pull, error) if pull.next_link else fail(pull, str(error))
    except ClaimLost:
        logger.warning("pull %s is run by another worker", pull.pk)
        return None
    return pull


def claim(pull_id: int) -> Pull | None:
    token = Report.new_claim()
    taken = Pull.objects.filter(due(timezone.now()), pk=pull_id).update(
        state=State.RUNNING, claim=token, claimed_at=timezone.now()
    )
    return Pull.objects.select_related("tenant__connection").get(pk=pull_id) if taken else None


def due(now: dt.datetime) -> Q:
    lease = dt.timedelta(seconds=settings.REPORT_LEASE_SECONDS)
    left_behind = Q(state=State.RUNNING, claimed_at__lt=now - max(lease, dt.timedelta(minutes=10)))
    return Q(state=State.WAITING, next_at__lte=now) | left_behind


def ours(pull: Pull) -> ScopedQuerySet:
    return Pull.objects.filter(pk=pull.pk, state=State.RUNNING, claim=pull.claim)


def write(pull: Pull, **values: Any) -> Pull:
    """Set these fields, if the pull is still ours. Raises ClaimLost."""
    if not ours(pull).update(**values):
        raise ClaimLost
    pull.refresh_from_db()
    return pull


def fetch_page(pull: Pull, tokens: Tokens) -> None:
    first = request_of(pull)
    page = fetch(tokens, pull.next_link or first.url, body=first.body, headers=first.headers)
    size = append(pull, [sources.plain(row) for row in page.rows])
    write(
        pull,
        next_link=page.next_link,
        byte_count=size,
        page_count=F("page_count") + 1,
        row_count=F("row_count") + len(page.rows),
        claimed_at=timezone.now(),
        attempt_count=0,
        error=" ".join(page.warnings)[:1000],
    )
    if not page.next_link:
        finish(pull)


def request_of(pull: Pull) -> sources.Request:
    """The first request of the pull; the pages that follow have an address of their own."""
    graph, start, end = settings.GRAPH_URL, pull.window_start, pull.window_end
    if pull.source in CMDLETS:
        directory_id = str(pull.tenant.connection.directory_id)
        return sources.cmdlet(settings.EXCHANGE_URL, directory_id, CMDLETS[Source(pull.source)])
    if start is None or end is None:
        raise Refused("the pull has no period")
    if pull.source in SIGN_INS:
        return sources.sign_ins(graph, start, end, SIGN_INS[Source(pull.source)])
    return sources.message_trace(graph, start, end)


def app_of(connection: Connection) -> App:
    return App(
        login=settings.MICROSOFT_LOGIN_URL,
        directory_id=str(connection.directory_id),
        client_id=str(connection.client_id),
        credential=connection.credential,
        folder=settings.CREDENTIALS,
    )


def take_turn(connection: Connection, now: dt.datetime) -> dt.timedelta | None:
    """None when a request may be sent now, and it is noted; else how long to wait."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        sent = [at for at in row.requests_sent if at > (now - THROTTLE).timestamp()]
        if len(sent) >= THROTTLE_COUNT:
            return dt.timedelta(seconds=sent[0] + THROTTLE.total_seconds() - now.timestamp() + 1)
        row.requests_sent = [*sent, now.timestamp()]
        row.save(update_fields=["requests_sent"])
    return None


# -- ending ------------------------------------------------------------------------------------


def postpone(pull: Pull, pause: dt.timedelta, **values: Any) -> Pull:
    return write(pull, state=State.WAITING, claim=None, next_at=timezone.now() + pause, **values)


def postpone_failed(pull: Pull, error: Unavailable) -> Pull:
    if pull.attempt_count >= len(PAUSES):
        return fail(pull, f"given up after {pull.attempt_count + 1} failures: {error}")
    pause = PAUSES[pull.attempt_count]
    if error.seconds is not None:
        pause = dt.timedelta(seconds=error.seconds)
    return postpone(pull, pause, attempt_count=pull.attempt_count + 1, error=str(error))


def start_over(pull: Pull, error: Exception) -> Pull:
    """The address of a page in the middle is not taken any more: it is good for a while only."""
    logger.warning("pull %s starts over: %s", pull.pk, error)
    if pull.attempt_count >= len(PAUSES):
        return fail(pull, str(error))
    return postpone(
        pull,
        PAUSES[0],
        next_link="",
        byte_count=0,
        page_count=0,
        row_count=0,
        attempt_count=pull.attempt_count + 1,
        error=str(error),
    )


def fail(pull: Pull, reason: str) -> Pull:
    file_of(pull).unlink(missing_ok=True)
    return write(pull, state=State.FAILED, error=reason, claim=None, finished_at=timezone.now())


def finish(pull: Pull) -> None:
    """Turn what was fetched into a report. No rows make no report: there is nothing to read."""
    done: dict[str, Any] = {"claim": None, "finished_at": timezone.now(), "attempt_count": 0}
    if not pull.row_count:
        write(pull, state=State.EMPTY, **done)
    else:
        with assembled(pull) as path, path.open("rb") as file:
            [received] = receive(pull.tenant, file, name_of(pull), origin=Report.Origin.PULL)
        write(pull, state=State.DONE, report=received.report, **done)
    file_of(pull).unlink(missing_ok=True)


def name_of(pull: Pull) -> str:
    period = ""
    if pull.window_start and pull.window_end:
        period = f" {pull.window_start:%Y-%m-%d} to {pull.window_end:%Y-%m-%d}"
    return f"{pull.source}{period}.json"


# -- on disk -----------------------------------------------------------------------------------


def file_of(pull: Pull) -> Path:
    """One JSON row a line; where every worker finds it."""
    return settings.MEDIA_ROOT / "pulls" / f"{pull.pk}.jsonl"


def append(pull: Pull, rows: list[dict[str, Any]]) -> int:
    """Write the rows after what is good of the file; returns its size with them."""
    path = file_of(pull)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.truncate(pull.byte_count)  # A worker may have died between the page and its note.
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


@contextmanager
def assembled(pull: Pull) -> Iterator[Path]:
    """All pages as one document of the form that Graph uses for one."""
    path = file_of(pull).with_suffix(".json")
    try:
        with file_of(pull).open("rb") as lines, path.open("wb") as file:
            file.write(b'{"value":[')
            for number, line in enumerate(lines):
                file.write((b"," if number else b"") + line.rstrip(b"\n"))
            file.write(b"]}")
        yield path
    finally:
        path.unlink(missing_ok=True)


# -- sweeping ----------------------------------------------------------------------------------


def sweep() -> int:
    """Nudge the pulls that are due, among them those whose worker died; returns how many."""
    found = list(Pull.objects.filter(due(timezone.now())).values_list("pk", flat=True))
    for pull_id in found:
        nudge("inventory.run_pull", pull_id)
    return len(found)
