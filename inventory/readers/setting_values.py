"""Exports of settings: one object a mailbox, user or policy, as CSV or as JSON.

PowerShell's `ConvertTo-Json` writes an object, or an array when there are several; Graph and the
Exchange module's own calls wrap them in `{"value": [...]}` and add `@odata` annotations.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inventory.readers.tables import HEAD_BYTES, RAW_LENGTH, Table, sniff_encoding
from inventory.records import BadRow, NotThisReport, RowError, squeeze

TRUE = {"true", "$true", "1", "wahr", "vrai", "vero", "verdadero", "waar"}
FALSE = {"false", "$false", "0", "falsch", "faux", "falso", "onwaar"}
BLANK = {"", "null", "$null"}
"""Excel writes True and False in the language of the country when it saves a CSV again."""

PROPERTY = re.compile(r'"([^"\\]+)"\s*:')

Values = dict[str, Any]
"""By squeezed name: a text where the file is CSV, any JSON value else; a name is absent where the
export has no such property."""


class TextObjects:
    """The rows of a delimited text file as objects."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.columns = frozenset(table.columns)

    def rows(self) -> Iterator[Values]:
        for batch in self.table.batches(self.table.columns):
            yield from batch.to_pylist()

    @property
    def misshapen_count(self) -> int:
        return self.table.misshapen_count

    def locate(self, bad: list[BadRow]) -> list[RowError]:
        return self.table.locate(bad)


class JsonObjects:
    """The objects of a JSON file; an object's place in it takes the place of the line."""

    misshapen_count = 0

    def __init__(self, path: Path) -> None:
        self.objects = list(objects_in(parsed(path)))
        self.columns = frozenset(name for values in self.objects for name in values)

    def rows(self) -> Iterator[Values]:
        return iter(self.objects)

    def locate(self, bad: list[BadRow]) -> list[RowError]:
        return [
            RowError(
                row.index + 1, row.column, row.reason, repr(self.objects[row.index])[:RAW_LENGTH]
            )
            for row in bad
        ]


Objects = TextObjects | JsonObjects


def columns_of(path: Path) -> frozenset[str]:
    """The squeezed column or property names at the start of a file, for `sniff`.

    A JSON file of traffic can be large: it is not parsed to find out that it is none of settings.
    """
    start = beginning(path)
    if start[:1] not in ("{", "["):
        return frozenset(open_table(path).columns)
    names = (name for name in PROPERTY.findall(start) if not is_annotation(name))
    return frozenset(map(squeeze, names))


def open_objects(path: Path) -> Objects:
    """Raises NotThisReport when the file is neither a table nor JSON objects."""
    if beginning(path)[:1] in ("{", "["):
        return JsonObjects(path)
    return TextObjects(open_table(path))


def open_table(path: Path) -> Table:
    try:
        return Table(path)
    except csv.Error as error:
        raise NotThisReport(f"the file is damaged: {error}") from None


def beginning(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding, mark_length = sniff_encoding(head) if head else ("utf-8", 0)
    return head[mark_length:].decode(encoding, errors="replace").lstrip()


def parsed(path: Path) -> Any:
    content = path.read_bytes()
    encoding, mark_length = sniff_encoding(content[:HEAD_BYTES])
    try:
        return json.loads(content[mark_length:].decode(encoding, errors="replace"))
    except (ValueError, RecursionError) as error:
        raise NotThisReport(f"the file is no whole JSON document: {error}") from None


def objects_in(document: Any) -> Iterator[Values]:
    if isinstance(document, dict) and isinstance(document.get("value"), list):
        document = document["value"]
    if document in ([], {}):
        raise NotThisReport("the JSON document is empty: that is no data")
    for each in document if isinstance(document, list) else [document]:
        if not isinstance(each, dict):
            raise NotThisReport("the JSON document does not hold objects with named properties")
        yield {squeeze(name): value for name, value in each.items() if not is_annotation(name)}


def is_annotation(name: str) -> bool:
    """`Guid@data.type` and the like; `@odata.context` tells what the object is and is kept."""
    return "@" in name.removeprefix("@odata.context")


# -- one value ---------------------------------------------------------------------------------


def text(value: Any) -> str:
    """A value as text; an object is named by its `Name`. Raises ValueError for anything else."""
    if isinstance(value, dict):
        value = next((value[name] for name in ("Name", "name", "Identity") if name in value), None)
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or (isinstance(value, str) and value.strip().lower() in BLANK):
        return ""
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value.strip()


def switch(value: Any) -> str:
    """`true`, `false`, or "" for blank; raises ValueError for other words."""
    word = text(str(value) if isinstance(value, int) else value).lower()
    if word in TRUE:
        return "true"
    if word in FALSE:
        return "false"
    if word in BLANK:
        return ""
    raise ValueError("neither True nor False")


def policy_name(value: Any) -> str:
    """A policy's own name, lower case: exports also write its path or its distinguished name."""
    name = text(value)
    if name.lower().startswith("cn="):
        name = name[3:].partition(",")[0]
    return name.replace("/", "\\").rpartition("\\")[2].strip().lower()
