"""No mailbox is called safe whose mail would break; what is not known is called unknown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.exchange.effective import ALLOWED, BASIC_BLOCKED, BLOCKED, UNKNOWN, Effective
from tracker.lockdown.quiet import ONCE_QUIET, RARE_QUIET, SHORTEST_QUIET, Use, derived_quiet
from tracker.lockdown.verdict import (
    Coverage,
    Mailbox,
    Organisation,
    Period,
    covered,
    decide,
    uncovered,
)

ON = dt.date(2026, 11, 22)
OPEN = Effective(ALLOWED, "SMTP AUTH is switched on for the mailbox", is_switch_on=True)
REFUSED = Effective(BASIC_BLOCKED, "a policy refuses it", is_switch_on=True, is_basic_refused=True)
OFF = Effective(BLOCKED, "SMTP AUTH is switched off for the mailbox", is_switch_on=False)
NOT_KNOWN = Effective(UNKNOWN, "the mailbox's own switch is not known", ("Get-CASMailbox",))
PERSON = Mailbox("mia@contoso.com", OPEN, other_mail_on=20)
ALL_COVERED = Organisation(ON, covered([Period(dt.date(2026, 1, 1), ON)]))


def ago(*days: int) -> tuple[dt.date, ...]:
    return tuple(ON - dt.timedelta(days=each) for each in sorted(days, reverse=True))


def every(step: int, *, first: int, last: int) -> tuple[dt.date, ...]:
    return ago(*range(last, first + 1, step))


def action(mailbox: Mailbox, organisation: Organisation = ALL_COVERED) -> str:
    return decide(mailbox, organisation).action


def with_use(basic: tuple[dt.date, ...] = (), oauth: tuple[dt.date, ...] = ()) -> Mailbox:
    return replace(PERSON, uses=(Use("mfp-01", basic, oauth),))


@pytest.mark.parametrize(
    ("mailbox", "want"),
    [
        (PERSON, "disable"),
        (with_use(every(1, first=90, last=0)), "keep"),
        (with_use(every(1, first=120, last=SHORTEST_QUIET - 1)), "keep"),
        (with_use(every(1, first=120, last=SHORTEST_QUIET + 1)), "disable"),
        # Monthly: seen three times, its turn may be late by another month.
        (with_use(ago(100, 70, 40)), "keep"),
        # Quarterly: one gap of 92 days.
        (with_use(ago(192, 100)), "keep"),
        # Seen once only: it may come again in a year.
        (with_use(ago(150)), "keep"),
        # OAuth alone, and OAuth after Basic that has ended.
        (with_use(oauth=every(1, first=60, last=0)), "block_basic_only"),
        (
            with_use(every(1, first=150, last=60), every(1, first=59, last=0)),
            "block_basic_only",
        ),
        # A rare OAuth sender: blocking Basic alone never breaks it.
        (with_use(oauth=ago(85)), "block_basic_only"),
        # OAuth and Basic side by side.
        (with_use(every(1, first=90, last=1), every(1, first=90, last=0)), "keep"),
        # A waiver, and a sign of use that reports do not show.
        (replace(PERSON, waivers=("press line",)), "keep"),
        (replace(PERSON, claims=("a sign-in on 2026-11-20",)), "keep"),
        # Nothing tells what it is for: an alarm may be its only mail.
        (replace(PERSON, other_mail_on=0), "unknown"),
        (replace(PERSON, effective=NOT_KNOWN), "unknown"),
        (replace(with_use(every(1, first=90, last=0)), effective=NOT_KNOWN), "keep"),
        (replace(PERSON, effective=OFF), "already_off"),
        (replace(with_use(every(1, first=90, last=0)), effective=OFF), "already_off"),
        # Basic is refused already: only OAuth can need the switch.
        (replace(PERSON, effective=REFUSED), "disable"),
        (replace(PERSON, effective=REFUSED, other_mail_on=0), "already_off"),
        (replace(with_use(oauth=ago(3)), effective=REFUSED), "block_basic_only"),
        (replace(with_use(ago(3, 4)), effective=REFUSED), "already_off"),
    ],
)
def test_decides_for_a_mailbox(mailbox: Mailbox, want: str) -> None:
    verdict = decide(mailbox, ALL_COVERED)

    assert verdict.action == want
    assert verdict.reason


DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("organisation", "says"),
    [
        (Organisation(ON), "no detail report"),
        (Organisation(ON, covered([Period(ON - 60 * DAY, ON)])), "2026-08-31 to 2026-09-22"),
        (
            Organisation(
                ON,
                covered([Period(ON - 200 * DAY, ON - 30 * DAY), Period(ON - 20 * DAY, ON)]),
            ),
            "2026-10-24 to 2026-11-01",
        ),
        (
            Organisation(ON, covered([Period(ON - 200 * DAY, ON - 8 * DAY)])),
            "end on 2026-11-14",
        ),
        (replace(ALL_COVERED, partial=("cut.csv",)), "cut.csv"),
        (replace(ALL_COVERED, borrowed=("orders@contoso.com",)), "orders@contoso.com"),
    ],
)
def test_cannot_know_and_says_what_is_missing(organisation: Organisation, says: str) -> None:
    for mailbox in (PERSON, with_use(oauth=ago(10))):
        verdict = decide(mailbox, organisation)
        assert verdict.action == "unknown"
        assert says in verdict.reason


def test_silence_is_counted_to_the_end_of_the_reports_not_to_today() -> None:
    silent_for = SHORTEST_QUIET + 3
    mailbox = with_use(every(1, first=150, last=silent_for))
    until = ON - 5 * DAY

    assert action(mailbox) == "disable"
    assert action(mailbox, Organisation(ON, covered([Period(ON - 200 * DAY, until)]))) == "keep"


def test_all_days_since_the_last_basic_have_to_be_covered() -> None:
    mailbox = with_use(every(1, first=250, last=130))
    enough = covered([Period(ON - 260 * DAY, ON)])
    hole = covered([Period(ON - 260 * DAY, ON - 120 * DAY), Period(ON - 100 * DAY, ON)])

    assert action(mailbox, Organisation(ON, enough)) == "disable"
    assert action(mailbox, Organisation(ON, hole)) == "disable", "silent for 100 days since"

    mailbox = with_use(every(14, first=258, last=130))
    late = covered([Period(ON - 260 * DAY, ON - 110 * DAY), Period(ON - 89 * DAY, ON)])
    assert action(mailbox, Organisation(ON, late)) == "disable"
    pauses = with_use((*every(1, first=258, last=220), *every(1, first=190, last=130)))
    assert action(pauses, Organisation(ON, enough)) == "disable"
    assert action(pauses, Organisation(ON, late)) == "unknown", "its pauses last a month"


GAP = Organisation(ON, covered([Period(ON - 89 * DAY, ON - 31 * DAY), Period(ON - 29 * DAY, ON)]))
TWICE = Organisation(
    ON,
    covered(
        [
            Period(ON - 89 * DAY, ON - 51 * DAY),
            Period(ON - 46 * DAY, ON - 31 * DAY),
            Period(ON - 27 * DAY, ON),
        ]
    ),
)


@pytest.mark.parametrize(
    ("uses", "organisation", "want"),
    [
        # As chance has it, what nobody has seen may as well have been before the reports.
        ((), GAP, "disable"),
        ((), TWICE, "unknown"),
        # It sent every day, and does so on no other day since.
        ((Use("mfp-1", every(1, first=140, last=72)),), GAP, "disable"),
        ((Use("mfp-1", every(1, first=140, last=71)),), GAP, "unknown"),
        # Once a month: its turn may have been on the one day.
        ((Use("payroll", ago(250, 220, 190, 160)),), GAP, "unknown"),
        ((Use("payroll", ago(250, 220, 190, 160)),), ALL_COVERED, "disable"),
    ],
)
def test_a_day_without_a_report_counts_where_it_may_hide_something(
    uses: tuple[Use, ...], organisation: Organisation, want: str
) -> None:
    before = Period(ON - 300 * DAY, ON - 90 * DAY)
    more = replace(organisation, coverage=covered([before, *organisation.coverage.periods]))
    assert action(replace(PERSON, uses=uses), more) == want


def test_a_borrowed_address_casts_doubt_on_mailboxes_without_any_use_first() -> None:
    borrowed = replace(
        ALL_COVERED, borrowed=("orders@contoso.com",), suspects=frozenset({"svc@contoso.com"})
    )
    suspect = Mailbox("svc@contoso.com", OPEN)

    assert action(PERSON, borrowed) == "disable"
    assert action(suspect, borrowed) == "unknown"
    assert "orders@contoso.com" in decide(suspect, borrowed).reason


def test_says_that_another_mailbox_logs_in_for_one_that_is_off() -> None:
    verdict = decide(replace(with_use(ago(1, 2)), effective=OFF), ALL_COVERED)
    assert "another mailbox logs in" in verdict.reason


def test_names_the_senders_that_hold_it_the_latest_first() -> None:
    uses = tuple(Use(f"mfp-{n}", every(1, first=60, last=n)) for n in range(1, 6))
    reason = decide(replace(PERSON, uses=uses), ALL_COVERED).reason

    assert reason.startswith("5 senders depend on Basic: mfp-1 (last 2026-11-21")
    assert "and 2 more" in reason


@pytest.mark.parametrize(
    ("days", "quiet"),
    [
        ((), ONCE_QUIET),
        (ago(5), ONCE_QUIET),
        (ago(60, 30), ONCE_QUIET),
        (ago(90, 60, 30), RARE_QUIET),
        (ago(61, 60, 31, 1), RARE_QUIET),
        (ago(90, 50, 30), ONCE_QUIET),
        (ago(184, 92, 0), 276),
        (ago(92, 0), ONCE_QUIET),
        (ago(150, 0), 450),
        (every(1, first=60, last=0), SHORTEST_QUIET),
        (every(1, first=9, last=0), ONCE_QUIET),
        # Once a year, and on two days then.
        (ago(1, 0), ONCE_QUIET),
        (every(7, first=90, last=0), SHORTEST_QUIET),
        (every(14, first=140, last=0), SHORTEST_QUIET),
        (every(28, first=280, last=0), 84),
        ((*every(1, first=90, last=60), *every(1, first=10, last=0)), 150),
    ],
)
def test_the_quiet_period_follows_the_rhythm(days: tuple[dt.date, ...], quiet: int) -> None:
    assert derived_quiet(days) == quiet


def test_a_week_of_alarms_is_no_rhythm_unless_the_sender_moved_to_oauth() -> None:
    alarms = every(1, first=70, last=60)
    assert action(with_use(alarms)) == "keep"
    assert action(with_use(alarms, ago(50))) == "keep"
    assert action(with_use(alarms, ago(50, 40, 30))) == "block_basic_only"


@pytest.mark.parametrize(
    ("days", "quiet"),
    [
        (every(1, first=60, last=0), 35),
        (ago(61, 30, 0), 38),
        (ago(184, 92, 0), 99),
        (ago(61, 0), 183),
        (ago(161, 30, 0), 393),
    ],
)
def test_what_has_moved_is_waited_for_until_its_turn_has_gone(
    days: tuple[dt.date, ...], quiet: int
) -> None:
    assert derived_quiet(days, has_moved=True) == quiet


def test_a_kept_quiet_period_only_makes_it_longer() -> None:
    days = every(1, first=150, last=SHORTEST_QUIET + 1)
    assert action(replace(PERSON, uses=(Use("a", days, quiet_days=10),))) == "disable"
    assert action(replace(PERSON, uses=(Use("a", days, quiet_days=200),))) == "keep"


def test_a_sender_of_alarms_is_waited_for_a_year_unless_it_moved() -> None:
    use = Use("ups-1", ago(200, 180, 160), is_on_alarm=True)
    moved = replace(use, oauth_on=ago(30, 20, 10))

    assert action(replace(PERSON, uses=(use,))) == "keep"
    assert action(replace(PERSON, uses=(replace(use, is_on_alarm=False),))) == "disable"
    assert action(replace(PERSON, uses=(moved,))) == "keep", "a twin may have moved"
    one = replace(moved, is_one_machine=True)
    assert action(replace(PERSON, uses=(one,))) == "block_basic_only"


def test_what_shows_a_move_is_waited_for_two_weeks_only_and_said() -> None:
    use = Use("ups-1", ago(60, 40), oauth_on=ago(20), is_on_alarm=True)
    moved = replace(use, moved_by="ups-1 has sent the same with OAuth since")
    verdict = decide(replace(PERSON, uses=(moved,)), ALL_COVERED)

    assert action(replace(PERSON, uses=(use,))) == "keep"
    assert verdict.action == "block_basic_only"
    assert "and ups-1 has sent the same with OAuth since; OAuth is in use" in verdict.reason
    assert action(replace(PERSON, uses=(replace(moved, oauth_on=ago(10)),))) == "keep"


@pytest.mark.parametrize(
    ("days", "says"),
    [(0, "no mail of it was seen at all"), (2, "other mail of it was seen on 2 of 3 days")],
)
def test_names_the_export_that_would_show_what_a_mailbox_is_for(days: int, says: str) -> None:
    reason = decide(replace(PERSON, other_mail_on=days), ALL_COVERED).reason

    assert says in reason
    assert "ExchangeMessageTrace.Read.All" in reason


def test_says_of_days_too_long_ago_that_no_new_export_has_them() -> None:
    old, late = Period(*ago(110, 100)), Period(*ago(30, 20))

    assert "Microsoft keeps no more" in uncovered([old], ON)
    assert "Microsoft keeps" not in uncovered([old, late], ON)


def test_a_login_with_oauth_that_no_mail_shows_needs_smtp_auth_left_on() -> None:
    mailbox = replace(PERSON, oauth="a script logs in with OAuth: jobs/year.py:5")
    verdict = decide(mailbox, ALL_COVERED)

    assert action(PERSON) == "disable"
    assert verdict.action == "block_basic_only"
    assert "jobs/year.py:5, which needs SMTP AUTH left on" in verdict.reason


BEFORE = every(1, first=80, last=20)


@pytest.mark.parametrize(
    ("use", "want"),
    [
        (Use("mfp-1", BEFORE, every(1, first=19, last=0)), "keep"),
        (Use("mfp-1", BEFORE, every(1, first=20, last=0), is_one_machine=True), "block_basic_only"),
        # Both ways side by side for a day, as when two are alike or it falls back.
        (Use("mfp-1", BEFORE, every(1, first=21, last=0), is_one_machine=True), "keep"),
        # Too few turns to tell.
        (Use("mfp-1", BEFORE, every(3, first=18, last=0), is_one_machine=True), "keep"),
        # It sent every other week: its turn may be yet to come.
        (
            Use("mfp-1", every(14, first=160, last=20), every(1, first=19, last=0)),
            "keep",
        ),
    ],
)
def test_one_machine_that_switched_is_seen_to_have_moved(use: Use, want: str) -> None:
    assert action(replace(PERSON, uses=(use,))) == want


def test_mail_on_another_way_shortens_the_wait() -> None:
    use = Use("mfp-1", every(1, first=150, last=40))

    assert action(replace(PERSON, uses=(use,))) == "keep"
    assert action(replace(PERSON, uses=(replace(use, other_on=ago(30, 20, 10)),))) == "disable"


def test_a_sender_is_waited_for_until_its_next_turn_has_passed() -> None:
    use = Use("payroll", every(7, first=200, last=80))
    soon = replace(use, next_on=ON + DAY)

    assert action(replace(PERSON, uses=(use,))) == "disable"
    assert action(replace(PERSON, uses=(soon,))) == "keep"
    assert action(replace(PERSON, uses=(replace(soon, next_on=ON - DAY),))) == "disable"
    assert (
        "next turn on 2026-11-23, silent only from 2026-11-24 on"
        in decide(replace(PERSON, uses=(soon,)), ALL_COVERED).reason
    )


def test_checks_of_the_login_hold_nothing_and_are_named() -> None:
    probe = Mailbox("probe@contoso.com", OPEN, login_check="It logged in on 30 days")

    assert decide(probe, ALL_COVERED).reason == "It logged in on 30 days"
    assert action(probe) == "disable"
    assert action(replace(probe, claims=("A script logs in with it: a.ps1:2",))) == "keep"


def test_a_verified_sender_seen_rarely_waits_a_month_only() -> None:
    use = Use("a", ago(170, 80), is_done=True)
    assert action(replace(PERSON, uses=(use,))) == "disable"
    assert action(replace(PERSON, uses=(replace(use, basic_on=ago(90, 20)),))) == "keep"


def test_joins_periods_that_follow_each_other() -> None:
    periods = [Period(ON - 3 * DAY, ON), Period(ON - 9 * DAY, ON - 4 * DAY)]
    assert covered(periods).periods == (Period(ON - 9 * DAY, ON),)
    assert covered(periods).gaps(ON - 10 * DAY, ON + DAY) == [
        Period(ON - 10 * DAY, ON - 10 * DAY),
        Period(ON + DAY, ON + DAY),
    ]
    assert Coverage().gaps(ON, ON) == [Period(ON, ON)]


SPANS = st.tuples(st.integers(0, 60), st.integers(0, 20))


@given(st.lists(SPANS, max_size=6), SPANS)
def test_gaps_are_the_days_that_no_period_has(
    spans: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    def days(span: tuple[int, int]) -> set[dt.date]:
        return {ON + DAY * (span[0] + each) for each in range(span[1] + 1)}

    def period(span: tuple[int, int]) -> Period:
        return Period(min(days(span)), max(days(span)))

    want = period(asked)
    gaps = covered(map(period, spans)).gaps(want.first, want.last)
    found = {
        each.first + DAY * n for each in gaps for n in range((each.last - each.first).days + 1)
    }
    assert found == days(asked) - {day for span in spans for day in days(span)}


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=30, unique=True),
    st.integers(0, 200),
)
def test_more_basic_never_makes_a_mailbox_safer(days: list[int], more: int) -> None:
    safe = ("disable", "block_basic_only")
    if action(with_use(ago(*days))) not in safe and more <= min(days):
        later = action(with_use(ago(*{*days, more})))
        assert later not in safe or len(days) < 8
