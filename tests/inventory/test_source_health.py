"""What a source tells of itself: never is an empty answer, a failure or a gap taken for clean."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.sources.catalogue import SOURCES
from inventory.sources.health import Asked, Facts, Health, Period, State, Told, assess

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
DETAIL, TRACE = (
    next(each for each in SOURCES if each.name == name) for name in ("detail", "message_trace")
)


def on(day: int, month: int = 11) -> dt.date:
    return dt.date(2026, month, day)


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, 7, tzinfo=dt.UTC)


def told(first: int, last: int, **more: object) -> Told:
    values: dict[str, object] = {"row_count": 40, "account_count": 3, **more}
    return Told(f"r{first}.csv", at(last), first_on=on(first), last_on=on(last), **values)  # type: ignore[arg-type]


def health(*rows: Told, asked: tuple[Asked, ...] = (), collected: bool | None = None) -> Health:
    source = TRACE if asked or collected is not None else DETAIL
    return assess(source, Facts(rows, asked, collected), NOW)


def test_says_how_to_get_what_never_came() -> None:
    found = health()
    assert found.state == State.NEVER
    assert "Request report" in found.findings[0]


def test_is_good_when_it_reaches_up_to_now_without_a_gap() -> None:
    found = health(told(1, 12), told(10, 23))
    assert (found.state, found.findings) == (State.GOOD, ())
    assert found.covered == (Period(on(1), on(23)),)
    assert found.covers == "1 November 2026 to 23 November 2026"


def test_names_a_gap_with_its_days() -> None:
    found = health(told(1, 5), told(15, 23))
    assert found.state == State.PARTIAL
    assert found.findings == ("Gap of nine days from 6 November 2026 to 14 November 2026.",)


def test_does_not_count_what_was_cut_short_as_covered() -> None:
    found = health(told(1, 10), told(11, 20, is_cut=True), told(21, 23))
    assert found.state == State.PARTIAL
    assert found.gaps == (Period(on(11), on(20)),)
    assert "Probably cut short: r11.csv. Export shorter periods." in found.findings


def test_says_since_when_there_is_nothing() -> None:
    found = health(told(1, 5))
    assert (found.state, found.findings) == (
        State.STALE,
        ("Nothing since 5 November 2026, 19 days ago.",),
    )


def test_keeps_empty_failed_and_without_a_sender_apart() -> None:
    window = (on(14), on(23))
    empty = health(asked=(Asked(at(23), "empty", *window),))
    failed = health(asked=(Asked(at(23), "failed", *window, error="HTTP 403", todo="Consent"),))
    senderless = health(told(14, 23, account_count=0), asked=(Asked(at(23), "done", *window),))
    assert [each.state for each in (empty, failed, senderless)] == [
        State.EMPTY,
        State.FAILED,
        State.NO_SENDERS,
    ]
    assert "that is no data, not a sign that nothing sends" in empty.findings[0]
    assert failed.findings == ("The last pull failed on 23 November 2026: HTTP 403.", "Consent.")
    assert "40 rows, none of them" in senderless.findings[0]


def test_an_empty_pull_covers_its_days() -> None:
    window = (Asked(at(13), "empty", on(1), on(12)), Asked(at(23), "done", on(12), on(23)))
    assert health(told(14, 22), asked=window).covered == (Period(on(1), on(23)),)


def test_a_failure_stands_until_its_days_are_told_all_the_same() -> None:
    failed = Asked(at(20), "failed", on(10), on(20), "no answer")
    later = Asked(at(23), "empty", on(19), on(23))
    assert health(told(1, 12), asked=(failed,)).state == State.FAILED
    assert health(told(1, 12), told(18, 23), asked=(failed,)).state == State.FAILED
    assert health(told(1, 12), told(13, 23), asked=(failed,)).state == State.GOOD
    assert health(told(1, 18), asked=(failed, later)).state == State.GOOD


def test_tells_why_the_last_file_was_refused() -> None:
    refused = Told("x.csv", at(23), "refused", refusal="the file is cut off")
    found = health(told(1, 22), refused)
    assert (found.state, found.covers) == (State.REFUSED, "1 November 2026 to 22 November 2026")
    assert found.findings == ("x.csv was refused: the file is cut off.",)


def test_asks_a_person_for_the_date_order() -> None:
    asks = Told("x.csv", at(23), "refused", asks_date_order=True, refusal="dates")
    assert "whether its dates start with the day" in health(asks).findings[0]


def test_a_report_of_refused_rows_is_not_clean() -> None:
    found = health(told(14, 23, row_count=40, rejected_count=40, account_count=0))
    assert found.state == State.EMPTY
    assert "More than one row in a hundred was not taken: r14.csv." in found.findings


def test_says_that_collecting_is_switched_off() -> None:
    found = health(told(1, 23), collected=False)
    assert "switched off in the connection" in found.findings[0]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_has_a_way_to_get_it_and_is_unknown_without(source: object) -> None:
    found = assess(source, Facts(), NOW)  # type: ignore[arg-type]
    assert (found.state, len(found.findings)) == (State.NEVER, 1)


def test_what_covers_no_days_is_as_old_as_what_it_tells() -> None:
    grid = next(each for each in SOURCES if each.name == "grid")
    old = Told("grid.csv", at(24), last_on=on(2), row_count=3, account_count=3)
    found = assess(grid, Facts((old,)), NOW)
    assert (found.state, found.covers) == (State.STALE, "as of 2 November 2026")
