"""What a name tells of the kind of what bears it: a host in a Message-ID, a word in a subject."""

from __future__ import annotations

import pytest

from inventory.senders.kind_signs import has_mac
from inventory.senders.kind_words import called, hint, speaks_for
from inventory.senders.kinds import judge
from inventory.senders.looks import Look
from inventory.senders.shapes import known_host


@pytest.mark.parametrize("host", ["comx-0c331b", "rut241-09e2e2", "axis-accc8e12ab7f", "km4f00a1"])
def test_knows_names_that_end_with_a_mac_address(host: str) -> None:
    assert has_mac(host)


@pytest.mark.parametrize(
    "host", ["srv-decade", "ws-100234", "sql01", "desktop-ab12cd3", "backup01"]
)
def test_takes_no_number_or_word_for_a_mac_address(host: str) -> None:
    assert not has_mac(host)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("gw-north netwatch DOWN", "appliance"),
        ("[nas2] volume degraded", "appliance"),
        ("usv-lager: battery test", "appliance"),
        ("mfp-floor2: scan 0012", "mfp"),
        ("Report of nas2", ""),
        ("PROBLEM - nas2 is down", ""),
        ("re-order 17", ""),
        ("groups-1 changed", ""),
    ],
)
def test_knows_a_device_by_the_name_its_subject_begins_with(subject: str, kind: str) -> None:
    assert called(subject) == kind


@pytest.mark.parametrize(
    "subject", ["Silo 3: 4.2 bar", "Hall B 1285 kWh", "Cold room: 9 °C", "12 m³/h"]
)
def test_takes_what_is_measured_for_a_devices_words(subject: str) -> None:
    assert speaks_for("appliance", subject)


@pytest.mark.parametrize("host", ["groups", "backups-2", "pilots1"])
def test_finds_no_device_inside_of_other_words(host: str) -> None:
    known = known_host(host)
    assert known is None or known.kind != "appliance"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ("redmine.issue-x.x.x", "application"),
        ("x.SMTPIBM", "application"),
        ("x$Blat.w.x.x$x$x", "script"),
        ("x.x", "script"),
    ],
)
def test_believes_a_product_that_names_itself_in_message_ids(shape: str, kind: str) -> None:
    one = Look(
        1, "post@fabrikam.example", "203.0.113.9", shape, "", "", "message",
        subject="report of #", count=60, recipients={"aa": 60}, hints={"s": 60},
    )  # fmt: skip
    assert judge([one])[0] == kind


@pytest.mark.parametrize("subject", ["FRITZ!Box-Info: news", "Caution: ProLiant (ILO962721)"])
def test_believes_a_device_that_says_who_made_it(subject: str) -> None:
    one = Look(
        1, "post@fabrikam.example", "203.0.113.9", "x.x.x", "", "", "message",
        subject=subject, count=60, recipients={"aa": 60}, hints={hint(subject): 60},
    )  # fmt: skip
    assert judge([one])[0] == "appliance"
