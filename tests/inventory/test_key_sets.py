from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.intake import key_sets
from inventory.intake.key_sets import KeySet, in_any, set_of

KEYS = st.lists(st.integers(1, 40) | st.integers(2**60, 2**64 - 1), max_size=60)


def keys(numbers: list[int]) -> np.ndarray:
    return np.array(numbers, dtype=np.uint64)


@given(st.lists(KEYS, max_size=5), KEYS, st.integers(0, 100))
def test_it_holds_what_was_added_and_tells_what_was_new(
    added: list[list[int]], asked: list[int], expected: int
) -> None:
    found, known = KeySet(expected), set[int]()
    for numbers in added:
        is_new = []
        for number in numbers:
            is_new.append(number not in known)
            known.add(number)
        assert found.add(keys(numbers)).tolist() == is_new
    assert found.has(keys(asked)).tolist() == [number in known for number in asked]


def test_it_holds_more_keys_than_its_table_has_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_sets, "MOST_BITS", key_sets.LEAST_BITS)
    some = np.random.default_rng(1).integers(1, 2**64, 20_000, dtype=np.uint64)
    found = set_of([some[:9_000], some[8_000:]], 10)
    assert found.has(some).all()
    assert not found.has(some + np.uint64(1)).any()
    assert not found.add(some).any()


def test_it_never_finds_the_key_that_says_there_is_none() -> None:
    found = KeySet(1)
    assert found.add(keys([0, 0, 5])).tolist() == [True, False, True]
    assert found.has(keys([0, 5])).tolist() == [False, True]


def test_it_finds_a_key_in_any_of_several_sets() -> None:
    sets = [set_of([keys([1, 2])], 1), set_of([], 1), set_of([keys([9])], 1)]
    assert in_any(sets, keys([9, 3, 1])).tolist() == [True, False, True]
    assert in_any([], keys([9])).tolist() == [False]
