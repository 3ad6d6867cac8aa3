from __future__ import annotations

import tree_sitter_go
from tree_sitter import Language, Node

from inventory.scripts.forms import Expr, Index, Join, Member, Name, Other, Sequence, Table, Text
from inventory.scripts.languages.base import BRANCHING, Frontend, line_of, text_of


class Go(Frontend):
    grammar = Language(tree_sitter_go.language())
    name = "go"
    branching = BRANCHING | {"expression_switch_statement", "expression_case", "default_case"}

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.receiver = ""
        """What the method around calls its object."""

    def on_interpreted_string_literal(self, node: Node) -> Expr:
        return Text(self.unescaped(text_of(node)[1:-1]), line_of(node))

    def on_raw_string_literal(self, node: Node) -> Expr:
        return Text(text_of(node).strip("`"), line_of(node))

    def on_int_literal(self, node: Node) -> Expr:
        return self.text(node)

    on_true = on_false = on_nil = on_int_literal

    def on_identifier(self, node: Node) -> Expr:
        name = text_of(node)
        return Name("this" if name == self.receiver else name, line_of(node))

    def on_selector_expression(self, node: Node) -> Expr:
        return self.member(node, "operand", "field")

    def on_index_expression(self, node: Node) -> Expr:
        return Index(self.field(node, "operand"), self.field(node, "index"), line_of(node))

    def on_binary_expression(self, node: Node) -> Expr:
        parts = (self.field(node, "left"), self.field(node, "right"))
        is_sum = text_of(node.child_by_field_name("operator")) == "+"
        return Join(parts, line_of(node)) if is_sum else Other(parts, line_of(node))

    def on_short_var_declaration(self, node: Node) -> Expr:
        return self.set_each(node, "left", "right")

    on_assignment_statement = on_short_var_declaration

    def on_const_spec(self, node: Node) -> Expr:
        return self.set_each(node, "name", "value")

    on_var_spec = on_const_spec

    def set_each(self, node: Node, left: str, right: str) -> Expr:
        names = [self.expr(one) for one in listed(node, left)]
        values = [self.expr(one) for one in listed(node, right)]
        for name, value in zip(names, values, strict=False):
            self.assign(name, value)
        return Other(tuple(values), line_of(node))

    def on_call_expression(self, node: Node) -> Expr:
        method, receiver = self.callee(self.field(node, "function"))
        at = node.child_by_field_name("arguments")
        args = self.exprs(at.named_children) if at is not None else []
        if method == "JoinHostPort" and len(args) == 2:
            return Join((args[0], Text(":", line_of(node)), args[1]), line_of(node))
        return self.call(method, receiver, args, (), line_of(node))

    def on_composite_literal(self, node: Node) -> Expr:
        """`Config{Host: "…"}`: an object, and what the fields of its type may be."""
        kind = text_of(node.child_by_field_name("type")).rpartition(".")[2]
        named: list[tuple[str, Expr]] = []
        items: list[Expr] = []
        body = node.child_by_field_name("body")
        for child in body.named_children if body is not None else []:
            if child.type != "keyed_element":
                items.append(self.expr(child))
                continue
            key = child.named_children[0]
            value = self.expr(child.named_children[-1])
            named.append((text_of(key).strip('"'), value))
        if not named:
            return Sequence(tuple(items), line_of(node))
        for name, value in named if kind.isidentifier() else ():
            self.assign(Member(Name("this", value.line), name, value.line), value)
        return Table(tuple(named), line_of(node))

    def on_function_declaration(self, node: Node) -> Expr:
        return self.function_of(node, "")

    def on_method_declaration(self, node: Node) -> Expr:
        owner = node.child_by_field_name("receiver")
        names = (
            [text_of(one.child_by_field_name("name")) for one in owner.named_children]
            if owner
            else []
        )
        return self.function_of(node, names[0] if names else "")

    def function_of(self, node: Node, receiver: str) -> Expr:
        before, self.receiver = self.receiver, receiver
        with self.inside(text_of(node.child_by_field_name("name"))):
            at = node.child_by_field_name("parameters")
            for child in at.named_children if at is not None else []:
                for name in child.children_by_field_name("name"):
                    self.parameter(text_of(name), None)
            value = self.field(node, "body")
        self.receiver = before
        return value

    def on_return_statement(self, node: Node) -> Expr:
        return self.returned(node)

    def on_import_declaration(self, node: Node) -> Expr:
        return Other((), line_of(node))


def listed(node: Node, name: str) -> list[Node]:
    found = []
    for one in node.children_by_field_name(name):
        found += one.named_children if one.type == "expression_list" else [one]
    return found
