"""Tables and lists: what they hold, and what a loop goes through."""

from __future__ import annotations

import json
import re

from inventory.scripts.definitions import END, sees
from inventory.scripts.formats.xml_files import from_xml
from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Place,
    Sequence,
    Table,
    Text,
    path_of,
)
from inventory.scripts.setting_names import TRIALS
from inventory.scripts.values import Value
from inventory.scripts.worth.asking import MAX_DEPTH, Asking

PUTS = ("put", "add", "set", "putifabsent", "setitem")

MAKERS = {"of", "map", "freeze", "entries", "ofentries", "seal"}


class Tables(Asking):
    def table(self, expr: Expr | None, place: Place, depth: int = 0) -> Table | None:
        """The table that the expression is or refers to, with what is set in it later."""
        if isinstance(expr, Table):
            return self.with_others(expr, place, depth)
        path = path_of(expr)
        if not path or depth > MAX_DEPTH:
            return None
        base: tuple[tuple[str, Expr], ...] = ()
        line = 0
        assigns = self.assigned(path, place)
        other = self.table_elsewhere(path, expr) if not assigns and expr is not None else None
        if other is not None:
            return other
        for assign in assigns:
            if (made := table_made(assign.value)) is not None:
                made = self.with_others(made, assign.place, depth)
                base, line = made.items, made.line
                break
            if (
                nested := self.table(assign.value, assign.place, depth + 1)
                if path_of(assign.value)
                else None
            ):
                base, line = nested.items, nested.line
                break
        for given, there in self.handed(path, place)[:1] if not assigns else ():
            if (told := self.table(given, there, depth + 1)) is not None:
                base, line = told.items, told.line
        later = tuple(
            (assign.path[len(path)], assign.value)
            for assign in self.unit.assigns
            if len(assign.path) == len(path) + 1
            and assign.path[: len(path)] == path
            and sees(place, assign.place)
        )
        filled = self.put_into(path, place)
        return Table((*later, *filled, *base), line) if base or later or filled else None

    def with_others(self, table: Table, place: Place, depth: int) -> Table:
        """The table with what those hold that it takes in: `{**common, "user": …}`."""
        if depth > MAX_NESTED or all(key != "**" for key, _ in table.items):
            return table
        items: list[tuple[str, Expr]] = []
        for key, one in table.items:
            inner = self.table(one, place, depth + 1) if key == "**" else None
            items += inner.items if inner is not None else [(key, one)]
        return Table(tuple(items), table.line)

    def put_into(self, path: tuple[str, ...], place: Place) -> tuple[tuple[str, Expr], ...]:
        """What `table.put(key, value)` sets."""
        return tuple(
            (key.text, placed.call.args[1])
            for method in PUTS
            for placed in self.calls.get(method, [])
            if len(placed.call.args) == 2
            and isinstance(key := placed.call.args[0], Text)
            and path_of(placed.call.receiver) == path
            and sees(place, placed.place)
        )

    def table_elsewhere(self, path: tuple[str, ...], expr: Expr) -> Table | None:
        """The table of another source file under this name, each of its values by reference."""
        for unit in self.project.modules(self.unit) if self.owner_of(path[0], END) is None else ():
            for value, _ in self.project.constants(unit).of(path):
                if isinstance(value, Table) and value.items:
                    return mirrored(value, expr)
        return None

    def sequence(self, expr: Expr | None, place: Place) -> Sequence | None:
        path = path_of(expr)
        for assign in self.assigned(path, place) if path else ():
            if isinstance(assign.value, Sequence):
                return assign.value
        return None

    def items_of(self, of: Expr, place: Place) -> tuple[Expr, ...]:
        """The items that a loop goes through."""
        told = of if isinstance(of, Sequence) else self.sequence(of, place)
        if told is not None:
            return told.items
        if isinstance(of, Call) and of.method.lower() == "values" and not of.args:
            table = self.table(of.receiver, place)
            return options_of(table) if table is not None else ()
        return ()


