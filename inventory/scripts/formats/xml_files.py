"""XML: elements and attributes, under the names that they go by."""

from __future__ import annotations

import re
from contextlib import suppress
from xml.parsers import expat

from inventory.scripts.entries import Entry


class EntitiesRefused(Exception):
    """A document that declares entities is not read."""


class XmlReader:
    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.path: list[str] = []
        self.texts: list[tuple[str, int]] = []
        self.keys: list[str] = [""]
        self.is_named: list[bool] = []
        """Whether the element goes by its attribute."""
        self.source = b""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.EntityDeclHandler = self.refuse

    def refuse(self, *_: object) -> None:
        raise EntitiesRefused

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        name = attributes.get("key") or attributes.get("name") or ""
        own = tag.rpartition(":")[2]
        self.path.append(name or own)
        self.is_named.append(bool(name))
        self.texts.append(("", line))
        self.keys.append("")
        lines = self.lines_of(list(attributes), line)
        for key, value in attributes.items():
            if key.lower() == "value":
                self.found.append(Entry(tuple(self.path), value, lines[key]))
            elif key not in ("key", "name"):
                path = (*self.path, key.rpartition(":")[2])
                self.found.append(Entry(path, value, lines[key]))

    def lines_of(self, names: list[str], line: int) -> dict[str, int]:
        """The lines of the attributes of the element that starts here."""
        at = max(self.parser.CurrentByteIndex, 0)
        tag = self.source[at : at + 4000]
        found = {}
        for name in names:
            match = re.search(rb"\s" + re.escape(name.encode()) + rb"\s*=", tag)
            found[name] = line + (tag.count(b"\n", 0, match.end()) if match else 0)
        return found

    def data(self, text: str) -> None:
        if self.texts and len(self.texts[-1][0]) < 2000:
            before, line = self.texts[-1]
            if not before.strip():
                line = self.parser.CurrentLineNumber
            self.texts[-1] = (before + text, line)

    def end(self, _: str) -> None:
        text, line = self.texts.pop()
        self.keys.pop()
        own = self.path[-1].lower()
        if text.strip() and own in ("name", "key", "param-name"):
            self.keys[-1] = text.strip()  # The next one beside it is its value.
        elif text.strip():
            path = tuple(self.path)
            if self.keys[-1] and own in ("value", "string", "param-value", "integer"):
                path = (*path[:-1], *self.keys[-1].split("."))
            elif own == "value" and self.is_named[-2:-1] == [True]:
                path = path[:-1]  # `<setting name="SmtpServer"><value>…`
            self.found.append(Entry(path, text.strip(), line))
        self.path.pop()
        self.is_named.pop()


def from_xml(text: str) -> list[Entry]:
    reader = XmlReader()
    # Already decoded: what the declaration says of the encoding no longer holds.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", lambda found: "\n" * found[0].count("\n"), text, count=1)
    reader.source = text.encode("utf-8", "replace")
    with suppress(expat.ExpatError, EntitiesRefused):
        reader.parser.Parse(reader.source, True)
    return with_bindings(reader.found)


BINDING = "outbound-socket-binding-ref"


def with_bindings(found: list[Entry]) -> list[Entry]:
    """WildFly's mail session refers to the server, which stands under its name far below."""
    moved = list(found)
    for entry in found:
        if entry.path[-1] != BINDING:
            continue
        moved += [
            Entry((*entry.path[:-1], one.path[-1]), one.text, one.line)
            for one in found
            if len(one.path) > 2 and one.path[-3] == entry.text and one.path[-1] in ("host", "port")
        ]
    return moved
