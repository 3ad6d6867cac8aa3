from __future__ import annotations

import re

import tree_sitter_bash
from tree_sitter import Language, Node

from inventory.scripts.forms import (
    Call,
    Embedded,
    Expr,
    Index,
    Join,
    Name,
    Other,
    Sequence,
    Table,
    Text,
)
from inventory.scripts.languages.base import OPTION_CASE, Frontend, either, line_of, text_of


class Shell(Frontend):
    """A command is a call with its words as `args`; a here-document is embedded text."""

    grammar = Language(tree_sitter_bash.language())
    name = "shell"

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.option = ""
        """The option whose `case` is read."""

    def on_word(self, node: Node) -> Expr:
        return Text(self.unescaped(text_of(node)), line_of(node))

    on_number = on_word

    def on_raw_string(self, node: Node) -> Expr:
        return Text(text_of(node)[1:-1], line_of(node))

    def on_ansi_c_string(self, node: Node) -> Expr:
        return Text(self.unescaped(text_of(node)[2:-1]), line_of(node))

    def on_string(self, node: Node) -> Expr:
        return self.joined(node, 1, 1)

    def on_concatenation(self, node: Node) -> Expr:
        return Join(tuple(self.exprs(node.named_children)), line_of(node))

    def on_variable_name(self, node: Node) -> Expr:
        name = text_of(node)
        is_told = name in (("1", "2") if self.option.startswith("-") else ("OPTARG",))
        if self.option and is_told:
            line = line_of(node)
            return Index(Name(OPTION_CASE, line), Text(self.option, line), line)
        return self.variable(node)

    on_special_variable_name = on_variable_name

    def on_case_item(self, node: Node) -> Expr:
        """`-u|--user) USER="$2"`, and `u) USER="$OPTARG"` of getopts."""
        patterns = [text_of(one) for one in node.children_by_field_name("value")]
        before, self.option = self.option, ""
        if all(CASE_OF_OPTION.fullmatch(one) for one in patterns):
            self.option = "|".join(patterns)
        with self.inside_branch():
            value = self.other(node)
        self.option = before
        return value

    def on_pipeline(self, node: Node) -> Expr:
        """What is looked up by its first command is cut to size by the others."""
        parts = self.exprs(node.named_children)
        first = parts[0] if parts else None
        if isinstance(first, Call) and first.method in LOOKING_UP:
            return first
        return Other(tuple(parts), line_of(node))

    def on_command_substitution(self, node: Node) -> Expr:
        return Other((self.other(node),), line_of(node))

    def on_expansion(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        if len(parts) > 1 and "$" not in text_of(node.named_children[1]):
            parts[1] = self.text(node.named_children[1])
        sign = text_of(node).partition(text_of(node.named_children[0]))[2] if parts else ""
        if len(parts) > 1 and sign.startswith((":=", "=")):
            self.assign(parts[0], parts[1])
        if len(parts) > 1 and sign.startswith((":-", ":=", "-", "=")):
            return either(parts, line_of(node))
        return parts[0] if parts else Other((), line_of(node))

    def on_subscript(self, node: Node) -> Expr:
        key = text_of(node.child_by_field_name("index")).strip("\"'")
        if not re.fullmatch(r"\w+", key):
            return self.field(node, "name")
        return Index(self.field(node, "name"), Text(key, line_of(node)), line_of(node))

    def on_array(self, node: Node) -> Expr:
        pairs = [KEYED.match(text_of(one)) for one in node.named_children]
        if pairs and all(pairs):
            items = []
            for pair, one in zip(pairs, node.named_children, strict=True):
                rest = [child for child in one.named_children if child.start_byte > one.start_byte]
                value = self.expr(rest[-1]) if rest else Other((), line_of(one))
                if isinstance(value, Text):
                    value = Text(value.text.removeprefix("="), value.line)
                items.append((pair[1] if pair else "", value))
            return Table(tuple(items), line_of(node))
        return Sequence(tuple(self.exprs(node.named_children)), line_of(node))

    def on_variable_assignment(self, node: Node) -> Expr:
        value = self.field(node, "value")
        target = self.field(node, "name")
        if "+=" in text_of(node)[: len(text_of(node.child_by_field_name("name"))) + 2]:
            value = Sequence((target, value), line_of(node))
        return self.assign(target, value)

    def on_command(self, node: Node) -> Expr:
        name = self.field(node, "name")
        for child in node.named_children:
            if child.type == "variable_assignment":
                self.expr(child)
        args = [
            self.expr(child)
            for index, child in enumerate(node.children)
            if node.field_name_for_child(index) == "argument"
        ]
        return self.call(
            name.text if isinstance(name, Text) else "",
            None,
            args if isinstance(name, Text) else [name, *args],
            (),
            line_of(node),
        )

    def on_function_definition(self, node: Node) -> Expr:
        with self.inside(text_of(node.child_by_field_name("name"))) as function:
            function.parameters += [(str(number), None) for number in range(1, 10)]
            return self.field(node, "body")

    def on_for_statement(self, node: Node) -> Expr:
        target = node.child_by_field_name("variable")
        values = self.exprs(node.children_by_field_name("value"))
        if target is not None and values:
            self.loop(self.expr(target), Sequence(tuple(values), line_of(node)))
        return self.field(node, "body")

    def on_redirected_statement(self, node: Node) -> Expr:
        body = self.field(node, "body")
        self.note_heredoc(node)
        self.note_echo(node)
        for child in node.named_children:
            if child.type == "heredoc_redirect":
                self.exprs(one for one in child.named_children if one.type != "heredoc_body")
        return body

    def note_heredoc(self, node: Node) -> None:
        document = first(node, "heredoc_redirect")
        target = first(node, "file_redirect") or (document and first(document, "file_redirect"))
        body = first(document, "heredoc_body") if document is not None else None
        if body is None:
            return
        command = self.unit.calls[-1].call if self.unit.calls else None
        words = [one.text for one in command.args if isinstance(one, Text)] if command else []
        name = command.method if command else ""
        if name in ("tee", "sudo") and words:
            file = words[-1]
        else:
            file = text_of(target.child_by_field_name("destination")) if target else ""
        target_name = file.strip("\"'")
        args = command.args if command is not None else ()
        place = self.unit.calls[-1].place if self.unit.calls else self.place()
        self.unit.embedded.append(
            Embedded(text_of(body), line_of(body), name, target_name, args, place)
        )

    def note_echo(self, node: Node) -> None:
        """`echo "…" > file` writes the file."""
        target = first(node, "file_redirect")
        command = node.child_by_field_name("body")
        if target is None or command is None or command.type != "command":
            return
        if text_of(command.child_by_field_name("name")) not in ("echo", "printf"):
            return
        words = [
            text_of(child).strip("\"'")
            for index, child in enumerate(command.children)
            if command.field_name_for_child(index) == "argument"
        ]
        file = text_of(target.child_by_field_name("destination")).strip("\"'")
        text = " ".join(word for word in words if word not in ("-e", "-n", "-en"))
        text = text.replace("\\n", "\n")
        self.unit.embedded.append(Embedded(text, line_of(command), "echo", file))


LOOKING_UP = ("grep", "egrep", "sed", "awk", "jq", "yq", "echo", "printf")

KEYED = re.compile(r"\[[\"']?(\w+)[\"']?\]=")
"""An item of an array with keys."""

CASE_OF_OPTION = re.compile(r"-{1,2}[\w-]+=?\*?|\w")


def first(node: Node, kind: str) -> Node | None:
    return next((child for child in node.named_children if child.type == kind), None)
