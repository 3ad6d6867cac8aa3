"""How far a group of cutovers has got, day by day. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.models.cutover import Cutover

Status = Cutover.Status
DONE = (Status.CUT_OVER, Status.VERIFIED, Status.RETIRED)
DAILY = 45
"""Days up to which every day is a point; of longer spans every week is one."""


@dataclass(frozen=True)
class Path:
    """One cutover's way: its moves in order, and when Basic was seen last."""

    moves: tuple[tuple[dt.datetime, str], ...]
    """(when, to which status)"""
    last_basic_at: dt.datetime | None = None

    def status_on(self, day: dt.date) -> tuple[dt.datetime | None, str]:
        """(since when, status) at the end of the day."""
        reached: tuple[dt.datetime | None, str] = (None, "")
        for moved_at, status in self.moves:
            if moved_at.date() <= day:
                reached = (moved_at, status)
        return reached

    def is_done_on(self, day: dt.date) -> bool:
        return self.status_on(day)[1] in DONE

    def is_proven_on(self, day: dt.date) -> bool:
        """Verified by its traffic, or retired and without Basic since."""
        since, status = self.status_on(day)
        if status == Status.RETIRED and since is not None:
            return self.last_basic_at is None or self.last_basic_at <= since
        return status == Status.VERIFIED


@dataclass(frozen=True)
class Point:
    day: dt.date
    planned: float
    """What an even pace from start to due date would have done by then."""
    done: int | None
    """Cut over, verified or retired; None for days to come."""
    proven: int | None


@dataclass(frozen=True)
class BurnUp:
    total: int
    goal: int
    """How many of them have to be done by the due date."""
    points: tuple[Point, ...]

    @property
    def today(self) -> Point | None:
        """The last point that is not in the future."""
        past = [point for point in self.points if point.done is not None]
        return past[-1] if past else None


def burn_up(
    paths: Sequence[Path], start_on: dt.date, due_on: dt.date, goal_percent: int, today: dt.date
) -> BurnUp:
    goal = -(-len(paths) * goal_percent // 100)
    points = [
        Point(
            day,
            planned_on(day, start_on, due_on, goal),
            None if day > today else sum(path.is_done_on(day) for path in paths),
            None if day > today else sum(path.is_proven_on(day) for path in paths),
        )
        for day in days_of(start_on, due_on, today)
    ]
    return BurnUp(len(paths), goal, tuple(points))


def planned_on(day: dt.date, start_on: dt.date, due_on: dt.date, goal: int) -> float:
    if day >= due_on:
        return goal
    span = (due_on - start_on).days
    return round(goal * max(0, (day - start_on).days) / span, 1)


def days_of(start_on: dt.date, due_on: dt.date, today: dt.date) -> list[dt.date]:
    """From its start to its due date, or to today when that has passed; both of them always."""
    last = max(due_on, today)
    span = (last - start_on).days
    step = 1 if span <= DAILY else 7 if span <= 7 * DAILY else 28
    days = {start_on + dt.timedelta(days=n) for n in range(0, span + 1, step)}
    if today >= start_on:
        days.add(today)
    return sorted(days | {due_on, last})


def paths_of(cutovers: Iterable[Cutover]) -> list[Path]:
    """Of cutovers that were fetched with their item and their moves."""
    return [
        Path(
            tuple(sorted((move.moved_at, move.to_status) for move in cutover.moves.all())),
            cutover.item.last_basic_at,
        )
        for cutover in cutovers
    ]
