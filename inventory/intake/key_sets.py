"""Sets of 64-bit keys that are asked for by the hundred thousand. No database.

Keys are hashes, so their first bits say where in a table one stands, at one look and without
sorting. The few that another key has the place of are searched for.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from inventory.readers.columns import found_in

LEAST_BITS, MOST_BITS = 10, 18
"""The largest table takes 1 MB and stays in a core's cache."""
NOBODY = -1


class KeySet:
    """A set of keys, made for about so many. 0 is never found: it says that there is no key."""

    def __init__(self, expected: int) -> None:
        bits = min(MOST_BITS, max(LEAST_BITS, expected.bit_length() + 3))
        self.shift = np.uint64(64 - bits)
        self.owners = np.full(2**bits, NOBODY, dtype=np.int32)
        """By the first bits of a key, which of `keys` has that place."""
        self.is_shared = np.zeros(2**bits, dtype=bool)
        """Which places others would have."""
        self.keys = np.zeros(0, dtype=np.uint64)
        self.others = self.keys
        """Those that would, sorted."""

    def add(self, keys: np.ndarray) -> np.ndarray:
        """Which of these were not in the set, of equal ones the first."""
        if not len(keys):
            return np.zeros(0, dtype=bool)
        places = self._places(keys)
        numbers = np.arange(len(self.keys), len(self.keys) + len(keys), dtype=np.int32)
        is_free = self.owners.take(places) == NOBODY if len(self.keys) else slice(None)
        self.keys = np.concatenate([self.keys, keys]) if len(self.keys) else keys
        # The last value written stays, so that of equal keys the first has the place.
        self.owners[places[is_free][::-1]] = numbers[is_free][::-1]
        owners = self.owners.take(places)
        is_new: np.ndarray = owners == numbers
        rest = np.flatnonzero(~is_new)
        rest = rest[self.keys.take(owners.take(rest)) != keys.take(rest)]
        if len(rest):
            others, first = np.unique(keys.take(rest), return_index=True)
            is_other = ~found_in(self.others, others)[1]
            is_new[rest[first[is_other]]] = True
            self.is_shared[places.take(rest)] = True
            self.others = np.sort(np.concatenate([self.others, others[is_other]]))
        return is_new

    def has(self, keys: np.ndarray) -> np.ndarray:
        """Which of these are in it."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=bool)
        places = self._places(keys)
        owners = self.owners.take(places)
        found: np.ndarray = owners != NOBODY
        near = np.flatnonzero(found)
        found[near] = self.keys.take(owners.take(near)) == keys.take(near)
        rest = near[~found.take(near)]
        rest = rest[self.is_shared.take(places.take(rest))]
        found[rest] = found_in(self.others, keys.take(rest))[1]
        found[keys == 0] = False
        return found

    def _places(self, keys: np.ndarray) -> np.ndarray:
        return (keys >> self.shift).view(np.int64)


def set_of(arrays: Iterable[np.ndarray], expected: int) -> KeySet:
    every = list(arrays)
    found = KeySet(max(expected, sum(map(len, every))))
    for keys in every:
        found.add(keys)
    return found


def in_any(sets: Iterable[KeySet], keys: np.ndarray) -> np.ndarray:
    """The likeliest set comes first: what it has is not asked for again."""
    found = np.zeros(len(keys), dtype=bool)
    for each in sets:
        if found.any():
            rest = np.flatnonzero(~found)
            found[rest] = each.has(keys.take(rest))
        else:
            found = each.has(keys)
    return found
