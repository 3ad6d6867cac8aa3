"""Texts that are put together, filled in or cut."""

from __future__ import annotations

import re
from dataclasses import replace

from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Member,
    Name,
    Place,
    Table,
)
from inventory.scripts.hosts import looks_like_mail_host
from inventory.scripts.text_functions import JOINS, joined_parts, replacing
from inventory.scripts.values import UNKNOWN, Value
from inventory.scripts.worth.asking import MAX_VALUES
from inventory.scripts.worth.tables import Tables

GAPS = re.compile(r"\{(\d*)(\w*)[^{}]*\}|%(?:\((\w+)\))?()[sd]")
VERBS = re.compile(r"()()%(?:\((\w+)\)|(\d+)\$)?[-+#0]*\d*(?:\.\d+)?[sdvqiu]|%%")
"""What a text with gaps leaves open: `{0}`, `{name}`, `%s`; `%(name)s`, `%1$s`, `%v`."""


def gaps_in(text: str) -> re.Pattern[str]:
    return GAPS if re.search(r"\{\w*[^{}]*\}", text) else VERBS


class Texts(Tables):
    def joined(self, parts: tuple[Expr, ...], line: int, place: Place, depth: int) -> list[Value]:
        found = [Value("", 0, "")]
        for part in parts:
            options = self.worth(part, place, depth + 1) or [Value(UNKNOWN, 0, "")]
            found = [
                Value(
                    one.text + other.text,
                    one.line or other.line,
                    farther(one.source, other.source),
                    one.is_several or other.is_several,
                )
                for one in found
                for other in options
            ][:MAX_VALUES]
        host_line = self.host_line(parts, place, depth)
        return [replace(value, line=host_line or value.line or line) for value in found]

    def host_line(self, parts: tuple[Expr, ...], place: Place, depth: int) -> int:
        """The line of the part that is a server's name by itself, as in `smtp://$host:587`."""
        for part in parts:
            if isinstance(part, Name | Member | Index):
                for value in self.worth(part, place, depth + 1)[:1]:
                    if looks_like_mail_host(value.text):
                        return value.line
        return 0

    def of_texts(self, call: Call, place: Place, depth: int) -> list[Value] | None:
        """What functions of texts make of constants; None for any other call."""
        parts = joined_parts(self.with_lists(call, place))
        if parts is not None:
            return self.joined(parts, call.line, place, depth)
        if (told := replacing(call)) is not None:
            old, new = (
                (self.worth(one, place, depth + 1) or [Value(UNKNOWN, 0, "")])[0].text
                for one in told[1:]
            )
            return [
                replace(one, text=one.text.replace(old, new))
                for one in self.worth(told[0], place, depth + 1)
                if old != UNKNOWN
            ]
        return None

    def with_lists(self, call: Call, place: Place) -> Call:
        """The call with the lists that its variables hold."""
        if call.method.lower() not in JOINS:
            return call
        args = tuple(self.sequence(arg, place) or arg for arg in call.args)
        receiver = self.sequence(call.receiver, place) or call.receiver
        return replace(call, args=args, receiver=receiver)

    def formatted(
        self,
        pattern: tuple[Expr, ...],
        args: tuple[Expr, ...],
        line: int,
        place: Place,
        depth: int,
        named: tuple[tuple[str, Expr], ...] = (),
    ) -> list[Value]:
        shape = self.worth(pattern[0], place, depth + 1) if pattern else []
        if not shape:
            return []
        fill = [
            (self.worth(arg, place, depth + 1) or [Value(UNKNOWN, line, "")])[0] for arg in args
        ]
        number = -1
        keyed = {
            key: value
            for arg in args
            for key, value in (arg.items if isinstance(arg, Table) else ())
        } | dict(named)

        def one(found: re.Match[str]) -> str:
            nonlocal number
            if (key := found[2] or found[3] or "") in keyed:
                told = self.worth(keyed[key], place, depth + 1)
                return told[0].text if told else UNKNOWN
            if found[0] == "%%":
                return "%"
            number += 1
            index = int(found[1]) if found[1] else int(found[4]) - 1 if found[4] else number
            return fill[index].text if index < len(fill) else UNKNOWN

        text = gaps_in(shape[0].text).sub(one, shape[0].text)
        told = (one.source for one in fill if one.source.startswith(("config:", "env:")))
        at = self.host_line(args, place, depth) or shape[0].line
        return [Value(text, at, next(told, "literal"))]


def farther(one: str, other: str) -> str:
    """Where a text comes from that is put together: another file, if any part is from there."""
    return other if one in ("", "literal") and other else one