def table_made(expr: Expr) -> Table | None:
    """The table that an expression is, or makes: `Map.of(k, v)`, `Object.freeze({…})`, an object
    made with names."""
    if isinstance(expr, Table):
        return expr
    if not isinstance(expr, Call):
        return None
    if expr.named and expr.is_new:
        return Table(expr.named, expr.line)
    if expr.method.lower() == "simplenamespace":
        return Table(expr.named, expr.line)
    if expr.method.lower() not in MAKERS:
        return None
    if len(expr.args) == 1 and isinstance(expr.args[0], Table):
        return expr.args[0]
    pairs = [pair for arg in expr.args for pair in pairs_of(arg)]
    texts = zip(expr.args[::2], expr.args[1::2], strict=False)
    pairs += [(key.text, value) for key, value in texts if isinstance(key, Text)]
    return Table(tuple(pairs), expr.line) if pairs else None


def options_of(table: Table) -> tuple[Expr, ...]:
    """The values of a table whose key is not known; those for trials come in last resort."""
    earnest = [
        value for key, value in table.items if not set(re.findall(r"[a-z]+", key.lower())) & TRIALS
    ]
    return tuple(earnest or [value for _, value in table.items])


def table_in(values: list[Value]) -> Table | None:
    """The lines of a text as a table."""
    lines = [line.partition("=") for one in values[:1] for line in one.text.splitlines()]
    at = values[0].line if values else 0
    pairs = [(key.strip().lower(), Text(value.strip(), at)) for key, sign, value in lines if sign]
    return Table(tuple(pairs), at) if pairs else None


def json_in(values: list[Value]) -> Table | None:
    """A text of JSON as a table, each of its values on its line."""
    text = values[0].text if values and values[0].is_known else ""
    if not text.lstrip().startswith(("{", "[")) or len(text) > MAX_JSON:
        return None
    try:
        made = expr_of(json.loads(text), text, values[0].line)
    except (ValueError, RecursionError):
        return None
    return made if isinstance(made, Table) else None


MAX_NESTED = 5
"""Tables taken in by tables."""

MAX_JSON = 20_000


def expr_of(told: object, text: str, line: int) -> Expr:
    if isinstance(told, dict):
        return Table(tuple((str(key), expr_of(one, text, line)) for key, one in told.items()), line)
    if isinstance(told, list):
        return Sequence(tuple(expr_of(one, text, line) for one in told), line)
    word = "" if told is None else str(told)
    return Text(word, line + text.count("\n", 0, max(text.find(word), 0)))


def xml_in(values: list[Value]) -> Table | None:
    """A text of XML as a table of its elements and attributes."""
    if not values or not values[0].is_known or len(values[0].text) > MAX_JSON:
        return None
    before = values[0].line - 1
    made: dict[str, object] = {}
    for entry in from_xml(values[0].text):
        inner = made
        for key in entry.path[:-1]:
            deeper = inner.setdefault(key.lower(), {})
            if not isinstance(deeper, dict):
                break
            inner = deeper
        else:
            inner.setdefault(entry.path[-1].lower(), Text(entry.text, before + entry.line))
    return tables_of(made, before + 1) if made else None


def tables_of(made: dict[str, object], line: int) -> Table:
    items = []
    for key, one in made.items():
        items.append((key, tables_of(one, line) if isinstance(one, dict) else one))
    return Table(tuple((key, one) for key, one in items if isinstance(one, Table | Text)), line)


def pairs_of(expr: Expr) -> list[tuple[str, Expr]]:
    """`[["key", value], …]` and `Map.entry(key, value)`."""
    found: list[tuple[str, Expr]] = []
    for one in expr.items if isinstance(expr, Sequence) else (expr,):
        items = one.items if isinstance(one, Sequence) else ()
        items = one.args if isinstance(one, Call) and one.method == "entry" else items
        if len(items) == 2 and isinstance(items[0], Text):
            found.append((items[0].text, items[1]))
    return found


def mirrored(table: Table, of: Expr) -> Table:
    """The table with references to its values in place of them."""
    items = []
    for key, value in table.items:
        one = Index(of, Text(key, of.line), of.line)
        items.append((key, mirrored(value, one) if isinstance(value, Table) else one))
    return Table(tuple(items), of.line)


def item_of(value: Expr, key: str) -> Expr | None:
    """What a table or a list holds under a key."""
    if isinstance(value, Table):
        return value.get(key)
    if isinstance(value, Sequence) and key.isdigit() and int(key) < len(value.items):
        return value.items[int(key)]
    return None
