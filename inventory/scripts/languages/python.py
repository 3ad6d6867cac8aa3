from __future__ import annotations

import re

import tree_sitter_python
from tree_sitter import Language, Node

from inventory.scripts.forms import (
    PICK,
    Call,
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
from inventory.scripts.languages.base import OPTION_CASE, Frontend, either, line_of, text_of
from inventory.scripts.languages.picking import picked


class Python(Frontend):
    """Python 2 and 3; tolerant where `ast` is not, for old scripts are what is looked for."""

    grammar = Language(tree_sitter_python.language())
    name = "python"

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.option = ""
        """The option of getopt's that an `if` is about."""

    def alternatives(self, node: Node) -> Expr:
        before, condition = self.option, node.child_by_field_name("condition")
        if condition is not None and "getopt" in self.unit.text:
            self.option = "|".join(re.findall(r"[\"'](--?[\w-]+)[\"']", text_of(condition)))
        value = super().alternatives(node)
        self.option = before
        return value

    def on_string(self, node: Node) -> Expr:
        start = text_of(node.children[0]).lower()
        end = len(node.children[-1].text or b"") if node.child_count > 1 else 0
        return self.joined(node, len(start), end, unescape="r" not in start)

    def on_interpolation(self, node: Node) -> Expr:
        return self.field(node, "expression")

    def on_concatenated_string(self, node: Node) -> Expr:
        return Join(tuple(self.exprs(node.named_children)), line_of(node))

    def on_integer(self, node: Node) -> Expr:
        return self.text(node)

    on_true = on_false = on_none = on_integer

    def on_identifier(self, node: Node) -> Expr:
        name = text_of(node)
        return Name("this" if name in ("self", "cls") else name, line_of(node))

    def on_attribute(self, node: Node) -> Expr:
        return self.member(node, "object", "attribute")

    def on_subscript(self, node: Node) -> Expr:
        return Index(self.field(node, "value"), self.field(node, "subscript"), line_of(node))

    def on_slice(self, node: Node) -> Expr:
        return Other(tuple(self.exprs(node.named_children)), line_of(node))

    def on_assignment(self, node: Node) -> Expr:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.child_by_field_name("type") is not None and self.is_field(node):
            default = self.expr(right) if right is not None else None
            self.parameter(text_of(left), default)
            return self.assign(self.expr(left), default) if default else Other((), line_of(node))
        value = self.expr(right)
        if self.option and isinstance(value, Name):
            line = line_of(node)
            value = Index(Name(OPTION_CASE, line), Text(self.option, line), line)
        return self.assign(self.expr(left), value)

    on_augmented_assignment = on_assignment

    def is_field(self, node: Node) -> bool:
        """Whether it stands right in a class."""
        block = node.parent.parent if node.parent is not None else None
        return (
            block is not None
            and block.parent is not None
            and (block.parent.type == "class_definition")
        )

    def on_lambda(self, node: Node) -> Expr:
        above = node.parent
        target = above.child_by_field_name("left") if above is not None else None
        with self.inside(text_of(target)) as function:
            function.returns.append(self.field(node, "body"))
        return Other((), line_of(node))

    def on_import_from_statement(self, node: Node) -> Expr:
        """`from module import NAME as other`."""
        module = text_of(node.child_by_field_name("module_name")).rpartition(".")[2]
        for one in node.children_by_field_name("name"):
            if one.type == "aliased_import" and module:
                name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                value = Member(Name(module, line_of(node)), text_of(name), line_of(node))
                self.assign(Name(text_of(alias), line_of(node)), value)
        return Other((), line_of(node))

    def on_generator_expression(self, node: Node) -> Expr:
        """`s for s in senders if s["team"] == team`."""
        parts = {one.type: one for one in node.named_children}
        loop, condition = parts.get("for_in_clause"), parts.get("if_clause")
        if loop is None:
            return self.other(node)
        items, target = self.field(loop, "right"), loop.child_by_field_name("left")
        is_whole = text_of(node.child_by_field_name("body")) == text_of(target)
        one = picked(items, condition, self.expr) if is_whole and condition is not None else None
        return one or self.other(node)

    on_list_comprehension = on_generator_expression

    def on_named_expression(self, node: Node) -> Expr:
        return self.assign(self.field(node, "name"), self.field(node, "value"))

    def on_pattern_list(self, node: Node) -> Expr:
        return Sequence(tuple(self.exprs(node.named_children)), line_of(node))

    on_expression_list = on_list = on_tuple = on_tuple_pattern = on_list_pattern = on_pattern_list

    def on_as_pattern(self, node: Node) -> Expr:
        value = self.expr(node.named_children[0])
        target = node.child_by_field_name("alias")
        return self.assign(self.expr(target), value) if target is not None else value

    def on_dictionary(self, node: Node) -> Expr:
        items = []
        for pair in node.named_children:
            if pair.type == "pair":
                key, value = self.field(pair, "key"), self.field(pair, "value")
                items.append((key.text if isinstance(key, Text) else "", value))
        return Table(tuple(items), line_of(node))

    def on_boolean_operator(self, node: Node) -> Expr:
        return either([self.field(node, "left"), self.field(node, "right")], line_of(node))

    def on_conditional_expression(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        return either(parts[:1] + parts[2:], line_of(node))

    def on_binary_operator(self, node: Node) -> Expr:
        left, right = self.field(node, "left"), self.field(node, "right")
        operator = text_of(node.child_by_field_name("operator"))
        if operator == "%" and isinstance(left, Text | Join):
            args = right.items if isinstance(right, Sequence) else (right,)
            return Call("%", left, args, (), line_of(node))
        return Join((left, right), line_of(node))

    def on_call(self, node: Node) -> Expr:
        method, receiver = self.callee(self.field(node, "function"))
        args: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        arguments = node.child_by_field_name("arguments")
        pick: Expr | None = None
        if arguments is not None and arguments.type == "generator_expression":
            pick = self.expr(arguments)
            if not isinstance(pick, Call) or pick.method != PICK:
                pick = None
        children = arguments.named_children if arguments is not None and pick is None else []
        args += [pick] if pick is not None else []
        for child in children:
            if child.type == "keyword_argument":
                name = text_of(child.child_by_field_name("name"))
                named.append((name, self.field(child, "value")))
            elif child.type == "dictionary_splat":
                named.append(("**", self.other(child)))
            elif "comment" not in child.type:
                args.append(self.expr(child))
        if method == "setdefault" and receiver is not None and len(args) == 2:
            self.assign(Index(receiver, args[0], line_of(node)), args[1])
        if method == "dict" and receiver is None and named:
            return Table(tuple(named), line_of(node))
        return self.call(method, receiver, args, named, line_of(node))

    def extended(self, node: Node) -> tuple[str, ...]:
        above = node.child_by_field_name("superclasses")
        names = [text_of(one) for one in above.named_children] if above is not None else []
        return tuple(name.rpartition(".")[2] for name in names if "=" not in name)

    def on_class_definition(self, node: Node) -> Expr:
        return self.on_class(node)

    def on_function_definition(self, node: Node) -> Expr:
        with self.inside(text_of(node.child_by_field_name("name"))):
            parameters = node.child_by_field_name("parameters")
            for child in parameters.named_children if parameters is not None else []:
                name = child.child_by_field_name("name") or child
                default = child.child_by_field_name("value")
                text = text_of(name).partition(":")[0].strip()
                if text not in ("self", "cls"):
                    self.parameter(text, self.expr(default) if default is not None else None)
            return self.field(node, "body")

    def on_for_statement(self, node: Node) -> Expr:
        self.loop(self.field(node, "left"), self.field(node, "right"))
        return self.field(node, "body")

    def on_return_statement(self, node: Node) -> Expr:
        return self.returned(node)
