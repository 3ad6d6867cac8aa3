import datetime as dt
from typing import Any

from inventory.senders.looks import Look
from inventory.senders.stories import story


def look(first: str, last: str, **fields: Any) -> Look:
    days = (dt.date.fromisoformat(first).toordinal(), dt.date.fromisoformat(last).toordinal())
    known = {"address": "203.0.113.9", "shape": "x.x", "host": "copier-1", "site": "Oslo"}
    return Look(1, "scan@example.org", proof="message", days=days, **{**known, **fields})


def test_tells_of_a_move_to_another_site() -> None:
    moved = look("2026-10-02", "2026-11-20", address="198.51.100.4", site="Bergen")
    assert story([moved, look("2026-09-03", "2026-09-30")]) == [
        "2026-09-03: first seen, from 203.0.113.9 (Oslo).",
        "2026-10-02: from 198.51.100.4 (Bergen); no more from 203.0.113.9 (Oslo) after 2026-09-30.",
        "2026-11-20: last seen.",
    ]


def test_tells_of_two_addresses_side_by_side() -> None:
    second = look("2026-09-05", "2026-11-20", address="203.0.113.10")
    assert "side by side" in story([look("2026-09-03", "2026-11-20"), second])[1]


def test_tells_of_a_replacement_under_the_same_name() -> None:
    lines = story([look("2026-09-03", "2026-09-30"), look("2026-10-02", "2026-11-20", shape="x-x")])
    assert "another device or program may go by the name copier-1" in lines[1]


def test_sums_up_addresses_that_change_all_the_time() -> None:
    looks = [
        look(f"2026-09-{day:02d}", f"2026-09-{day:02d}", address=f"198.51.100.{day}", site="")
        for day in range(1, 21)
    ]
    assert story(looks) == [
        "2026-09-01: first seen; since then from 20 networks in turn, the latest 198.51.100.20.",
        "2026-09-20: last seen.",
    ]


def test_has_nothing_to_tell_of_what_was_never_seen() -> None:
    assert story([look("0001-01-01", "0001-01-01", address="")]) != []
    assert story([]) == []


def test_takes_several_addresses_of_a_site_for_the_way_out_of_it() -> None:
    pool = [look(f"2026-09-0{n}", "2026-11-20", address=f"203.0.113.{n}") for n in (3, 4, 5)]
    moved = look("2026-11-24", "2026-11-28", address="198.51.100.4", site="Bergen")
    assert story([*pool, moved]) == [
        "2026-09-03: first seen, from 3 addresses of Oslo.",
        "2026-11-24: from 198.51.100.4 (Bergen); no more from 3 addresses of Oslo after "
        "2026-11-20.",
        "2026-11-28: last seen.",
    ]


def test_tells_of_no_replacement_where_the_mark_always_changes() -> None:
    looks = [
        look(f"2026-09-{n:02d}", f"2026-09-{n + 2:02d}", shape=f"x.{n}") for n in range(1, 25, 3)
    ]
    lines = story(looks)
    assert len(lines) == 3
    assert "Message-IDs like x.1 and 7 more in turn: always another tells of no" in lines[1]


def test_takes_no_random_number_without_a_digit_for_another_device() -> None:
    before, after = (
        look("2026-09-01", "2026-09-20", shape="x-x.x"),
        look("2026-09-25", "2026-09-28"),
    )
    chance = look("2026-09-22", "2026-09-24", shape="x-FDFB.x")
    once = look("2026-09-24", "2026-09-24", shape="x-ghi.x")
    assert not any("Message-IDs" in line for line in story([before, chance]))
    assert not any("Message-IDs" in line for line in story([before, once]))
    assert any("Message-IDs like x.x, before x-x.x" in line for line in story([before, after]))
