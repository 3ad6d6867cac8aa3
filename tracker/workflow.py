"""The life of a cutover. `move` is the only writer of `Cutover.status`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from inventory import events
from tracker.models import Cutover, CutoverMove, Waiver

Status = Cutover.Status
WATCHED = dt.timedelta(days=14)
"""How long reports have to have shown no Basic before anybody may call a cutover verified."""


class MoveRefused(Exception):
    """The workflow does not allow this move; the message says why in words for the person."""


class StaleStatus(MoveRefused):
    """Somebody else moved the cutover first."""


@dataclass(frozen=True)
class Facts:
    """What a guard may look at."""

    route: str
    due_on: dt.date | None
    reason: str
    cut_over_at: dt.datetime | None
    last_basic_at: dt.datetime | None
    covered_until: dt.datetime | None
    """To when reports of SMTP AUTH cover every day since the cut; None when they do not."""
    is_waived: bool
    """An approved waiver holds for it."""


Guard = Callable[[Facts], str]
"""Returns what is missing, or "" when the move may be made."""


def always(facts: Facts) -> str:
    return ""


def has_reason(facts: Facts) -> str:
    return "" if facts.reason.strip() else "say why"


def has_plan(facts: Facts) -> str:
    missing = [
        what
        for what, value in (("a route", facts.route), ("a due date", facts.due_on))
        if not value
    ]
    return f"choose {' and '.join(missing)} first" if missing else ""


def has_route(facts: Facts) -> str:
    return "" if facts.route else "choose a route first"


def has_waiver(facts: Facts) -> str:
    if not facts.is_waived:
        return "ask for a waiver, which somebody else has to approve"
    return has_reason(facts)


def is_silent(facts: Facts) -> str:
    """Traffic does not contradict it: reports reach well past the cut and show no Basic since."""
    if facts.cut_over_at is None:
        return "it is not known when it was cut over"
    if facts.covered_until is None or facts.covered_until < facts.cut_over_at + WATCHED:
        return f"reports do not yet cover the {WATCHED.days} days since it was cut over"
    if facts.last_basic_at and facts.last_basic_at > facts.cut_over_at:
        return f"Basic was seen after the cut, at {facts.last_basic_at:%Y-%m-%d %H:%M} UTC"
    return has_reason(facts)


ASIDE: dict[str, Guard] = {
    Status.BLOCKED: has_reason,
    Status.WAIVED: has_waiver,
    Status.RETIRED: has_reason,
}
BACK: dict[str, Guard] = {
    Status.DISCOVERED: always,
    Status.ASSESSED: always,
    Status.PLANNED: has_plan,
    Status.IN_PROGRESS: has_route,
}
TRANSITIONS: dict[str, dict[str, Guard]] = {
    Status.DISCOVERED: {Status.ASSESSED: always, **ASIDE},
    Status.ASSESSED: {Status.PLANNED: has_plan, Status.DISCOVERED: always, **ASIDE},
    Status.PLANNED: {Status.IN_PROGRESS: has_route, Status.ASSESSED: always, **ASIDE},
    Status.IN_PROGRESS: {Status.CUT_OVER: has_route, Status.PLANNED: has_plan, **ASIDE},
    Status.CUT_OVER: {Status.VERIFIED: is_silent, Status.IN_PROGRESS: has_reason, **ASIDE},
    Status.VERIFIED: {
        Status.IN_PROGRESS: has_reason,
        Status.CUT_OVER: has_reason,
        Status.RETIRED: has_reason,
    },
    Status.BLOCKED: {**BACK, Status.WAIVED: has_waiver, Status.RETIRED: has_reason},
    Status.WAIVED: {**BACK, Status.BLOCKED: has_reason, Status.RETIRED: has_reason},
    Status.RETIRED: {Status.DISCOVERED: has_reason},
}


def refusal(status: str, to: str, facts: Facts) -> str:
    """Why this move may not be made, or "". A pure decision."""
    if to not in TRANSITIONS[status]:
        allowed = ", ".join(Status(name).label for name in TRANSITIONS[status])
        return f"{Status(status).label} leads to {allowed}"
    return TRANSITIONS[status][to](facts)


def move(
    cutover: Cutover,
    to: str,
    *,
    now: dt.datetime,
    by: AbstractBaseUser | None = None,
    reason: str = "",
    covered_until: dt.datetime | None = None,
    evidence: dict[str, Any] | None = None,
) -> Cutover:
    """Move a cutover on, with its history row and its event; raises `MoveRefused`.

    `covered_until`: to when reports cover the days since the cut (`evidence.facts.watched_until`).
    `evidence`: what was seen that calls for the move, kept with it.
    """
    was = cutover.status
    why = refusal(was, to, facts_of(cutover, reason, covered_until))
    if why:
        raise MoveRefused(f"{cutover.item}: cannot move to {Status(to).label}: {why}")
    changes: dict[str, object] = {"status": to, "moved_at": now}
    if to == Status.CUT_OVER and was != Status.VERIFIED:
        changes["cut_over_at"] = now
    with transaction.atomic():
        # Compare and set: of two people who move it at once, one is told.
        if Cutover.objects.filter(pk=cutover.pk, status=was).update(**changes) != 1:
            raise StaleStatus(f"{cutover.item}: somebody else has moved it, look again")
        if was == Status.WAIVED:
            Waiver.objects.filter(cutover=cutover, state=Waiver.State.APPROVED).update(
                state=Waiver.State.ENDED
            )
        CutoverMove.objects.create(
            cutover=cutover,
            from_status=was,
            to_status=to,
            moved_at=now,
            moved_by_id=by.pk if by else None,
            reason=reason,
            evidence=evidence or {},
        )
        events.record(
            "cutover.moved",
            cutover.item.tenant,
            cutover.pk,
            item=cutover.item.name,
            from_status=was,
            to_status=to,
            reason=reason,
        )
    for name, value in changes.items():
        setattr(cutover, name, value)
    return cutover


def facts_of(cutover: Cutover, reason: str, covered_until: dt.datetime | None) -> Facts:
    return Facts(
        route=cutover.route,
        due_on=cutover.due_on,
        reason=reason,
        cut_over_at=cutover.cut_over_at,
        last_basic_at=cutover.item.last_basic_at,
        covered_until=covered_until,
        is_waived=Waiver.objects.filter(cutover=cutover, state=Waiver.State.APPROVED).exists(),
    )
