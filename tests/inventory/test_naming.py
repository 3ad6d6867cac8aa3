from dataclasses import replace

import pytest

from inventory.senders.looks import Look
from inventory.senders.naming import called, distinct, item_name, mark, words_of

ACCOUNT = "scan@fabrikam.example"
LOOK = Look(
    1, ACCOUNT, "203.0.113.9", "x.x", "", "Dublin", "message", "TLS1.2 AES256", "message from A"
)


def test_says_what_it_is_where_and_in_what_words() -> None:
    assert called("mfp", LOOK) == "Printer or scanner at Dublin, “Message from …”"
    assert called("application", LOOK) == "Application from Dublin, “Message from …”"


def test_says_address_and_tls_where_nothing_else_is_known() -> None:
    bare = replace(LOOK, site="", subject="")
    assert called("", bare) == "Unnamed sender from 203.0.113.9, TLS 1.2"
    assert called("", replace(bare, tls="")) == "Unnamed sender from 203.0.113.9"


def test_says_the_host_and_its_vendor() -> None:
    assert called("mfp", replace(LOOK, host="npi0a1b2c")) == "HP printer or scanner npi0a1b2c"
    named = called("script", replace(LOOK, host="norda-srv1"), "Python")
    assert named == "Script on norda-srv1, Python"


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        ("scan from A A A #", "Scan from …"),
        ("scanned document (e-A)", "Scanned document (e-…)"),
        ("scanned from A-A-#", "Scanned from …"),
        ("# A", ""),
        ("日報 #", "日報 …"),
        ("word " * 30, "Word word word word word word word word word word word word…"),
    ],
)
def test_shows_the_fixed_words_of_a_subject(mask: str, words: str) -> None:
    assert words_of(mask) == words


def test_marks_only_those_that_are_called_the_same() -> None:
    names = distinct(ACCOUNT, {"one": "Printer", "two": "Printer", "three": "Script"})
    assert names["three"] == f"{ACCOUNT} · Script"
    assert names["one"] == f"{ACCOUNT} · Printer ({mark(ACCOUNT, 'one')})"
    assert len(set(names.values())) == 3


def test_names_items_of_two_senders_differently() -> None:
    one, two = (item_name(ACCOUNT, key, "mfp", LOOK) for key in ("one", "two"))
    assert one != two
    assert one.startswith("Printer or scanner at Dublin, “Message from …” (scan@, ")
    other = item_name("scan@tailspin.example", "one", "mfp", LOOK)
    assert other != one


def test_names_programs_of_one_host_by_library_or_letters_of_their_own() -> None:
    on_host = replace(LOOK, host="norda-srv1")
    assert item_name(ACCOUNT, "a", "script", on_host, "Python") == "scan on norda-srv1 (Python)"
    one = item_name(ACCOUNT, "a", "script", on_host)
    other = item_name(ACCOUNT, "b", "script", replace(on_host, shape="w.w"))
    assert one != other
    assert one == item_name(ACCOUNT, "c", "script", on_host)
