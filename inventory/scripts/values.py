"""A text that an expression may be worth, with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

UNKNOWN = "\0"
"""Stands in a text for a piece that is not known."""


@dataclass(frozen=True, slots=True)
class Value:
    """`line` is where it enters this file, `source` is "literal", "env:file" or "config:file"."""

    text: str
    line: int
    source: str
    is_several: bool = field(default=False, compare=False)
    """One of those that callers, or the items of a list, give in turn; not one of alternatives."""

    @property
    def is_known(self) -> bool:
        return UNKNOWN not in self.text
