from __future__ import annotations

import datetime as dt

from tracker.pace.burn_up import Path, burn_up, days_of, planned_on
from tracker.pace.charts import drawn, step_of

START = dt.date(2026, 11, 2)
DAY = dt.timedelta(days=1)


def at(days: int) -> dt.datetime:
    return dt.datetime.combine(START + days * DAY, dt.time(12), dt.UTC)


def test_follows_the_moves_up_and_down_again() -> None:
    path = Path(((at(0), "discovered"), (at(2), "cut_over"), (at(4), "in_progress")))
    found = burn_up([path], START, START + 6 * DAY, 100, START + 5 * DAY)
    assert [point.done for point in found.points] == [0, 0, 1, 1, 0, 0, None]


def test_counts_as_proven_what_the_traffic_shows_alone() -> None:
    paths = [
        Path(((at(1), "cut_over"),)),
        Path(((at(1), "cut_over"), (at(3), "verified"))),
        Path(((at(2), "retired"),), last_basic_at=at(1)),
        Path(((at(2), "retired"),), last_basic_at=at(3)),
    ]
    found = burn_up(paths, START, START + 4 * DAY, 100, START + 4 * DAY)
    assert [point.done for point in found.points] == [0, 2, 4, 4, 4]
    assert [point.proven for point in found.points] == [0, 0, 1, 2, 2]


def test_takes_the_last_of_the_moves_of_a_day() -> None:
    day = at(1)
    path = Path(((day, "cut_over"), (day + dt.timedelta(hours=1), "in_progress")))
    assert not path.is_done_on(day.date())


def test_rounds_the_goal_up() -> None:
    found = burn_up([Path(())] * 7, START, START + DAY, 90, START)
    assert (found.total, found.goal) == (7, 7)
    assert burn_up([Path(())] * 10, START, START + DAY, 75, START).goal == 8


def test_plans_an_even_pace_up_to_the_goal() -> None:
    due = START + 10 * DAY
    assert [planned_on(START + n * DAY, START, due, 20) for n in (0, 5, 10, 30)] == [0, 10, 20, 20]
    assert planned_on(START, START, START, 20) == 20


def test_has_a_point_for_start_today_and_due_date_however_long_it_runs() -> None:
    for length in (0, 1, 44, 200, 2000):
        due, today = START + length * DAY, START + (length // 2) * DAY
        days = days_of(START, due, today)
        assert {START, due, today} <= set(days)
        assert len(days) <= 80
        assert days == sorted(days)


def test_goes_on_to_today_when_its_due_date_has_passed() -> None:
    found = burn_up([Path(())], START, START + 3 * DAY, 100, START + 9 * DAY)
    assert found.points[-1].day == START + 9 * DAY
    assert found.today == found.points[-1]


def test_knows_nothing_done_before_it_begins() -> None:
    found = burn_up([Path(())], START, START + 3 * DAY, 100, START - DAY)
    assert found.today is None
    assert {point.done for point in found.points} == {None}


def test_draws_the_lines_within_the_picture() -> None:
    paths = [Path(((at(n), "cut_over"),)) for n in range(13)]
    chart = drawn(burn_up(paths, START, START + 30 * DAY, 100, START + 14 * DAY))
    assert chart is not None
    for line in (chart.planned, chart.done, chart.proven):
        for point in line.split():
            x, y = map(float, point.split(","))
            assert chart.left <= x <= chart.right
            assert chart.top <= y <= chart.bottom
    assert chart.done.split()[0] == f"{chart.left}.0,{chart.bottom - 220 / 15:.1f}"
    assert [row.text for row in chart.rows] == ["0", "5", "10", "15"]
    assert chart.columns[0].text == "02 Nov"


def test_draws_nothing_of_nothing() -> None:
    assert drawn(burn_up([], START, START + 3 * DAY, 100, START)) is None
    assert drawn(burn_up([Path(())], START, START, 100, START)) is None


def test_labels_an_axis_with_few_round_numbers() -> None:
    assert [step_of(total) for total in (1, 6, 7, 30, 31, 61, 10_000)] == [1, 1, 2, 5, 10, 20, 2000]
