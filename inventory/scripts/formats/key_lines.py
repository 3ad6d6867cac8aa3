"""Files whose lines are keys and values."""

from __future__ import annotations

import csv
import re

from inventory.scripts.entries import Entry


def from_env(text: str) -> list[Entry]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip().removeprefix("export ").strip()
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#") and re.fullmatch(r"[\w.:-]+", name.strip()):
            found.append(Entry((name.strip(),), unquoted(value), number, True))
    known: dict[str, str] = {}
    for index, entry in enumerate(found):
        text = re.sub(r"\$\{(\w+)\}", lambda name: known.get(name[1], name[0]), entry.text)
        found[index] = Entry(entry.path, text, entry.line, True)
        known[entry.path[0]] = text
    return found


def from_docker(text: str) -> list[Entry]:
    """`ENV KEY=value OTHER="value"` and `ENV KEY value`."""
    found, is_env = [], False
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            continue
        is_env = is_env or line.upper().startswith("ENV ")
        if is_env:
            pairs = re.findall(r"([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^\s\\]*)", line)
            words = line.split(None, 2)
            if not pairs and len(words) == 3:
                pairs = [(words[1], words[2])]
            found += [Entry((name,), value.strip("\"'"), number, True) for name, value in pairs]
        is_env = is_env and line.endswith("\\")
    return found


def unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"""'):
        return value[3:].partition('"""')[0]
    if value[:1] in "\"'" and value[:1]:
        return value[1:].partition(value[0])[0]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


def from_properties(text: str) -> list[Entry]:
    found: list[Entry] = []
    known: dict[str, str] = {}
    start, pending = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = pending + raw.strip()
        start = start if pending else number
        if not pending and line[:1] in ("#", "!"):
            continue
        if line.endswith("\\") and not line.endswith("\\\\"):
            pending = line[:-1]
            continue
        pending = ""
        match = re.match(r"((?:\\.|[^=:\s\\])+)\s*[=:\s]\s*(.*)", line)
        if match:
            value = re.sub(r"\$\{([\w.-]+)\}", lambda name: known.get(name[1], name[0]), match[2])
            value = re.sub(r"\\(.)", r"\1", value)
            key = match[1].replace("\\", "")
            known[key] = value
            found.append(Entry(tuple(key.split(".")), value, start))
    return found


ADDRESSED = re.compile(r"\w[.@:]\w")
"""A value, no head of a column."""

MAX_CSV = 65_536
MAX_ROWS = 200
MAX_LOGINS = 13
"""Rows that may be accounts, with the heads."""


def from_csv(text: str) -> list[Entry]:
    """The rows under the heads, for a script that reads its settings so; of two columns each row
    is a setting as well."""
    if len(text) > MAX_CSV:
        return []
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and line[0] != "#"
    ][:MAX_ROWS]
    sign = ";" if lines and lines[0][1].count(";") > lines[0][1].count(",") else ","
    rows = [list(row) for row in csv.reader((line for _, line in lines), delimiter=sign)]
    if len(rows) < 2 or len(rows) != len(lines):
        return []
    found = [
        Entry((head.strip(),), one.strip(), at, items=(number,))
        for number, (row, (at, _)) in enumerate(zip(rows[1:MAX_LOGINS], lines[1:], strict=False))
        for head, one in zip(rows[0], row, strict=False)
        if head.strip()
    ]
    if len(rows[0]) == 2:
        told = list(zip(rows, lines, strict=True))
        told = told if ADDRESSED.search(rows[0][1]) else told[1:]
        found += [
            Entry((row[0].strip(),), row[1].strip(), at)
            for row, (at, _) in told
            if row[1:] and row[0].strip()
        ]
    return found


RUBY = re.compile(
    r"""^\s*(?:[\w.]+\[\s*['":]?(\w+)['"]?\s*\]|:?([\w]+):?)\s*(?:=>|=|:|\s)\s*['"]([^'"]*)['"]"""
)


def from_ruby(text: str) -> list[Entry]:
    """`gitlab_rails['smtp_address'] = "…"` and `address: "…"`."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and (match := RUBY.match(line)):
            found.append(
                Entry(("smtp" if match[2] else "", match[1] or match[2]), match[3], number)
            )
    return found
