"""What a loop goes through: the items of a list, the keys and values of a table, the rows of a
file of settings."""

from __future__ import annotations

from dataclasses import replace

from inventory.scripts.forms import (
    Assign,
    Call,
    Expr,
    Index,
    Member,
    Name,
    Other,
    Place,
    Sequence,
    Table,
    Text,
    path_of,
)
from inventory.scripts.values import UNKNOWN, Value
from inventory.scripts.worth.asking import MAX_VALUES
from inventory.scripts.worth.files_read import FilesRead
from inventory.scripts.worth.objects import Objects
from inventory.scripts.worth.tables import item_of, options_of

PAIRED = {"items", "entries", "getenumerator", "entryset", "iteritems"}
"""Calls that give the pairs of a table."""

KEYED = {"keys", "keyset", "array_keys"}

PASSING = {"list", "sorted", "tuple", "set", "filter", "tolist", "toarray", "stream", "values",
           "where", "array_values", "array_filter", "reversed", "aslist", "listof"}  # fmt: skip
"""Calls that give the items they are given."""

OF_PAIR = {"0": 0, "key": 0, "name": 0, "1": 1, "value": 1}


def is_of_loop(key: Expr) -> bool:
    return isinstance(key, Other) and not key.parts


def inner_of(of: Expr, names: set[str]) -> Expr | None:
    """`t` of `t.items()`, `Object.entries(t)`, `array_keys(t)`, `$t.Keys`."""
    match of:
        case Member(of=inner, name=name) if name.lower() in names:
            return inner
        case Call(method=method, receiver=receiver, args=args) if method.lower() in names:
            if receiver is None or path_of(receiver) in (("Object",), ("Arrays",)):
                return args[0] if args else None
            return receiver
    return None


class Loops(FilesRead, Objects):
    def in_loop(self, of: Expr, place: Place, depth: int) -> list[Value]:
        """What the variable of a loop is worth by itself."""
        if (inner := inner_of(of, KEYED)) is not None:
            return self.keys_in_turn(self.table(inner, place, depth + 1))
        if (table := self.table(of, place, depth + 1)) is not None:
            return self.in_turn(self.gone_through(table), place, depth)
        return self.in_turn(self.items_of(of, place), place, depth)

    def items_of(self, of: Expr, place: Place) -> tuple[Expr, ...]:
        if found := super().items_of(of, place):
            return found
        if isinstance(of, Call) and of.method.lower() in ("of", "aslist", "listof"):
            return of.args
        if (inner := inner_of(of, PASSING)) is not None:
            table = self.table(inner, place)
            return options_of(table) if table is not None else self.items_of(inner, place)
        if isinstance(of, Name | Member):
            assigns = self.assigned(path_of(of), place) if path_of(of) else []
            if assigns and isinstance(assigns[0].value, Call):
                return self.items_of(assigns[0].value, assigns[0].place)
        return ()

    def gone_through(self, table: Table) -> tuple[Expr, ...]:
        """What a loop has of a table: in Python its keys, in PHP its values."""
        if self.unit.language == "python":
            return tuple(Text(key, value.line) for key, value in table.items if key)
        return options_of(table) if self.unit.language == "php" else ()

    def keys_in_turn(self, table: Table | None) -> list[Value]:
        pairs = table.items[:MAX_VALUES] if table is not None else ()
        return [Value(key, value.line, "literal", True) for key, value in pairs if key != "**"]

    def in_turn(self, options: tuple[Expr, ...], place: Place, depth: int) -> list[Value]:
        """What each of the items is worth."""
        found: list[Value] = []
        for one in options[:MAX_VALUES]:
            told = self.worth(one, place, depth + 3)[:1]
            found += [replace(value, is_several=True) for value in told if value not in found]
        return found[:MAX_VALUES]

    def any_of(
        self, of: Expr, rest: tuple[str, ...], line: int, place: Place, depth: int
    ) -> list[Value]:
        """What stands under these keys, whichever item of a table or a list it is."""
        if isinstance(of, Call) and of.method == "enumerate" and of.args and rest:
            return self.any_of(of.args[0], rest[1:], line, place, depth + 1)
        inner = inner_of(of, PAIRED)
        table = self.table(inner if inner is not None else of, place, depth + 1)
        options = options_of(table) if table is not None else self.items_of(of, place)
        if table is not None and rest and (inner is not None or is_pair(table, rest[0])):
            if OF_PAIR.get(rest[0].lower()) == 0:
                return self.keys_in_turn(table)
            rest = rest[1:]
        found: list[Value] = []
        for value in options[:MAX_VALUES]:
            told = self.descended(Assign(("",), value, place), rest, value, depth + 3)
            found += [replace(one, is_several=True) for one in told if one not in found]
        if not found and rest:
            return self.rows(rest, line) or self.looked_up(rest, False, None, line, place, depth)
        return found[:MAX_VALUES]

    def rows(self, keys: tuple[str, ...], line: int) -> list[Value]:
        """What each row of a file of settings, or each of its sections, says under these keys."""
        told = self.project.settings_in_turn(self.unit, keys)
        return [
            Value(entry.text, line, f"config:{file.path}", len(told) > 1) for entry, file in told
        ][:MAX_VALUES]

    def under_each(
        self, expr: Index, keys: tuple[str, ...], place: Place, depth: int
    ) -> list[Value]:
        """`settings[name]["user"]`, for each name that a loop gives."""
        names = self.worth(expr.key, place, depth + 1)
        if len(names) < 2 or not all(one.is_several and one.is_known for one in names):
            return []
        found: list[Value] = []
        for name in names:
            longer: Expr = Index(expr.of, Text(name.text, expr.line), expr.line)
            for key in keys:
                longer = Index(longer, Text(key, expr.line), expr.line)
            told = self.named(longer, place, depth + 2)[:1]
            found += [replace(one, is_several=True) for one in told if UNKNOWN not in one.text]
        return found


def is_pair(table: Table, key: str) -> bool:
    """`pair.Key`, in a language whose loops have the pairs of a table."""
    if key.lower() not in ("key", "value"):
        return False
    return not any(
        isinstance(value, Table | Sequence) and item_of(value, key) is not None
        for _, value in table.items
    )
