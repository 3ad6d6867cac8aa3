"""What expressions of PowerShell give."""

from __future__ import annotations

import re
from functools import cached_property

from tree_sitter import Node

from inventory.scripts.forms import (
    Call,
    Embedded,
    Expr,
    Index,
    Join,
    Member,
    Name,
    Other,
    Sequence,
    Table,
    Text,
)
from inventory.scripts.languages.base import (
    ESCAPES,
    Frontend,
    either,
    line_of,
    merged,
    text_of,
)

WRITES = re.compile(
    r"(?:set-content|out-file|add-content|new-item|>)[^\n]*\.ps1|scriptblock\]::create",
    re.IGNORECASE,
)
COMMENTS = re.compile(r"<\#.*?\#>|(?m:^[ \t]*\#[^\n]*)", re.DOTALL)

MADE_OF_TABLES = ("smtpclient", "networkcredential")
"""Types whose objects `[Type]@{ … }` makes."""


class PowerShellValues(Frontend):
    def on_logical_expression(self, node: Node) -> Expr:
        """`a ?? b`, which the grammar does not know, and `a -or b`."""
        parts = self.exprs(node.named_children)
        is_or = len(parts) > 1 and "-or" in text_of(node).lower()
        return either(parts, line_of(node)) if is_or else self.one_of(parts, node)

    on_logical_argument_expression = on_logical_expression

    def one_of(self, parts: list[Expr], node: Node) -> Expr:
        return parts[0] if len(parts) == 1 else Other(tuple(parts), line_of(node))

    def on_comparison_expression(self, node: Node) -> Expr:
        """`"a", "b" -join "."`, `$x -replace "a", "b"`, `$x -split ":"`."""
        children = node.named_children
        if len(children) != 3 or children[1].type != "comparison_operator":
            return self.one_of(self.exprs(children), node)
        sign = text_of(children[1]).lower()
        left, right = self.expr(children[0]), self.expr(children[2])
        if sign.lstrip("-ci") not in ("join", "replace", "split"):
            return Other((left, right), line_of(node))
        args = right.items if isinstance(right, Sequence) else (right,)
        return Call("-" + sign.lstrip("-ci"), left, tuple(args), (), line_of(node))

    on_comparison_argument_expression = on_comparison_expression

    def on_comparison_operator(self, node: Node) -> Expr:
        return Other((), line_of(node))

    def on_variable(self, node: Node) -> Expr:
        name = text_of(node).strip("$@{}").lower()
        line = line_of(node)
        if name.startswith("env:"):
            return Index(Name("env", line), Text(text_of(node).strip("${}")[4:], line), line)
        for scope in ("script:", "global:", "local:", "private:", "using:"):
            name = name.removeprefix(scope)
        if name in ("true", "false", "null"):
            return Text(name, line)
        name = "_" if name == "psitem" else name
        return Name(name, line)

    on_braced_variable = on_variable

    def on_integer_literal(self, node: Node) -> Expr:
        return self.text(node)

    def on_generic_token(self, node: Node) -> Expr:
        return self.bare(node)

    def bare(self, node: Node) -> Expr:
        if node.named_child_count:
            return self.joined(node, 0, 0)
        return self.text(node)

    on_path_command_name = on_command_name = on_type_identifier = on_simple_name = bare
    on_path_command_name_token = bare

    def on_verbatim_string_characters(self, node: Node) -> Expr:
        return Text(text_of(node)[1:-1].replace("''", "'"), line_of(node))

    def on_verbatim_here_string_characters(self, node: Node) -> Expr:
        text = Text(text_of(node)[2:-2].strip("\r\n"), line_of(node) + 1)
        self.note_script(text.text, text.line, node)
        return text

    @cached_property
    def is_writing(self) -> bool:
        return WRITES.search(COMMENTS.sub("", self.unit.text)) is not None

    def note_script(self, text: str, line: int, node: Node) -> None:
        """A text that the script writes into a script of its own."""
        low = text.lower()
        is_sending = "send-mailmessage" in low or "smtpclient" in low
        if is_sending and self.is_writing and not self.is_printed(node):
            self.unit.embedded.append(Embedded(text, line, "powershell", ""))

    def is_printed(self, node: Node) -> bool:
        """A text that is shown to people and goes nowhere else."""
        above: Node | None = node
        while above is not None and above.type not in ("assignment_expression", "statement_block"):
            above = above.parent
        if above is None or above.type != "assignment_expression":
            return False
        name = re.escape(text_of(above.named_children[0]))
        uses = len(re.findall(rf"{name}\b", self.unit.text, re.IGNORECASE)) - 1
        shown = re.findall(
            rf"\b(?:write-\w+|echo)\s+\"?{name}\b|{name}\s*\|\s*(?:write-|out-host)",
            self.unit.text,
            re.IGNORECASE,
        )
        return uses > 0 and len(shown) == uses

    def on_expandable_string_literal(self, node: Node) -> Expr:
        return self.joined(node, 1, 1)

    def on_expandable_here_string_literal(self, node: Node) -> Expr:
        text = text_of(node)[2:-2].strip("\r\n").replace("`$", "$")
        self.note_script(text, line_of(node) + 1, node)
        return self.joined(node, 2, 2)

    def unescaped(self, text: str) -> str:
        return re.sub(r"`(.)", escaped, text.replace('""', '"'))

    def on_type_literal(self, node: Node) -> Expr:
        return Name(text_of(node).strip("[]").lower(), line_of(node))

    def on_cast_expression(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        kind, value = parts[0], parts[-1]
        if isinstance(kind, Name) and kind.name == "xml" and isinstance(value, Text | Join):
            return Call("xml", None, (value,), (), value.line)
        is_client = isinstance(kind, Name) and kind.name.endswith(MADE_OF_TABLES)
        if isinstance(kind, Name) and isinstance(value, Table) and is_client:
            name = kind.name.rpartition(".")[2]  # `[SmtpClient]@{ Host = "…" }`
            return self.call(name, kind, (), value.items, value.line, is_new=True)
        return value

    def on_member_access(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        name = parts[-1]
        if isinstance(name, Text):
            if name.text.lower() == "privatedata":
                return Name("privatedata", name.line)  # Of the module's manifest.
            return Member(parts[0], name.text.lower(), name.line)
        return Index(parts[0], name, line_of(node))  # `$settings.$site`

    def on_element_access(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        return Index(parts[0], parts[-1], line_of(node))

    def on_additive_expression(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        if len(parts) > 1 and any(isinstance(one, Table) for one in parts):
            return merged(parts, line_of(node))  # `$common + @{ … }`
        return parts[0] if len(parts) == 1 else Join(tuple(parts), line_of(node))

    on_additive_argument_expression = on_additive_expression

    def on_format_expression(self, node: Node) -> Expr:
        parts = self.exprs(one for one in node.named_children if one.type != "format_operator")
        if len(parts) < 2:
            return parts[0] if parts else Other((), line_of(node))
        args = list(parts[1:])
        for extra in args[:]:
            if isinstance(extra, Sequence):
                args = [*extra.items]
        return Call("%", parts[0], tuple(args), (), line_of(node))

    on_format_argument_expression = on_format_expression

    def on_format_operator(self, node: Node) -> Expr:
        return Other((), line_of(node))

    def on_array_literal_expression(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts), line_of(node))

    def on_hash_literal_expression(self, node: Node) -> Expr:
        items = []
        body = next((one for one in node.named_children if one.type == "hash_literal_body"), None)
        for entry in body.named_children if body is not None else []:
            if entry.type == "hash_entry":
                parts = self.exprs(entry.named_children)
                if len(parts) > 1 and isinstance(parts[0], Text):
                    items.append((parts[0].text.lower(), parts[1]))
        table = Table(tuple(items), line_of(node))
        if self.unit.path.endswith(".psd1"):
            self.unit.exports = [table]  # The outermost comes last.
        return table


def escaped(found: re.Match[str]) -> str:
    """What "`n" and the like stand for."""
    return ESCAPES.get(found[1], found[1])
