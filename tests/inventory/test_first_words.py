import pytest

from inventory.senders.first_words import with_first_names
from inventory.senders.subjects import WEAK, hashed, marks

ACCOUNT = "alarm@example.org"
PLACES = ("Leeds", "Nyborg", "Malmö", "Gent", "Porto")


def learned(subjects: list[str]) -> dict[str, str]:
    found = with_first_names([ACCOUNT] * len(subjects), [marks(each) for each in subjects])
    return dict(zip(subjects, found, strict=True))


def test_takes_first_words_that_come_before_the_same_endings_for_names() -> None:
    subjects = [f"{place}: {what}" for place in PLACES for what in ("door open", "power lost")]
    told = learned(subjects)
    assert told["Leeds: door open"].split("\x1f") == ["A: door open", WEAK + hashed("leeds")]
    assert told["Leeds: power lost"].partition("\x1f")[0] == "A: power lost"


def test_keeps_the_names_that_come_after() -> None:
    subjects = [f"{place}: door {n}A open" for place in PLACES for n in (1, 2)]
    subjects += [f"{place}: power lost" for place in PLACES]
    assert learned(subjects)["Gent: door 2A open"].split("\x1f")[1:] == [
        WEAK + hashed("gent"),
        *marks("Gent: door 2A open").split("\x1f")[1:],
    ]


@pytest.mark.parametrize(
    "subjects",
    [
        ["Backup done", "Backup failed", "Restore done", "Restore failed"],
        ["Invoice 17 for you", "Order 17 shipped", "Ticket 17 closed", "Offer 3 ready"],
        [f"{place}: door open" for place in PLACES],
    ],
    ids=["few words", "each with an ending of its own", "one ending"],
)
def test_leaves_words_that_say_what_is_told(subjects: list[str]) -> None:
    assert learned(subjects) == {each: marks(each) for each in subjects}


def test_learns_from_each_account_alone() -> None:
    subjects = [f"{place}: {what}" for place in PLACES for what in ("door open", "power lost")]
    accounts = [f"{n}@example.org" for n in range(len(subjects))]
    told = [marks(each) for each in subjects]
    assert with_first_names(accounts, told) == told
