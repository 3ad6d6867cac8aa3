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

import numpy as np
import pandas as pd
import pyarrow as pa

from inventory import traffic
from inventory.models import CountedDay, Report
from inventory.readers import family_of
from inventory.readers.columns import found_in
from inventory.reading import Reading

EPOCH = dt.date(1970, 1, 1).toordinal()
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

    write(partial(counted_day, report, words), days())
    position, first = np.concatenate(positions), np.concatenate(firsts)
    order = np.argsort(position)
    return Counted(total, position[order], first[order])


def write(packed: Callable[[int, Fresh], CountedDay], days: Iterator[tuple[int, Fresh]]) -> None:
    """Days are packed beside the search for what is new in the next ones."""
    waiting: list[CountedDay] = []
    with ThreadPoolExecutor(max_workers=1) as packer:
        packing = [packer.submit(packed, *each) for each in itertools.islice(days, 1)]
        while packing:
            packing += [packer.submit(packed, *each) for each in itertools.islice(days, 1)]
            waiting.append(packing.pop(0).result())
            if not packing or sum(map(size_of, waiting)) > AT_ONCE:
                CountedDay.objects.bulk_create(waiting)
                waiting = []


def counted_day(
    report: Report, words: tuple[pa.Array, pa.Array], day: int, fresh: Fresh
) -> CountedDay:
    first = fresh.rows[fresh.is_first]
    return CountedDay(
        report=report,
        day=date_of(day),
        row_keys=fresh.row_keys.tobytes(),
        message_keys=fresh.message_keys.tobytes(),
        traffic=traffic.pack(first[first["account"] > 0], *words),
    )


def size_of(day: CountedDay) -> int:
    return len(day.row_keys) + len(day.message_keys) + len(day.traffic)


def date_of(day: int) -> dt.date:
    return dt.date.fromordinal(EPOCH + day)


class Known:
    """What the ledgers of a family's other reports hold, loaded as the days come."""

    def __init__(self, report: Report, reader: str) -> None:
        self.stored = CountedDay.objects.filter(
            report__tenant=report.tenant_id, report__reader__in=family_of(reader)
        )
        self.ledgers: dict[int, list[int]] = defaultdict(list)
        for pk, day in self.stored.values_list("pk", "day").iterator():
            self.ledgers[day.toordinal() - EPOCH].append(pk)
        self.loaded: dict[int, tuple[list[np.ndarray], list[np.ndarray]]] = {}

    def fresh(self, day: int, rows: np.ndarray) -> Fresh:
        near = [self._of(each) for each in (day - 1, day, day + 1)]
        self.loaded = {each: found for each, found in self.loaded.items() if each >= day}
        keys, first = np.unique(rows["row_key"], return_index=True)
        is_new = ~told(keys, [row_keys for row_keys, _ in near])
        rows = rows[np.sort(first[is_new])]
        told_messages = [message_keys for _, message_keys in near]
        messages, first = np.unique(rows["message_key"], return_index=True)
        first = first[~told(messages, told_messages)]
        first = first[~told(rows["message_alias"][first], told_messages)]
        is_first = np.zeros(len(rows), dtype=bool)
        is_first[first] = True
        aliases = rows["message_alias"][first]
        named = np.concatenate([rows["message_key"][first], aliases[aliases != 0]])
        fresh = Fresh(rows, is_first, keys[is_new], np.sort(named))
        for ledgers, mine in zip(
            self.loaded[day], (fresh.row_keys, fresh.message_keys), strict=True
        ):
            ledgers.append(mine)  # A message can go on on the next day.
        return fresh

    def _of(self, day: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        if day not in self.loaded:
            self.loaded[day] = self._load(day)
        return self.loaded[day]

    def _load(self, day: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        pks = self.ledgers.get(day)
        if not pks:
            return [], []
        rows: Iterable[tuple[bytes, bytes]] = self.stored.filter(pk__in=pks).values_list(
            "row_keys", "message_keys"
        )
        pairs = [(np.frombuffer(a, "<u8"), np.frombuffer(b, "<u8")) for a, b in rows]
        return [a for a, _ in pairs], [b for _, b in pairs]


def told(keys: np.ndarray, ledgers: list[list[np.ndarray]]) -> np.ndarray:
    """Which keys are in any of these sorted arrays; 0 is no key."""
    found = np.zeros(len(keys), dtype=bool)
    for sorted_keys in (each for ledger in ledgers for each in ledger):
        found |= found_in(sorted_keys, keys)[1]
    return np.asarray(found & (keys != 0))
