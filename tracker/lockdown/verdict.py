"""Is it safe to turn SMTP AUTH off for a mailbox? Pure decisions on days; `now` is handed in.

Nothing seen is never proof by itself: a mailbox is safe when everything that was seen to use Basic
has been silent for longer than its own quiet period, reports cover all of that time, and nothing
else speaks for a use that reports do not show. Whatever is missing for that makes it unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from inventory.exchange.effective import BLOCKED, Effective
from tracker.lockdown.quiet import BURST, Use

KEPT = 90
"""Days that Microsoft keeps."""
COVERED = 84
"""Days of these that reports have to cover before silence says anything."""
STALE = 7
"""Days. Reports that end longer ago say nothing of today."""
USED_OTHERWISE = 3
"""Days with other mail from which a mailbox is taken for one that does without SMTP AUTH."""
NAMED = 3
"""So many of a list are named in a reason."""


class Action(StrEnum):
    DISABLE = "disable"
    BLOCK_BASIC_ONLY = "block_basic_only"
    KEEP = "keep"
    ALREADY_OFF = "already_off"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Period:
    """Days, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Coverage:
    """The days for which detail reports of SMTP AUTH were read whole, in order, none touching."""

    periods: tuple[Period, ...] = ()

    @property
    def until(self) -> dt.date | None:
        return self.periods[-1].last if self.periods else None

    def gaps(self, first: dt.date, last: dt.date) -> list[Period]:
        """The parts of these days that no report covers."""
        found, day = [], first
        for period in self.periods:
            if period.first > day and day <= last:
                found.append(Period(day, min(last, period.first - dt.timedelta(days=1))))
            day = max(day, period.last + dt.timedelta(days=1))
        return [*found, Period(day, last)] if day <= last else found


def covered(periods: Iterable[Period]) -> Coverage:
    """Periods that overlap or follow each other made one."""
    merged: list[Period] = []
    for period in sorted(periods, key=lambda each: each.first):
        if merged and period.first <= merged[-1].last + dt.timedelta(days=1):
            merged[-1] = Period(merged[-1].first, max(merged[-1].last, period.last))
        else:
            merged.append(period)
    return Coverage(tuple(merged))


@dataclass(frozen=True)
class Mailbox:
    """All that is known of one mailbox."""

    account: str
    effective: Effective
    uses: tuple[Use, ...] = ()
    waivers: tuple[str, ...] = ()
    """Items behind its senders that are allowed to wait, each with its last day."""
    claims: tuple[str, ...] = ()
    """What else says that something logs in with Basic as this mailbox."""
    off_until: dt.date | None = None
    """When an export last told that it was switched off, which it is not any more."""
    login_check: str = ""
    """What shows that its logins are checks of the login and no mail goes with them."""
    oauth: str = ""
    """What else than mail says that something logs in with OAuth as this mailbox."""
    hint: str = ""
    """What would tell if another mailbox logs in for its mail, where nothing tells yet."""
    other_mail_on: int = 0
    """Days on which it sent mail that was not submitted with SMTP AUTH."""
    word: str = ""
    """Who said, when and until when, that nothing logs in as it. It stands in for the one thing
    that no report tells, what a mailbox without any use is there for, and for nothing else."""


@dataclass(frozen=True)
class Organisation:
    """What holds for every mailbox of a tenant."""

    on: dt.date
    """The day asked for."""
    coverage: Coverage = Coverage()
    partial: tuple[str, ...] = ()
    """Reports that cover nothing because they were cut short or could not be read whole."""
    borrowed: tuple[str, ...] = ()
    """Addresses that mail was sent as with Basic while their own mailbox cannot have logged in:
    some other mailbox did it for them, and nothing tells which."""
    suspects: frozenset[str] = frozenset()
    """Mailboxes that may log in and show no use at all: the likely ones behind the borrowed
    addresses. Where there is none, it can be any."""


@dataclass(frozen=True)
class Verdict:
    account: str
    effective: str
    action: str
    reason: str

    is_unused: bool = False
    """Nothing tells what it is there for; a person may know."""
    is_word_missing: bool = False
    """And nothing else is missing."""
    is_by_word: bool = False
    """A person did, and nothing else makes it safe."""


# -- the answer --------------------------------------------------------------------------------


def decide(mailbox: Mailbox, organisation: Organisation) -> Verdict:
    action, reason = judged(mailbox, organisation)
    if mailbox.off_until and action != Action.ALREADY_OFF:
        reason += f"; it was off on {mailbox.off_until} and has been switched on again"
    return Verdict(
        mailbox.account,
        mailbox.effective.state,
        action.value,
        reason,
        is_unused=is_unused(mailbox),
        is_word_missing=action == Action.UNKNOWN
        and list(doubtful(mailbox, organisation)) == [unused(mailbox)],
        is_by_word=action in (Action.DISABLE, Action.BLOCK_BASIC_ONLY) and stands_alone(mailbox),
    )


