"""Stores which steps of a runbook somebody has done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from inventory.models.tenant import ScopedQuerySet
from tracker.models import Cutover, RunbookTick
from tracker.runbooks import Runbook, Step, runbook
from tracker.runbooks.facts import facts_of


class TickRefused(Exception):
    """There is no such step to tick; the message says why to the person."""


@dataclass(frozen=True)
class Line:
    """A step with who has done it; None while nobody has."""

    step: Step
    tick: RunbookTick | None


def runbook_of(cutover: Cutover) -> Runbook | None:
    """None while no route is chosen."""
    return runbook(cutover.route, facts_of(cutover.item)) if cutover.route else None


def lines_of(cutover: Cutover, found: Runbook) -> list[Line]:
    done = RunbookTick.objects.filter(cutover=cutover, route=found.route, undone_at=None)
    ticks = {tick.step: tick for tick in done.select_related("done_by")}
    return [Line(step, ticks.get(step.key)) for step in found.steps]


def history_of(cutover: Cutover) -> list[RunbookTick]:
    """What was taken back, or done on the way of another route; the newest first."""
    ticks = RunbookTick.objects.filter(cutover=cutover).select_related("done_by", "undone_by")
    return [tick for tick in ticks if tick.undone_at or tick.route != cutover.route]


def tick(
    cutover: Cutover, step: str, *, by: AbstractBaseUser, now: dt.datetime, note: str = ""
) -> RunbookTick:
    """Mark a step as done; one that is done already stays with who did it."""
    check(cutover, step)
    try:
        with transaction.atomic():
            return RunbookTick.objects.create(
                cutover=cutover,
                route=cutover.route,
                step=step,
                done_by_id=by.pk,
                done_at=now,
                note=note.strip(),
            )
    except IntegrityError:
        kept: RunbookTick = done(cutover).get(step=step)
        return kept


def untick(cutover: Cutover, step: str, *, by: AbstractBaseUser, now: dt.datetime) -> bool:
    """Take it back; whether there was anything to take back."""
    check(cutover, step)
    return bool(done(cutover).filter(step=step).update(undone_at=now, undone_by=by.pk))


def done(cutover: Cutover) -> ScopedQuerySet:
    return RunbookTick.objects.filter(cutover=cutover, route=cutover.route, undone_at=None)


def check(cutover: Cutover, step: str) -> None:
    found = runbook_of(cutover)
    if found is None:
        raise TickRefused("choose a route first: each has a runbook of its own")
    if step not in {each.key for each in found.steps}:
        raise TickRefused(f"the runbook of {cutover.get_route_display()} has no step {step}")
