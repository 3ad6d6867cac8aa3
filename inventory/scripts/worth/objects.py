"""Objects, and the parameters that calls hand over."""

from __future__ import annotations

from dataclasses import replace

from inventory.scripts.definitions import END
from inventory.scripts.forms import (
    PICK,
    Assign,
    Call,
    Either,
    Expr,
    Index,
    Join,
    Member,
    Name,
    Other,
    Place,
    Sequence,
    Table,
    Text,
    path_of,
)
from inventory.scripts.lookups import (
    lookup_keys,
)
from inventory.scripts.values import Value
from inventory.scripts.worth.asking import MAX_VALUES
from inventory.scripts.worth.tables import item_of, json_in, table_in, table_made, xml_in
from inventory.scripts.worth.texts import Texts

SELVES = (("address",), ("value",), ("trim",), ("tolower",), ("tostring",))
"""Members that hold the text itself, of an address or an enumeration."""


PARSES = {"convertfrom-stringdata", "convertfrom-json", "loads", "parse", "json_decode", "xml"}
"""Calls that make a table of a text."""


def parsed(call: Call, told: list[Value]) -> Table | None:
    method = call.method.lower()
    if method == "xml":
        return xml_in(told)
    return table_in(told) if method == "convertfrom-stringdata" else json_in(told)


FIRSTS = {"next", "first", "firstordefault", "single", "list", "select-object", "pop"}


def pick_in(expr: Expr) -> Call | None:
    """The pick of `next(…)`, `(…)[0]`, `(… | Where-Object …)`."""
    for _ in range(5):
        if isinstance(expr, Call) and expr.method == PICK:
            return expr
        if isinstance(expr, Call) and expr.method.lower() in FIRSTS:
            inner = expr.args[0] if expr.args else expr.receiver
        elif isinstance(expr, Index):
            is_first = isinstance(expr.key, Text) and expr.key.text == "0"
            inner = expr.of if is_first else None
        elif isinstance(expr, Other) and expr.parts:
            inner = expr.parts[0]
        else:
            inner = None
        if inner is None:
            return None
        expr = inner
    return None


def is_itself(rest: tuple[str, ...]) -> bool:
    return tuple(one.lower() for one in rest) in SELVES


