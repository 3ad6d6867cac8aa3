"""What the front-ends share: walking a tree-sitter tree into the common form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count

from tree_sitter import Language, Node, Parser

from inventory.scripts.forms import (
    Assign,
    Branch,
    Call,
    Either,
    Expr,
    Function,
    Index,
    Join,
    Member,
    Name,
    Other,
    Place,
    PlacedCall,
    Scope,
    Sequence,
    Table,
    Text,
    Unit,
    path_of,
)

OPTION_CASE = "@option"
"""What the value of the option is called that a branch is about."""

MAX_DEPTH = 180
"""Levels of a tree that are read; each takes a few frames of Python's stack of 1,000."""

FALSE = {"false", "$false", "0", "($false)", "(false)", "(0)"}

LITERAL_PARTS = {
    "string_content",
    "escape_sequence",
    "escape_interpolation",
    "string_fragment",
    "string_start",
    "string_end",
    "heredoc_content",
}

BRANCHING = {
    "if_statement",
    "elif_clause",
    "else_clause",
    "elseif_clause",
    "else_if_clause",
    "switch_statement",
    "switch_block",
    "switch_body",
    "switch_expression",
    "match_statement",
    "match_expression",
    "case_statement",
    "try_statement",
}

LEAVING = {"return_statement", "throw_statement", "raise_statement", "flow_control_statement"}
"""What stands after one of these in the same block never runs."""


class Frontend:
    """Reads one file. A handler `on_<node type>` returns the node's expression; a node without
    one is what is inside it."""

    grammar: Language
    name = ""
    branching = BRANCHING

    def __init__(self, path: str, text: str) -> None:
        self.unit = Unit(path=path, language=self.name, text=text)
        self.scope: Scope = ()
        self.branch: Branch = ()
        self.function: Function | None = None
        self.depth = 0
        self.numbers = count(1)

    def read(self) -> Unit:
        tree = Parser(self.grammar).parse(self.prepared().encode())
        self.expr(tree.root_node)
        return self.unit

    def prepared(self) -> str:
        """The text that the grammar takes, with the same lines."""
        return self.unit.text

    # -- walking ----------------------------------------------------------------------------

    def expr(self, node: Node | None) -> Expr:
        if node is None:
            return Other((), 0)
        if self.depth > MAX_DEPTH:
            return Other((), line_of(node))
        self.depth += 1
        try:
            if node.type in self.branching:
                return self.alternatives(node)
            handler = getattr(self, "on_" + node.type, None)
            return handler(node) if handler else self.other(node)
        finally:
            self.depth -= 1

    def other(self, node: Node) -> Expr:
        parts = self.exprs(living(node.named_children))
        return parts[0] if len(parts) == 1 else Other(tuple(parts), line_of(node))

    def exprs(self, nodes: Iterable[Node]) -> list[Expr]:
        return [self.expr(node) for node in nodes if not is_comment(node)]

    def on_comment(self, node: Node) -> Expr:
        return Other((), line_of(node))

    def alternatives(self, node: Node) -> Expr:
        """The parts of an `if` or `switch`, each its own branch; what stands under a constant
        false is dead."""
        is_dead = False
        parts = []
        children = [child for child in node.named_children if not is_comment(child)]
        for number, child in enumerate(children):
            if is_dead and number == 1:
                continue
            with self.inside_branch():
                parts.append(self.expr(child))
            if number == 0 and "if" in node.type:
                is_dead = text_of(child).strip().lower() in FALSE
        return Other(tuple(parts), line_of(node))

    # -- places -------------------------------------------------------------------------------

    def place(self) -> Place:
        return Place(self.scope, self.branch, next(self.numbers))

    @contextmanager
    def inside_branch(self) -> Iterator[None]:
        before = self.branch
        self.branch = (*before, next(self.numbers))
        try:
            yield
        finally:
            self.branch = before

    @contextmanager
    def inside(self, name: str) -> Iterator[Function]:
        """A function or class of its own scope."""
        before, outer = self.scope, self.function
        self.scope = (*before, next(self.numbers))
        self.function = Function(name, self.scope)
        self.unit.functions.append(self.function)
        try:
            yield self.function
        finally:
            self.scope, self.function = before, outer

    def on_class(self, node: Node) -> Expr:
        with self.inside(text_of(node.child_by_field_name("name"))) as made:
            made.line = line_of(node)
            made.extends = self.extended(node)
            return self.other(node)

    def extended(self, node: Node) -> tuple[str, ...]:
        return ()

    def parameter(self, name: str, default: Expr | None) -> None:
        if self.function is not None:
            self.function.parameters.append((name, default))

    def returned(self, node: Node) -> Expr:
        value = self.other(node)
        if self.function is not None:
            self.function.returns.append(value)
        else:
            self.unit.exports.append(value)
        return value

    # -- making -------------------------------------------------------------------------------

    def assign(self, target: Expr, value: Expr) -> Expr:
        if path := path_of(target):
            self.unit.assigns.append(Assign(path, value, self.place()))
        elif isinstance(target, Call) and target.args:  # Fields.Item("key") = value
            args = (target.args[0], value)
            self.call("setproperty", target.receiver, args, (), target.line)
        elif isinstance(target, Member) and isinstance(target.of, Call) and target.of.args:
            args = (target.of.args[0], value)
            self.call("setproperty", target.of.receiver, args, (), target.line)
        elif isinstance(target, Sequence) and isinstance(value, Sequence):
            for one, its in zip(target.items, value.items, strict=False):
                self.assign(one, its)
        elif isinstance(target, Sequence):
            for number, one in enumerate(target.items):
                self.assign(one, Index(value, Text(str(number), one.line), one.line))
        elif isinstance(target, Table):
            for key, one in target.items:
                inner = Index(value, Text(key, one.line), one.line)
                if isinstance(one, Either):  # With a default.
                    self.assign(one.parts[0], Either((inner, *one.parts[1:]), one.line))
                else:
                    self.assign(one, inner)
        return value

    def call(
        self,
        method: str,
        receiver: Expr | None,
        args: Iterable[Expr],
        named: Iterable[tuple[str, Expr]],
        line: int,
        is_new: bool = False,
    ) -> Call:
        made = Call(method, receiver, tuple(args), tuple(named), line, is_new)
        self.unit.calls.append(PlacedCall(made, self.place()))
        return made

    def loop(self, target: Expr, items: Expr) -> None:
        """A variable that holds each of the items in turn."""
        self.assign(target, Index(items, Other((), items.line), items.line))

    def callee(self, expr: Expr) -> tuple[str, Expr | None]:
        """(method, receiver) of what is called."""
        match expr:
            case Member(of=of, name=name):
                return name, of
            case Name(name=name):
                return name, None
        return "", expr

    def field(self, node: Node, name: str) -> Expr:
        return self.expr(node.child_by_field_name(name))

    def text(self, node: Node) -> Text:
        return Text(text_of(node), line_of(node))

    def variable(self, node: Node) -> Expr:
        return Name(text_of(node), line_of(node))

    def member(self, node: Node, of: str, name: str) -> Expr:
        at = node.child_by_field_name(name)
        return Member(self.field(node, of), text_of(at), line_of(at or node))

    def joined(self, node: Node, skip: int, end: int, unescape: bool = True) -> Expr:
        """A string with interpolation: the text between its parts, `skip` and `end` bytes of
        quotes left off."""
        source = node.text or b""
        at = skip
        parts: list[Expr] = []
        for child in node.named_children:
            if child.type in LITERAL_PARTS:
                continue
            start = child.start_byte - node.start_byte
            parts.append(self.piece(source[at:start], node, at, unescape))
            parts.append(self.expr(child))
            at = child.end_byte - node.start_byte
        parts.append(self.piece(source[at : len(source) - end], node, at, unescape))
        return together([part for part in parts if part != Text("", part.line)], line_of(node))

    def piece(self, source: bytes, node: Node, at: int, unescape: bool) -> Text:
        before = (node.text or b"")[:at].count(b"\n")
        text = source.decode(errors="replace")
        return Text(self.unescaped(text) if unescape else text, line_of(node) + before)

    def unescaped(self, text: str) -> str:
        return without_backslashes(text)


