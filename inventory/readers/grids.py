"""Lists that people keep: delimited text or an Excel workbook, as a header and rows of text.

Unlike exports of traffic they are small, have titles above their header or no header at all, and
rows of any length.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from inventory import normalize
from inventory.readers import workbook_process
from inventory.readers.tables import (
    HEAD_BYTES,
    cells_of,
    head_of,
    sniff_delimiter,
    sniff_encoding,
)
from inventory.records import NotThisReport

ROW_LIMIT = 300_000
COLUMN_LIMIT = 200
LARGEST = 64 * 1024 * 1024
LINES_ABOVE = 15
"""Lines in which a header is looked for."""
UNNAMED = "column "
"""Names of columns that the list gives none."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE_MEMBERS = {"[Content_Types].xml", "mimetype"}
PATIENCE = 120
"""Seconds for reading a workbook."""
MAC = re.compile(
    r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:[.:-][0-9a-f]{4}){2}"
    r"|[0-9a-f]{6}-[0-9a-f]{6}",
    re.IGNORECASE,
)


@dataclass
class Grid:
    """A header and the rows below it; a row is as wide as the header."""

    names: list[str]
    rows: list[tuple[int, list[str]]]
    warnings: list[str] = field(default_factory=list)


def is_workbook(path: Path) -> bool:
    """Whether it is an Excel file, which is a zip archive too."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start.startswith(b"PK\x03\x04"):
        return start == OLD_EXCEL
    try:
        with zipfile.ZipFile(path) as archive:
            return bool(OFFICE_MEMBERS & set(archive.namelist()))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def open_grid(path: Path) -> Grid:
    """Raises NotThisReport for what is no list."""
    return workbook_grid(path) if is_workbook(path) else text_grid(path)


# -- text --------------------------------------------------------------------------------------


def text_grid(path: Path) -> Grid:
    if path.stat().st_size > LARGEST:
        raise NotThisReport("the file is too large for a list of devices or sites")
    with opened(path) as text:
        start = text.read(HEAD_BYTES)
        if "\0" in start:
            raise NotThisReport("the file is not text")
        text.seek(0)
        delimiter = delimiter_of(start)
        rows = csv.reader(text, delimiter=delimiter)
        return grid_of(numbered(rows))


def opened(path: Path) -> IO[str]:
    """The text without its byte order mark; seeking to 0 starts it again."""
    encoding, mark_length = sniff_encoding(head_of(path))
    if mark_length:
        encoding = {"utf-8": "utf-8-sig"}.get(encoding, "utf-16")
    return path.open(encoding=encoding, errors="replace", newline="")


def delimiter_of(start: str) -> str:
    """The delimiter of most of the first lines: a title above the header has none."""
    marks = [sniff_delimiter(line) for line in start.splitlines()[:LINES_ABOVE] if is_split(line)]
    return max(set(marks), key=marks.count) if marks else ","


def is_split(line: str) -> bool:
    return len(cells_of(line, sniff_delimiter(line))) > 1


def numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """(line, cells); raises NotThisReport for what csv cannot read."""
    line = 1
    try:
        for cells in rows:
            yield line, cells
            line = rows.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise NotThisReport(f"the file cannot be read as a table: {error}") from None


# -- workbooks ---------------------------------------------------------------------------------


def workbook_grid(path: Path) -> Grid:
    """The sheet with the most rows; a warning names those that were not read."""
    found = sheets(path)
    if not found:
        raise NotThisReport("the workbook has no sheet with rows")
    chosen = max(found, key=lambda name: len(found[name]))
    grid = grid_of(iter(found[chosen]))
    others = [name for name in found if name != chosen]
    if others:
        grid.warnings.append(
            f"of the workbook, the sheet {chosen} was read and not {', '.join(others[:5])}: "
            "bring those in as files of their own"
        )
    return grid


def sheets(path: Path) -> dict[str, list[tuple[int, list[str]]]]:
    """{name: rows} of the sheets that have rows. Raises NotThisReport."""
    command = [sys.executable, "-I", workbook_process.__file__, str(path)]
    limits = [str(ROW_LIMIT), str(COLUMN_LIMIT)]
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                [*command, *limits], stdout=output, stderr=subprocess.PIPE, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            raise NotThisReport("the workbook takes too long to read") from None
        if done.returncode:
            reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
            reason = reason.rpartition(": ")[2] or "it is damaged"
            raise NotThisReport(f"the workbook cannot be read ({reason}): save the sheet as CSV")
        output.seek(0)
        return sheets_in(io.TextIOWrapper(output, "utf-8"))


def sheets_in(lines: IO[str]) -> dict[str, list[tuple[int, list[str]]]]:
    found: dict[str, list[tuple[int, list[str]]]] = {}
    name = ""
    for line in lines:
        value = json.loads(line)
        if isinstance(value, dict):
            name = value["sheet"]
        elif any(value[1:]):
            found.setdefault(name, []).append((value[0], value[1:]))
    return found


# -- the header --------------------------------------------------------------------------------


def grid_of(lines: Iterator[tuple[int, list[str]]]) -> Grid:
    rows = []
    for line, cells in lines:
        cells = [cell.replace("\0", "").strip() for cell in cells[:COLUMN_LIMIT]]
        if any(cells):
            rows.append((line, cells))
        if len(rows) > ROW_LIMIT:
            raise NotThisReport(f"more than {ROW_LIMIT:,} rows: that is no list of this kind")
    if not rows:
        raise NotThisReport("the file has no rows")
    at = header_at([cells for _, cells in rows[:LINES_ABOVE]])
    width = max(len(cells) for _, cells in rows[at : at + 200])
    is_named = not holds_data(rows[at][1])
    names = rows[at][1] if is_named else []
    names = [name.strip('"\ufeff ') for name in names]
    names += [f"{UNNAMED}{number + 1}" for number in range(len(names), width)]
    below = rows[at + is_named :]
    return Grid(names, [(line, (cells + [""] * width)[:width]) for line, cells in below])


def header_at(rows: list[list[str]]) -> int:
    """The first row as wide as most: titles above it fill a cell or two."""
    widths = [sum(map(bool, cells)) for cells in rows]
    usual = sorted(widths)[len(widths) // 2]
    return next(number for number, width in enumerate(widths) if width >= max(1, usual * 0.6))


def holds_data(cells: list[str]) -> bool:
    """Whether a first row is no header: no name of a column is an address."""
    return any(MAC.fullmatch(cell) or is_ip(cell) for cell in cells)


def is_ip(cell: str) -> bool:
    try:
        return bool(normalize.ip(cell.partition("/")[0])) and not cell.isdecimal()
    except ValueError:
        return False
