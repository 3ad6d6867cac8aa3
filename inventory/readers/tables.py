"""Delimited text of any encoding as a stream of column batches.

Exchange writes UTF-16LE, often without a byte order mark; PowerShell 5 puts a `#TYPE` line
first; Excel re-saves with `;` or tabs and in the code page of the country.
"""

from __future__ import annotations

import codecs
import csv
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from inventory.readers.notices import CUT, is_notice, says_more
from inventory.records import BadRow, NotThisReport, RowError, squeeze

HEAD_BYTES = 64 * 1024
SAMPLES, SAMPLE_BYTES = 16, 4 * 1024
"""Places where a file is looked into, and how much there."""
BLOCK_BYTES = 2 * 1024 * 1024
BLOCKS_AHEAD = 8
"""Arrow would read 32 blocks ahead."""
STALLED = 0.05
"""Seconds."""
NEWLINE = ord("\n")
RAW_LENGTH = 200
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")
KEPT_ERRORS = 10_000
"""Bad rows are counted all, but only so many are kept with their text."""
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


class Table:
    """A delimited text file: its header, and its rows in batches.

    Raises NotThisReport when the file is no such text, is empty or is cut off.
    """

    is_json = False
    context = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warnings: list[str] = []
        self.day_first: bool | None = None
        head = head_of(path)
        self.encoding, self.mark_length = sniff_encoding(head)
        self.skipped, header = self._header(head)
        self.delimiter = sniff_delimiter(header)
        names = cells_of(header, self.delimiter)
        if not names:
            raise NotThisReport("the header line cannot be read")
        self.names = [name.strip().strip('"').strip() for name in names]
        self.columns = unique([squeeze(name) for name in self.names])
        self.misshapen: list[BadRow] = []
        """With no reason for what is no row but a notice."""
        self.misshapen_count = self.notice_count = self.row_count = 0
        self.text = Text(path, self.encoding, self.mark_length)
        self.text.close()
        self._check_end()

    def _header(self, head: bytes) -> tuple[int, str]:
        """How many lines to skip up to and with the header, and the header."""
        lines = self._decoded(head).split("\n")
        if "\0" in "".join(lines[:20]):
            raise NotThisReport("the file is not text")
        for number, line in enumerate(lines[:20], start=1):
            if line.strip() and not line.lstrip('"').startswith("#") and not self._noticed(line):
                return number, line.strip("\r")
        raise NotThisReport("the file has no header line")

    def _noticed(self, line: str) -> bool:
        """Whether a line is no row but what a cmdlet wrote to the screen; a warning of it is
        kept."""
        if says_more(line) and CUT not in self.warnings:
            self.warnings.append(CUT)
        return is_notice(line)

    def _decoded(self, data: bytes) -> str:
        return data[self.mark_length :].decode(self.encoding, errors="replace")

    def _check_end(self) -> None:
        """A download that broke off must not be taken for the whole."""
        size = self.path.stat().st_size
        if self.encoding.startswith("utf-16") and size % 2:
            raise NotThisReport("the file is cut off in the middle of a character")
        last = self._part(size - HEAD_BYTES).rpartition("\n")[2]
        if not last.strip() or self._noticed(last):
            return
        cells = cells_of(last, self.delimiter)
        is_cut_id = bool(cells) and cells[-1].startswith("<") and not cells[-1].endswith(">")
        if len(cells) < len(self.columns) or last.count('"') % 2 or is_cut_id:
            raise NotThisReport("the file is cut off in the middle of its last row")

    def _part(self, start: int, size: int = -1) -> str:
        """So many bytes from a whole character on; all that follow where none are given."""
        with self.path.open("rb") as file:
            file.seek(max(self.mark_length, start & ~1))
            return file.read(size).decode(self.encoding, errors="replace")

    def samples(self, column: str) -> pa.Array:
        """Texts of a column from here and there, of rows that are whole and have all columns."""
        size = self.path.stat().st_size
        starts = (size * number // SAMPLES - SAMPLE_BYTES for number in range(1, SAMPLES + 1))
        parts = (self._part(start, SAMPLE_BYTES).split("\n")[1:-1] for start in starts)
        rows = (cells_of(line, self.delimiter) for part in parts for line in part)
        place, count = self.columns.index(column), len(self.columns)
        return pa.array([row[place] for row in rows if len(row) == count], pa.string())

    def name_of(self, column: str) -> str:
        """The column's name as the file writes it."""
        return self.names[self.columns.index(column)]

    def batches(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        """Record batches of text columns, in the order wanted; a column not there is ''."""
        self.misshapen, self.misshapen_count = [], 0
        self.notice_count = self.row_count = 0
        present = [name for name in wanted if name in self.columns]
        for batch in self._stream(present):
            self.row_count += batch.num_rows
            arrays = [
                batch.column(name)
                if name in present
                else pa.repeat(pa.scalar("", pa.string()), batch.num_rows)
                for name in wanted
            ]
            yield pa.RecordBatch.from_arrays(arrays, names=wanted)

    def _stream(self, present: list[str]) -> Iterator[pa.RecordBatch]:
        text = self.text = Text(self.path, self.encoding, self.mark_length)
        try:
            batches = pacsv.open_csv(
                pa.PythonFile(text, mode="r"),
                read_options=pacsv.ReadOptions(
                    column_names=self.columns,
                    skip_rows=self.skipped,
                    block_size=BLOCK_BYTES,
                    # The number of a misshapen row is told to one thread alone.
                    use_threads=False,
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=self._note_misshapen,
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(present, pa.string()),
                    include_columns=present,
                    strings_can_be_null=False,
                ),
            )
            for batch in batches:
                text.under_way.release()
                yield batch
        except pa.ArrowInvalid as error:
            if "Empty CSV" not in str(error):
                raise NotThisReport(f"the file cannot be read as a table: {error}") from None
        finally:
            text.close()

    def _note_misshapen(self, row: pacsv.InvalidRow) -> str:
        if self._noticed(row.text or ""):
            self.notice_count += 1
            reason = ""
        else:
            self.misshapen_count += 1
            reason = f"{row.actual_columns} columns instead of {len(self.columns)}"
        if len(self.misshapen) < KEPT_ERRORS:
            self.misshapen.append(BadRow(row.number - 1 - self.skipped, "", reason))
        return "skip"

    def locate(self, bad: list[BadRow]) -> list[RowError]:
        """Bad rows with their lines and text, and the rows with too many or too few columns.

        Reads the file a second time, and only when there is something to find.
        """
        if not bad and not self.misshapen_count:
            return []
        passed_over = self.misshapen_count + self.notice_count
        if self.text.line_count == self.skipped + self.row_count + passed_over:
            return list(self._lines_of(among_all(bad, self.misshapen)))
        return list(self._located({row.index: row for row in bad}))

    def _lines_of(self, rows: list[BadRow]) -> Iterator[RowError]:
        """Where every row is one line; `rows` are counted among all of the file, in order."""
        with self.path.open("rb") as file:
            yield from self._lines_in(file, rows[:KEPT_ERRORS])

    def _lines_in(self, file: IO[bytes], rows: list[BadRow]) -> Iterator[RowError]:
        waiting = iter(rows)
        row = next(waiting, None)
        lines, start = 0, self.mark_length
        for ends in self._line_ends():
            while row is not None and self.skipped + row.index < lines + len(ends):
                number = self.skipped + row.index - lines
                first = int(ends[number - 1]) if number else start
                if row.reason:
                    raw = self._text_at(file, first)
                    yield RowError(lines + number + 1, row.column, row.reason, raw)
                row = next(waiting, None)
            if row is None:
                return
            lines += len(ends)
            start = int(ends[-1]) if len(ends) else start
        if row is not None and row.reason:  # The last line has no end.
            yield RowError(lines + 1, row.column, row.reason, self._text_at(file, start))

    def _line_ends(self) -> Iterator[np.ndarray]:
        """Where in the file lines begin, but the first, in bytes; block by block."""
        unit = np.dtype({"utf-16-le": "<u2", "utf-16-be": ">u2"}.get(self.encoding, "u1"))
        at = self.mark_length
        with self.path.open("rb") as file:
            file.seek(at)
            while block := file.read(BLOCK_BYTES):
                found = np.flatnonzero(np.frombuffer(block, unit) == NEWLINE)
                yield at + (found + 1) * unit.itemsize
                at += len(block)

    def _text_at(self, file: IO[bytes], start: int) -> str:
        """The beginning of the line that begins there."""
        file.seek(start)
        text = file.read(4 * RAW_LENGTH).decode(self.encoding, errors="replace")
        return text.split("\n", 1)[0][:RAW_LENGTH].rstrip("\r")

    def _located(self, bad: dict[int, BadRow]) -> Iterator[RowError]:
        """Where a row may have several lines."""
        index = found = 0
        for line, cells in self._plain_rows():
            raw = self.delimiter.join(cells)[:RAW_LENGTH]
            if len(cells) != len(self.columns):
                if is_notice(raw):
                    continue
                reason = f"{len(cells)} columns instead of {len(self.columns)}"
                yield RowError(line, "", reason, raw)
                found += 1
            else:
                if index in bad:
                    yield RowError(line, bad[index].column, bad[index].reason, raw)
                    found += 1
                index += 1
            if found >= KEPT_ERRORS:
                return

    def _plain_rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) for each row that is not blank, by the standard library's reader."""
        with self.path.open("rb") as file:
            file.seek(self.mark_length)
            text = io.TextIOWrapper(file, self.encoding, errors="replace", newline="")
            for _ in range(self.skipped):
                text.readline()
            rows = csv.reader(text, delimiter=self.delimiter)
            line = self.skipped + 1
            try:
                for cells in rows:
                    if cells:
                        yield line, cells
                    line = self.skipped + rows.line_num + 1
            except csv.Error:  # A cell larger than csv takes: what follows has no line.
                return


def among_all(bad: list[BadRow], misshapen: list[BadRow]) -> list[BadRow]:
    """All of them in order, counted among all rows: `bad` is counted among the well-formed."""
    found, passed = [], 0
    for row in bad:
        while passed < len(misshapen) and misshapen[passed].index <= row.index + passed:
            found.append(misshapen[passed])
            passed += 1
        found.append(replace(row, index=row.index + passed))
    return found + misshapen[passed:]


def head_of(path: Path) -> bytes:
    """The beginning of a file; raises NotThisReport for one that cannot be text."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise NotThisReport("the file is empty")
    if head.startswith(ARCHIVES):
        raise NotThisReport("the file is an archive that cannot be opened safely")
    return head


def decoded_head(path: Path) -> str:
    head = head_of(path)
    encoding, mark_length = sniff_encoding(head)
    return head[mark_length:].decode(encoding, errors="replace")


class Text(io.RawIOBase):
    """What a file says from its mark on, as UTF-8, for Arrow; counts its lines."""

    def __init__(self, path: Path, encoding: str, mark_length: int) -> None:
        self.file = path.open("rb")
        self.file.seek(mark_length)
        self.decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self.is_plain_ascii = not encoding.startswith("utf-16")
        """Whether what is ASCII in the file is the same in UTF-8."""
        self.blocks = self._blocks()
        self.under_way = threading.Semaphore(BLOCKS_AHEAD)
        self.rest = memoryview(b"")
        self.line_count = 0
        """So far; a last line without an end counts once all is read."""
        self.last = b""

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.file.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; b"" at the end."""
        if size < 0:
            return b"".join([self.rest, *self.blocks])
        if not self.under_way.acquire(timeout=STALLED):
            self.under_way.release()  # The next batch needs more than is under way.
        if not self.rest:
            block = next(self.blocks, b"")
            if len(block) <= size:
                return block
            self.rest = memoryview(block)
        found, self.rest = self.rest[:size], self.rest[size:]
        return bytes(found)

    def _blocks(self) -> Iterator[bytes]:
        while data := self.file.read(BLOCK_BYTES):
            if block := self._counted(self._encoded(data)):
                yield block
        if block := self._counted(self.decoder.decode(b"", final=True).encode(errors="replace")):
            yield block
        if self.last not in (b"", b"\n"):
            self.line_count += 1

    def _encoded(self, data: bytes) -> bytes:
        is_plain = self.is_plain_ascii and data.isascii() and not self.decoder.getstate()[0]
        return data if is_plain else self.decoder.decode(data).encode(errors="replace")

    def _counted(self, block: bytes) -> bytes:
        self.line_count += int(np.count_nonzero(np.frombuffer(block, np.uint8) == NEWLINE))
        self.last = block[-1:] or self.last
        return block


def sniff_encoding(head: bytes) -> tuple[str, int]:
    """(encoding, length of the byte order mark)."""
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding, len(mark)
    start = head[:512]
    half = max(1, len(start) // 2)
    if start[1::2].count(0) > 0.6 * half:
        return "utf-16-le", 0
    if start[0::2].count(0) > 0.6 * half:
        return "utf-16-be", 0
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252", 0
    return "utf-8", 0


def sniff_delimiter(header: str) -> str:
    return max(",;\t", key=lambda mark: len(cells_of(header, mark)))


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none when it is no such line."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def unique(names: list[str]) -> list[str]:
    """Names made different: the portal writes some headers twice; the first keeps its name."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}{seen[name]}")
    return result
