"""JSON of any make as a stream of column batches.

An array of objects, one object, pages with a list under `value` (Graph) or `records` (diagnostic
settings), tables with columns and rows (Log Analytics), several of these one after the other, or
an object a line. Only one object is ever held: files are as large as tables.
"""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from inventory.readers.tables import HEAD_BYTES, KEPT_ERRORS, RAW_LENGTH, sniff_encoding
from inventory.records import BadRow, NotThisReport, RowError, squeeze

LISTS = ("value", "records", "tables")
PEEKED = 200
"""Objects whose keys are looked at to know the columns."""
ROWS = 10_000
READ = 1024 * 1024
LARGEST = 16 * 1024 * 1024
"""Characters that one object may have; a page inside an array is one."""
DEPTH = 4
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)

Object = dict[str, Any]


def is_json(head: str) -> bool:
    """Whether a text file begins as JSON does."""
    return head.lstrip()[:1] in {"{", "["}


class Objects:
    """The objects of a JSON file as a table; nested keys joined: `status.errorCode`."""

    is_json = True

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self.encoding, self.mark_length = sniff_encoding(file.read(HEAD_BYTES))
        self.misshapen_count = 0
        self.day_first: bool | None = None
        self.misshapen: dict[int, str] = {}
        self.has_more = False
        self.context = ""
        self.names: dict[str, str] = {}
        self.has_lines = self._has_lines()
        for _, each in islice(self._objects(), PEEKED):
            for name, key, _ in flat(each):
                self.names.setdefault(name, key)
        if not self.names and not self.context:
            raise NotThisReport("the file holds no records")
        self.columns = list(self.names)

    @property
    def warnings(self) -> list[str]:
        if not self.has_more:
            return []
        return ["the last page names a next one (@odata.nextLink) that is not in the file"]

    def name_of(self, column: str) -> str:
        return self.names.get(column, column)

    def batches(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        self.misshapen_count, self.misshapen = 0, {}
        objects = self._objects()
        chosen = frozenset(wanted)
        while part := list(islice(objects, ROWS)):
            rows = [dict(chosen_of(each, chosen)) for _, each in part]
            arrays = [pa.array([row.get(name, "") for row in rows], pa.string()) for name in wanted]
            yield pa.RecordBatch.from_arrays(arrays, names=wanted)

    def samples(self, column: str) -> pa.Array:
        return pa.array([], pa.string())

    def locate(self, bad: list[BadRow]) -> list[RowError]:
        if not bad and not self.misshapen_count:
            return []
        reasons = {row.index: row for row in bad}
        found = [RowError(line, "", "not JSON", raw) for line, raw in self.misshapen.items()]
        for index, (line, each) in enumerate(self._objects()):
            if row := reasons.get(index):
                raw = json.dumps(each, ensure_ascii=False)[:RAW_LENGTH]
                found.append(RowError(line, row.column, row.reason, raw))
        return sorted(found, key=lambda error: error.line)[:KEPT_ERRORS]

    def _text(self, file: io.BufferedReader) -> io.TextIOWrapper:
        file.seek(self.mark_length)
        return io.TextIOWrapper(file, self.encoding, "replace", newline="\n")

    def _has_lines(self) -> bool:
        """Whether the first line is a whole object and not the last."""
        with self.path.open("rb") as file:
            text = self._text(file)
            lines = (text.readline(LARGEST) for _ in range(20))
            first = next((line for line in lines if line.strip()), "")
            more = text.read(READ).strip()
        try:
            return isinstance(DECODER.decode(first.strip()), dict) and more.startswith("{")
        except (ValueError, RecursionError):
            return False

    def _objects(self) -> Iterator[tuple[int, Object]]:
        """(line, object) of each record; pages are opened up."""
        with self.path.open("rb") as file:
            text = self._text(file)
            yield from self._lines(text) if self.has_lines else self._stream(text)

    def _lines(self, text: io.TextIOWrapper) -> Iterator[tuple[int, Object]]:
        number, is_last_bad = 0, False
        while line := text.readline(LARGEST):
            number += 1
            if not line.strip():
                continue
            is_last_bad = False
            try:
                found = DECODER.decode(line.strip())
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield from self._opened(number, found)
            else:
                is_last_bad = not line.endswith("\n")
                self.misshapen_count += 1
                if len(self.misshapen) < KEPT_ERRORS:
                    self.misshapen[number] = line[:RAW_LENGTH].strip()
        if is_last_bad:
            raise NotThisReport("the file is cut off in the middle of its last line")

    def _stream(self, text: io.TextIOWrapper) -> Iterator[tuple[int, Object]]:
        scanner = Scanner(text)
        while char := scanner.peek():
            if char == "{":
                yield from self._page(scanner)
            elif char == "[":
                yield from self._array(scanner)
            else:
                scanner.fail()

    def _array(self, scanner: Scanner) -> Iterator[tuple[int, Object]]:
        scanner.take("[")
        while (char := scanner.peek()) != "]":
            line = scanner.line
            if char != "{":
                scanner.fail()
            yield from self._opened(line, scanner.value())
            if scanner.peek() != "]":
                scanner.take(",")
        scanner.take("]")

    def _page(self, scanner: Scanner) -> Iterator[tuple[int, Object]]:
        """An object at the top, its list streamed: it may be the whole file."""
        scanner.peek()
        line, rest, has_list = scanner.line, {}, False
        scanner.take("{")
        while scanner.peek() != "}":
            key = scanner.value()
            scanner.take(":")
            if key in LISTS and scanner.peek() == "[":
                has_list = True
                yield from self._array(scanner)
            else:
                rest[str(key)] = scanner.value()
            if scanner.peek() != "}":
                scanner.take(",")
        scanner.take("}")
        if has_list:
            self._note(rest)
        else:
            yield from self._opened(line, rest)

    def _opened(self, line: int, found: Object) -> Iterator[tuple[int, Object]]:
        """A record as it is; of a page, an answer or a table its records."""
        if is_error(found):
            raise NotThisReport(f"an error instead of a report: {message_of(found['error'])}")
        if isinstance(found.get("columns"), list) and isinstance(found.get("rows"), list):
            names = [str(each.get("name")) for each in found["columns"] if isinstance(each, dict)]
            for row in found["rows"]:
                if isinstance(row, list) and len(row) == len(names):
                    yield line, dict(zip(names, row, strict=True))
            return
        inside = next((found[key] for key in LISTS if isinstance(found.get(key), list)), None)
        if inside is None:
            yield line, found
            return
        self._note(found)
        for each in inside:
            if isinstance(each, dict):
                yield line, each

    def _note(self, page: Object) -> None:
        self.context = self.context or str(page.get("@odata.context", ""))
        self.has_more = bool(page.get("@odata.nextLink"))


class Scanner:
    """Reads a stream of JSON piece by piece; any fault raises NotThisReport with its line."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text, self.buffer, self.at, self.line = text, "", 0, 1
        self.is_done = False

    def peek(self) -> str:
        """The next character that is not blank, '' at the end."""
        while True:
            start = self.at
            while self.at < len(self.buffer) and self.buffer[self.at] in " \t\r\n\ufeff":
                self.at += 1
            self.line += self.buffer.count("\n", start, self.at)
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self._more():
                return ""

    def take(self, char: str) -> None:
        if self.peek() != char:
            self.fail()
        self.at += 1

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                found, end = DECODER.raw_decode(self.buffer, self.at)
                if end < len(self.buffer) or not self._more():
                    self.line += self.buffer.count("\n", self.at, end)
                    self.at = end
                    return found
            except RecursionError:
                self.fail()
            except ValueError:
                if len(self.buffer) - self.at > LARGEST or not self._more():
                    self.fail()

    def fail(self) -> NoReturn:
        raise NotThisReport(f"the JSON is damaged or cut off, from line {self.line:,} on")

    def _more(self) -> bool:
        """Read on; False at the end. At least doubles what is held, to look at it few times."""
        if not self.is_done:
            rest = self.buffer[self.at :]
            data = self.text.read(max(READ, len(rest)))
            self.is_done = not data
            self.buffer, self.at = rest + data, 0
        return not self.is_done


def is_error(found: Object) -> bool:
    error = found.get("error")
    return isinstance(error, dict) and "message" in error and len(found) <= 2


def message_of(error: Object) -> str:
    return f"{error.get('code', '')} {error['message']}".strip()[:300]


def chosen_of(found: Object, chosen: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Column and text; of keys that squeeze alike the first counts."""
    pairs = [(name, text) for name, _, text in flat(found) if name in chosen]
    yield from reversed(pairs)


def flat(found: Object, above: str = "", depth: int = 1) -> Iterator[tuple[str, str, str]]:
    """(squeezed name, key as written, text) of the plain values; lists are passed over."""
    for key, value in found.items():
        if "@" in key:
            continue
        path = f"{above}.{key}" if above else key
        if isinstance(value, dict):
            if "value" in value and ("DateTime" in value or "Value" in value):
                yield squeezed(path), path, text_of(value["value"])
            elif depth < DEPTH:
                yield from flat(value, path, depth + 1)
        elif not isinstance(value, list):
            yield squeezed(path), path, text_of(value)


def text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).encode("utf-8", "replace").decode()  # JSON can hold half a character


@functools.lru_cache(maxsize=4096)
def squeezed(path: str) -> str:
    return squeeze(path)
