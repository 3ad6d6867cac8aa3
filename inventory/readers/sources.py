"""A file as columns of text, whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from inventory.readers.objects import Objects, is_json
from inventory.readers.tables import Table, decoded_head
from inventory.records import BadRow, RowError


class Source(Protocol):
    """What readers ask of a file. Opening one raises NotThisReport for what cannot be read."""

    columns: list[str]
    """Names of the columns, squeezed by `squeeze`."""
    misshapen_count: int
    """Rows passed over so far because they have no such columns."""
    day_first: bool | None
    """What its dates were found to be; None as long as nobody looked."""

    @property
    def context(self) -> str: ...

    @property
    def warnings(self) -> list[str]: ...

    @property
    def is_json(self) -> bool: ...

    def name_of(self, column: str) -> str:
        """The column's name as the file writes it."""

    def batches(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        """Record batches of text columns, in the order wanted; a column not there is ''."""

    def samples(self, column: str) -> pa.Array:
        """Texts of a column from all over the file; none where that has no cheap way."""

    def locate(self, bad: list[BadRow]) -> list[RowError]:
        """Bad rows with their lines and text, and the misshapen ones."""


def open_source(path: Path) -> Source:
    """Raises NotThisReport when the file is neither a table nor JSON, is empty or cut off."""
    return Objects(path) if is_json(decoded_head(path)) else Table(path)
