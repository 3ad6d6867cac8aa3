"""What moved and what stayed of one sender: one machine may log in for several things."""

from __future__ import annotations

import datetime as dt

import pytest

from tracker.lockdown.moves import Row, is_one_voice, moved

ON = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)
SCAN, TONER = "scan from A A", "toner is low"
HOST, OFFICE, BRANCH = "MFP4711", "203.0.113.9", "198.51.100.7"


def row(
    days_ago: int, method: str, words: str = SCAN, *, host: str = HOST, address: str = OFFICE
) -> Row:
    return Row(ON - days_ago * DAY, method == "basic", host, words, address)


BEFORE = [row(60, "basic"), row(40, "basic")]
SINCE = [row(30, "oauth"), row(20, "oauth")]


def test_what_it_still_says_with_basic_alone_is_left() -> None:
    found = moved([*BEFORE, *SINCE, row(50, "basic", TONER), row(45, "basic", TONER)])

    assert found.left == {TONER: (ON - 50 * DAY, ON - 45 * DAY)}
    assert found.told == {each.day for each in BEFORE}


def test_what_it_says_the_new_way_since_is_not_left() -> None:
    assert not moved([*BEFORE, *SINCE, row(50, "basic", TONER), row(10, "oauth", TONER)]).left
    assert moved([*BEFORE, *SINCE, row(5, "basic", TONER), row(10, "oauth", TONER)]).left


def test_the_words_of_people_are_not_told_apart() -> None:
    letters = [row(60 - n, "basic", f"a letter of {n}") for n in range(20)]
    found = moved([*letters, *SINCE])

    assert not found.left
    assert not found.is_one_machine


@pytest.mark.parametrize(
    ("rows", "is_one"),
    [
        ([*BEFORE, *SINCE], True),
        # The same machine, whatever address its line has got since.
        ([*BEFORE, row(30, "oauth", address=BRANCH)], True),
        # A twin, a name that any machine may have, none at all.
        ([*BEFORE, row(30, "oauth", host="MFP4712")], False),
        ([row(60, "basic", host="localhost"), row(30, "oauth", host="localhost")], False),
        ([row(60, "basic", host=""), row(30, "oauth", host="")], False),
        # Nobody told what it said.
        ([row(60, "basic", ""), row(30, "oauth", "")], False),
        # 192.168.1.20 is a printer at the office, and another at the branch.
        (
            [
                row(60, "basic", host="192.168.1.20"),
                row(50, "basic", host="192.168.1.20", address=BRANCH),
                row(30, "oauth", host="192.168.1.20"),
            ],
            False,
        ),
        ([row(60, "basic", host="192.168.1.20"), row(30, "oauth", host="192.168.1.20")], True),
    ],
)
def test_one_machine_is_known_by_a_host_of_its_own(rows: list[Row], is_one: bool) -> None:
    assert moved(rows).is_one_machine == is_one


BATTERY, BACK, FAN = "ups-7 on battery power", "ups-7 returned from battery", "ups-7 fan failed"
ALARMS = [row(60, "basic", BATTERY), row(59, "basic", BACK)]


@pytest.mark.parametrize(
    ("rows", "is_one"),
    [
        ([*ALARMS, row(30, "oauth", BACK)], True),
        ([*ALARMS, row(30, "oauth", BACK), row(29, "oauth", BATTERY)], True),
        # Nothing was said again; something else was said before, with its own name in it alone.
        ([*ALARMS, row(30, "oauth", FAN)], False),
        ([*ALARMS, row(40, "basic", FAN), row(30, "oauth", BACK)], False),
        # It scans as well: scans and alarms may go by settings of their own.
        ([*ALARMS, row(40, "basic"), row(30, "oauth"), row(29, "oauth", BACK)], False),
        ([*BEFORE, row(50, "basic", TONER), row(30, "oauth")], False),
        # Not told, from elsewhere, by another host.
        ([*ALARMS, row(30, "oauth", BACK), row(29, "oauth", "")], False),
        ([*ALARMS, row(30, "oauth", BACK, address=BRANCH)], False),
        ([*ALARMS, row(30, "oauth", BACK, host="UPS8")], False),
    ],
)
def test_one_voice_says_again_what_it_said_or_of_the_same(rows: list[Row], is_one: bool) -> None:
    assert is_one_voice(moved(rows), "ups-7") == is_one
