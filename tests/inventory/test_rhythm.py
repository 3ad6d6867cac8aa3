import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.senders.rhythm import rhythm

START = dt.datetime(2026, 8, 31, 6, 0, tzinfo=dt.UTC)
"""A Monday."""


def at(*days: float, minute: int = 0) -> list[dt.datetime]:
    return [START + dt.timedelta(days=day, minutes=minute) for day in days]


WORKDAYS = [day for day in range(60) if day % 7 < 5]
CASES = {
    "hourly": at(*(hour / 24 for hour in range(200))),
    "daily": at(*range(40)),
    "weekly": at(*range(0, 70, 7)),
    "month_end": [
        dt.datetime(2026, month, day, 22, 0, tzinfo=dt.UTC)
        for month, day in ((8, 31), (9, 30), (10, 31))
    ],
    "monthly": [dt.datetime(2026, month, 15, 8, 0, tzinfo=dt.UTC) for month in (8, 9, 10, 11)],
    "quarterly": [dt.datetime(2026, month, 2, 8, 0, tzinfo=dt.UTC) for month in (1, 4, 7, 10)],
    "continuous": at(*(day + part for day in WORKDAYS for part in (0.1, 0.2, 0.4))),
    "on_alarm": at(0.3, 9.9, 31.2, 55.7),
    "unknown": at(0, 30),
}


@pytest.mark.parametrize("cadence", CASES)
def test_tells_the_cadence(cadence: str) -> None:
    found = rhythm(CASES[cadence])
    assert found.cadence == cadence
    assert found.reason


def test_keeps_the_weekend_of_a_working_day_job() -> None:
    found = rhythm(at(*WORKDAYS))
    assert found.cadence == "daily"
    assert found.at == "06:00"
    assert found.next_at == START + dt.timedelta(days=60 if 60 % 7 < 5 else 63)
    assert found.quiet_days is not None
    assert found.quiet_days >= 4


def test_knows_several_times_of_a_day() -> None:
    found = rhythm(at(*(day + part / 24 for day in range(20) for part in (0, 8, 16))))
    assert found.cadence == "hourly"
    assert found.next_at == START + dt.timedelta(days=20)
    assert "06:00, 14:00, 22:00" in found.reason


def test_takes_two_mondays_for_no_week() -> None:
    assert rhythm(at(0, 0.01, 21, 21.01)).cadence == "on_alarm"


def test_takes_alarms_a_month_apart_for_chance() -> None:
    assert rhythm(at(0.1, 30.6, 59.4)).cadence == "on_alarm"


def test_knows_midnight_is_one_time() -> None:
    late = at(*range(0, 40, 2), minute=17 * 60 + 58)
    early = at(*range(1, 40, 2), minute=-6 * 60 + 2)
    assert rhythm(sorted(late + early)).cadence in {"daily", "continuous"}


def test_an_alarm_is_never_overdue() -> None:
    found = rhythm(CASES["on_alarm"])
    assert found.next_at is None
    assert found.quiet_days is None


@given(st.lists(st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2026, 12, 1)), max_size=60))
def test_never_expects_the_past(times: list[dt.datetime]) -> None:
    ordered = sorted(time.replace(tzinfo=dt.UTC) for time in times)
    found = rhythm(ordered)
    assert found.next_at is None or found.next_at.date() >= ordered[-1].date()


def test_knows_a_daily_job_when_summer_ends() -> None:
    times = [
        dt.datetime(2026, 9, 20, 2 + (day > 34), 15, tzinfo=dt.UTC) + dt.timedelta(days=day)
        for day in range(60)
    ]
    told = rhythm(times)
    assert (told.cadence, told.at) == ("daily", "03:15")
