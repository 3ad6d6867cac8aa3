"""VBScript, VBA and Visual Basic, which share their statements. There is no grammar to build on:
the lines are read as words, and the words as expressions."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
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
    path_of,
)
from inventory.scripts.languages.base import Frontend, either

WORD = re.compile(
    r"""\$?"(?:[^"]|"")*"?|'.*|\#[^#\s][^#]*\#|[A-Za-z_]\w*|\[\w+\]|\d[\w.]*|:=|<>|<=|>=|&=|\+=|\S"""
)
CLOSED_BY = {"sub", "function", "property", "class", "module", "if", "select", "with", "structure"}
BEFORE_NAMES = {
    "dim", "public", "private", "static", "const", "protected", "friend", "shared", "readonly",
    "global", "set", "let", "redim", "preserve", "overrides", "overridable", "withevents", "using",
    "partial", "async", "default", "mustoverride", "notinheritable", "mustinherit", "shadows",
}  # fmt: skip
MAX_DEPTH = 60


class Word(str):
    """A word and its line."""

    __slots__ = ("line",)
    line: int

    @staticmethod
    def at(text: str, line: int) -> Word:
        made = Word(text)
        made.line = line
        return made


class VisualBasic(Frontend):
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

    def read(self) -> Any:
        for words in statements(scripted(self.unit.path, self.unit.text)):
            self.words, self.at, self.depth = words, 0, 0
            self.line = words[0].line
            self.statement()
        while self.opened:
            self.close()
        return self.unit

    # -- words ----------------------------------------------------------------------------------

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

    # -- blocks ---------------------------------------------------------------------------------

    def open(self, kind: str, block: AbstractContextManager[Any]) -> Any:
        self.opened.append((kind, block))
        return block.__enter__()

    def close(self) -> None:
        kind, block = self.opened.pop()
        block.__exit__(None, None, None)
        if kind == "with" and self.objects:
            self.objects.pop()

    def end(self, kind: str) -> None:
        """`End If`, with the blocks inside it that nothing ended."""
        self.label = "" if kind == "select" else self.label
        if kind in [one for one, _ in self.opened]:
            while self.opened[-1][0] != kind:
                self.close()
            self.close()

    # -- statements -----------------------------------------------------------------------------

    def statement(self) -> None:
        first, second = self.peek(), self.peek(1)
        if first == "end" and second in CLOSED_BY:
            self.end("function" if second in ("sub", "property") else second)
        elif first in ("exit", "option", "imports", "attribute", "on", "loop", "next", "wend"):
            return
        elif first == "inherits":
            self.inherits()
        elif first in ("if", "elseif", "else", "select", "case"):
            self.alternative(first)
        elif first == "with":
            self.take()
            self.with_object()
        elif first == "return":
            self.take()
            value = self.expression()
            if self.function is not None:
                self.function.returns.append(value)
        else:
            self.declaration()

    def inherits(self) -> None:
        if self.function is not None:
            self.function.extends = (self.words[-1].lower(),)

    def alternative(self, first: str) -> None:
        self.take()
        if first == "select":
            self.skip("case")
            self.expression()
            self.open("select", self.inside_branch())
            return
        kind = "select" if first == "case" else "if"
        if first != "if" and kind in [one for one, _ in self.opened]:
            self.end(kind)
        block = self.inside_branch()
        self.open(kind, block)
        if first == "case":
            self.label = plain(self.peek()) if self.peek().startswith('"') else ""
            return
        if first != "else" or self.peek() == "if":
            self.skip("if")
            self.expression()
            self.skip("then")
        if self.at < len(self.words):  # All on one line.
            self.one_line(first)

    def one_line(self, first: str) -> None:
        """`If … Then a Else b`."""
        rest = self.words[self.at :]
        lower = [word.lower() for word in rest]
        parts = [rest]
        if "else" in lower:
            parts = [rest[: lower.index("else")], rest[lower.index("else") + 1 :]]
        for words in parts:
            self.words, self.at = words, 0
            with self.inside_branch():
                self.statement()
        if first == "if":
            self.end("if")

    def with_object(self) -> None:
        made = self.expression()
        if not path_of(made):
            name = Name(f"with {self.line}", self.line)
            self.assign(name, made)
            made = name
        self.objects.append(made)
        self.open("with", nullcontext())

    def declaration(self) -> None:
        while self.peek() in BEFORE_NAMES and self.peek(1) not in ("=", "("):
            if self.peek(1) == "." and self.peek() not in ("set", "let"):
                break  # A name of its own, as `shared.x`.
            self.take()
        kind = self.peek()
        if kind in ("sub", "function", "property"):
            self.procedure()
        elif kind in ("class", "module", "structure") and self.peek(1):
            self.take()
            self.open(kind, self.inside(self.take().lower()))
        else:
            self.skip("call")
            self.assignment()

    def procedure(self) -> None:
        self.take()
        self.skip("get", "let", "set")
        name = self.take().lower()
        function = self.open("function", self.inside(name))
        if name == "new" and len(self.opened) > 1:
            function.name = self.class_around()
        if not self.skip("("):
            return
        while self.at < len(self.words) and not self.skip(")"):
            while self.peek() in ("byval", "byref", "optional", "paramarray"):
                self.take()
            parameter = self.take().lower()
            default = None
            while self.at < len(self.words) and self.peek() not in (",", ")"):
                if self.skip("="):
                    default = self.expression()
                elif self.skip("("):
                    self.skip(")")
                else:
                    self.take()
            self.skip(",")
            self.parameter(parameter, default)

    def class_around(self) -> str:
        scopes = {one.scope: one.name for one in self.unit.functions}
        return scopes.get(self.scope[:-1], "")

    def assignment(self) -> None:
        """`a = b`, `a As New T`, or a call with its arguments after it."""
        target = self.primary()
        if self.skip("as"):
            made = self.declared()
            if made is not None:
                self.assign(target, made)
            if self.skip(","):
                self.assignment()
            if self.peek() != "=":
                return
        if self.skip("=", "&=", "+="):
            value = self.expression()
            self.set_to(target, value)
        elif self.at < len(self.words) and isinstance(target, Name | Member):
            args, named = self.arguments("")
            method, receiver = self.callee(target)
            self.call(method, receiver, args, named, self.line)
        elif isinstance(target, Name | Member):
            method, receiver = self.callee(target)
            self.call(method, receiver, (), (), self.line)

    def declared(self) -> Expr | None:
        """The object of `As New T(…)`."""
        if self.peek() == "new":
            return self.primary()
        while self.at < len(self.words) and self.peek() not in ("=", ","):
            self.take()
        return None

    def set_to(self, target: Expr, value: Expr) -> None:
        if isinstance(target, Call) and target.receiver is None and target.args:
            args = (target.args[0], value)  # oFields("key") = value
            self.call("setproperty", Name(target.method, target.line), args, (), target.line)
            return
        self.assign(target, self.by_label(value))
        name = path_of(target)
        if self.function is not None and name == (self.function.name,):
            self.function.returns.append(value)

    def by_label(self, value: Expr) -> Expr:
        """`Case "server": host = Trim(parts(1))`: a file of settings that is read line by line."""
        if not self.label or isinstance(value, Text):
            return value
        told = self.call("getsetting", None, (Text(self.label, value.line),), (), value.line)
        return either((value, told), value.line)

    # -- expressions ------------------------------------------------------------------------------

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


