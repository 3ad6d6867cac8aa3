"""Which Message-IDs with another word in them are one program's."""

from dataclasses import replace

from inventory.senders.linking import group
from inventory.senders.looks import Look


def looks(pk: int, shape: str, subject: str = "[A #] B") -> list[Look]:
    one = Look(
        pk, "post@fabrikam.example", "203.0.113.9", shape, "", "", "message", tls="TLS1.2",
        subject=subject, count=6, days=(100, 160),
    )  # fmt: skip
    return [replace(one, recipients={f"to {n}": 1 for n in range(6)})]


def count(*those: list[Look]) -> int:
    return len(set(group(look for each in those for look in each).values()))


def test_takes_records_of_two_kinds_that_a_program_numbers_for_its() -> None:
    assert count(looks(1, "desk.issue-x.x"), looks(2, "desk.journal-x.x")) == 1


def test_keeps_programs_apart_that_share_a_form_but_no_word() -> None:
    assert count(looks(1, "desk.x.x"), looks(2, "shop.x.x")) == 2


def test_keeps_programs_apart_that_share_a_library_and_say_something_else() -> None:
    one, other = "x.x.JavaMail.root", "x.x.JavaMail.tomcat"
    assert count(looks(1, one), looks(2, other, "backup A")) == 2


def test_keeps_devices_apart_whose_names_stand_there_and_that_have_people_of_their_own() -> None:
    mine, its = looks(1, "scan.hall.x"), looks(2, "scan.yard.x")
    own = [replace(look, recipients={f"of {n}": 1 for n in range(2)}) for look in its]
    assert count(mine, own) == 2


def test_takes_records_of_one_host_that_are_called_by_words_of_their_own_for_its() -> None:
    shapes = ("issue_x", "merge_request_x", "note_x")
    those = [[replace(each, host="forge") for each in looks(n, s)] for n, s in enumerate(shapes)]
    assert count(*those) == 1


def test_keeps_programs_of_one_host_apart_that_say_something_else() -> None:
    mine, its = looks(1, "backup_x"), looks(2, "report_x", "sales of A")
    assert count(*([replace(each, host="forge") for each in those] for those in (mine, its))) == 2


def test_keeps_one_what_says_of_what_kind_a_mail_is_whatever_it_says_to_whom() -> None:
    people = [{"aa": 4, "bb": 3, "cc": 3, "dd": 2}, {"bb": 4, "cc": 4, "dd": 4}]
    kinds = ("desk.issue-x.x", "desk.journal-x.x")
    said = [
        replace(each, recipients=dict(who), count=sum(who.values()))
        for n, kind in enumerate(kinds)
        for m, who in enumerate(people)
        for each in looks(4 * n + m, kind, f"[A #] B {m * 'late'}")
    ]
    assert count(said, [replace(said[0], pk=9, host="till-7", shape="x")]) == 1 + 1
