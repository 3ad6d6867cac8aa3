"""From text columns to the columns of a batch: each distinct value is looked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from inventory.readers.hashing import SEED, hash_texts, hash_words, joined
from inventory.records import BadRow, Batch, Coded, Column

LARGEST_COUNT = 10**12
SLOTS = 2**17
SLOT_SHIFT = np.uint64(64 - 17)


class Translator:
    """Translates text columns batch by batch; what was translated once is not looked at again.

    Of words that `is_kept` turns down only the hash is told, so that a trace of a whole
    organisation does not hold the addresses of all who ever wrote to it.
    """

    KEPT = 200_000

    def __init__(
        self, function: Callable[[str], str], is_kept: Callable[[str], bool] | None = None
    ) -> None:
        self.function, self.is_kept = function, is_kept
        self.words = [""]
        self.code_of = {"": 0}
        self._forget()

    def _forget(self) -> None:
        """Of the raw texts; codes of words stay."""
        self.raw = np.zeros(0, dtype=np.uint64)
        """Their hashes, sorted."""
        self.slots = np.zeros(SLOTS, dtype=np.int64)
        """By the first bits of a hash, where in `raw` it is likely to be."""
        self.codes = np.zeros(0, dtype=np.int32)
        self.hashes = np.zeros(0, dtype=np.uint64)
        self.refused = np.zeros(0, dtype=bool)

    def of(self, array: pa.Array) -> tuple[Coded, np.ndarray]:
        """(translated texts, mask of those the function refused with ValueError)."""
        if len(self.raw) > self.KEPT:
            self._forget()
        keys = hash_texts(array)
        at, is_known = self._places(keys)
        if not is_known.all():
            self._learn(array, keys, np.flatnonzero(~is_known))
            at, _ = self._places(keys)
        return Coded(self.codes[at], self.words, self.hashes[at]), self.refused[at]

    def _places(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(where in `raw` each key is, mask of those that are there)."""
        at = self.slots[keys >> SLOT_SHIFT]
        is_known = self.raw[at] == keys if len(self.raw) else np.zeros(len(keys), dtype=bool)
        rest = np.flatnonzero(~is_known)
        if len(rest):
            at[rest], is_known[rest] = found_in(self.raw, keys[rest])
        return at, is_known

    def _learn(self, array: pa.Array, keys: np.ndarray, fresh: np.ndarray) -> None:
        distinct, first = np.unique(keys[fresh], return_index=True)
        pairs = [self._one(text or "") for text in array.take(pa.array(fresh[first])).to_pylist()]
        words = [word for word, _ in pairs]
        order = np.argsort(raw := np.append(self.raw, distinct))
        codes = np.array([self._code(word) for word in words], dtype=np.int32)
        refused = np.array([is_refused for _, is_refused in pairs], dtype=bool)
        self.raw = raw[order]
        self.slots[self.raw >> SLOT_SHIFT] = np.arange(len(self.raw))
        self.codes = np.append(self.codes, codes)[order]
        self.hashes = np.append(self.hashes, hash_words(words))[order]
        self.refused = np.append(self.refused, refused)[order]

    def _one(self, text: str) -> tuple[str, bool]:
        try:
            return self.function(text), False
        except ValueError:
            return "", True

    def _code(self, word: str) -> int:
        code = self.code_of.get(word)
        if code is None:
            if self.is_kept is not None and not self.is_kept(word):
                return 0
            code = self.code_of[word] = len(self.words)
            self.words.append(word)
        return code


def found_in(sorted_keys: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(where in the sorted keys each key is, mask of those that are there)."""
    if not len(sorted_keys):
        return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return at, sorted_keys[at] == keys


def counts(array: pa.Array, *, default: int) -> tuple[np.ndarray, np.ndarray]:
    """(whole numbers of at least 0, mask of what is none); blank means the default."""
    numbers = plain_counts(array)
    if numbers is not None:
        return numbers, np.zeros(len(array), dtype=bool)
    text = pc.utf8_trim_whitespace(array)
    blank = pc.equal(text, "").to_numpy(zero_copy_only=False)
    good = pc.match_substring_regex(text, r"^\d{1,12}$")
    number = pc.if_else(good, text, "0").cast(pa.int64()).to_numpy(zero_copy_only=False).copy()
    number[blank] = default
    return number, ~(good.to_numpy(zero_copy_only=False) | blank)


def plain_counts(array: pa.Array) -> np.ndarray | None:
    """The numbers, where every row has one and nothing else; else None."""
    try:
        numbers: np.ndarray = array.cast(pa.int64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    is_sane = len(numbers) and numbers.min() >= 0 and numbers.max() < LARGEST_COUNT
    return numbers if is_sane else None


def message_ids(array: pa.Array) -> pa.Array:
    return pc.ascii_trim(array, characters="<> \t\r\n")


def is_filled(array: pa.Array) -> np.ndarray:
    filled: np.ndarray = pc.not_equal(array, "").to_numpy(zero_copy_only=False)
    return filled


class Keys:
    """64-bit keys of rows; rows with nothing of their own are told apart by counting them.

    Two exports of the same rows count alike, so the n-th of equal rows is the same row in both.
    """

    def __init__(self) -> None:
        self.seen: Counter[int] = Counter()

    def of(self, *parts: np.ndarray, is_own: np.ndarray) -> np.ndarray:
        """Keys of the joined hashes; `is_own` where they name one row by themselves."""
        keys = joined(*parts)
        for row in np.flatnonzero(~is_own):
            key = int(keys[row])
            self.seen[key] += 1
            keys[row] = (key + self.seen[key] * int(SEED)) % 2**64
        return keys


def seconds(times: np.ndarray) -> np.ndarray:
    """Times as the part of a key that they are."""
    return times.astype("datetime64[s]").astype(np.int64).view(np.uint64)


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

    def batch(self, **columns: Column) -> Batch:
        """The rows that passed."""
        if not self.found:
            return Batch(columns, len(self.bad))
        good = np.flatnonzero(~self.bad)
        return Batch(columns, len(good), self.found, good)