COMPARING = {
    "=", "<>", "<", ">", "<=", ">=", "and", "or", "xor", "andalso", "orelse", "is", "isnot", "like",
    "mod", "*", "/", "-", "^", "\\", "to", "eqv", "imp",
}  # fmt: skip


def plain(raw: str) -> str:
    return raw[1:].removesuffix('"').replace('""', '"')


def statements(text: str) -> list[list[Word]]:
    """The words of each statement, with continued lines joined and comments gone."""
    found: list[list[Word]] = []
    is_open = False
    for number, line in enumerate(text.split("\n"), 1):
        words = [Word.at(one, number) for one in WORD.findall(line) if not one.startswith("'")]
        if words and words[0].lower() == "rem":
            words = []
        is_continued = bool(words) and words[-1] == "_"
        words = words[:-1] if is_continued else words
        if is_open and found:
            found[-1].extend(words)
        else:
            found += parted(words)
        is_open = is_continued or bool(words and words[-1] in (",", "(", "&", "{", "="))
    return found


def parted(words: list[Word]) -> list[list[Word]]:
    """The statements between colons."""
    found: list[list[Word]] = [[]]
    for word in words:
        if word == ":":
            found.append([])
        else:
            found[-1].append(word)
    return [one for one in found if one]


SCRIPTED = re.compile(r"<%=?(.*?)%>|<script[^>]*>(.*?)</script>", re.IGNORECASE | re.DOTALL)


def scripted(path: str, text: str) -> str:
    """Of a page or a job file the script in it, on the same lines."""
    if not path.lower().endswith((".asp", ".wsf", ".hta")):
        return text
    found, at = [], 0
    for part in SCRIPTED.finditer(text):
        number = 1 if part[1] is not None else 2
        found.append("\n" * text.count("\n", at, part.start(number)))
        found.append(part[number].replace("<![CDATA[", "").replace("]]>", ""))
        at = part.end(number)
    return "".join(found)
