"""Letters that a report in ASCII lost."""

from inventory.senders.lost_letters import with_lost_letters
from inventory.senders.subjects import marks


def read(*subjects: str) -> list[str]:
    return with_lost_letters(["a@fabrikam.example"] * len(subjects), [marks(s) for s in subjects])


def test_restores_letters_that_another_report_has() -> None:
    one, other = read("Exportação de pedidos 17 db-04", "Exporta??o de pedidos 18 db-04")
    assert other.partition("\x1f")[0] == one.partition("\x1f")[0]
    assert other.endswith(marks("db-04").rpartition("\x1f")[2])


def test_restores_a_name_that_only_one_subject_has() -> None:
    one, other = read("Stany magazynowe Łódź 17", "Stany magazynowe ??d? 17")
    assert one == other


def test_leaves_what_two_subjects_may_be() -> None:
    told = read("Meldung läuft", "Meldung lüuft", "Meldung l?uft")
    assert told[2] == marks("Meldung l?uft")


def test_leaves_questions() -> None:
    told = read("Lunch?", "Lunch heute", "Fragen?")
    assert told == [marks("Lunch?"), marks("Lunch heute"), marks("Fragen?")]