def living(nodes: list[Node]) -> list[Node]:
    """The statements of a block that can be reached, and the functions declared in it."""
    for number, node in enumerate(nodes):
        if node.type in LEAVING:
            declared = [one for one in nodes[number + 1 :] if "function" in one.type]
            return [*nodes[: number + 1], *declared]
    return nodes


OCTAL = re.compile(r"[0-3]?[0-7]{1,2}")

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def without_backslashes(text: str) -> str:
    if "\\" not in text:
        return text
    found, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            hexadecimal = text[at + 2 : at + 4]
            if text[at + 1] == "x" and is_hexadecimal(hexadecimal):
                found.append(chr(int(hexadecimal, 16)))
                at += 4
                continue
            octal = OCTAL.match(text, at + 1)
            if octal is not None:
                found.append(chr(int(octal[0], 8)))
                at += 1 + len(octal[0])
                continue
            found.append(ESCAPES.get(text[at + 1], text[at + 1]))
            at += 2
        else:
            found.append(text[at])
            at += 1
    return "".join(found)


def is_hexadecimal(text: str) -> bool:
    return len(text) == 2 and all(one in "0123456789abcdefABCDEF" for one in text)


def together(parts: list[Expr], line: int) -> Expr:
    if not parts:
        return Text("", line)
    if len(parts) == 1 and isinstance(parts[0], Text):
        return parts[0]
    return Join(tuple(parts), line)


def merged(tables: list[Expr], line: int) -> Table:
    """Several tables in one: what comes later counts."""
    items: list[tuple[str, Expr]] = []
    for one in reversed(tables):
        items += one.items if isinstance(one, Table) else [("**", one)]
    return Table(tuple(items), line)


def is_comment(node: Node) -> bool:
    return "comment" in node.type


def line_of(node: Node) -> int:
    return node.start_point[0] + 1


def text_of(node: Node | None) -> str:
    return (node.text or b"").decode(errors="replace") if node is not None else ""


def either(parts: Iterable[Expr], line: int) -> Expr:
    return Either(tuple(parts), line)
