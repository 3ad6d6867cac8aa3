"""What reports say of a cut-over item: verified, Basic again, broken, or what is missing to know.

Pure decisions; `today` is handed in. Basic after the cut calls for its reopening, and so does a
failure that nothing on the new way has followed. It is verified when it was seen on its new way,
and Basic has been silent for longer than its own quiet period in reports that were read whole,
cover all of that time and are not stale.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracker.lockdown.verdict import STALE, Coverage, Period, days_of, listed

NOTHING_COVERED = Coverage()


class Verdict(StrEnum):
    VERIFIED = "verified"
    BASIC_AGAIN = "basic_again"
    BROKEN = "broken"
    WAITING = "waiting"
    """Nothing contradicts it yet, and its quiet period is not over or its new way not seen."""
    UNKNOWN = "unknown"
    """A report is missing."""


@dataclass(frozen=True)
class Sign:
    """Something that was seen of the item after the cut, and the row that told it."""

    kind: str
    """`basic`, `oauth`, `other` (in traces, without SMTP AUTH), `login`, `failure`, `reply`."""
    at: dt.datetime
    where: str = ""
    """Source address, or the host that logged it."""
    what: str = ""
    count: int = 1
    row: int = 0
    """Primary key of the observation, sign-in or logged reply."""
    report: int = 0


@dataclass(frozen=True)
class Facts:
    """What was seen of an item since its cut, and for which days reports tell at all."""

    cut_on: dt.date
    today: dt.date
    basic: tuple[Sign, ...] = ()
    """In order, as the next two."""
    new_way: tuple[Sign, ...] = ()
    failures: tuple[Sign, ...] = ()
    quiet_days: int = 0
    coverage: Coverage = NOTHING_COVERED
    partial: tuple[str, ...] = ()
    """Reports of SMTP AUTH that were not read whole, or not at all."""

    @property
    def due_on(self) -> dt.date:
        """Up to then Basic has to be silent."""
        return self.cut_on + dt.timedelta(days=self.quiet_days)


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    reason: str
    proof: tuple[Sign, ...] = ()
    """What was seen that says so."""
    missing: tuple[Period, ...] = ()
    """Days that no report covers."""


def find(facts: Facts) -> Finding:
    if facts.basic:
        return Finding(
            Verdict.BASIC_AGAIN,
            f"Basic was seen after the cut {when(facts.basic)}: {places(facts.basic)}",
            facts.basic,
        )
    if failed := unanswered(facts):
        reason = f"It fails since the cut {when(failed)}: {places(failed)} ({failed[-1].what})"
        if facts.new_way:
            reason += f". Nothing on the new way since {facts.new_way[-1].at:%Y-%m-%d}."
        return Finding(Verdict.BROKEN, reason, failed)
    if missing := list(lacking(facts)):
        return Finding(Verdict.UNKNOWN, "; ".join(missing), facts.new_way, gaps(facts))
    if facts.coverage.until is None or facts.coverage.until < facts.due_on:
        return Finding(
            Verdict.WAITING,
            f"Basic is silent; reports up to {facts.due_on} have to say so, they end on "
            f"{facts.coverage.until}",
            facts.new_way,
        )
    if not facts.new_way:
        reason = "Basic is silent, but nothing was seen on the new way either"
        return Finding(Verdict.WAITING, reason)
    reason = f"{on_new_way(facts.new_way)}; no Basic for {facts.quiet_days} days"
    return Finding(Verdict.VERIFIED, reason, facts.new_way)


def unanswered(facts: Facts) -> tuple[Sign, ...]:
    """Failures after the last success on the new way."""
    success = max((sign.at for sign in facts.new_way), default=None)
    return tuple(sign for sign in facts.failures if success is None or sign.at > success)


def lacking(facts: Facts) -> Iterator[str]:
    """Which report is missing to know, and of which days."""
    until = facts.coverage.until
    if until is None:
        yield f"no detail report of SMTP AUTH was read{cut_short(facts)}"
    elif holes := gaps(facts):
        yield f"no detail report covers {listed(map(days_of, holes))}{cut_short(facts)}"
    elif (facts.today - until).days > STALE:
        yield (
            f"the detail reports end on {until}; one up to {facts.today} is missing"
            f"{cut_short(facts)}"
        )


def gaps(facts: Facts) -> tuple[Period, ...]:
    until = facts.coverage.until
    if until is None:
        return ()
    return tuple(facts.coverage.gaps(facts.cut_on, min(facts.due_on, until)))


# -- words -------------------------------------------------------------------------------------


def when(signs: tuple[Sign, ...]) -> str:
    days = sorted({sign.at.date() for sign in signs})
    return f"on {days[0]}" if len(days) == 1 else f"on {len(days)} days, last on {days[-1]}"


def places(signs: tuple[Sign, ...]) -> str:
    return listed(sorted({sign.where or "no address told" for sign in signs}))


def on_new_way(signs: tuple[Sign, ...]) -> str:
    """OAuth where there is any, for it proves more than mail that is not of SMTP AUTH."""
    oauth = tuple(sign for sign in signs if sign.kind == "oauth")
    return f"{'OAuth' if oauth else 'Mail without SMTP AUTH'} {when(oauth or signs)}"


def cut_short(facts: Facts) -> str:
    return f" (not read whole: {listed(facts.partial)})" if facts.partial else ""
