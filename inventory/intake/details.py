"""What a report tells of rows besides being counted, by account and on disk. No database.

A report may have any number of rows, and what is kept of an account's has to be looked at together.
The file has no name and goes with the process; a small report stays in memory.
"""

from __future__ import annotations

import pickle
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from typing import IO

import numpy as np
import pandas as pd

PARTS = 64
AT_ONCE = 50_000
"""Rows in memory before they go to disk."""
NOTED = ("account", "auth_method")


class Details:
    """Takes frames of rows one after the other; a row's index is its position among all."""

    def __init__(self) -> None:
        self.count = 0
        self.noted: dict[str, set[str]] = {name: set() for name in NOTED}
        """The distinct texts of these columns."""
        self.waiting: list[pd.DataFrame] = []
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (as long as this lives)
        self.pieces: dict[int, list[int]] = defaultdict(list)
        """Where the file has what belongs to a part."""

    def __len__(self) -> int:
        return self.count

    def add(self, rows: pd.DataFrame) -> None:
        rows = rows.set_axis(pd.RangeIndex(self.count, self.count + len(rows)))
        self.waiting.append(rows)
        self.count += len(rows)
        for name in NOTED:
            self.noted[name].update(rows[name].unique())
        if sum(map(len, self.waiting)) >= AT_ONCE:
            self._put_down()

    def by_account(self) -> Iterator[pd.DataFrame]:
        """All rows of some accounts at a time, in their order."""
        if not self.pieces:
            yield self.frame()
            return
        self._put_down()
        for part in sorted(self.pieces):
            yield pd.concat([self._piece(place) for place in self.pieces[part]])

    def frame(self) -> pd.DataFrame:
        """All rows in their order."""
        pieces = [self._piece(place) for places in self.pieces.values() for place in places]
        found = pd.concat([*pieces, *self.waiting])
        return found.sort_index() if pieces else found

    def _put_down(self) -> None:
        if not self.waiting:
            return
        rows = pd.concat(self.waiting)
        self.waiting = []
        codes, names = pd.factorize(rows["account"])
        part_of = np.array([zlib.crc32(str(name).encode()) % PARTS for name in names])
        parts = part_of[codes]
        for part in np.unique(parts).tolist():
            self.pieces[part].append(self._write(rows.take(np.flatnonzero(parts == part))))

    def _write(self, rows: pd.DataFrame) -> int:
        place = self.file.seek(0, 2)
        pickle.dump(rows, self.file, pickle.HIGHEST_PROTOCOL)
        return place

    def _piece(self, place: int) -> pd.DataFrame:
        self.file.seek(place)
        found: pd.DataFrame = pickle.load(self.file)  # noqa: S301 (written above)
        return found
