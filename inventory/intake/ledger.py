"""Counts once: which rows of a report no other has told us yet. Part of an import.

For each report and UTC day there are the keys of the rows and messages that it was the
first to tell. A report is held against those of its family day by day, so memory does not grow
with it. A message can have rows on both sides of midnight, so a day is held against its
neighbours as well.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from inventory import bulk
from inventory.intake import traffic
from inventory.intake.key_sets import KeySet, in_any, set_of
from inventory.intake.reading import Reading
from inventory.models import CountedDay, Report
from inventory.readers import family_of
from inventory.readers.ahead import ahead

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
    """The rows of a day that nobody told."""

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
        for day, rows in ahead(found.spool.days()):
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
    is_mail = fresh.is_first & (fresh.rows["account"] > 0)
    mail = traffic.pack(fresh.rows.compress(is_mail), *words)
    keys = fresh.row_keys.tobytes(), fresh.message_keys.tobytes()
    return report.pk, date_of(day), *keys, mail


def size_of(row: Row) -> int:
    return len(row[2]) + len(row[3]) + len(row[4])


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
        self.loaded: dict[int, list[tuple[KeySet, KeySet]]] = {}
        """Of rows and of messages: what others told of a day, and what this report did."""

    def fresh(self, day: int, rows: np.ndarray) -> Fresh:
        self.loaded = {each: found for each, found in self.loaded.items() if each >= day - 1}
        near = [told for each in (day, day - 1, day + 1) for told in self._of(each, len(rows))]
        told_rows = [rows_told for rows_told, _ in near]
        told_messages = [messages_told for _, messages_told in near]
        mine = KeySet(len(rows)), KeySet(2 * len(rows))
        self.loaded[day].append(mine)  # A message can go on on the next day.
        row_keys = rows["row_key"].copy()
        is_new = mine[0].add(row_keys) & ~in_any(told_rows, row_keys)
        if not is_new.all():
            rows, row_keys = rows.compress(is_new), row_keys.compress(is_new)
        keys, aliases = rows["message_key"].copy(), rows["message_alias"].copy()
        is_first = mine[1].add(keys)
        is_first &= ~(in_any(told_messages, keys) | in_any(told_messages, aliases))
        aliases = aliases.compress(is_first & (aliases != 0))
        mine[1].add(aliases)
        message_keys = np.concatenate([keys.compress(is_first), aliases])
        return Fresh(rows, is_first, row_keys, message_keys)

    def _of(self, day: int, expected: int) -> list[tuple[KeySet, KeySet]]:
        if day not in self.loaded:
            self.loaded[day] = [self._load(day, expected)] if day in self.ledgers else []
        return self.loaded[day]

    def _load(self, day: int, expected: int) -> tuple[KeySet, KeySet]:
        stored = self.stored.filter(pk__in=self.ledgers[day])
        told = bulk.fetched(stored.values_list("row_keys", "message_keys"))
        pairs = [[np.frombuffer(keys, "<u8") for keys in each] for each in told]
        rows, messages = ([pair[at] for pair in pairs] for at in (0, 1))
        return set_of(rows, expected), set_of(messages, expected)