class Objects(Texts):
    def descended(
        self, assign: Assign, rest: tuple[str, ...], use: Expr, depth: int
    ) -> list[Value]:
        value = assign.value
        if not isinstance(value, Table) and (made := table_made(value)) is not None:
            value = made
        elif isinstance(value, Call) and value.method.lower() in PARSES and value.args:
            told = self.worth(value.args[0], assign.place, depth + 1)
            value = parsed(value, told) or value
        if rest and isinstance(value, Either):
            found = [
                one
                for part in value.parts
                for one in self.descended(replace(assign, value=part), rest, use, depth + 1)
            ]
            return list(dict.fromkeys(found))[:MAX_VALUES]
        if (pick := pick_in(value)) is not None:
            return self.of_picked(pick, rest, use.line, assign.place, depth)
        for key in rest:
            if (inner := item_of(value, key)) is None:
                break
            value, rest = inner, rest[1:]
        if rest and isinstance(value, Table):
            return self.of_spread(value, rest, assign.place, depth)
        if not rest or (is_itself(rest) and isinstance(value, Text | Join | Name | Call)):
            return self.worth(value, assign.place, depth + 1)
        if rest[0].isdigit() and isinstance(value, Call):
            cut = Index(value, Text(rest[0], use.line), use.line)
            if told := self.of_expression(cut, assign.place, depth + 1):
                return told
        if isinstance(value, Call | Other | Name | Member | Index):
            keys = rest
            if isinstance(value, Call) and (section := lookup_keys(value)):
                keys = (*section, *rest)
            elif isinstance(value, Index) or path_of(value):
                longer: Expr = value
                for key in rest:
                    longer = Index(longer, Text(key, use.line), use.line)
                return self.named(longer, assign.place, depth + 1)
            own = self.of_class(value, rest, depth)
            if any(one.text for one in own):
                return own
            told = self.looked_up(keys, False, None, use.line, assign.place, depth)
            return told or own or self.elsewhere((assign.path[0], *keys), use.line, depth)
        return []

    def of_picked(
        self, pick: Call, rest: tuple[str, ...], line: int, place: Place, depth: int
    ) -> list[Value]:
        """What stands under these keys in the item that a condition picks of a list."""
        key, wanted = pick.args
        texts = {one.text for one in self.worth(wanted, place, depth + 1) if one.is_known}
        items = self.items_of(pick.receiver, place) if pick.receiver is not None else ()
        for item in items:
            its = Assign(("",), item, place)
            told = (
                self.descended(its, (key.text,), pick, depth + 2) if isinstance(key, Text) else []
            )
            has = any(one.text in texts for one in told)
            if has:
                return self.descended(its, rest, pick, depth + 2)
        if items or not isinstance(key, Text):
            return []
        keys = (*path_of(pick.receiver)[1:], *rest)
        for text in texts:
            if (found := self.project.picked(self.unit, keys, key.text, text)) is not None:
                entry, file = found
                return [Value(entry.text, line, f"config:{file.path}")]
        return []

    def of_spread(
        self, table: Table, rest: tuple[str, ...], place: Place, depth: int
    ) -> list[Value]:
        """What a table has from others that it takes in."""
        for key, one in table.items:
            if key == "**":
                longer = one
                for name in rest:
                    longer = Index(longer, Text(name, one.line), one.line)
                if found := self.named(longer, place, depth + 1):
                    return found
        return []

    def of_returned(self, call: Call, rest: tuple[str, ...], depth: int) -> list[Value]:
        """What stands under these keys in the tables that a function of this file returns."""
        found: list[Value] = []
        for function in self.functions_of(call):
            there = Place(function.scope, (), 10**9)
            for returned in function.returns:
                value: Expr | None = self.table(returned, there, depth + 1) or returned
                for key in rest:
                    value = item_of(value, key) if value is not None else None
                if value is not None:
                    found += self.worth(value, there, depth + 3)
        return found[:MAX_VALUES]

    def of_class(self, made: Expr, rest: tuple[str, ...], depth: int) -> list[Value]:
        """A field's own value, of an object of a class in this file."""
        if not isinstance(made, Call):
            return []
        if told := self.of_returned(made, rest, depth):
            return told
        if len(rest) == 1 and (given := self.field_given(made, rest[0])) is not None:
            return self.worth(given, END, depth + 1)
        for one in self.functions_of(made):
            for assign in self.unit.assigns:
                its = (assign.path[0].removeprefix("."), *assign.path[1:])
                if its == rest and assign.place.scope[: len(one.scope)] == one.scope:
                    return self.worth(assign.value, assign.place, depth + 1)
        return []

    def field_given(self, made: Call, name: str) -> Expr | None:
        """What an object is made with for a field, by its name or by the order of its class."""
        if (given := made.arg(-1, name)) is not None:
            return given
        for one in self.functions_of(made):
            names = [parameter for parameter, _ in one.parameters]
            if name in names and names.index(name) < len(made.args):
                return made.args[names.index(name)]
        for assign in self.by_path.get((made.method,), []):
            value = assign.value
            if isinstance(value, Call) and value.method == "namedtuple" and len(value.args) > 1:
                told = value.args[1]
                items = told.items if isinstance(told, Sequence) else (told,)
                words = [word for one in items for word in getattr(one, "text", "").split()]
                names = [word.strip(",") for word in words]
                if name in names and names.index(name) < len(made.args):
                    return made.args[names.index(name)]
        return None

    def parameter(self, path: tuple[str, ...], place: Place, depth: int) -> list[Value]:
        """What the calls in this file hand to a parameter, else its default."""
        found: list[Value] = []
        handed = self.handed(path, place)
        callers = [there for _, there in handed if there is not place]  # The default is no caller.
        is_given = self.is_always_given(path, place)
        for expr, there in handed:
            if there is place and is_given and any(one.is_known for one in found):
                continue
            told = self.worth(expr, there, depth + 3)
            if there is not place and len(callers) > 1:
                told = [replace(one, is_several=True) for one in told[:1]] + told[1:]
            found += [one for one in told if one not in found]
        return found[:MAX_VALUES]

    def part_of(self, path: tuple[str, ...], use: Expr, place: Place, depth: int) -> list[Value]:
        """`options.host`, where the calls hand over a table or an object of a class here."""
        if len(path) < 2:
            return []
        found: list[Value] = []
        handed = self.handed(path[:1], place)
        callers = [there for _, there in handed if there is not place]
        for expr, there in handed:
            told: Expr = self.table(expr, there) or expr
            assign = Assign(path[:1], told, there)
            values = self.descended(assign, path[1:], use, depth + 3)
            if len(callers) > 1:
                values = [replace(one, is_several=True) for one in values[:1]] + values[1:]
            found += [one for one in values if one not in found]
        return found[:MAX_VALUES]
