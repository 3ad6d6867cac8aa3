"""From text columns to the columns of a batch: each distinct value is looked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from inventory.records import COLUMNS, BadRow, Batch


def translate(array: pa.Array, function: Callable[[str], str]) -> tuple[np.ndarray, np.ndarray]:
    """(translated texts, mask of those the function refused with ValueError)."""
    return Translator(function).of(array)


class Translator:
    """Translates text columns batch by batch; what was translated once is kept."""

    KEPT = 200_000

    def __init__(self, function: Callable[[str], str]) -> None:
        self.function = function
        self.known: dict[str, tuple[str, bool]] = {}

    def of(self, array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """(translated texts, mask of those the function refused with ValueError)."""
        encoded = array.dictionary_encode()
        if len(self.known) > self.KEPT:
            self.known.clear()
        found = [self._one(value or "") for value in encoded.dictionary.to_pylist()]
        words = np.array([word for word, _ in found], dtype=object)
        refused = np.array([is_refused for _, is_refused in found], dtype=bool)
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        return words[codes], refused[codes]

    def _one(self, text: str) -> tuple[str, bool]:
        pair = self.known.get(text)
        if pair is None:
            try:
                pair = self.function(text), False
            except ValueError:
                pair = "", True
            self.known[text] = pair
        return pair


def counts(array: pa.Array, *, default: int) -> tuple[np.ndarray, np.ndarray]:
    """(whole numbers of at least 0, mask of what is none); blank means the default."""
    text = pc.utf8_trim_whitespace(array)
    blank = pc.equal(text, "").to_numpy(zero_copy_only=False)
    good = pc.match_substring_regex(text, r"^\d{1,12}$")
    number = pc.if_else(good, text, "0").cast(pa.int64()).to_numpy(zero_copy_only=False).copy()
    number[blank] = default
    return number, ~(good.to_numpy(zero_copy_only=False) | blank)


def message_ids(array: pa.Array) -> pa.Array:
    return pc.utf8_trim(pc.utf8_trim_whitespace(array), characters="<>")


class Keys:
    """64-bit keys of rows; rows with nothing of their own are told apart by counting them.

    Two exports of the same rows count alike, so the n-th of equal rows is the same row in both.
    """

    def __init__(self) -> None:
        self.seen: Counter[int] = Counter()

    def of(self, parts: list[np.ndarray], *, is_own: np.ndarray) -> np.ndarray:
        """uint64 keys of the joined parts; `is_own` where the parts name one row by themselves."""
        keys = digest(parts)
        if not is_own.all():
            keys = keys.copy()
            for row in np.flatnonzero(~is_own):
                key = int(keys[row])
                self.seen[key] += 1
                keys[row] = (key + self.seen[key] * 0x9E3779B97F4A7C15) % 2**64
        return keys


def digest(parts: list[np.ndarray]) -> np.ndarray:
    """uint64 hashes of the parts joined; stable, for they are kept in the database."""
    arrays = [pa.array(part, pa.string(), from_pandas=True).fill_null("") for part in parts]
    joined = pc.binary_join_element_wise(*arrays, "\x1f")
    return pd.util.hash_array(joined.to_numpy(zero_copy_only=False), categorize=False)


def seconds(times: np.ndarray) -> np.ndarray:
    return times.astype("datetime64[s]").astype(np.int64).astype(str).astype(object)


class Checks:
    """Collects the rows of one batch that cannot be taken; the first reason stands."""

    def __init__(self, length: int, first_index: int) -> None:
        self.bad = np.zeros(length, dtype=bool)
        self.first_index = first_index
        self.found: list[BadRow] = []

    def refuse(self, mask: np.ndarray, column: str, reason: str) -> None:
        fresh = np.asarray(mask, dtype=bool) & ~self.bad
        self.found += [
            BadRow(self.first_index + int(row), column, reason) for row in np.flatnonzero(fresh)
        ]
        self.bad |= fresh

    def batch(self, **columns: object) -> Batch:
        """The rows that passed; columns not given are blank or 0."""
        length = len(self.bad)
        blank: dict[str, object] = {
            "message_count": 1,
            "byte_count": 0,
            "message_alias": np.zeros(length, dtype=np.uint64),
        }
        rows = pd.DataFrame(
            {name: columns.get(name, blank.get(name, "")) for name in COLUMNS},
            index=np.arange(length),
        )
        return Batch(rows[~self.bad], self.found)
