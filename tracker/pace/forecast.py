"""From the pace so far: when the rest will be done, and what will miss which date. Pure.

Never a date out of nothing: where too little was done to go by, it says so.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.pace.chances import chance_within, weeks_for

WEEK = dt.timedelta(days=7)
WATCHED_WEEKS = 8
"""The pace of longer ago says little of today's."""
FEWEST_WEEKS = 2
FEWEST_DONE = 3
STALLED_WEEKS = 4
"""So long without anything done is a pace too: none."""
EARLY, LIKELY, LATE = 0.1, 0.5, 0.9
"""The band: eight of ten times the end falls into it."""


class Outlook(StrEnum):
    DONE = "done"
    DATED = "dated"
    STALLED = "stalled"
    CANNOT_SAY = "cannot_say"


class Risk(StrEnum):
    DONE = "done"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    WILL_MISS = "will_miss"
    CANNOT_SAY = "cannot_say"


AT_RISK = (Risk.AT_RISK, Risk.WILL_MISS)


@dataclass(frozen=True)
class Pace:
    """What was done, less what was reopened, in each of the last weeks; the newest last."""

    weekly: tuple[int, ...] = ()

    @property
    def weeks(self) -> int:
        return len(self.weekly)

    @property
    def done(self) -> int:
        return max(0, sum(self.weekly))

    @property
    def per_week(self) -> float:
        return self.done / self.weeks if self.weeks else 0.0

    @property
    def clump(self) -> float:
        """How many come at once: 1 when one by one. Twenty in one evening are one decision, and
        say less of the pace than twenty in eight weeks."""
        if self.weeks < FEWEST_WEEKS or not self.done:
            return 1.0
        mean = sum(self.weekly) / self.weeks
        variance = sum((count - mean) ** 2 for count in self.weekly) / (self.weeks - 1)
        return max(1.0, variance / mean)


@dataclass(frozen=True)
class Forecast:
    outlook: Outlook
    left: int
    pace: Pace
    early_on: dt.date | None = None
    likely_on: dt.date | None = None
    late_on: dt.date | None = None
    """None in a dated forecast: no end can be told that holds nine of ten times."""
    reason: str = ""