def judged(mailbox: Mailbox, organisation: Organisation) -> tuple[Action, str]:
    now = organisation.coverage.until or organisation.on
    sent = [use for use in mailbox.uses if use.quiet_until and use.quiet_until > now]
    live = [use for use in sent if not use.sent_by]
    setting = mailbox.effective
    if setting.state == BLOCKED:
        return Action.ALREADY_OFF, capital(setting.reason) + sent_for_it(sent)
    needs_oauth = bool(mailbox.oauth) or any(use.oauth_on for use in mailbox.uses)
    if setting.is_basic_refused:
        return basic_refused(mailbox, organisation, live, needs_oauth=needs_oauth)
    if live or mailbox.waivers or mailbox.claims:
        hints = [mailbox.hint] if live and mailbox.hint else []
        parts = [*depends(live, now), *waived(mailbox), *mailbox.claims, *hints, *belied(mailbox)]
        return Action.KEEP, "; ".join(parts)
    if doubts := list(doubtful(mailbox, organisation)):
        words = [f"{mailbox.word}, which settles nothing of this"] if mailbox.word else []
        return Action.UNKNOWN, "Cannot know: " + "; ".join([*doubts, *words])
    if needs_oauth:
        return Action.BLOCK_BASIC_ONLY, f"{silent(mailbox, now)}; {oauth_words(mailbox)}"
    return Action.DISABLE, silent(mailbox, now)


def basic_refused(
    mailbox: Mailbox, organisation: Organisation, live: list[Use], *, needs_oauth: bool
) -> tuple[Action, str]:
    """Basic is locked already; what is left is whether SMTP AUTH itself may go. That is nothing
    to do on somebody's word."""
    mailbox = replace(mailbox, word="")
    why = capital(mailbox.effective.reason)
    if needs_oauth:
        return (
            Action.BLOCK_BASIC_ONLY,
            f"{why}: that lock is in force, and OAuth needs SMTP AUTH left on",
        )
    is_used = bool(live or mailbox.waivers or mailbox.claims)
    if is_used or any(doubtful(mailbox, organisation)):
        return Action.ALREADY_OFF, why + sent_for_it(live)
    return Action.DISABLE, f"{why}, and no use of OAuth was seen"


def doubtful(mailbox: Mailbox, organisation: Organisation) -> Iterator[str]:
    """Why silence does not prove that nothing would break."""
    coverage, on = organisation.coverage, organisation.on
    if mailbox.effective.is_switch_on is None:
        yield mailbox.effective.reason
    if coverage.until is None:
        yield (
            "no detail report of SMTP AUTH (SmtpCSReport) was read; the page of the SMTP AUTH "
            "clients report has a button that requests it"
        )
    elif (on - coverage.until).days > STALE:
        yield (
            f"the detail reports (SmtpCSReport) end on {coverage.until}; one up to {on} is missing"
        )
    elif gaps := hiding(mailbox, coverage, coverage.until):
        yield uncovered(gaps, on)
    if organisation.partial:
        yield f"not read whole, so export them anew: {listed(organisation.partial)}"
    if organisation.borrowed and mailbox.account in (organisation.suspects or {mailbox.account}):
        yield (
            f"mail was sent with Basic as {listed(organisation.borrowed)}, whose own mailbox "
            "cannot log in: another mailbox does it, perhaps this one; Entra's sign-in logs of "
            "such a day (AuditLog.Read.All) tell which"
        )
    if is_unused(mailbox) and not mailbox.word:
        yield unused(mailbox)


def uncovered(gaps: list[Period], on: dt.date) -> str:
    words = f"no detail report (SmtpCSReport) covers {listed(map(days_of, gaps))}"
    if max(gap.last for gap in gaps) > on - dt.timedelta(days=KEPT):
        return words
    return f"{words}, which Microsoft keeps no more: only an export from then would tell"


def unused(mailbox: Mailbox) -> str:
    days = mailbox.other_mail_on
    seen = f"other mail of it was seen on {days} of {USED_OTHERWISE} days" if days else ""
    return (
        f"{seen or 'no mail of it was seen at all'}, so what uses it is not known, be it an alarm "
        "or a report once a year; a message trace (Get-MessageTraceV2, or Graph with "
        f"ExchangeMessageTrace.Read.All) with mail of it on {USED_OTHERWISE} days would show that "
        "it sends otherwise"
    )


def hiding(mailbox: Mailbox, coverage: Coverage, until: dt.date) -> list[Period]:
    """The days without a report that may hide a use.

    A few of the ninety that Microsoft keeps hide no more of what nobody has seen than the days
    before them do; but the turn of what is known may have been on one.
    """
    start = until - dt.timedelta(days=COVERED - 1)
    uses = [use for use in mailbox.uses if use.basic_on]
    gaps = coverage.gaps(min([start, *(use.basic_on[-1] for use in uses)]), until)
    kept = coverage.gaps(until - dt.timedelta(days=KEPT - 1), until)
    if sum(each.length for each in kept) > KEPT - COVERED:
        return gaps
    return [gap for gap in gaps if any(may_be_in(gap, use, gaps, until) for use in uses)]


