"""What readers hand over. Frozen, no Django.

Records travel in batches of columns, not one object a row: reading a million rows has to be a
matter of seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

COLUMNS = {
    "at": "UTC, to the second",
    "account": "mailbox address, lower case",
    "address": "source IP address or ''",
    "auth_method": "basic, oauth, unknown or ''",
    "tls_version": "such as TLS1.2, or ''",
    "tls_cipher": "as reported",
    "message_id": "without <>, as reported",
    "subject": "as reported; masked before anything is kept",
    "recipient": "lower case, or ''",
    "message_count": "messages that the row stands for",
    "byte_count": "bytes, 0 where not told",
    "row_key": "64 bits: equal for the same row in any export",
    "message_key": "64 bits: equal for the rows of one message",
    "message_alias": "64 bits: the same message as exports with fewer columns know it, or 0",
}
"""The columns of a batch, which every reader fills."""


class NotThisReport(Exception):
    """The file cannot be taken as this report; the message says why to the person."""


class DatesUndecided(NotThisReport):
    """Nothing in the file tells whether its dates start with the day; a person has to."""


class ColumnsUndecided(NotThisReport):
    """A list whose columns do not tell what they hold; a person has to."""


class NothingForUs(NotThisReport):
    """A known companion of a report that carries nothing to take."""


@dataclass(frozen=True)
class BadRow:
    """A row that was not taken; `index` counts the well-formed rows of the file from 0."""

    index: int
    column: str
    reason: str


@dataclass(frozen=True)
class RowError:
    """A bad row as the person finds it: `line` counts from 1, `raw` is cut short."""

    line: int
    column: str
    reason: str
    raw: str


@dataclass(frozen=True)
class Coded:
    """A column of texts of which each distinct one is looked at once.

    `words` grows while the file is read, so that a code stays the same from batch to batch.
    """

    codes: np.ndarray
    """Index into `words`; 0 is ''."""
    words: list[str]
    hashes: np.ndarray
    """uint64, of what the row says, also where `words` does not keep it."""

    def take(self, rows: np.ndarray) -> Coded:
        return replace(self, codes=self.codes[rows], hashes=self.hashes[rows])

    def texts(self) -> np.ndarray:
        used, codes = np.unique(self.codes, return_inverse=True)
        texts: np.ndarray = np.array([self.words[code] for code in used], dtype=object)[codes]
        return texts


@dataclass(frozen=True)
class Later:
    """A column of texts that is translated where it is wanted: most rows are only counted."""

    raw: pa.Array
    function: Callable[[str], str]

    def take(self, rows: np.ndarray) -> Later:
        return replace(self, raw=self.raw.take(pa.array(rows)))

    def texts(self) -> np.ndarray:
        encoded = self.raw.dictionary_encode()
        words = [self.function(text or "") for text in encoded.dictionary.to_pylist()]
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        texts: np.ndarray = np.array(words, dtype=object)[codes]
        return texts


Column: TypeAlias = Coded | Later | pa.Array | np.ndarray
"""Texts or numbers, one for each row."""


@dataclass(frozen=True)
class Batch:
    """Rows taken, as columns, and rows refused. Columns left out are blank or 0."""

    columns: dict[str, Column]
    length: int
    bad: list[BadRow] = field(default_factory=list)
    rows: np.ndarray | None = None
    """Where in the columns the rows taken are; None: everywhere."""

    def numbers(self, name: str, kind: np.dtype | type | str) -> np.ndarray:
        column = self.columns.get(name)
        if column is None:
            return np.full(self.length, DEFAULTS.get(name, 0), dtype=kind)
        values = np.asarray(column).astype(kind, copy=False)
        return values if self.rows is None else values[self.rows]

    def coded(self, name: str) -> Coded:
        column = self.columns.get(name)
        if isinstance(column, Coded):
            return column if self.rows is None else column.take(self.rows)
        nothing = np.zeros(self.length, dtype=np.int32)
        return Coded(nothing, [""], nothing.astype(np.uint64))

    def texts(self, name: str) -> np.ndarray:
        return taken(self.columns.get(name), name, self._at(np.arange(self.length)))

    def frame(self, chosen: np.ndarray | None = None) -> pd.DataFrame:
        """The chosen rows (all without a choice), COLUMNS and what else the reader tells."""
        chosen = np.arange(self.length) if chosen is None else chosen
        names = [*COLUMNS, *(name for name in self.columns if name not in COLUMNS)]
        rows = self._at(chosen)
        values = {name: taken(self.columns.get(name), name, rows) for name in names}
        return pd.DataFrame(values, index=chosen)

    def _at(self, chosen: np.ndarray) -> np.ndarray:
        return chosen if self.rows is None else self.rows[chosen]


DEFAULTS: dict[str, Any] = {"message_count": 1}
NUMBERS = {
    "at": "datetime64[s]",
    **dict.fromkeys(("message_count", "byte_count"), "int64"),
    **dict.fromkeys(("row_key", "message_key", "message_alias"), "uint64"),
}


def taken(column: Column | None, name: str, rows: np.ndarray) -> np.ndarray:
    """Numbers, or texts as objects."""
    if column is None:
        if name in NUMBERS:
            return np.full(len(rows), DEFAULTS.get(name, 0)).astype(NUMBERS[name])
        return np.full(len(rows), "", dtype=object)
    if isinstance(column, Coded | Later):
        return column.take(rows).texts()
    found: np.ndarray = (
        column[rows]
        if isinstance(column, np.ndarray)
        else column.take(pa.array(rows)).to_numpy(zero_copy_only=False)
    )
    return found


@dataclass(frozen=True)
class Setting:
    """One value that an export of settings told; a property it does not have gives none.

    `value` is `true` or `false` for switches, "" where the export has the property and it is
    blank: on a mailbox that means it inherits.
    """

    scope: str
    subject: str
    name: str
    value: str


@dataclass(frozen=True)
class BadCell:
    """A cell that was left out of a row that was taken; `field` is what its column holds."""

    field: str
    reason: str


@dataclass(frozen=True)
class Asset:
    """A row of a list of devices, in the list's words."""

    name: str = ""
    host_name: str = ""
    kind: str = ""
    vendor: str = ""
    model: str = ""
    serial_number: str = ""
    mac_address: str = ""
    address: str = ""
    site_name: str = ""
    owner: str = ""
    contact: str = ""
    account: str = ""
    status: str = ""


IDENTIFYING = ("name", "host_name", "serial_number", "mac_address", "address")
"""What names a device; a row without any of it is none."""


@dataclass(frozen=True)
class SiteTold:
    """A row of a list of sites; `networks` are public ones."""

    name: str
    code: str = ""
    city: str = ""
    country: str = ""
    networks: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class LoggedReply:
    """A reply of a mail server in a log; `text` is the line without secrets, cut short."""

    line: int
    at: dt.datetime | None
    host: str
    account: str
    family: str
    code: int | None
    enhanced: str
    is_refusal: bool
    text: str
    key: int


@dataclass(frozen=True)
class Head:
    """What `sniff` may look at: the file's name and its column names, squeezed by `squeeze`.

    `context` is the `@odata.context` of a Graph page. `day_first` is a person's answer for dates
    that can be read both ways. `rows_at_once` makes batches of at most so many rows, for who wants
    to see but the first.
    """

    file_name: str
    columns: frozenset[str]
    received_on: dt.date
    is_json: bool = False
    context: str = ""
    day_first: bool | None = None
    domains: frozenset[str] = frozenset()
    rows_at_once: int | None = None


def squeeze(name: str) -> str:
    """A column name without case, spaces, quotes and marks: exports differ in all of them."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
