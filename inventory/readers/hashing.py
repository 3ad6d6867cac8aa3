"""64-bit hashes of whole columns. They are kept in the database: no change may alter them.

A hash for each text in Python costs more than reading the file, so texts are taken eight bytes at
a time, all of a column at once. The mixing steps are those of MurmurHash3's finaliser.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

MULTIPLIERS = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
SEED = np.uint64(0x9E3779B97F4A7C15)
WORD = 8
SMALL_HEX = np.zeros(256, dtype=np.uint8)
"""The small letter or digit for each hexadecimal one, 0 for any other."""
for letter in "0123456789abcdefABCDEF":
    SMALL_HEX[ord(letter)] = ord(letter.lower())


def hash_texts(array: pa.Array) -> np.ndarray:
    """uint64 hashes of the texts of a column; null is as ''."""
    if not len(array):
        return np.zeros(0, dtype=np.uint64)
    data, start, length = laid_out(array.fill_null("") if array.null_count else array)
    return hashed(data, start, length)


def laid_out(array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(bytes with a word to spare, where each text starts, how long it is)."""
    _, offsets, texts = array.buffers()
    count = len(array) + 1
    ends = np.frombuffer(offsets, np.int32, count + array.offset)[array.offset :].astype(np.int64)
    first, last = int(ends[0]), int(ends[-1])
    data = np.zeros(last - first + WORD, dtype=np.uint8)
    if last > first:
        data[: last - first] = np.frombuffer(texts, np.uint8)[first:last]
    return data, ends[:-1] - first, np.diff(ends)


def hashed(data: np.ndarray, start: np.ndarray, length: np.ndarray) -> np.ndarray:
    words = np.ndarray((len(data) - WORD + 1,), dtype="<u8", buffer=data, strides=(1,))
    found = length.astype(np.uint64) * SEED
    shortest, longest = int(length.min()), int(length.max())
    for position in range(0, longest, WORD):
        rows = np.flatnonzero(length > position) if shortest <= position else slice(None)
        left = np.minimum(length[rows] - position, WORD)
        mask = np.uint64(0xFFFFFFFFFFFFFFFF) >> ((WORD - left) * 8).astype(np.uint64)
        found[rows] = stirred(found[rows] ^ (words[start[rows] + position] & mask))
    return found


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
    usual = plain_guids(array)
    if usual is None:
        texts = [squeezed(text) for text in array.to_pylist()]
        found = hash_words(texts)
        found[np.array([not text for text in texts], dtype=bool)] = 0
        return found
    start = np.arange(len(usual), dtype=np.int64) * 32
    data = np.concatenate([usual.ravel(), np.zeros(WORD, dtype=np.uint8)])
    return hashed(data, start, np.full(len(usual), 32, dtype=np.int64))


def plain_guids(array: pa.Array) -> np.ndarray | None:
    """The 32 letters of each, when all are written `8-4-4-4-12` or without dashes; else None."""
    if not len(array) or array.null_count:
        return None
    data, _, length = laid_out(array)
    width = int(length[0])
    if width not in (32, 36) or (length != width).any():
        return None
    letters = data[: len(array) * width].reshape(len(array), width)
    if width == 36:
        dashes = [8, 13, 18, 23]
        if (letters[:, dashes] != ord("-")).any():
            return None
        letters = np.delete(letters, dashes, axis=1)
    small = SMALL_HEX[letters]
    return small if small.all() else None


def squeezed(text: str | None) -> str:
    return "".join(
        letter for letter in (text or "").lower() if letter not in "-{}" and letter.strip()
    )
