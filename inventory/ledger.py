"""Counts once: which rows of a report no other has told us yet. Part of an import.

For each report and UTC day there are the sorted keys of the rows and messages that it was the
first to tell. A report is held against those of its family day by day, so memory does not grow
with it. A message can have rows on both sides of midnight, so a day is held against its
neighbours as well.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from inventory import bulk, traffic
from inventory.models import CountedDay, Report
from inventory.readers import family_of
from inventory.readers.columns import found_in
from inventory.reading import Reading

EPOCH = dt.date(1970, 1, 1).toordinal()
Row: TypeAlias = tuple[int, dt.date, bytes, bytes, bytes]
TYPES = {
    "report": "int8",
    "day": "date",
    "row_keys": "bytea",
    "message_keys": "bytea",
    "traffic": "bytea",
}
AT_ONCE = 2 * 1024 * 1024
"""Bytes of days that are written together."""


@dataclass(frozen=True)
class Counted:
    """What was new in a report."""

    count: int
    positions: np.ndarray
    """Of the new rows among the reading's details, in order."""
    is_first: np.ndarray
    """For each of these, whether its message was counted with it."""

    def fresh(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Of details, by their positions, those that were new, with `is_first`."""
        if not len(self.positions):
            return rows.iloc[:0].assign(is_first=False)
        places = rows.index.to_numpy()
        at = np.searchsorted(self.positions, places).clip(max=len(self.positions) - 1)
        is_new = self.positions[at] == places
        new: pd.DataFrame = rows[is_new]
        return new.assign(is_first=self.is_first[at[is_new]])


@dataclass(frozen=True)
class Fresh:
    """The rows of a day that nobody told, and their keys, sorted."""

    rows: np.ndarray
    is_first: np.ndarray
    """Which rows are the first of a message that nobody told."""
    row_keys: np.ndarray
    message_keys: np.ndarray
    """The messages under all the keys that a report may know them by."""


def count(report: Report, found: Reading) -> Counted:
    """Write the report's ledger; nothing in it is in another's."""
    known = Known(report, found.reader)
    words = pa.array(found.accounts, pa.string()), pa.array(found.addresses, pa.string())
    total = 0
    positions, firsts = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=bool)]

    def days() -> Iterator[tuple[int, Fresh]]:
        nonlocal total
        for day, rows in found.spool.days():
            fresh = known.fresh(day, rows)
            total += len(fresh.rows)
            is_kept = fresh.rows["position"] >= 0
            positions.append(fresh.rows["position"][is_kept])
            firsts.append(fresh.is_first[is_kept])
            yield day, fresh

    write(partial(row_of, report, words), days())
    position, first = np.concatenate(positions), np.concatenate(firsts)
    order = np.argsort(position)
    return Counted(total, position[order], first[order])


def write(packed: Callable[[int, Fresh], Row], days: Iterator[tuple[int, Fresh]]) -> None:
    """Days are packed beside the search for what is new in the next ones."""
    waiting: list[Row] = []
    with ThreadPoolExecutor(max_workers=1) as packer:
        packing = [packer.submit(packed, *each) for each in itertools.islice(days, 1)]
        while packing:
            packing += [packer.submit(packed, *each) for each in itertools.islice(days, 1)]
            waiting.append(packing.pop(0).result())
            if not packing or sum(map(size_of, waiting)) > AT_ONCE:
                bulk.insert(CountedDay, list(TYPES), waiting, list(TYPES.values()))
                waiting = []


def row_of(report: Report, words: tuple[pa.Array, pa.Array], day: int, fresh: Fresh) -> Row:
    first = fresh.rows.compress(fresh.is_first)
    mail = traffic.pack(first.compress(first["account"] > 0), *words)
    keys = fresh.row_keys.tobytes(), fresh.message_keys.tobytes()
    return report.pk, date_of(day), *keys, mail


def size_of(row: Row) -> int:
    return len(row[2]) + len(row[3]) + len(row[4])


def date_of(day: int) -> dt.date:
    return dt.date.fromordinal(EPOCH + day)


class KeysOfDay:
    """Keys of one day that were told: sorted arrays, and a mark where the first bits of any lead.

    Most keys that are asked for are not among them, and a mark is ten times cheaper than a search.
    """

    MARKS = 2**20
    SHIFT = np.uint64(64 - 20)

    def __init__(self, arrays: Iterable[np.ndarray]) -> None:
        self.arrays: list[np.ndarray] = []
        self.is_marked = np.zeros(self.MARKS, dtype=bool)
        for keys in arrays:
            self.add(keys)

    def add(self, keys: np.ndarray) -> None:
        self.arrays.append(keys)
        self.is_marked[keys >> self.SHIFT] = True

    def has(self, keys: np.ndarray) -> np.ndarray:
        """Which of these are among them; 0 is no key."""
        if not self.arrays:
            return np.zeros(len(keys), dtype=bool)
        found = self.is_marked.take(keys >> self.SHIFT)
        near = np.flatnonzero(found)
        asked = keys.take(near)
        is_told = np.zeros(len(near), dtype=bool)
        for each in self.arrays:
            is_told |= found_in(each, asked)[1]
        found[near] = is_told & (asked != 0)
        return found


class Known:
    """What the ledgers of a family's other reports hold, loaded as the days come."""

    def __init__(self, report: Report, reader: str) -> None:
        self.stored = CountedDay.objects.filter(
            report__tenant=report.tenant_id, report__reader__in=family_of(reader)
        )
        self.ledgers: dict[int, list[int]] = defaultdict(list)
        for pk, day in self.stored.values_list("pk", "day").iterator():
            self.ledgers[day.toordinal() - EPOCH].append(pk)
        self.loaded: dict[int, tuple[KeysOfDay, KeysOfDay]] = {}
        """Of rows and of messages."""

    def fresh(self, day: int, rows: np.ndarray) -> Fresh:
        near = [self._of(each) for each in (day - 1, day, day + 1)]
        self.loaded = {each: found for each, found in self.loaded.items() if each >= day}
        keys, first = first_of(rows["row_key"])
        is_new = ~has_any([told_rows for told_rows, _ in near], keys)
        is_kept = np.zeros(len(rows), dtype=bool)
        is_kept[first.compress(is_new)] = True
        rows = rows.compress(is_kept)
        told_messages = [messages for _, messages in near]
        messages, first = first_of(rows["message_key"])
        first = first[~has_any(told_messages, messages)]
        first = first[~has_any(told_messages, rows["message_alias"].take(first))]
        is_first = np.zeros(len(rows), dtype=bool)
        is_first[first] = True
        aliases = rows["message_alias"].take(first)
        sorted_runs = rows["message_key"].take(first), np.sort(aliases[aliases != 0])
        named = np.sort(np.concatenate(sorted_runs), kind="stable")
        fresh = Fresh(rows, is_first, keys.compress(is_new), named)
        for told, mine in zip(self.loaded[day], (fresh.row_keys, fresh.message_keys), strict=True):
            told.add(mine)  # A message can go on on the next day.
        return fresh

    def _of(self, day: int) -> tuple[KeysOfDay, KeysOfDay]:
        if day not in self.loaded:
            self.loaded[day] = self._load(day)
        return self.loaded[day]

    def _load(self, day: int) -> tuple[KeysOfDay, KeysOfDay]:
        stored: Iterable[tuple[bytes, bytes]] = self.stored.filter(
            pk__in=self.ledgers.get(day, [])
        ).values_list("row_keys", "message_keys")
        pairs = [[np.frombuffer(keys, "<u8") for keys in each] for each in stored]
        return KeysOfDay(rows for rows, _ in pairs), KeysOfDay(messages for _, messages in pairs)


def first_of(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(distinct keys, sorted; where each stands first)."""
    order = np.argsort(keys)
    keys = keys.take(order)
    is_start = np.append(np.full(min(len(keys), 1), True), keys[1:] != keys[:-1])
    if is_start.all():
        return keys, order
    starts = np.flatnonzero(is_start)
    return keys[starts], np.minimum.reduceat(order, starts)


def has_any(days: Iterable[KeysOfDay], keys: np.ndarray) -> np.ndarray:
    found = np.zeros(len(keys), dtype=bool)
    for told in days:
        found |= told.has(keys)
    return found
