"""JSON, read as JavaScript for its comments, trailing commas and lines."""

from __future__ import annotations

from inventory.scripts.entries import MAX_DEPTH, MAX_ENTRIES, Entry, scalar
from inventory.scripts.forms import Expr, Other, Sequence, Table, Text


def from_json(text: str) -> list[Entry]:
    from inventory.scripts.languages.javascript import JavaScript

    unit = JavaScript("", f"x = {text}").read()
    found: list[Entry] = []
    for assign in unit.assigns[-1:]:
        flatten(assign.value, (), found, 0)
    return found


def flatten(
    expr: Expr,
    path: tuple[str, ...],
    found: list[Entry],
    depth: int,
    within: tuple[int, ...] = (),
) -> None:
    if depth > MAX_DEPTH or len(found) >= MAX_ENTRIES:
        return
    match expr:
        case Text(text=text, line=line):
            scalar(text, path, line, found, within)
        case Table(items=items):
            if pair := named_pair(expr):
                name, value = pair
                found.append(Entry((*path, name.text), value.text, value.line, True, items=within))
                return
            for key, one in items:
                flatten(one, (*path, key), found, depth + 1, within)
        case Sequence(items=items) | Other(parts=items):
            for number, one in enumerate(items):
                is_own = isinstance(one, Table) and len(one.items) > 1 and not named_pair(one)
                inner = (*within, number) if is_own else within
                flatten(one, path, found, depth + 1, inner)


PAIRS = (("name", "value"), ("key", "value"), ("ParameterKey", "ParameterValue"))


def named_pair(table: Table) -> tuple[Text, Text] | None:
    """(name, value) of `{"name": "SMTP_HOST", "value": "…"}`."""
    for first, second in PAIRS:
        name, value = table.get(first), table.get(second)
        if isinstance(name, Text) and isinstance(value, Text):
            return name, value
    return None
