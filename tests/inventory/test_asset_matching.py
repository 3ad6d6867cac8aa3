"""Which item a row of an asset list is."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.assets.devices import devices
from inventory.assets.matching import Match, match
from inventory.assets.signs import Asset, Thing
from inventory.senders.subjects import STRONG, WEAK, hashed

LINKED, SUGGESTED, NOTHING = "linked", "suggested", "nothing"


def thing(pk: int = 1, *hosts: str, **changes: Any) -> Thing:
    return Thing(pk=pk, hosts=hosts, **changes)


def asset(pk: int = 1, host: str = "", **changes: Any) -> Asset:
    return Asset(pk=pk, host=host, **changes)


def outcome(found: list[Match]) -> str:
    if not found:
        return NOTHING
    return LINKED if all(each.is_linked for each in found) else SUGGESTED


LOBBY = "scan.lobby-7@x.example"
ALONE: dict[str, Any] = {"accounts": (LOBBY,), "own_accounts": {LOBBY}}
SHARED: dict[str, Any] = {"accounts": (LOBBY,)}
SERIAL = thing(slots={STRONG + hashed("883911")})
HERE, ELSEWHERE = thing(1, "10.1.2.3", sites={4}), thing(1, "10.1.2.3", sites={5})
PRIVATE = asset(address="10.1.2.3", site=4)
CASES = [
    ("case and domain", thing(1, "lobby-mfp.corp.example"), asset(1, "LOBBY-MFP"), LINKED),
    ("separators", thing(1, "lobby_mfp_07"), asset(1, "Lobby-MFP-07"), LINKED),
    ("cut by NetBIOS", thing(1, "longprinternam"), asset(1, "longprintername-17"), NOTHING),
    ("NetBIOS", thing(1, "longprintername"), asset(1, "LONGPRINTERNAME-17"), LINKED),
    ("zeros", thing(1, "mfp-7"), asset(1, "MFP-007"), LINKED),
    ("another number", thing(1, "mfp-7"), asset(1, "mfp-8"), NOTHING),
    ("end of the MAC", thing(1, "xyz0fa0f6"), asset(1, "a", mac="74:ee:7d:0f:a0:f6"), LINKED),
    ("end of the serial", thing(1, "q8839113"), asset(1, "a", serial="ZX8839113"), LINKED),
    ("too short an end", thing(1, "xyza0f6"), asset(1, "a", mac="74:ee:7d:0f:a0:f6"), NOTHING),
    ("its own account", thing(1, **ALONE), asset(1, "lobby-7"), LINKED),
    ("a shared account", thing(1, **SHARED), asset(1, "lobby-7"), SUGGESTED),
    ("a subject", thing(slots={STRONG + hashed("mfp-7")}), asset(1, "MFP-7.corp.example"), LINKED),
    (
        "a subject with what it is before its name",
        thing(slots={STRONG + hashed("mfp-lobby-7")}, sites={4}),
        asset(1, "Lobby-7", site=4),
        LINKED,
    ),
    (
        "a subject with its vendor before its serial",
        thing(slots={STRONG + hashed("acme-883911")}, sites={4}),
        asset(1, "a", vendor="Acme Ltd", serial="883911", site=4),
        LINKED,
    ),
    (
        "such a subject from elsewhere",
        thing(slots={STRONG + hashed("mfp-lobby-7")}, sites={5}),
        asset(1, "Lobby-7", site=4),
        NOTHING,
    ),
    (
        "the model after the vendor's initials",
        thing(slots={STRONG + hashed("ac_x550")}, sites={4}),
        asset(1, "a", vendor="Acme Copiers", model="X550", site=4),
        SUGGESTED,
    ),
    ("a subject's word", thing(slots={WEAK + hashed("lobby")}), asset(1, "Lobby"), LINKED),
    (
        "a serial in subjects",
        thing(slots={STRONG + hashed("883911")}),
        asset(serial="883911"),
        LINKED,
    ),
    (
        "address at its site",
        thing(1, "10.1.2.3", sites={4}),
        asset(address="10.1.2.3", site=4),
        LINKED,
    ),
    (
        "address elsewhere",
        thing(1, "10.1.2.3", sites={5}),
        asset(address="10.1.2.3", site=4),
        NOTHING,
    ),
    ("the list's account", thing(**ALONE), asset(account=LOBBY), LINKED),
    ("retired", thing(1, "mfp-7"), asset(1, "mfp-7", status="Disposed"), SUGGESTED),
    (
        "retired, by its number",
        thing(1, "npi0fa0f6"),
        asset(1, "mfp-7", mac="74:ee:7d:0f:a0:f6", status="Disposed"),
        LINKED,
    ),
    ("moved", thing(1, "mfp-7", sites={5}), asset(1, "mfp-7", site=4), LINKED),
    ("much alike", thing(1, "prn-lobby-7", sites={4}), asset(1, "lobby-prn-7", site=4), SUGGESTED),
]


@pytest.mark.parametrize(("told", "one", "row", "expected"), CASES, ids=[each[0] for each in CASES])
def test_matches_by(told: str, one: Thing, row: Asset, expected: str) -> None:
    assert outcome(match([one], [row])) == expected


def test_gives_both_rows_of_one_device_the_same_item() -> None:
    rows = [asset(1, "MFP-7", serial="123456", vendor="HP"), asset(2, "mfp-7", serial="123456")]
    found = match([thing(9, "mfp-7")], rows)
    assert {(each.asset, each.item) for each in found} == {(1, 9), (2, 9)}
    assert all("one of 2 rows" in each.reason for each in found)


def test_keeps_two_devices_of_one_name_apart() -> None:
    rows = [asset(1, "mfp", serial="111111"), asset(2, "mfp", serial="222222"), asset(3, "mfp")]
    assert len(set(devices(rows))) == 3
    found = match([thing(9, "mfp")], rows)
    assert outcome(found) == SUGGESTED
    assert len(found) == 1
    assert "would fit as well" in found[0].reason


def test_gives_a_device_one_item_the_surest() -> None:
    row = asset(1, "npi0fa0f6", mac="74:ee:7d:0f:a0:f6", site=4)
    found = match([thing(1, "other0fa0f6"), thing(2, "npi0fa0f6", sites={4})], [row])
    assert [(each.item, each.is_linked) for each in found] == [(2, True)]


def test_says_what_disagrees() -> None:
    row = asset(1, "mfp-7", address="10.1.2.3", site=4, site_name="Oslo", status="retired")
    (found,) = match([thing(1, "mfp-7", "10.9.9.9", sites={5})], [row])
    for words in ("elsewhere than Oslo", "the list calls it retired", "the list says 10.1.2.3"):
        assert words in found.reason


def test_tells_models_of_one_name_apart() -> None:
    slots = frozenset({STRONG + hashed("m480"), STRONG + hashed("mfp-7")})
    rows = [
        asset(1, "mfp-7", model="LaserJet M430f", serial="1"),
        asset(2, "mfp-7", model="LaserJet M480", serial="2"),
    ]
    (found,) = match([thing(1, slots=slots)], rows)
    assert (found.asset, found.is_linked) == (2, True)


def test_leaves_out_what_a_person_ruled_out() -> None:
    assert match([thing(1, "mfp-7")], [asset(5, "mfp-7")], {(5, 1)}) == []


def test_does_not_look_for_a_device_that_has_its_item() -> None:
    rows = [asset(1, "mfp-7", serial="123456"), asset(2, "mfp-7", serial="123456")]
    assert match([thing(1, "mfp-7")], rows, held={1}) == []


def test_guesses_nothing_from_the_model_alone() -> None:
    slots = frozenset({STRONG + hashed("m480")})
    rows = [asset(n, f"mfp-{n}", model="LaserJet M480", site=4) for n in (1, 2, 3)]
    assert match([thing(1, slots=slots, sites={4})], rows) == []
