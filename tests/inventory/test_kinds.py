"""What kind of thing a sender is: signs that speak of it, and what they are worth."""

import csv
from typing import Any

import numpy as np
import pytest

from inventory.senders import kind_words
from inventory.senders.kind_signs import fleets, signs
from inventory.senders.kind_words import CLIENT, hint, learned, speaks_for
from inventory.senders.kinds import POINTS, judge
from inventory.senders.looks import Look
from inventory.senders.rhythm import CONTINUOUS, DAILY, Rhythm
from tests.kinds.learn import Seen, learn, right, table

ON_TIME = Rhythm(DAILY, "05:00", None, 2, "")
AT_ANY_TIME = Rhythm(CONTINUOUS, "", None, 2, "")
TO_MANY = {f"{n}": 1 for n in range(60)}


def look(**changes: Any) -> Look:
    fields: dict[str, Any] = {
        "pk": 1, "account": "post@fabrikam.example", "address": "203.0.113.9", "shape": "x.x",
        "host": "", "site": "", "proof": "message", "subject": "daily # of ward #", "count": 60,
        "recipients": {"aa": 60}, "size": 3_000,
    }  # fmt: skip
    return Look(**{**fields, **changes})


def kind(rhythm: Rhythm = ON_TIME, fleet: int = 1, **changes: Any) -> str:
    return judge([look(**changes)], rhythm, fleet)[0]


@pytest.mark.parametrize(
    ("subjects", "found"),
    [
        (["Nightly export of 31 rows finished", "Export of 12 rows failed"], "script"),
        (["UPS Keller: Netzausfall", "UPS Keller: Batterietest bestanden"], "appliance"),
        (["Kühlraum 3: Temperatur zu hoch", "Kühlraum 3: Temperatur normal"], "appliance"),
        (["Numérisation de l'imprimante 2e étage"], "mfp"),
        (["スキャナからのデータ"], "mfp"),
    ],
)
def test_knows_things_by_their_words_in_many_languages(subjects: list[str], found: str) -> None:
    assert kind(hints={hint(subject): 60 // len(subjects) for subject in subjects}) == found


def test_takes_a_helpdesk_that_writes_to_everybody_for_an_application() -> None:
    hints = {hint("[Ticket#20261107] Your request was received"): 60}
    assert kind(AT_ANY_TIME, hints=hints, recipients=TO_MANY) == "application"


def test_takes_one_that_writes_and_answers_in_working_hours_for_a_person() -> None:
    hints = {hint("Re: Thursday's meeting"): 30, hint("Question about the offer"): 30}
    looks = [
        look(pk=n, subject=f"words {n}", count=6, shape="uuid", office=1.0, hints=hints,
             account="ada.byron@fabrikam.example", recipients={f"{n}{m}": 1 for m in range(6)},
             size=40_000)
        for n in range(10)
    ]  # fmt: skip
    assert judge(looks, AT_ANY_TIME)[0] == "client"


def test_takes_many_servers_that_report_by_means_of_windows_for_a_script_rolled_out() -> None:
    hints = {hint("Nightly export of 31 rows finished"): 60}
    assert kind(shape="LEEDS-w", host="leeds-srv2", hints=hints, fleet=8) == "script"


def test_believes_a_makers_name_whatever_else_is_told() -> None:
    hints = {hint("Nightly export of 31 rows finished"): 60}
    assert kind(host="brn30055cd1a2b3", hints=hints) == "mfp"


def test_takes_one_that_calls_itself_by_its_address_for_a_device() -> None:
    hints = {hint("Pump 3: level too high"): 60}
    assert kind(host="192.168.178.106", hints=hints) == "appliance"


def test_says_what_told_it_and_no_kind_where_nothing_does() -> None:
    found, lead, reasons = judge([look(host="sql-srv3", hints={hint("Nightly export"): 60})])
    assert found == "script"
    assert lead > 1
    assert {"the words of its subjects", "the host name sql-srv3 is of that kind"} <= set(reasons)
    assert judge([look(shape="", subject="", recipients={}, size=0)]) == ("", 0, [])


def test_counts_as_a_fleet_what_differs_in_names_alone() -> None:
    senders = {
        f"ward {n}": [look(subject=f"daily # of w{letter}-#-#", host=f"xn-{n}")]
        for n, letter in enumerate("abc")
    }
    assert set(fleets(senders).values()) == {3}


def test_does_not_count_single_mails_as_a_fleet() -> None:
    assert set(fleets({f"{n}": [look(count=1)] for n in range(5)}).values()) == {1}


@pytest.mark.parametrize(
    ("host", "sign"),
    [
        ("fw-hall", "host appliance named"),
        ("mes01", "host application named"),
        ("nmes01", "host other"),
        ("brn30055cd1a2b3", "host mfp maker"),
        ("10.0.0.7", "host address"),
        ("", "host none"),
    ],
)
def test_knows_parts_of_the_names_of_hosts(host: str, sign: str) -> None:
    assert sign in signs([look(host=host)])


@pytest.mark.parametrize(
    ("subject", "letters"),
    [
        ("billing - Build # 467 - Failed!", "A"),
        ("[FIRING:1] DiskFull", "A"),
        ("Scanned image from lobby", "M"),
        ("Re: order", "Cr"),
        ("WG: order", "Crf"),
        ("I: Fattura 6065", "rf"),
        ("xqzt 4711", ""),
    ],
)
def test_knows_what_words_speak_for(subject: str, letters: str) -> None:
    assert set(letters) <= set(hint(subject))
    assert bool(letters) == bool(hint(subject))


def test_learns_words_from_a_list_and_knows_others_of_their_stem() -> None:
    said = [(CLIENT, "flumpers"), (CLIENT, "flumping"), ("mfp", "wugged"), ("mfp", "wugging")]
    known = learned(said)
    scores = dict(zip(kind_words.KINDS, known["flum"].scores, strict=True))
    assert max(scores, key=lambda each: scores[each]) == CLIENT
    assert "=flumpers" not in known


def test_speaks_for_one_kind_more_than_for_others() -> None:
    assert speaks_for("mfp", "scan from lobby")
    assert not speaks_for("mfp", "order # confirmed")


def test_the_points_are_those_that_were_learned() -> None:
    seen = Seen()
    with POINTS.open(encoding="utf-8", newline="") as file:
        stored = list(csv.reader(file))
    found = table(seen, learn(seen, np.arange(len(seen.kind))))
    assert [row[0] for row in stored] == [row[0] for row in found]
    told, again = (np.array([row[1:] for row in rows[1:]], float) for rows in (stored, found))
    assert np.allclose(told, again, atol=0.02)


def test_tells_kinds_of_an_inventor_whose_senders_it_did_not_learn_from() -> None:
    seen = Seen()
    for name in ("fifth", "sixth", "seventh"):
        its = np.flatnonzero(seen.inventor == name)
        assert right(seen, its, learn(seen, np.flatnonzero(seen.inventor != name))) > 0.93