def pace_of(changes: Sequence[tuple[dt.date, int]], since: dt.date | None, today: dt.date) -> Pace:
    """From (day, +1 for done or -1 for reopened), in whole weeks up to yesterday or today.

    `since`: when the work could have begun.
    """
    if since is None:
        return Pace()
    weeks = min(WATCHED_WEEKS, (today - since).days // 7)
    weekly = [0] * weeks
    for day, change in changes:
        ago = (today - day).days // 7
        if 0 <= ago < weeks:
            weekly[weeks - 1 - ago] += change
    return Pace(tuple(weekly))


def forecast(left: int, pace: Pace, today: dt.date) -> Forecast:
    if left <= 0:
        return Forecast(Outlook.DONE, 0, pace, reason="nothing is left to do")
    if why := too_little(pace):
        is_stalled = pace.weeks >= STALLED_WEEKS and not pace.done
        outlook = Outlook.STALLED if is_stalled else Outlook.CANNOT_SAY
        return Forecast(outlook, left, pace, reason=why)
    early, likely, late = (after(chance, left, pace, today) for chance in (EARLY, LIKELY, LATE))
    reason = f"{pace.done} done in the last {pace.weeks} weeks, {left} left"
    return Forecast(Outlook.DATED, left, pace, early, likely, late, reason)


def too_little(pace: Pace) -> str:
    """Why the pace says nothing, or ""."""
    weeks = f"in the last {pace.weeks} weeks"
    if pace.weeks < FEWEST_WEEKS:
        return f"it has run for less than {FEWEST_WEEKS} weeks"
    if not pace.done:
        return f"nothing was done {weeks}"
    if pace.done < FEWEST_DONE:
        return f"only {pace.done} done {weeks}"
    if sum(count > 0 for count in pace.weekly) < FEWEST_WEEKS:
        return f"all of what was done {weeks} was done in one of them"
    return ""


def after(chance: float, left: int, pace: Pace, today: dt.date) -> dt.date | None:
    weeks = weeks_for(chance, left / pace.clump, pace.done / pace.clump, pace.weeks)
    return None if math.isinf(weeks) else today + dt.timedelta(days=math.ceil(weeks * 7))


def risk(found: Forecast, on: dt.date) -> Risk:
    """Whether the rest will be done by the end of this day."""
    if found.outlook == Outlook.DONE:
        return Risk.DONE
    if found.outlook == Outlook.STALLED:
        return Risk.WILL_MISS
    if found.outlook == Outlook.CANNOT_SAY:
        return Risk.CANNOT_SAY
    if found.late_on is not None and found.late_on <= on:
        return Risk.ON_TRACK
    is_late = found.likely_on is None or found.likely_on > on
    return Risk.WILL_MISS if is_late else Risk.AT_RISK


def capacity(found: Forecast, chance: float, today: dt.date, on: dt.date) -> int:
    """How many of the rest will be done by this day with at least this chance."""
    if found.outlook != Outlook.DATED:
        return 0
    pace, weeks = found.pace, (on - today).days / 7
    low, high = 0, found.left
    while low < high:
        middle = (low + high + 1) // 2
        reached = chance_within(weeks, middle / pace.clump, pace.done / pace.clump, pace.weeks)
        low, high = (middle, high) if reached >= chance else (low, middle - 1)
    return low


# -- what will miss a date ---------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """One cutover that is not proven yet."""

    key: int
    name: str
    due_on: dt.date | None
    criticality: int = 0
    """The higher, the sooner it is taken up."""
    is_done: bool = False
    """Cut over; only the proof is missing."""
    cut_on: dt.date | None = None
    quiet_days: int | None = None
    """How long it has to be silent before that proves anything; None when that is not known."""
    held: str = ""
    """Why nobody works on it: blocked, or waived until a day."""


class Cause(StrEnum):
    PACE = "pace"
    HELD = "held"
    PROOF = "proof"


@dataclass(frozen=True)
class Miss:
    key: int
    name: str
    due_on: dt.date | None
    cause: Cause
    is_sure: bool
    """More likely than not; else it may still be in time."""
    reason: str


def in_turn(items: Sequence[Open]) -> list[Open]:
    """As the work will take them up: what nobody holds, by due date, the critical first."""
    return sorted(
        (item for item in items if not item.is_done),
        key=lambda item: (
            bool(item.held),
            item.due_on or dt.date.max,
            -item.criticality,
            item.name,
            item.key,
        ),
    )


def misses(items: Sequence[Open], found: Forecast, today: dt.date, on: dt.date) -> list[Miss]:
    """What will not be done, or not be proven, by this day; the surest first in each cause."""
    return [
        *late_by_pace(in_turn(items), found, today, on),
        *late_by_proof(items, today, on),
    ]


def late_by_pace(turn: Sequence[Open], found: Forecast, today: dt.date, on: dt.date) -> list[Miss]:
    told = [
        Miss(item.key, item.name, item.due_on, Cause.HELD, True, item.held)
        for item in turn
        if item.held
    ]
    if found.outlook in (Outlook.CANNOT_SAY, Outlook.DONE):
        return told
    free = [item for item in turn if not item.held][: found.left]
    likely = capacity(found, LIKELY, today, on)
    safe = min(likely, capacity(found, LATE, today, on))
    for place, item in enumerate(free[safe:], safe + 1):
        is_sure = place > likely
        told.append(
            Miss(item.key, item.name, item.due_on, Cause.PACE, is_sure, turn_words(place, likely))
        )
    return sorted(told, key=lambda miss: not miss.is_sure)


def turn_words(place: int, likely: int) -> str:
    if not likely:
        return f"at the pace so far none is done by then; it is number {place}"
    return f"at the pace so far about {likely} are done by then; it is number {place}"


def late_by_proof(items: Sequence[Open], today: dt.date, on: dt.date) -> list[Miss]:
    """Even those done in time, when silence proves it only afterwards; the rarest first."""
    found = []
    for item in items:
        if item.quiet_days is None:
            continue
        proven_on = (item.cut_on or today) + dt.timedelta(days=item.quiet_days)
        if proven_on > on:
            cut = f"cut over on {item.cut_on}" if item.cut_on else "cut over today"
            reason = f"{cut}, {item.quiet_days} days of silence prove it only on {proven_on}"
            miss = Miss(item.key, item.name, item.due_on, Cause.PROOF, True, reason)
            found.append((item.quiet_days, miss))
    return [miss for _, miss in sorted(found, key=lambda pair: (-pair[0], pair[1].name))]
