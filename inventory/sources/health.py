"""What each source has told, how far it reaches, what is missing and what to do. No database.

An empty answer, a failed one and one without a sender are three states, and none of them is good:
no data never looks like clean.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from inventory import outcome
from inventory.sources.catalogue import Source

NAMED_GAPS = 5
REJECTED_SHARE = 0.01
DAY = dt.timedelta(days=1)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class State(StrEnum):
    NEVER = "never received"
    WAITING = "waits to be read"
    FAILED = "failed"
    REFUSED = "refused"
    EMPTY = "no rows"
    NO_SENDERS = "rows, but no sender"
    PARTIAL = "has gaps"
    STALE = "stale"
    GOOD = "good"


@dataclass(frozen=True)
class Told:
    """One report of the source, or one scan."""

    name: str
    at: dt.datetime
    state: str = "read"
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    row_count: int = 0
    rejected_count: int = 0
    account_count: int | None = None
    is_cut: bool = False
    asks_date_order: bool = False
    asks_columns: bool = False
    refusal: str = ""

    @property
    def outcome(self) -> str:
        return outcome.of_report(
            self.state,
            row_count=self.row_count,
            rejected_count=self.rejected_count,
            account_count=self.account_count,
            asks_date_order=self.asks_date_order,
            asks_columns=self.asks_columns,
        )

    @property
    def is_read(self) -> bool:
        return self.state == outcome.READ


@dataclass(frozen=True)
class Asked:
    """One pull of the source."""

    at: dt.datetime
    state: str
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    error: str = ""
    todo: str = ""


@dataclass(frozen=True)
class Facts:
    told: tuple[Told, ...] = ()
    asked: tuple[Asked, ...] = ()
    is_collected: bool | None = None
    """None: there is no connection to Microsoft."""


@dataclass(frozen=True)
class Period:
    first_on: dt.date
    last_on: dt.date

    @property
    def day_count(self) -> int:
        return (self.last_on - self.first_on).days + 1

    def __str__(self) -> str:
        if self.first_on == self.last_on:
            return day(self.first_on)
        return f"{day(self.first_on)} to {day(self.last_on)}"


@dataclass(frozen=True)
class Health:
    source: Source
    state: State
    last_good_at: dt.datetime | None = None
    covered: tuple[Period, ...] = ()
    gaps: tuple[Period, ...] = ()
    findings: tuple[str, ...] = field(default=())
    """Plain sentences: what is missing, and what to do."""

    as_of: dt.date | None = None
    """For what tells how things are: the last day on which it did."""

    @property
    def covers(self) -> str:
        if not self.covered:
            return f"as of {day(self.as_of)}" if self.as_of else ""
        return f"{day(self.covered[0].first_on)} to {day(self.covered[-1].last_on)}"


def assess(source: Source, facts: Facts, now: dt.datetime) -> Health:
    covered = merged(periods(source, facts))
    gaps = tuple(between(covered))
    last_good_at = max(good_times(facts), default=None)
    state = state_of(source, facts, gaps, now)
    findings = tuple(found(source, facts, state, gaps, now))
    as_of = None if source.is_dated else last_day(source, facts)
    return Health(source, state, last_good_at, covered, gaps, findings, as_of)


# -- the state ---------------------------------------------------------------------------------


def state_of(source: Source, facts: Facts, gaps: tuple[Period, ...], now: dt.datetime) -> State:
    last_good = max(good_times(facts), default=None)
    failed = last_failure(facts)
    if failed and not is_made_good(source, facts, failed):
        return State.FAILED
    refused = last_refusal(facts)
    if refused and (last_good is None or refused.at > last_good):
        return State.REFUSED
    if last_good is None:
        return State.WAITING if facts.told or facts.asked else State.NEVER
    read = [told for told in facts.told if told.is_read]
    if not any(told.row_count > told.rejected_count for told in read):
        return State.EMPTY
    if all(told.outcome != outcome.READ for told in read):
        return State.NO_SENDERS
    if is_stale(source, facts, now):
        return State.STALE
    return State.PARTIAL if gaps or any(told.is_cut for told in read) else State.GOOD


def good_times(facts: Facts) -> Iterator[dt.datetime]:
    yield from (told.at for told in facts.told if told.is_read)
    yield from (asked.at for asked in facts.asked if asked.state == "empty")


def last_failure(facts: Facts) -> Asked | None:
    failed = [asked for asked in facts.asked if asked.state == "failed"]
    return max(failed, key=lambda asked: asked.at, default=None)


def is_made_good(source: Source, facts: Facts, failed: Asked) -> bool:
    """By a later pull, or by reports of the same days; of what has no days, by any later one."""
    if any(asked.at > failed.at and asked.state in ("done", "empty") for asked in facts.asked):
        return True
    if not source.is_dated or failed.first_on is None or failed.last_on is None:
        return any(at > failed.at for at in good_times(facts))
    return any(
        period.first_on <= failed.first_on and failed.last_on <= period.last_on
        for period in merged(periods(source, facts))
    )


def last_refusal(facts: Facts) -> Told | None:
    refused = [told for told in facts.told if told.state == "refused"]
    return max(refused, key=lambda told: told.at, default=None)


def is_stale(source: Source, facts: Facts, now: dt.datetime) -> bool:
    since = last_day(source, facts)
    if source.stale_after is None or since is None:
        return False
    return (now.date() - since).days > source.stale_after


def last_day(source: Source, facts: Facts) -> dt.date | None:
    """The last day that the source tells of."""
    covered = merged(periods(source, facts)) if source.is_dated else ()
    if covered:
        return covered[-1].last_on
    told = (each.last_on or each.at.date() for each in facts.told if each.is_read)
    asked = (each.at.date() for each in facts.asked if each.state == "empty")
    return max([*told, *asked], default=None)


# -- coverage ----------------------------------------------------------------------------------


def periods(source: Source, facts: Facts) -> Iterator[Period]:
    """Days of which the source tells for certain: a file that was cut short does not."""
    if not source.is_dated:
        return
    for told in facts.told:
        if told.is_read and not told.is_cut and told.first_on and told.last_on:
            yield Period(told.first_on, told.last_on)
    for asked in facts.asked:
        if asked.state in ("done", "empty") and asked.first_on and asked.last_on:
            yield Period(asked.first_on, asked.last_on)


def merged(found: Iterable[Period]) -> tuple[Period, ...]:
    result: list[Period] = []
    for each in sorted(found, key=lambda period: (period.first_on, period.last_on)):
        if result and each.first_on <= result[-1].last_on + DAY:
            last = max(result[-1].last_on, each.last_on)
            result[-1] = Period(result[-1].first_on, last)
        else:
            result.append(each)
    return tuple(result)


def between(covered: tuple[Period, ...]) -> Iterator[Period]:
    for before, after in pairwise(covered):
        yield Period(before.last_on + DAY, after.first_on - DAY)


# -- what is missing ---------------------------------------------------------------------------


def found(
    source: Source, facts: Facts, state: State, gaps: tuple[Period, ...], now: dt.datetime
) -> Iterator[str]:
    if state == State.NEVER:
        yield f"Nothing has come in yet. How to get it: {source.how}."
    if source.pull and facts.is_collected is False:
        yield "Collecting it from Microsoft is switched off in the connection."
    yield from trouble(facts, state)
    if state == State.EMPTY:
        yield "It came without a row: that is no data, not a sign that nothing sends."
    if state == State.NO_SENDERS:
        rows = sum(told.row_count for told in facts.told if told.is_read)
        yield (
            f"It has {rows:,} rows, none of them of an account that uses SMTP AUTH for certain: "
            "that does not say that none does."
        )
    yield from missing_days(source, facts, gaps, now)
    yield from doubts(facts)


def trouble(facts: Facts, state: State) -> Iterator[str]:
    failed, refused = last_failure(facts), last_refusal(facts)
    if failed and state == State.FAILED:
        yield f"The last pull failed on {day(failed.at.date())}: {failed.error.rstrip('.')}."
        if failed.todo:
            yield f"{failed.todo.rstrip('.')}."
    if refused and refused.asks_date_order:
        yield f"{refused.name} waits for a person to say whether its dates start with the day."
    elif refused and state == State.REFUSED:
        yield f"{refused.name} was refused: {refused.refusal.rstrip('.')}."
    waiting = sum(told.state in ("received", "reading") for told in facts.told)
    if waiting:
        yield f"{number(waiting).capitalize()} {plural(waiting, 'report')} waiting to be read."
    for asked in facts.asked:
        if asked.state in ("waiting", "running") and asked.error:
            yield f"A pull is tried again: {asked.error.rstrip('.')}."
            break


def missing_days(
    source: Source, facts: Facts, gaps: tuple[Period, ...], now: dt.datetime
) -> Iterator[str]:
    for gap in gaps[-NAMED_GAPS:]:
        yield (
            f"Gap of {number(gap.day_count)} {plural(gap.day_count, 'day')} "
            f"{'on' if gap.day_count == 1 else 'from'} {gap}."
        )
    if len(gaps) > NAMED_GAPS:
        yield f"{number(len(gaps) - NAMED_GAPS).capitalize()} older gaps."
    since = last_day(source, facts)
    if is_stale(source, facts, now) and since:
        count = (now.date() - since).days
        yield f"Nothing since {day(since)}, {count} days ago."


def doubts(facts: Facts) -> Iterator[str]:
    read = [told for told in facts.told if told.is_read]
    cut = [told.name for told in read if told.is_cut]
    if cut:
        yield f"Probably cut short: {listed(cut)}. Export shorter periods."
    bad = [told.name for told in read if told.rejected_count > told.row_count * REJECTED_SHARE]
    if bad:
        yield f"More than one row in a hundred was not taken: {listed(bad)}."


def listed(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def day(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"


def number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