def may_be_in(gap: Period, use: Use, gaps: list[Period], until: dt.date) -> bool:
    """Whether a sender may have used Basic in a gap, and not be silent for long enough since.

    Of one that sends often the days of a short gap do not count as silent, for it would have been
    seen beside them; one with few days may have had one then.
    """
    if use.quiet_until is None or gap.last <= use.basic_on[-1]:
        return False
    if use.is_often and gap.length <= BURST:
        since = [each.length for each in gaps if each.last > use.basic_on[-1]]
        return use.quiet_until + dt.timedelta(days=sum(since)) > until
    return gap.last + (use.quiet_until - use.basic_on[-1]) > until


def is_unused(mailbox: Mailbox) -> bool:
    """Nothing tells what the mailbox is there for."""
    is_otherwise = mailbox.other_mail_on >= USED_OTHERWISE or mailbox.login_check
    return not mailbox.uses and not is_otherwise


def stands_alone(mailbox: Mailbox) -> bool:
    """Whether nothing but somebody's word tells what the mailbox is there for."""
    return bool(mailbox.word) and is_unused(mailbox) and not mailbox.effective.is_basic_refused


# -- words -------------------------------------------------------------------------------------


def depends(live: list[Use], now: dt.date) -> Iterator[str]:
    if not live:
        return
    recent = sorted(live, key=lambda use: (-use.basic_on[-1].toordinal(), use.name))
    words = [
        f"{use.name} (last {use.basic_on[-1]}{next_turn(use, now)}, silent only from "
        f"{use.quiet_until} on)"
        for use in recent
    ]
    count = f"{len(live)} senders depend" if len(live) > 1 else "One sender depends"
    yield f"{count} on Basic: {listed(words)}"


def next_turn(use: Use, now: dt.date) -> str:
    if use.is_on_alarm:
        return ", only when something is wrong"
    return f", next turn on {use.next_on}" if use.next_on and use.next_on > now else ""


def waived(mailbox: Mailbox) -> Iterator[str]:
    if mailbox.waivers:
        yield f"Allowed to wait: {listed(mailbox.waivers)}"


def belied(mailbox: Mailbox) -> Iterator[str]:
    if mailbox.word:
        yield f"although {mailbox.word}"


def sent_for_it(live: list[Use]) -> str:
    if not live:
        return ""
    last = max(use.basic_on[-1] for use in live)
    return f"; mail as this address was sent with Basic until {last}, so another mailbox logs in"


def silent(mailbox: Mailbox, now: dt.date) -> str:
    if lenders := sorted({use.sent_by for use in mailbox.uses if use.sent_by}):
        return (
            f"It never logs in itself: each time {listed(lenders)} logged in right before mail as "
            "this address, and stays as it is"
        )
    last = max((use.basic_on[-1] for use in mailbox.uses if use.basic_on), default=None)
    if moved := [use.moved_by for use in mailbox.uses if use.moved_by]:
        return f"Basic was last seen on {last}, and {listed(moved)}"
    if last:
        return f"Basic was last seen on {last}, {gone(mailbox)}"
    if mailbox.login_check:
        return mailbox.login_check
    if mailbox.uses:
        return f"Basic was never seen in the reports up to {now}"
    if stands_alone(mailbox):
        return (
            f"By a person's word alone: {mailbox.word}; the reports up to {now} show no use of it"
        )
    return (
        f"SMTP AUTH was never seen in the reports up to {now}, while it sent other mail on "
        f"{mailbox.other_mail_on} days"
    )


def gone(mailbox: Mailbox) -> str:
    """Why its last Basic was the last of all."""
    used = [use for use in mailbox.uses if use.basic_on]
    if all(use.is_done for use in used):
        return "and the cutovers of all that used it are done"
    if all(use.is_done or use.has_moved for use in used):
        return "and all that used it was seen on its new way since"
    return "longer ago than any of its senders pauses"


def oauth_words(mailbox: Mailbox) -> str:
    if any(use.oauth_on for use in mailbox.uses):
        return "OAuth is in use and needs SMTP AUTH left on"
    if any(use.moved_by for use in mailbox.uses):
        return "OAuth needs SMTP AUTH left on"
    return f"{mailbox.oauth}, which needs SMTP AUTH left on"


def days_of(period: Period) -> str:
    return f"{period.first} to {period.last}" if period.first != period.last else str(period.first)


def listed(words: Iterable[str]) -> str:
    all_words = list(words)
    more = len(all_words) - NAMED
    return ", ".join(all_words[:NAMED]) + (f" and {more} more" if more > 0 else "")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
