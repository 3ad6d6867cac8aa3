"""The expressions of Visual Basic, read word by word."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Any

from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Join,
    Member,
    Name,
    Other,
    Sequence,
    Text,
)
from inventory.scripts.languages.base import Frontend
from inventory.scripts.languages.visualbasic_words import Word, plain

MAX_DEPTH = 60

COMPARING = {
    "=", "<>", "<", ">", "<=", ">=", "and", "or", "xor", "andalso", "orelse", "is", "isnot", "like",
    "mod", "*", "/", "-", "^", "\\", "to", "eqv", "imp",
}  # fmt: skip


class Expressions(Frontend):
    """Names are in lower case, as Visual Basic does not care."""

    name = "visualbasic"

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.opened: list[tuple[str, AbstractContextManager[Any]]] = []
        self.objects: list[Expr] = []
        """Those of the `With` blocks around."""
        self.label = ""
        """The text of the `Case` around."""
        self.words: list[Word] = []
        self.at = self.line = 0

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.words[at].lower() if at < len(self.words) else ""

    def take(self) -> str:
        if self.at >= len(self.words):
            return ""
        word = self.words[self.at]
        self.at, self.line = self.at + 1, word.line
        return word

    def skip(self, *words: str) -> bool:
        return bool(self.peek() in words and self.take())

    def expression(self) -> Expr:
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                self.at = len(self.words)
                return Other((), self.line)
            return self.compared()
        finally:
            self.depth -= 1

    def compared(self) -> Expr:
        parts = [self.joined_by()]
        while self.peek() in COMPARING:
            self.take()
            parts.append(self.joined_by())
        return parts[0] if len(parts) == 1 else Other(tuple(parts), self.line)

    def joined_by(self) -> Expr:
        parts = [self.primary()]
        while self.peek() in ("&", "+"):
            self.take()
            parts.append(self.primary())
        return parts[0] if len(parts) == 1 else Join(tuple(parts), self.line)

    def primary(self) -> Expr:
        while self.skip("not", "-", "byval", "await", "@"):
            pass
        word = self.peek()
        if word == "new":
            self.take()
            return self.afterwards(self.created())
        if word == "(":
            self.take()
            inner = self.expression()
            self.skip(")")
            return self.afterwards(inner)
        if word == ".":
            return self.afterwards(self.objects[-1] if self.objects else Name("with", self.line))
        if word == "{":
            return self.listed()
        if word in (")", ",", "}", "=", ":=", "then", ""):
            return Other((), self.line)
        raw = self.take()
        if raw.startswith('$"'):
            return self.interpolated(raw)
        if raw.startswith('"'):
            return self.afterwards(Text(plain(raw), self.line))
        if raw[0].isdigit() or word in ("true", "false", "nothing", "null", "empty"):
            return Text(word, self.line)
        name = "this" if word in ("me", "mybase", "this") else word.strip("[]")
        return self.afterwards(Name(name, self.line))

    def interpolated(self, raw: str) -> Expr:
        parts: list[Expr] = []
        for text, name in re.findall(r"([^{}]*)(?:\{([\w.]+)[^{}]*\})?", plain(raw[1:])):
            parts += [Text(text, self.line)] if text else []
            if name:
                one: Expr = Name(name.lower().partition(".")[0], self.line)
                for key in name.lower().split(".")[1:]:
                    one = Member(one, key, self.line)
                parts.append(one)
        return Join(tuple(parts), self.line)

    def listed(self) -> Expr:
        self.take()
        items = []
        while self.at < len(self.words) and not self.skip("}"):
            items.append(self.expression())
            if not self.skip(",") and self.peek() != "}":
                self.take()
        return Other(tuple(items), self.line)

    def created(self) -> Expr:
        kind = self.take()
        while self.peek() == "." and self.peek(1).isidentifier():
            self.take()
            kind += "." + self.take()
        args, named = self.arguments(")") if self.skip("(") else ([], [])
        if self.peek() == "with" and self.peek(1) == "{":
            self.take()
            self.take()
            named += self.initial()
        return self.made(kind, args, named)

    def made(self, kind: str, args: list[Expr], named: list[tuple[str, Expr]]) -> Call:
        name = kind.rpartition(".")[2].lower()
        return self.call(name, Name(kind, self.line), args, named, self.line, is_new=True)

    def initial(self) -> list[tuple[str, Expr]]:
        """`With {.Host = "…"}`."""
        found = []
        while self.at < len(self.words) and not self.skip("}"):
            if self.skip(".") and self.peek(1) == "=":
                name = self.take().lower()
                self.take()
                found.append((name, self.expression()))
            elif not self.skip(","):
                self.take()
        return found

    def afterwards(self, expr: Expr) -> Expr:
        """What follows a value: `.name`, `!name`, `(arguments)`."""
        while True:
            if self.peek() in (".", "!") and self.peek(1).strip("[]").isidentifier():
                self.take()
                expr = Member(expr, self.take().lower().strip("[]"), self.line)
            elif self.peek() == "(":
                self.take()
                args, named = self.arguments(")")
                expr = self.applied(expr, args, named)
            else:
                return expr

    def applied(self, expr: Expr, args: list[Expr], named: list[tuple[str, Expr]]) -> Expr:
        if isinstance(expr, Call | Index | Text):
            return Index(expr, args[0] if args else Other((), self.line), self.line)
        method, receiver = self.callee(expr)
        if method in ("createobject", "getobject") and args and isinstance(args[0], Text):
            return self.made(args[0].text, [], [])
        if method in ("appsettings", "connectionstrings", "environmentvariables"):
            return Index(expr, args[0] if args else Other((), self.line), self.line)
        if method == "array" and receiver is None:
            return Sequence(tuple(args), self.line)
        if method == "environ":
            return self.call("getenv", None, args, named, self.line)
        if method in ("cstr", "trim", "lcase", "ctype", "directcast") and receiver is None and args:
            return args[0]
        return self.call(method, receiver, args, named, self.line)

    def arguments(self, end: str) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        args: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        while self.at < len(self.words) and not (end and self.skip(end)):
            before = self.at
            if self.peek(1) == ":=":
                name = self.take().lower()
                self.take()
                named.append((name, self.expression()))
            elif self.peek() != ",":
                args.append(self.expression())
            if not self.skip(",") and self.at == before:
                self.take()
        return args, named
