"""Keys of rows are kept in databases: the same text must give the same key for ever."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.readers.hashing import hash_any_case, hash_texts, hash_words, identifiers, joined

GUID = "1A2B3C4D-5e6f-7081-9293-a4b5c6d7e8f9"


@given(st.lists(st.text()), st.integers(0, 3))
def test_hashes_a_text_alike_wherever_it_stands(texts: list[str], before: int) -> None:
    whole = pa.array(["x" * n for n in range(before)] + texts, pa.string())
    alone = [int(hash_words([text])[0]) for text in texts]
    assert hash_texts(whole.slice(before)).tolist() == alone


def test_tells_texts_apart_that_differ_in_little() -> None:
    texts = [
        f"{left}{number}@{'h' * length}"
        for left in ("", "a", "A")
        for number in range(5_000)
        for length in (0, 1, 7, 8, 9, 20)
    ]
    texts += ["\0", "\0\0", "", "a\0", "\0a"]
    assert len(np.unique(hash_words(texts))) == len(texts)


def test_joins_parts_in_their_order() -> None:
    a, b = hash_words(["a"]), hash_words(["b"])
    assert joined(a, b) != joined(b, a)
    assert joined(a) != joined(a, np.zeros(1, dtype=np.uint64))


@pytest.mark.parametrize("others", [[], ["", "no guid"]])
def test_knows_an_id_however_it_is_written(others: list[str]) -> None:
    ways = [GUID, GUID.lower(), GUID.replace("-", ""), f"{{{GUID}}}", f" {GUID} "]
    found = {int(identifiers(pa.array([way, *others], pa.string()))[0]) for way in ways}
    assert len(found) == 1
    assert identifiers(pa.array([GUID[:-1] + "0"]))[0] not in found


@given(st.text("ab{-} \xe9", max_size=3), st.integers(0, 33), st.sampled_from([[], ["", "{x}"]]))
def test_reads_an_id_alike_whatever_stands_beside_it(odd: str, at: int, others: list[str]) -> None:
    odd_id = GUID[:at] + odd + GUID[at + len(odd) :]
    alone = identifiers(pa.array([odd_id], pa.string()))
    assert identifiers(pa.array([odd_id, *others], pa.string()))[0] == alone[0]


@given(st.lists(st.text()))
def test_hashes_texts_of_any_case_alike(texts: list[str]) -> None:
    lower = pa.array([text.lower() for text in texts], pa.string())
    upper = pa.array([text.lower().upper() for text in texts if text.isascii()], pa.string())
    assert set(hash_any_case(upper).tolist()) <= set(hash_any_case(lower).tolist())


def test_has_no_key_for_no_id() -> None:
    assert identifiers(pa.array(["", GUID])).astype(bool).tolist() == [False, True]


def test_stays_the_same_for_ever() -> None:
    assert hash_words(["", "a", "scan@contoso.com"]).tolist() == KNOWN
    assert int(identifiers(pa.array([GUID]))[0]) == KNOWN_ID


KNOWN = [0, 15899157545186491124, 11869048397891809797]
KNOWN_ID = 1340484793080166629
