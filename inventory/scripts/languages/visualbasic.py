"""VBScript, VBA and Visual Basic, which share their statements. There is no grammar to build on:
the lines are read as words, and the words as expressions."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from inventory.scripts.forms import (
    Call,
    Expr,
    Member,
    Name,
    Text,
    path_of,
)
from inventory.scripts.languages.base import either
from inventory.scripts.languages.visualbasic_expressions import Expressions
from inventory.scripts.languages.visualbasic_words import plain, scripted, statements

CLOSED_BY = {"sub", "function", "property", "class", "module", "if", "select", "with", "structure"}
BEFORE_NAMES = {
    "dim", "public", "private", "static", "const", "protected", "friend", "shared", "readonly",
    "global", "set", "let", "redim", "preserve", "overrides", "overridable", "withevents", "using",
    "partial", "async", "default", "mustoverride", "notinheritable", "mustinherit", "shadows",
}  # fmt: skip


class VisualBasic(Expressions):
    """Its statements and blocks."""

    def read(self) -> Any:
        for words in statements(scripted(self.unit.path, self.unit.text)):
            self.words, self.at, self.depth = words, 0, 0
            self.line = words[0].line
            self.statement()
        while self.opened:
            self.close()
        return self.unit

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
