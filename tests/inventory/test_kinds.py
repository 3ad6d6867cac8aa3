"""What kind of thing a sender is: signs that speak of it beside its words."""

from typing import Any

import pytest

from inventory.senders.kind_words import hint
from inventory.senders.kinds import fleets, judge
from inventory.senders.looks import Look
from inventory.senders.rhythm import CONTINUOUS, DAILY, Rhythm

ON_TIME = Rhythm(DAILY, "05:00", None, 2, "")
AT_ANY_TIME = Rhythm(CONTINUOUS, "", None, 2, "")


def look(**changes: Any) -> Look:
    fields: dict[str, Any] = {
        "pk": 1, "account": "post@fabrikam.example", "address": "203.0.113.9", "shape": "x.x",
        "host": "", "site": "", "proof": "message", "subject": "daily # of ward #", "count": 60,
        "recipients": {"aa": 60},
    }  # fmt: skip
    return Look(**{**fields, **changes})


def kind(rhythm: Rhythm = ON_TIME, fleet: int = 1, **changes: Any) -> str:
    return judge([look(**changes)], rhythm, fleet)[0]


def test_takes_one_that_reports_on_time_for_a_script() -> None:
    assert kind() == "script"


def test_takes_many_that_report_on_time_for_devices() -> None:
    assert kind(fleet=8) == "appliance"


def test_takes_many_servers_that_report_by_means_of_windows_for_a_script_rolled_out() -> None:
    assert kind(fleet=8, shape="LEEDS-w", host="leeds-xk2") == "script"
    assert kind(fleet=8, shape="LEEDS-w", host="york-xk2") == "appliance"


def test_takes_many_that_say_that_they_scan_for_scanners() -> None:
    assert kind(AT_ANY_TIME, fleet=8, hints={"m": 60}) == "mfp"


def test_takes_many_tills_with_a_library_for_an_application() -> None:
    assert kind(fleet=30, shape="x.x.x", hints={"a": 60}) == "application"


def test_counts_as_a_fleet_what_differs_in_names_alone() -> None:
    senders = {
        f"ward {n}": [look(subject=f"daily # of w{letter}-#-#", host=f"xn-{n}")]
        for n, letter in enumerate("abc")
    }
    assert set(fleets(senders).values()) == {3}


def test_does_not_count_single_mails_as_a_fleet() -> None:
    assert set(fleets({f"{n}": [look(count=1)] for n in range(5)}).values()) == {1}


def test_takes_one_that_calls_itself_by_its_address_for_a_device() -> None:
    assert kind(host="192.168.178.106", hints={"s": 60}) == "appliance"


def test_takes_a_library_that_writes_day_and_night_for_an_application() -> None:
    assert kind(AT_ANY_TIME, shape="x.x.x", host="xk-3") == "application"


@pytest.mark.parametrize(
    ("host", "found"),
    [("fw-hall", "appliance"), ("mes01", "application"), ("nmes01", "script")],
)
def test_knows_parts_of_the_names_of_hosts(host: str, found: str) -> None:
    assert kind(host=host) == found


def test_takes_the_same_words_again_and_again_for_no_persons() -> None:
    assert kind(AT_ANY_TIME, shape="uuid", recipients={"aa": 30, "bb": 30}) != "client"


@pytest.mark.parametrize(
    ("subject", "letters"),
    [
        ("[Success] Copy to tape (3 objects)", "ap"),
        ("billing - Build # 467 - Failed!", "ap"),
        ("[FIRING:1] DiskFull", "ap"),
        ("Locked account: svc_scan", "a"),
        ("Scan from lobby", "m"),
        ("Re: order", "ar"),
        ("WG: order", "arf"),
    ],
)
def test_knows_what_words_speak_for(subject: str, letters: str) -> None:
    assert hint(subject) == letters


def test_tells_one_who_forwards_orders_from_a_helpdesk() -> None:
    helpdesk, person = {"ar": 40, "a": 20}, {"ar": 30, "arf": 10, "a": 20}
    people = {f"{n}": 2 for n in range(30)}
    assert kind(AT_ANY_TIME, hints=helpdesk, office=0.9, recipients=people) == "application"
    assert kind(AT_ANY_TIME, hints=person, office=0.9, recipients=people) == "client"
