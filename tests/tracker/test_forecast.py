from __future__ import annotations

import datetime as dt
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import TODAY
from tracker.pace.chances import beta_share, chance_within, weeks_for
from tracker.pace.forecast import (
    Cause,
    Open,
    Outlook,
    Pace,
    Risk,
    capacity,
    forecast,
    in_turn,
    misses,
    pace_of,
    risk,
)

DAY = dt.timedelta(days=1)
STEADY = Pace((4, 5, 3, 4, 6, 4, 5, 5))
SOON, LATER = TODAY + 21 * DAY, TODAY + 365 * DAY


# -- the chances -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "a", "b", "share"),
    [
        (0.5, 3, 3, 0.5),
        (0.25, 1, 1, 0.25),
        (0.3, 2, 1, 0.09),
        (0.3, 1, 4, 1 - 0.7**4),
        # Of ten throws with 0.2 at least three hit: I_0.2(3, 8).
        (0.2, 3, 8, 0.3222004736),
        (0.5, 400, 420, 0.7576594),
    ],
)
def test_knows_the_shares_of_beta_distributions(x: float, a: float, b: float, share: float) -> None:
    assert beta_share(x, a, b) == pytest.approx(share, abs=2e-3 if a > 100 else 1e-9)


@given(st.floats(0.1, 400), st.floats(1, 400), st.integers(2, 8))
def test_needs_longer_to_be_surer(left: float, done: float, watched: int) -> None:
    weeks = [weeks_for(chance, left, done, watched) for chance in (0.1, 0.5, 0.9)]
    assert weeks == sorted(weeks)
    for chance, needed in zip((0.1, 0.5, 0.9), weeks, strict=True):
        if not math.isinf(needed):
            assert chance_within(needed, left, done, watched) >= chance - 1e-9


def test_is_right_as_often_as_it_says() -> None:
    """Of many projects whose true pace nobody knows, eight of ten end within the band."""
    chance = random.Random(11)
    early = late = dated = 0
    for _ in range(400):
        rate, left = chance.uniform(1, 8), chance.randint(5, 60)
        weekly = tuple(poisson(chance, rate) for _ in range(8))
        found = forecast(left, Pace(weekly), TODAY)
        if found.outlook != Outlook.DATED or found.early_on is None:
            continue
        weeks = sum(chance.expovariate(rate) for _ in range(left))
        end = TODAY + math.ceil(weeks * 7) * DAY
        dated += 1
        early += end < found.early_on
        late += found.late_on is not None and end > found.late_on
    assert dated > 350
    assert 0.03 < early / dated < 0.15
    assert 0.03 < late / dated < 0.15


def poisson(chance: random.Random, rate: float) -> int:
    count, time = 0, chance.expovariate(rate)
    while time < 1:
        count, time = count + 1, time + chance.expovariate(rate)
    return count


# -- the pace ----------------------------------------------------------------------------------


def test_counts_by_week_up_to_today_less_what_was_reopened() -> None:
    changes = [(TODAY, 1), (TODAY - 6 * DAY, 1), (TODAY - 7 * DAY, 1), (TODAY - 8 * DAY, -1)]
    assert pace_of(changes, TODAY - 30 * DAY, TODAY) == Pace((0, 0, 0, 2))


def test_looks_no_further_back_than_eight_weeks_nor_before_it_began() -> None:
    changes = [(TODAY - n * DAY, 1) for n in range(100)]
    assert pace_of(changes, TODAY - 99 * DAY, TODAY).weekly == (7,) * 8
    assert pace_of(changes, TODAY - 15 * DAY, TODAY).weekly == (7, 7)
    assert pace_of(changes, None, TODAY).weekly == ()


# -- the forecast ------------------------------------------------------------------------------


def test_dates_the_end_with_a_band() -> None:
    found = forecast(20, STEADY, TODAY)
    assert found.outlook == Outlook.DATED
    assert found.early_on
    assert found.likely_on
    assert found.late_on
    assert TODAY + 18 * DAY < found.early_on < found.likely_on < found.late_on < TODAY + 60 * DAY
    # 4.5 a week: twenty take a little over four weeks.
    assert abs((found.likely_on - TODAY).days - 31) <= 3
    assert found.reason == "36 done in the last 8 weeks, 20 left"


@pytest.mark.parametrize(
    ("weekly", "outlook", "why"),
    [
        ((), Outlook.CANNOT_SAY, "it has run for less than 2 weeks"),
        ((9,), Outlook.CANNOT_SAY, "it has run for less than 2 weeks"),
        ((0, 0, 0), Outlook.CANNOT_SAY, "nothing was done in the last 3 weeks"),
        ((0, 0, 0, 0), Outlook.STALLED, "nothing was done in the last 4 weeks"),
        ((1, -1, 0, 0), Outlook.STALLED, "nothing was done in the last 4 weeks"),
        ((0, 1, 0, 1), Outlook.CANNOT_SAY, "only 2 done in the last 4 weeks"),
        ((0, 30, 0), Outlook.CANNOT_SAY, "was done in one of them"),
    ],
)
def test_names_no_day_out_of_nothing(weekly: tuple[int, ...], outlook: Outlook, why: str) -> None:
    found = forecast(12, Pace(weekly), TODAY)
    assert found.outlook == outlook
    assert why in found.reason
    assert (found.early_on, found.likely_on, found.late_on) == (None, None, None)


