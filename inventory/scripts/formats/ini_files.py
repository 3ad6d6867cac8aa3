"""INI, TOML, configurations of Nagios and units of systemd."""

from __future__ import annotations

import re

from inventory.scripts.entries import Entry
from inventory.scripts.formats.key_lines import unquoted

NAGIOS = re.compile(r"^\s*define\s+\w+\s*\{", re.MULTILINE)


def from_nagios(text: str) -> list[Entry]:
    """`define command { command_line /usr/bin/x … }`: a key, space, the rest of the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        key, _, value = line.strip().partition(" ")
        if value.strip() and key[:1] not in "#;}" and key != "define":
            found.append(Entry((key,), value.strip(), number))
    return found


def interpolated(found: list[Entry]) -> list[Entry]:
    """`%(name)s` of configparser, from the same section or from DEFAULT."""
    known = {(entry.path[0].lower(), entry.path[-1].lower()): entry.text for entry in found}

    def filled(entry: Entry) -> str:
        def one(name: re.Match[str]) -> str:
            key = name[1].lower()
            section = entry.path[0].lower()
            return known.get((section, key)) or known.get(("default", key)) or name[0]

        return re.sub(r"%\((\w+)\)s", one, entry.text)

    return [
        Entry(one.path, filled(one), one.line, one.is_variable) if "%(" in one.text else one
        for one in found
    ]


def from_ini(text: str) -> list[Entry]:
    return from_nagios(text) if NAGIOS.search(text) else interpolated(sections_of(text))


def sections_of(text: str) -> list[Entry]:
    found: list[Entry] = []
    section: tuple[str, ...] = ()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            name = line.strip("[]").partition("]")[0]
            section = tuple(part.strip('" ') for part in re.split(r"[.\s]+", name) if part)
            continue
        match = re.match(r"([\w.\- ]+?)\s*[=:]\s*(.*)", line)
        if not match:
            continue
        key, value = match[1], match[2]
        if key == "Environment" and "=" in value:  # A unit of systemd.
            name, _, value = value.strip("\"'").partition("=")
            found.append(Entry((*section, name), value, number, True))
            continue
        value = re.split(r"\s[;#]", unquoted(value), maxsplit=1)[0]
        found.append(Entry((*section, *key.split(".")), value, number))
    return found
