"""From when on the silence of a sender says that it does not use Basic any more. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOVED_QUIET = 35
"""Days. A month and some, for what was seen on its new way since."""
SWITCHED_QUIET = 14
"""Days. What one machine sent once or twice a week has had its turn."""
SHORTEST_QUIET = 70
"""Days. Longer than a summer's holidays: who sends every day may be away, shut down or broken."""
RARE_QUIET = 100
"""Days. A quarter and some, for what was seen on few days, as long between each of them."""
ONCE_QUIET = 400
"""Days. A year and some, for what was seen now and then or only once, and for what sends only when
something is wrong: no rhythm is known of it."""
BURST = 7
"""Days with less than this between them are one occasion."""
REGULAR_FROM, REGULAR_OVER = 8, 42
"""From so many days on, over so many days, there is a rhythm to judge by: a week of alarms every
day is none."""
MOVED = 3
"""Days with OAuth after the last Basic that show that the sender itself has moved."""
GAPS = 3
"""A silence of so many times the largest gap seen is the end, not a pause."""


@dataclass(frozen=True)
class Use:
    """What reports showed of one sender of a mailbox, up to the day asked for."""

    name: str
    basic_on: tuple[dt.date, ...] = ()
    """Days with Basic, or with a method that was not told; in order."""
    oauth_on: tuple[dt.date, ...] = ()
    """Days with OAuth, or with a method that was not told; in order."""
    other_on: tuple[dt.date, ...] = ()
    """Days after the last Basic on which traces show mail of it that no report of SMTP AUTH
    has; in order."""
    quiet_days: int | None = None
    """The quiet period that is kept for the sender, where one is."""
    next_on: dt.date | None = None
    """When it should send again, by its rhythm."""
    is_on_alarm: bool = False
    """It sends only when something is wrong: its silence says nothing."""
    is_one_machine: bool = False
    """All its mail names one host of its own, and says the same before and since."""
    moved_by: str = ""
    """What shows that all of it has moved, though its silence does not say so yet."""
    sent_by: str = ""
    """Whose login stands behind all of it, where that is not the mailbox itself."""
    is_done: bool = False
    """Its cutover is verified or its item retired, and no Basic was seen since."""

    @property
    def quiet_until(self) -> dt.date | None:
        """The first day on which its silence says that it does not use Basic any more."""
        if not self.basic_on:
            return None
        days = MOVED_QUIET if self.is_done else quiet_period(self)
        silent_from = self.basic_on[-1] + dt.timedelta(days=days + 1)
        if self.moved_by and self.oauth_on:
            tried_until = self.oauth_on[0] + dt.timedelta(days=SWITCHED_QUIET + 1)
            return max(silent_from, tried_until)
        if self.next_on and not (self.is_done or self.has_moved or self.moved_by):
            return max(silent_from, self.next_on + dt.timedelta(days=1))
        return silent_from

    @property
    def is_often(self) -> bool:
        """Whether there is a rhythm to judge by."""
        return is_often(self.basic_on)

    @property
    def has_moved(self) -> bool:
        """Whether it was seen on its new way often enough since its last Basic."""
        since = [day for day in self.oauth_on if self.basic_on and day > self.basic_on[-1]]
        return max(len(since), len(self.other_on)) >= MOVED

    @property
    def has_switched(self) -> bool:
        """Whether traffic shows that one machine went from Basic to OAuth once and for all: its
        silence is not the only witness."""
        if not (self.is_one_machine and self.basic_on and self.oauth_on):
            return False
        since = [day for day in self.oauth_on if day > self.basic_on[-1]]
        return self.oauth_on[0] >= self.basic_on[-1] and len(since) >= REGULAR_FROM


def quiet_period(use: Use) -> int:
    """Days of silence after which a sender does not use Basic any more."""
    if use.has_switched or use.moved_by:
        derived = max(SWITCHED_QUIET, largest_gap(use.basic_on) + BURST)
    else:
        # Alarms keep no time: that a twin raises them with OAuth says nothing of the other's turn.
        is_on_alarm = use.is_on_alarm and not use.is_one_machine
        derived = derived_quiet(use.basic_on, has_moved=use.has_moved, is_on_alarm=is_on_alarm)
    return max(use.quiet_days or 0, derived)


def derived_quiet(
    days: Sequence[dt.date], *, has_moved: bool = False, is_on_alarm: bool = False
) -> int:
    largest = largest_gap(days)
    if is_on_alarm:
        return max(ONCE_QUIET, GAPS * largest)
    if has_moved and keeps_time(days):
        return max(MOVED_QUIET, largest + BURST)  # Its turn has come and gone.
    if has_moved:
        return max(MOVED_QUIET if len(days) >= REGULAR_FROM else RARE_QUIET, GAPS * largest)
    if is_often(days):
        return max(SHORTEST_QUIET, GAPS * largest)
    return max(RARE_QUIET if keeps_time(days) else ONCE_QUIET, GAPS * largest)


def largest_gap(days: Sequence[dt.date]) -> int:
    return max(((after - before).days for before, after in pairwise(days)), default=0)


def is_often(days: Sequence[dt.date]) -> bool:
    return len(days) >= REGULAR_FROM and (days[-1] - days[0]).days >= REGULAR_OVER


def keeps_time(days: Sequence[dt.date]) -> bool:
    """Whether it came on three occasions or more with as long between each of them."""
    starts = [day for n, day in enumerate(days) if n == 0 or (day - days[n - 1]).days > BURST]
    between = [(after - before).days for before, after in pairwise(starts)]
    return len(between) >= 2 and max(between) - min(between) <= max(4, min(between) // 7)
