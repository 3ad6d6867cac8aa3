"""The rows of one report on disk, by day: a report of any size and order is stored day by day.

No database. The file has no name and goes with the process.
"""

from __future__ import annotations

import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from typing import IO

import numpy as np

DAY = 86_400
ROW = np.dtype(
    [
        ("at", "<u4"),
        ("account", "<i4"),
        ("address", "<i4"),
        ("position", "<i4"),
        ("byte_count", "<i8"),
        ("row_key", "<u8"),
        ("message_key", "<u8"),
        ("message_alias", "<u8"),
    ]
)
"""A row of a report: `at` in Unix seconds; account and address as codes, 0 where it is not the
organisation's; `position` in what is kept of it besides being counted, -1 for nothing."""


class Spool:
    """Takes rows in any order and gives them back by UTC day, each day's in the order taken."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (as long as this lives)
        self.end = 0
        self.pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self.count = 0
        self.first_at: int | None = None
        self.last_at: int | None = None

    def add(self, rows: np.ndarray) -> None:
        if not len(rows):
            return
        self.count += len(rows)
        first, last = int(rows["at"].min()), int(rows["at"].max())
        self.first_at = first if self.first_at is None else min(first, self.first_at)
        self.last_at = last if self.last_at is None else max(last, self.last_at)
        if first // DAY == last // DAY:
            self._write(first // DAY, rows)
            return
        days = rows["at"] // DAY
        order = np.argsort(days, kind="stable")
        rows, days = rows.take(order), days.take(order)
        starts = [0, *(np.flatnonzero(np.diff(days)) + 1), len(rows)]
        for start, stop in itertools.pairwise(starts):
            self._write(int(days[start]), rows[start:stop])

    def _write(self, day: int, rows: np.ndarray) -> None:
        data = rows.tobytes()
        self.file.seek(self.end)
        self.file.write(data)
        self.pieces[day].append((self.end, len(data)))
        self.end += len(data)

    def days(self) -> Iterator[tuple[int, np.ndarray]]:
        """(days since 1970, its rows), the earliest first."""
        for day in sorted(self.pieces):
            yield day, self._read(self.pieces[day])

    def _read(self, pieces: list[tuple[int, int]]) -> np.ndarray:
        data = memoryview(bytearray(sum(length for _, length in pieces)))
        end = 0
        for start, length in pieces:
            self.file.seek(start)
            end += self.file.readinto(data[end : end + length])  # type: ignore[attr-defined]
        return np.frombuffer(data, dtype=ROW)
