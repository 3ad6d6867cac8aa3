"""Lists of devices and sites and logs of replies, into what can be stored. No database.

Whatever a reader of traffic or of settings knows is none of these.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from inventory import readers
from inventory.intake import reading_logs
from inventory.readers import known_devices, known_sites, list_fields, smtp_replies
from inventory.readers.grids import COLUMN_LIMIT, Grid, is_workbook, open_grid
from inventory.readers.list_fields import FIELDS, Guess
from inventory.readers.notices import is_notice
from inventory.readers.sources import open_source
from inventory.readers.tables import cells_of, decoded_head, sniff_delimiter
from inventory.records import (
    Asset,
    BadCell,
    ColumnsUndecided,
    Head,
    LoggedReply,
    NotThisReport,
    RowError,
    SiteTold,
    squeeze,
)

KEPT_ERRORS = 10_000
RAW_LENGTH = 200
MODULES = {known_devices.NAME: known_devices, known_sites.NAME: known_sites}


@dataclass(frozen=True)
class Columns:
    """What the columns of a list hold, as it was used."""

    kind: str
    names: list[str]
    fields: list[str]
    is_confirmed: bool

    @property
    def signature(self) -> str:
        return list_fields.signature(self.names)


@dataclass(frozen=True)
class Context:
    """What is known before a list is read; `confirmed` by signature of its columns."""

    file_name: str
    received_on: dt.date
    confirmed: dict[str, Columns] = field(default_factory=dict)
    day_first: bool | None = None


@dataclass
class ListReading:
    """All that one list or log says; of `assets`, `sites` and `replies` one is filled."""

    reader: str
    assets: list[tuple[int, Asset]] = field(default_factory=list)
    sites: list[SiteTold] = field(default_factory=list)
    replies: list[LoggedReply] = field(default_factory=list)
    columns: Columns | None = None
    row_count: int = 0
    rejected_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read(path: Path, context: Context, heartbeat: Callable[[], None]) -> ListReading | None:
    """None when the file is no list and no log. Raises NotThisReport, ColumnsUndecided."""
    if is_workbook(path):
        return read_list(open_grid(path), context, heartbeat, must=True)
    head = decoded_head(path)
    if is_companion(context.file_name) or is_of_microsoft(path, head, context):
        return None
    grid = grid_or_none(path, head)
    found = read_list(grid, context, heartbeat, must=False) if grid else None
    if found is None:
        found = as_reading(
            reading_logs.read(path, context.received_on, context.day_first, heartbeat)
        )
    if found is None and grid:
        ask(grid)
    return found


def as_reading(replies: list[LoggedReply] | None) -> ListReading | None:
    if replies is None:
        return None
    return ListReading(
        smtp_replies.NAME,
        replies=replies,
        row_count=len(replies),
        warnings=list(reading_logs.warnings_for(replies)),
    )


def is_companion(file_name: str) -> bool:
    return any(part in file_name.lower() for part in readers.COMPANIONS)


def is_of_microsoft(path: Path, head: str, context: Context) -> bool:
    """Whether a reader of traffic or of settings knows the file, damaged or not."""
    try:
        if head.lstrip()[:1] in {"{", "["}:
            return readers.is_known(readers.head_of(open_source(path), "", context.received_on))
    except NotThisReport:
        return False
    shown = (line for line in head.splitlines()[:20] if line.strip() and not is_notice(line))
    lines = [line for line in shown if not line.lstrip('"').startswith("#")]
    for line in lines[:2]:
        columns = frozenset(squeeze(name) for name in cells_of(line, sniff_delimiter(line)))
        if readers.is_known(Head(context.file_name, columns, context.received_on)):
            return True
    return False


# -- lists -------------------------------------------------------------------------------------


def grid_or_none(path: Path, head: str) -> Grid | None:
    if head.lstrip()[:1] in {"{", "["}:
        return None
    try:
        return open_grid(path)
    except NotThisReport:
        return None


def columns_of(grid: Grid, context: Context) -> tuple[Columns, bool] | None:
    """(columns, whether they are sure); None when the file is no such list."""
    if said := context.confirmed.get(list_fields.signature(grid.names)):
        return said, True
    guess = list_fields.guess(grid)
    return (as_columns(grid, guess), guess.is_sure) if guess else None


def as_columns(grid: Grid, guess: Guess) -> Columns:
    return Columns(guess.kind, grid.names, guess.fields, is_confirmed=False)


def read_list(
    grid: Grid, context: Context, heartbeat: Callable[[], None], *, must: bool
) -> ListReading | None:
    """None when it is no list, or not for certain and may be something else."""
    head = Head(context.file_name, frozenset(map(squeeze, grid.names)), context.received_on)
    if readers.is_known(head):
        raise NotThisReport("an Excel workbook of a report: save the sheet as CSV")
    found = columns_of(grid, context)
    if found and found[1]:
        return rows_of(grid, found[0], heartbeat)
    if must:
        raise NotThisReport(NO_LIST) if found is None else ColumnsUndecided(known_devices.ASKS)
    return None


def ask(grid: Grid) -> None:
    """Raises ColumnsUndecided for what is probably a list, but names nothing for certain."""
    if guess := list_fields.guess(grid):
        raise ColumnsUndecided(MODULES[guess.kind].ASKS)


def list_in(path: Path, context: Context) -> Grid:
    """The rows of a file that may be a list. Raises NotThisReport for every other."""
    if not is_workbook(path):
        head = decoded_head(path)
        if head.lstrip()[:1] in {"{", "["} or is_of_microsoft(path, head, context):
            raise NotThisReport("the file is no list of devices or sites")
    grid = open_grid(path)
    if len(grid.names) > COLUMN_LIMIT:
        raise NotThisReport("the file has too many columns")
    return grid


def first_guess(grid: Grid, context: Context) -> Columns:
    """What a person is shown first: their own word, a guess, or nothing."""
    found = columns_of(grid, context)
    blank = Columns(known_devices.NAME, grid.names, [""] * len(grid.names), is_confirmed=False)
    return found[0] if found else blank


NO_LIST = (
    "the workbook holds neither a list of devices nor one of sites; if it does, say what its "
    "columns hold, on the report's page under Columns"
)


def rows_of(grid: Grid, columns: Columns, heartbeat: Callable[[], None]) -> ListReading:
    found = ListReading(columns.kind, columns=columns, row_count=len(grid.rows))
    record = MODULES[columns.kind].record
    for number, (line, cells) in enumerate(grid.rows):
        if number % 1_000 == 0:
            heartbeat()
        bad: list[BadCell] = []
        try:
            told = record(by_field(columns.fields, cells), bad)
        except ValueError as error:
            found.rejected_count += 1
            bad = [BadCell("", str(error))]
        else:
            if isinstance(told, Asset):
                found.assets.append((line, told))
            else:
                found.sites.append(told)
        found.errors += (as_error(line, cells, columns, each) for each in bad)
    del found.errors[KEPT_ERRORS:]
    found.warnings = [*grid.warnings, *warnings_for(found)]
    return found


def by_field(fields: list[str], cells: list[str]) -> dict[str, str]:
    """The cells by field; a second column for a field fills what the first left blank."""
    told: dict[str, str] = {}
    for name, cell in zip(fields, cells, strict=False):
        if name and not told.get(name):
            told[name] = cell
    return told


def as_error(line: int, cells: list[str], columns: Columns, bad: BadCell) -> RowError:
    name = ""
    if bad.field in columns.fields:
        name = columns.names[columns.fields.index(bad.field)]
    return RowError(line, name, bad.reason, ",".join(cells)[:RAW_LENGTH])


def warnings_for(found: ListReading) -> Iterator[str]:
    columns = found.columns
    if columns and not columns.is_confirmed:
        yield described(columns)
    if not found.row_count:
        yield "the list has no rows: that is no data, not a sign that nothing is there"
    elif found.rejected_count == found.row_count:
        yield "no row could be taken"


def described(columns: Columns) -> str:
    """What was guessed, for the person to look over."""
    titles = FIELDS[columns.kind]
    pairs = zip(columns.names, columns.fields, strict=True)
    taken = [f"{name} as {titles[known]}" for name, known in pairs if known]
    left = [name for name, known in zip(columns.names, columns.fields, strict=True) if not known]
    rest = f"; left out: {', '.join(left)}" if left else ""
    return f"columns guessed: {', '.join(taken)}{rest}"
