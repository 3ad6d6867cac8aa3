from inventory.senders.grouping import bunches
from inventory.senders.looks import Look

MANY = dict.fromkeys(("aa", "bb", "cc"), 2)


def look(pk: int, subject: str, **marks: object) -> Look:
    told: dict[str, object] = {
        "address": "203.0.113.9", "shape": "x$x$x$", "host": "", "site": "", "proof": "message",
        "tls": "TLS1.2", "count": 6, "recipients": MANY,
        "hints": {"r" if subject.startswith("re:") else "": 6},
    }  # fmt: skip
    return Look(pk, "office@fabrikam.example", subject=subject, days=(100, 160), **(told | marks))  # type: ignore[arg-type]


WROTE = [look(1, "quote"), look(2, "re: A"), look(3, "site visit"), look(4, "re: A visit")]
OTHER = look(9, "toner low", shape="x.x")


def test_takes_what_goes_with_answers_for_one_persons() -> None:
    assert len(bunches([*WROTE, OTHER], {})) == 2


def test_leaves_what_is_said_over_and_over_to_the_same_people_to_a_machine() -> None:
    alarm = look(5, "low battery", recipients={"aa": 6})
    assert len(bunches([*WROTE, alarm, OTHER], {})) == 3


def test_leaves_what_is_said_more_often_than_all_answers_to_a_machine() -> None:
    scans = look(5, "scan finished", count=60, recipients=dict.fromkeys(MANY, 20))
    assert len(bunches([*WROTE, scans, OTHER], {})) == 3


def test_takes_no_subjects_together_where_nobody_answers() -> None:
    assert len(bunches([look(1, "quote"), look(2, "site visit"), OTHER], {})) == 3
