"""One setting of a configuration file: its path of keys, its text, its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

MAX_ENTRIES = 20_000


MAX_DEPTH = 60


@dataclass(frozen=True)
class Entry:
    """`is_variable`: its last key is an environment variable's name."""

    path: tuple[str, ...]
    text: str
    line: int
    is_variable: bool = False
    source: str = "literal"
    """Where the text comes from that a reference stood for: "env:file", "config:file"."""
    items: tuple[int, ...] = ()
    """Which ones of the lists around hold it."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The keys as `project.normal` has them."""
        words = []
        for key in self.path:
            for word in re.split(r"__|[:.]", key):
                if plain := word.replace("_", "").replace("-", "").lower():
                    words.append(plain)
        return tuple(words)


LISTS_OF_VARIABLES = ("environment", "env", "args", "variables", "literals")


def scalar(
    text: str, path: tuple[str, ...], line: int, found: list[Entry], items: tuple[int, ...] = ()
) -> None:
    """A value; `KEY=value` in a list of environment variables is an entry of its own."""
    name, sign, value = text.partition("=")
    is_listed = bool(path) and path[-1].lower() in LISTS_OF_VARIABLES
    if is_listed and sign and re.fullmatch(r"\w+", name):
        found.append(Entry((*path, name), value.strip("'\""), line, True, items=items))
        return
    is_variable = bool(path) and re.fullmatch(r"[A-Z][A-Z0-9_]+", path[-1]) is not None
    found.append(Entry(path, text, line, is_variable, items=items))
