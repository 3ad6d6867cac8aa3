"""What readers hand over. Frozen, no Django.

Records travel in batches of columns, not one object a row: reading a million rows has to be a
matter of seconds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pandas as pd

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
class Batch:
    """Rows taken, one line each in the COLUMNS order, and rows refused."""

    rows: pd.DataFrame
    bad: list[BadRow] = field(default_factory=list)


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
    that can be read both ways.
    """

    file_name: str
    columns: frozenset[str]
    received_on: dt.date
    is_json: bool = False
    context: str = ""
    day_first: bool | None = None


def squeeze(name: str) -> str:
    """A column name without case, spaces, quotes and marks: exports differ in all of them."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
