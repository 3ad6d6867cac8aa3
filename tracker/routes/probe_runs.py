"""Tries of a route that pages ask for, made by a worker, or at once when a secret is typed in.

No password and no token is stored: a worker can only look, and log in with the connection's app.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser

from inventory.intake.collect import app_of
from inventory.microsoft.auth import tokens_of
from inventory.microsoft.errors import MicrosoftError
from inventory.models import Connection, Tenant
from inventory.nudge import nudge
from tracker.models import Cutover, ProbeRun
from tracker.routes.probe import Answer, CannotProbe, Login, Probe, probe
from tracker.routes.probe_hosts import plain, refusal

State = ProbeRun.State
TIME_LIMIT_SECONDS = 240
LEASE = dt.timedelta(seconds=2 * TIME_LIMIT_SECONDS)
PATIENCE_SECONDS = 4
"""Of a page, for each answer of the server."""
TEXT_LENGTH = 600


class ProbeRefused(Exception):
    """This server is not tested; the message says why to the person."""


def ask(
    cutover: Cutover,
    host: str,
    port: int,
    *,
    account: str = "",
    has_oauth: bool = False,
    by: AbstractBaseUser,
    now: dt.datetime,
) -> ProbeRun:
    """Let a worker look at the server. Raises ProbeRefused."""
    run = new_run(cutover, host, port, account, by, now)
    run.has_oauth = has_oauth
    run.save()
    nudge("tracker.run_probe", run.pk)
    return run


def run_at_once(
    cutover: Cutover, host: str, port: int, login: Login, *, by: AbstractBaseUser, now: dt.datetime
) -> ProbeRun:
    """Try it in this request, for what is typed in must not lie anywhere. Raises ProbeRefused."""
    run = new_run(cutover, host, port, login.account, by, now)
    run.state, run.started_at = State.RUNNING, now
    run.save()
    return tried(run, login, now, PATIENCE_SECONDS)


def new_run(
    cutover: Cutover, host: str, port: int, account: str, by: AbstractBaseUser, now: dt.datetime
) -> ProbeRun:
    if why := refusal(host, port, settings.PROBE_HOSTS):
        raise ProbeRefused(why)
    return ProbeRun(
        tenant=cutover.item.tenant,
        cutover=cutover,
        host=plain(host),
        port=port,
        account=account,
        asked_by_id=by.pk,
        asked_at=now,
    )


def run(run_id: int, now: dt.datetime) -> ProbeRun | None:
    """Make a try that waits; None when another worker has it."""
    waiting = ProbeRun.objects.filter(pk=run_id, state=State.WAITING)
    if not waiting.update(state=State.RUNNING, started_at=now):
        return None
    found: ProbeRun = ProbeRun.objects.select_related("tenant").get(pk=run_id)
    try:
        token = token_of(found.tenant) if found.has_oauth else ""
    except CannotProbe as error:
        return conclude(found, None, str(error), now)
    return tried(found, Login(account=found.account, token=token), now)


def tried(
    run: ProbeRun, login: Login, now: dt.datetime, timeout_seconds: float | None = None
) -> ProbeRun:
    patience = {} if timeout_seconds is None else {"timeout_seconds": timeout_seconds}
    # The setting may have changed since it was asked for.
    if why := refusal(run.host, run.port, settings.PROBE_HOSTS):
        return conclude(run, None, why, now)
    try:
        return conclude(run, probe(run.host, run.port, login, **patience), "", now)
    except CannotProbe as error:
        return conclude(run, None, str(error), now)


def conclude(run: ProbeRun, found: Probe | None, error: str, now: dt.datetime) -> ProbeRun:
    """Write down what came of it, unless the sweep has given it up meanwhile."""
    run.state = State.DONE if found else State.FAILED
    run.finished_at, run.error = now, error[:TEXT_LENGTH]
    if found:
        run.tls_versions = [name for name, is_offered in found.tls_versions.items() if is_offered]
        run.tls_used, run.mechanisms = found.tls_used, found.mechanisms
        run.basic_reply, run.basic_family = reply_of(found.basic)
        run.oauth_reply, run.oauth_family = reply_of(found.oauth)
        run.message_reply, run.message_family = reply_of(found.message)
    still_ours = ProbeRun.objects.filter(pk=run.pk, state=State.RUNNING)
    still_ours.update(**{name: getattr(run, name) for name in WRITTEN})
    return run


WRITTEN = (
    "state",
    "finished_at",
    "error",
    "tls_versions",
    "tls_used",
    "mechanisms",
    "basic_reply",
    "basic_family",
    "oauth_reply",
    "oauth_family",
    "message_reply",
    "message_family",
)


def reply_of(answer: Answer | None) -> tuple[str, str]:
    """(in words, family of a refusal); both empty when it was not tried."""
    if answer is None:
        return "", ""
    said = f"{answer.code or ''} {answer.text}".strip()
    words = f"{'accepted' if answer.is_accepted else 'refused'}: {said}"
    if answer.meaning:
        words += f" ({answer.meaning})"
    return words[:TEXT_LENGTH], answer.family


def sweep(now: dt.datetime) -> int:
    """Nudge what a lost message left waiting, give up what a dead worker left; returns how many."""
    lost = ProbeRun.objects.filter(state=State.RUNNING, started_at__lt=now - LEASE)
    count = lost.update(
        state=State.FAILED, finished_at=now, error="the worker ended while it was testing"
    )
    waiting = ProbeRun.objects.filter(state=State.WAITING).order_by("pk")
    for run_id in waiting.values_list("pk", flat=True):
        nudge("tracker.run_probe", run_id)
        count += 1
    return count


def token_of(tenant: Tenant) -> str:
    """One of the connection's app, for SMTP. Raises CannotProbe."""
    connection = Connection.objects.filter(tenant=tenant).first()
    if connection is None:
        raise CannotProbe(f"{tenant} has no connection to Microsoft; add one in the admin")
    try:
        return tokens_of(app_of(connection)).token(settings.EXCHANGE_URL)
    except MicrosoftError as error:
        raise CannotProbe(str(error)) from None
