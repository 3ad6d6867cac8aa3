"""Parts of what no name alone refers to: `load()["smtp"]`, an item of a loop."""

from __future__ import annotations

import re
from dataclasses import replace

from inventory.scripts.forms import (
    Call,
    Either,
    Expr,
    Index,
    Member,
    Name,
    Place,
    Text,
)
from inventory.scripts.lookups import (
    lookup_keys,
)
from inventory.scripts.text_functions import splitting
from inventory.scripts.values import UNKNOWN, Value
from inventory.scripts.worth.loops import Loops, is_of_loop
from inventory.scripts.worth.objects import pick_in
from inventory.scripts.worth.tables import item_of, options_of


class Parts(Loops):
    def of_expression(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        """`load()["smtp"]["host"]`, `Configuration.GetSection("Smtp")["Host"]`, `{…}[key]`."""
        if isinstance(expr, Index) and not isinstance(expr.key, Text):
            if is_of_loop(expr.key):
                if told := self.in_loop(expr.of, place, depth):
                    return told
            elif (table := self.table(expr.of, place, depth + 1)) is not None:
                return self.in_turn(options_of(table), place, depth)
            elif several := self.items_of(expr.of, place):
                return self.in_turn(several, place, depth)
        if isinstance(expr, Index) and isinstance(expr.key, Text):
            options = expr.of.parts if isinstance(expr.of, Either) else (expr.of,)
            items = [item for one in options if (item := item_of(one, expr.key.text)) is not None]
            if items:
                return self.worth(Either(tuple(items), expr.line), place, depth + 1)
        if told := self.piece(expr, place, depth):
            return told
        keys: list[str] = []
        line = expr.line
        while isinstance(expr, Member | Index):
            if isinstance(expr, Index):
                if found := self.under_each(expr, tuple(keys), place, depth):
                    return found
                key = (self.worth(expr.key, place, depth + 1) or [Value("", 0, "")])[0].text
            else:
                key = expr.name
            if not key or UNKNOWN in key:
                return self.any_of(expr.of, tuple(keys), line, place, depth)
            keys.insert(0, key)
            expr = expr.of
        if isinstance(expr, Name) and keys:
            told = self.by_keys(expr, keys, place, depth)
            if told:
                return told
        if keys and (pick := pick_in(expr)) is not None:
            return self.of_picked(pick, tuple(keys), line, place, depth)
        if isinstance(expr, Call):
            keys = [*lookup_keys(expr), *keys]
        if not keys:
            return []
        return self.looked_up(tuple(keys), False, None, line, place, depth) or self.elsewhere(
            ("", *keys), line, depth
        )

    def piece(self, expr: Expr, place: Place, depth: int) -> list[Value]:
        """`text.split(":")[0]`, and what a function returns in that place."""
        if not isinstance(expr, Index) or not isinstance(expr.key, Text):
            return []
        if not expr.key.text.isdigit():
            return []
        number = int(expr.key.text)
        if (told := splitting(expr.of)) is not None:
            separators = self.worth(told[1], place, depth + 1)
            found = []
            for one in self.worth(told[0], place, depth + 1):
                pieces = cut(one.text, separators[0].text) if separators else []
                piece = pieces[number].strip() if number < len(pieces) else ""
                found += [replace(one, text=piece)] if piece else []
            return found
        if lines := self.line_read(expr.of, number, place, depth + 1):
            return lines
        return self.of_returned(expr.of, (str(number),), depth) if isinstance(expr.of, Call) else []

    def by_keys(self, of: Name, keys: list[str], place: Place, depth: int) -> list[Value]:
        """`SERVERS[kind][0]`, its keys known by now."""
        expr: Expr = of
        for key in keys:
            expr = Index(expr, Text(key, of.line), of.line)
        return self.named(expr, place, depth + 1)


def cut(text: str, separator: str) -> list[str]:
    """The pieces of a text; PowerShell's and Java's separators are patterns."""
    if not separator:
        return text.split()
    if separator in text or not set(separator) & set("\\[|+"):
        return text.split(separator)
    try:
        return re.split(separator, text)
    except re.error:
        return [text]
