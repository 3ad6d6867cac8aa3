"""How often something sends, when it should again, and what silence means. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

CONTINUOUS, HOURLY, DAILY, WEEKLY = "continuous", "hourly", "daily", "weekly"
MONTH_END, MONTHLY, QUARTERLY = "month_end", "monthly", "quarterly"
ON_ALARM, UNKNOWN = "on_alarm", "unknown"

NEAR_MINUTES = 45
SURE = 0.8
"""Share of the messages or days that have to fit."""
MIN_TIMES = 3
MANY_BURSTS = 5


class Rhythm(NamedTuple):
    cadence: str
    at: str
    """Usual UTC time of day, HH:MM; '' where there is none."""
    next_at: dt.datetime | None
    quiet_days: int | None
    """Days of silence after which it means something; None when silence never does."""
    reason: str


def rhythm(times: Sequence[dt.datetime]) -> Rhythm:
    """The rhythm of messages sent at these sorted times (UTC, aware).

    Nothing here looks at a clock: whether it is overdue is for the caller to say.
    """
    if len(times) < MIN_TIMES:
        return Rhythm(UNKNOWN, "", None, None, f"seen {len(times)} times: too few to tell")
    times = by_one_clock(times)
    days = sorted({time.date() for time in times})
    minute = usual_minute(times)
    gaps = [(b - a).days for a, b in itertools.pairwise(days)]
    if found := by_calendar(times, days, minute):
        return found
    if found := by_hour(times, days):
        return found
    if found := by_hours_of_day(times, days):
        return found
    if found := by_day(times, days, gaps, minute):
        return found
    return irregular(times, days, gaps)


def usual_minute(times: Sequence[dt.datetime]) -> int | None:
    """Minute of the day around which most messages lie (the day is a circle), or None."""
    minutes = Counter(time.hour * 60 + time.minute for time in times)
    told = sorted(minutes)
    around = [minute + day for day in (-1440, 0, 1440) for minute in told]
    below = [0, *accumulate([minutes[minute] for minute in told] * 3)]

    def near_to(minute: int) -> int:
        end = bisect_right(around, minute + NEAR_MINUTES)
        return below[end] - below[bisect_left(around, minute - NEAR_MINUTES)]

    best = max(told, key=near_to)
    near = [each for each in minutes.elements() if apart(best, each) <= NEAR_MINUTES]
    if len(near) < SURE * len(times):
        return None
    shifts = sorted((each - best + 720) % 1440 - 720 for each in near)
    return (best + shifts[len(shifts) // 2]) % 1440


def by_one_clock(times: Sequence[dt.datetime]) -> Sequence[dt.datetime]:
    """The times as the clock of the last of them shows all, if that makes them regular: a job that
    starts at two in the morning starts an hour later by UTC once summer is over."""
    if times[-1] - times[0] < dt.timedelta(days=7) or usual_minute(times) is not None:
        return times
    for change in CHANGES:
        seasons = seasons_of(times, change)
        if len(seasons) < 2 or usual_minute(max(seasons, key=lambda each: len(each[1]))[1]) is None:
            continue
        for sign in (1, -1):
            moved = [
                time + dt.timedelta(hours=sign * hours) for hours, its in seasons for time in its
            ]
            if usual_minute(moved) is not None:
                return moved
    return times


def seasons_of(
    times: Sequence[dt.datetime], change: Callable[[int], Sequence[dt.date]]
) -> list[tuple[int, Sequence[dt.datetime]]]:
    """(hours by which the last clock is ahead, times) between the days on which clocks change."""
    years = range(times[0].year, times[-1].year + 1)
    days = [(day, n) for year in years for n, day in enumerate(change(year))]
    found: list[tuple[int, Sequence[dt.datetime]]] = []
    hours, end = 0, len(times)
    for day, n in reversed(days):
        start = bisect_left(times, day, hi=end, key=dt.datetime.date)
        if 0 < start < len(times):
            found.append((hours, times[start:end]))
            hours, end = hours + (1 if n else -1), start
    return [each for each in [(hours, times[:end]), *reversed(found)] if each[1]]


def in_europe(year: int) -> tuple[dt.date, dt.date]:
    """The days on which clocks change."""
    return sunday_by(dt.date(year, 3, 31)), sunday_by(dt.date(year, 10, 31))


def in_america(year: int) -> tuple[dt.date, dt.date]:
    return sunday_by(dt.date(year, 3, 14)), sunday_by(dt.date(year, 11, 7))


def sunday_by(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=(day.weekday() + 1) % 7)


CHANGES = (in_europe, in_america)


def apart(one: int, other: int) -> int:
    return min((one - other) % 1440, (other - one) % 1440)


def clock(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def on(day: dt.date, minute: int | None) -> dt.datetime:
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    return start + dt.timedelta(minutes=12 * 60 if minute is None else minute)


def by_calendar(
    times: Sequence[dt.datetime], days: list[dt.date], minute: int | None
) -> Rhythm | None:
    """Monthly, at the end of the month, or quarterly."""
    bursts = starts_of_bursts(days)
    if len(bursts) < MIN_TIMES or len(days) > 4 * len(bursts):
        return None
    if minute is None and len(bursts) < MANY_BURSTS:
        return None  # So few at any time of day come a month apart by chance.
    gaps = [(b - a).days for a, b in itertools.pairwise(bursts)]
    if all(26 <= gap <= 35 for gap in gaps):
        is_end = all(is_turn_of_month(day) for day in bursts)
        due = bursts[-1] + dt.timedelta(days=round(sum(gaps) / len(gaps)))
        cadence = MONTH_END if is_end else MONTHLY
        if is_end:
            due = end_of_month_near(due)
        told = "at the turn of the month" if is_end else f"about every {gaps[-1]} days"
        return Rhythm(cadence, clock(minute), on(due, minute), 40, f"{len(bursts)} times, {told}")
    if all(84 <= gap <= 98 for gap in gaps):
        due = bursts[-1] + dt.timedelta(days=91)
        return Rhythm(
            QUARTERLY, clock(minute), on(due, minute), 105, f"{len(bursts)} times, by quarter"
        )
    return None


def starts_of_bursts(days: list[dt.date]) -> list[dt.date]:
    """The first of days that follow within a week of each other."""
    return [day for n, day in enumerate(days) if n == 0 or (day - days[n - 1]).days > 7]


def is_turn_of_month(day: dt.date) -> bool:
    return day.day <= 3 or day.day >= calendar.monthrange(day.year, day.month)[1] - 2


def end_of_month_near(day: dt.date) -> dt.date:
    first = day.replace(day=1)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return last if (last - day).days <= (day - first).days else first


def by_hour(times: Sequence[dt.datetime], days: list[dt.date]) -> Rhythm | None:
    """Round the clock, at least every other hour."""
    span = (times[-1] - times[0]).total_seconds() / 3600 + 1
    if span < 24 or len(times) < 0.5 * span:
        return None
    hours = {(time.toordinal(), time.hour) for time in times}
    if len(hours) < 0.5 * span:
        return None
    minutes = Counter(time.minute // 10 for time in times)
    is_sharp = max(minutes.values()) >= SURE * len(times)
    due = times[-1] + dt.timedelta(hours=1)
    if len(hours) >= SURE * span and (is_sharp or len(times) <= 1.5 * len(hours)):
        return Rhythm(HOURLY, "", due, 1, "in nearly every hour, round the clock")
    return Rhythm(CONTINUOUS, "", due, 1, f"in {len(hours)} of {span:.0f} hours")


def by_hours_of_day(times: Sequence[dt.datetime], days: list[dt.date]) -> Rhythm | None:
    """At the same few hours on nearly every day, such as every eight hours."""
    hours = Counter(time.hour for time in times)
    usual = sorted(hour for hour, count in hours.items() if count >= SURE * len(days))
    span = (days[-1] - days[0]).days + 1
    if not 2 <= len(usual) <= 12 or len(days) < max(4, SURE * span):
        return None
    fitting = sum(hours[hour] for hour in usual)
    minutes = Counter(time.minute // 10 for time in times)
    if fitting < SURE * len(times) or fitting > 1.5 * len(usual) * len(days):
        return None
    if max(minutes.values()) < SURE * len(times):
        return None
    minute = sorted(time.minute for time in times)[len(times) // 2]
    last = times[-1]
    later = next((hour for hour in usual if hour > last.hour), usual[0] + 24)
    due = on(last.date() + dt.timedelta(days=later // 24), later % 24 * 60 + minute)
    told = ", ".join(clock(hour * 60 + minute) for hour in usual)
    return Rhythm(HOURLY, "", due, 2, f"on {len(days)} of {span} days at {told}")


def by_day(
    times: Sequence[dt.datetime], days: list[dt.date], gaps: list[int], minute: int | None
) -> Rhythm | None:
    """Every day or every working day; on one day of the week; else often, at no fixed time."""
    weekday, its_days = Counter(day.weekday() for day in days).most_common(1)[0]
    span = (days[-1] - days[0]).days + 1
    if (
        len(days) >= MIN_TIMES
        and its_days >= SURE * len(days)
        and span >= 15
        and its_days * 7 >= SURE * span - 7
    ):
        due = next_weekday(days[-1], weekday)
        name = calendar.day_name[weekday]
        return Rhythm(WEEKLY, clock(minute), on(due, minute), 10, f"{len(days)} {name}s")
    if len(days) < 4:
        return None
    skips_weekends = all(day.weekday() < 5 for day in days)
    possible = working_days(days[0], days[-1]) if skips_weekends else span
    if len(days) < 0.5 * possible:
        return None
    due = days[-1] + dt.timedelta(days=1)
    while skips_weekends and due.weekday() > 4:
        due += dt.timedelta(days=1)
    quiet = max([*gaps, 1]) + (2 if skips_weekends else 1)
    told = f"on {len(days)} of {possible} {'working ' if skips_weekends else ''}days"
    if minute is not None and len(days) >= SURE * possible and len(times) <= 3 * len(days):
        return Rhythm(DAILY, clock(minute), on(due, minute), quiet, f"{told} at {clock(minute)}")
    return Rhythm(CONTINUOUS, "", on(due, None), quiet, told)


def next_weekday(day: dt.date, weekday: int) -> dt.date:
    return day + dt.timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def working_days(first: dt.date, last: dt.date) -> int:
    span = (last - first).days + 1
    return sum((first + dt.timedelta(days=n)).weekday() < 5 for n in range(span))


def irregular(times: Sequence[dt.datetime], days: list[dt.date], gaps: list[int]) -> Rhythm:
    """Rare and at no time of its own: an alarm. Often enough: its longest pause says more."""
    mean = sum(gaps) / len(gaps) if gaps else 0
    if len(gaps) >= 2 and mean < 5:
        quiet = max(gaps) * 2 + 1
        due = on(days[-1] + dt.timedelta(days=max(1, round(mean))), None)
        return Rhythm(CONTINUOUS, "", due, quiet, f"on {len(days)} days, never long silent")
    if (days[-1] - days[0]).days < 14:
        return Rhythm(UNKNOWN, "", None, None, "seen for less than two weeks")
    reason = f"{len(times)} messages on {len(days)} days at no regular time"
    return Rhythm(ON_ALARM, "", None, None, reason)