def test_is_done_when_nothing_is_left() -> None:
    found = forecast(0, Pace(), TODAY)
    assert (found.outlook, risk(found, TODAY)) == (Outlook.DONE, Risk.DONE)


def test_is_less_sure_when_work_comes_in_clumps() -> None:
    even, clumped = Pace((5,) * 8), Pace((0, 20, 0, 0, 0, 0, 20, 0))
    one, other = forecast(40, even, TODAY), forecast(40, clumped, TODAY)
    assert even.done == clumped.done
    assert one.late_on
    assert other.late_on is None or other.late_on > one.late_on
    assert other.early_on
    assert one.early_on
    assert other.early_on < one.early_on


@given(st.lists(st.integers(-2, 40), min_size=0, max_size=8), st.integers(0, 5000))
def test_never_fails_and_keeps_its_days_in_order(weekly: list[int], left: int) -> None:
    found = forecast(left, Pace(tuple(weekly)), TODAY)
    told = [found.early_on, found.likely_on, found.late_on]
    days = [day for day in told if day]
    assert days == sorted(days)
    assert all(day >= TODAY for day in days)
    assert told == days + [None] * (3 - len(days))


def test_says_which_dates_are_kept() -> None:
    found = forecast(20, STEADY, TODAY)
    assert found.early_on
    assert found.likely_on
    assert found.late_on
    assert risk(found, found.late_on) == Risk.ON_TRACK
    assert risk(found, found.late_on - DAY) == Risk.AT_RISK
    assert risk(found, found.likely_on) == Risk.AT_RISK
    assert risk(found, found.likely_on - DAY) == Risk.WILL_MISS
    assert risk(forecast(5, Pace((0,) * 6), TODAY), LATER) == Risk.WILL_MISS
    assert risk(forecast(5, Pace((0,)), TODAY), SOON) == Risk.CANNOT_SAY


# -- what misses a date ------------------------------------------------------------------------


def item(key: int, **values: object) -> Open:
    return Open(key, f"mfp-{key:03}", **{"due_on": SOON} | values)  # type: ignore[arg-type]


def test_takes_up_what_is_due_first_the_critical_before_the_others() -> None:
    items = [
        item(1, due_on=None),
        item(2, due_on=LATER, criticality=2),
        item(3),
        item(4, criticality=2),
        item(5, held="blocked"),
        item(6, is_done=True),
    ]
    assert [each.key for each in in_turn(items)] == [4, 3, 2, 1, 5]


def test_names_what_the_pace_does_not_reach() -> None:
    items = [item(n) for n in range(60)]
    found = forecast(60, STEADY, TODAY)
    late = misses(items, found, TODAY, SOON)
    sure = [miss for miss in late if miss.is_sure]
    likely = capacity(found, 0.5, TODAY, SOON)
    # 4.5 a week over three weeks.
    assert 11 <= likely <= 15
    assert len(sure) == 60 - likely
    assert len(late) > len(sure)
    assert sure[0].key == likely
    assert sure[0].reason == (
        f"at the pace so far about {likely} are done by then; it is number {likely + 1}"
    )
    assert {miss.cause for miss in late} == {Cause.PACE}


def test_names_nothing_that_the_pace_reaches() -> None:
    items = [item(n) for n in range(10)]
    assert misses(items, forecast(10, STEADY, TODAY), TODAY, LATER) == []


def test_names_nothing_beyond_the_goal() -> None:
    items = [item(n) for n in range(60)]
    assert misses(items, forecast(0, STEADY, TODAY), TODAY, SOON) == []
    late = misses(items, forecast(20, STEADY, TODAY), TODAY, SOON)
    assert max(miss.key for miss in late) == 19


def test_names_all_that_is_left_when_it_stands_still() -> None:
    items = [item(1), item(2)]
    found = forecast(2, Pace((0,) * 4), TODAY)
    assert [miss.key for miss in misses(items, found, TODAY, LATER)] == [1, 2]


def test_blames_no_pace_that_it_does_not_know() -> None:
    found = forecast(2, Pace((3,)), TODAY)
    late = misses([item(1), item(2, held="waived until 2027-03-31")], found, TODAY, LATER)
    assert [(miss.key, miss.cause, miss.reason) for miss in late] == [
        (2, Cause.HELD, "waived until 2027-03-31")
    ]


def test_names_rare_senders_whose_proof_cannot_come_in_time() -> None:
    cut = TODAY - 10 * DAY
    items = [
        item(1, quiet_days=105),
        item(2, quiet_days=20),
        item(3, quiet_days=40, is_done=True, cut_on=cut),
        item(4, quiet_days=31, is_done=True, cut_on=cut),
        item(5),
    ]
    found = forecast(0, Pace(), TODAY)
    assert [(miss.key, miss.cause, miss.reason) for miss in misses(items, found, TODAY, SOON)] == [
        (1, Cause.PROOF, "cut over today, 105 days of silence prove it only on 2027-03-09"),
        (3, Cause.PROOF, "cut over on 2026-11-14, 40 days of silence prove it only on 2026-12-24"),
    ]
