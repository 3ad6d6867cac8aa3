"""64-bit hashes of whole columns. They are kept in the database: no change may alter them.

A hash for each text in Python costs more than reading the file, so texts are taken eight bytes at
a time, all of a column at once. The mixing steps are those of MurmurHash3's finaliser.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MULTIPLIERS = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
SEED = np.uint64(0x9E3779B97F4A7C15)
WORD = 8
BELOW = np.array([2 ** (8 * count) - 1 for count in range(WORD)], dtype=np.uint64)
"""Masks of the first so many bytes of a word."""
CASE = np.uint8(0x20)
"""The bit that a small letter has and its capital has not; digits and dashes have it too."""
PLAIN = 128
"""Bytes below it are ASCII."""


def hash_texts(array: pa.Array) -> np.ndarray:
    """uint64 hashes of the texts of a column; null is as ''."""
    return hashed(*laid_out(array))


def hash_any_case(array: pa.Array) -> np.ndarray:
    """The same for texts that differ in case alone."""
    data, start, length = laid_out(array)
    if data.max() >= PLAIN:
        data, start, length = laid_out(pc.utf8_lower(array))
    data |= CASE  # Signs that this makes one do not tell identifiers and addresses apart.
    return hashed(data, start, length)


def laid_out(array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(bytes with a word to spare, where each text starts, how long it is)."""
    array = array.fill_null("") if array.null_count else array
    _, offsets, texts = array.buffers()
    count = len(array) + 1 if len(array) else 0
    ends = np.frombuffer(offsets, np.int32, count + array.offset)[array.offset :].astype(np.int64)
    first, last = (int(ends[0]), int(ends[-1])) if count else (0, 0)
    data = np.zeros(last - first + WORD, dtype=np.uint8)
    if last > first:
        data[: last - first] = np.frombuffer(texts, np.uint8)[first:last]
    return data, ends[:-1] - first, np.diff(ends)


def hashed(data: np.ndarray, start: np.ndarray, length: np.ndarray) -> np.ndarray:
    words = np.ndarray((len(data) - WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    found = length.astype(np.uint64) * SEED
    for position in range(0, int(length.max(initial=0)) - WORD + 1, WORD):
        is_whole = length >= position + WORD
        rows = slice(None) if is_whole.all() else np.flatnonzero(is_whole)
        found[rows] = mixed(found[rows], words[start[rows] + position])
    rest = length % WORD
    return stirred(found ^ (words[start + length - rest] & BELOW[rest]))


def mixed(keys: np.ndarray, words: np.ndarray) -> np.ndarray:
    keys = (keys ^ words) * MULTIPLIERS[0]
    keys ^= keys >> np.uint64(32)
    return keys


def stirred(keys: np.ndarray) -> np.ndarray:
    keys = keys * MULTIPLIERS[0]
    keys ^= keys >> np.uint64(33)
    keys *= MULTIPLIERS[1]
    keys ^= keys >> np.uint64(29)
    return keys


def hash_words(words: Iterable[str]) -> np.ndarray:
    return hash_texts(pa.array(list(words), pa.string()))


def joined(*parts: np.ndarray) -> np.ndarray:
    """uint64 keys of rows from the hashes of their parts, in this order."""
    found = np.full(len(parts[0]), SEED, dtype=np.uint64)
    for part in parts:
        found = stirred((found << np.uint64(7)) + found + part.astype(np.uint64))
    return found


def identifiers(array: pa.Array) -> np.ndarray:
    """Hashes of GUIDs, the same with and without dashes and braces, in any case; 0 for ''."""
    usual = usual_guids(array)
    if usual is not None:
        return usual
    texts = [squeezed(text or "") for text in array.to_pylist()]
    found = hash_any_case(pa.array(texts, pa.string()))
    found[np.array([not text for text in texts], dtype=bool)] = 0
    return found


def usual_guids(array: pa.Array) -> np.ndarray | None:
    """The hashes, when all are written `8-4-4-4-12` in ASCII; else None.

    They are read word by word where they lie, past the dashes; the words are those that the text
    without dashes has.
    """
    data, _, length = laid_out(array)
    count = len(array)
    if not count or (length != LENGTH).any() or data.max() >= PLAIN:
        return None
    if any((column(data, count, at, "u1") != DASH).any() for at in DASHES):
        return None
    data |= CASE
    found = np.full(count, 32, dtype=np.uint64) * SEED
    for first, second in HALVES:
        high = column(data, count, second, "<u4").astype(np.uint64) << np.uint64(32)
        found = mixed(found, column(data, count, first, "<u4") | high)
    return stirred(found)


LENGTH, DASH = 36, ord("-")
DASHES = 8, 13, 18, 23
HALVES = (0, 4), (9, 14), (19, 24), (28, 32)
"""Where the two halves of each of its four words stand."""


def column(data: np.ndarray, count: int, at: int, kind: str) -> np.ndarray:
    """What stands there in each of the GUIDs, which lie one after the other."""
    return np.ndarray((count,), dtype=kind, buffer=data, offset=at, strides=(LENGTH,))


def squeezed(text: str) -> str:
    """Without what exports write around and between the digits."""
    if len(text) == LENGTH and text.isascii() and all(text[at] == "-" for at in DASHES):
        return "".join(letter for at, letter in enumerate(text) if at not in DASHES)
    return "".join(letter for letter in text.lower() if letter not in "-{}" and letter.strip())
