from __future__ import annotations

import warnings

import tree_sitter_perl
from tree_sitter import Language, Node

from inventory.scripts.forms import Expr, Index, Join, Member, Name, Other, Sequence, Table, Text
from inventory.scripts.languages.base import Frontend, either, line_of, text_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # The grammar is handed over as a number.
    GRAMMAR = Language(tree_sitter_perl.language())


class Perl(Frontend):
    grammar = GRAMMAR
    name = "perl"

    # -- values -----------------------------------------------------------------------------------

    def on_string_literal(self, node: Node) -> Expr:
        return Text(text_of(node.child_by_field_name("content")), line_of(node))

    def on_interpolated_string_literal(self, node: Node) -> Expr:
        content = node.child_by_field_name("content")
        return self.joined(content, 0, 0) if content is not None else Text("", line_of(node))

    def on_number(self, node: Node) -> Expr:
        return self.text(node)

    on_autoquoted_bareword = on_number

    def on_varname(self, node: Node) -> Expr:
        name = text_of(node)
        return Name("this" if name in ("self", "this", "class") else name, line_of(node))

    on_bareword = on_varname

    def on_array(self, node: Node) -> Expr:
        """Addresses in double quotes need no backslash before what is no array."""
        return self.text(node) if text_of(node)[1:2] != "_" else self.other(node)

    def on_hash_element_expression(self, node: Node) -> Expr:
        of = self.expr(node.named_children[0])
        key = self.expr(node.child_by_field_name("key"))
        if of == Name("this", of.line) and isinstance(key, Text):
            return Member(of, key.text, line_of(node))
        return Index(of, key, line_of(node))

    def on_anonymous_hash_expression(self, node: Node) -> Expr:
        _, named = self.listed(node)
        return Table(tuple(named), line_of(node))

    def on_anonymous_array_expression(self, node: Node) -> Expr:
        items, _ = self.listed(node)
        return Sequence(tuple(items), line_of(node))

    def on_list_expression(self, node: Node) -> Expr:
        items, named = self.listed(node)
        return (
            Table(tuple(named), line_of(node)) if named else Sequence(tuple(items), line_of(node))
        )

    def listed(self, node: Node) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        """The items of a list, and its pairs with `=>`."""
        if len(node.named_children) == 1 and node.named_children[0].type == "list_expression":
            node = node.named_children[0]
        items: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        key = ""
        for child in node.children:
            if child.type == "=>" and items:
                last = items.pop()
                key = last.text if isinstance(last, Text) else ""
            elif child.is_named and "comment" not in child.type:
                value = self.expr(child)
                if key:
                    named.append((key, value))
                    key = ""
                else:
                    items.append(value)
        return items, named

    def on_array_element_expression(self, node: Node) -> Expr:
        return Index(self.expr(node.named_children[0]), self.field(node, "index"), line_of(node))

    def on_binary_expression(self, node: Node) -> Expr:
        parts = (self.field(node, "left"), self.field(node, "right"))
        operator = text_of(node.child_by_field_name("operator"))
        if operator == ".":
            return Join(parts, line_of(node))
        return (
            either(parts, line_of(node))
            if operator in ("||", "//")
            else Other(parts, line_of(node))
        )

    def on_lowprec_logical_expression(self, node: Node) -> Expr:
        """`… or die`."""
        value = self.field(node, "left")
        self.field(node, "right")
        return value

    # -- statements -------------------------------------------------------------------------------

    def on_variable_declaration(self, node: Node) -> Expr:
        names = node.children_by_field_name("variables")
        if names:
            return Sequence(tuple(self.exprs(names)), line_of(node))
        return self.field(node, "variable")

    def on_assignment_expression(self, node: Node) -> Expr:
        right = node.child_by_field_name("right")
        target, told = self.field(node, "left"), text_of(right)
        if self.function is not None and (told == "@_" or told.startswith("shift")):
            for one in target.items if isinstance(target, Sequence) else (target,):
                if isinstance(one, Name) and one.name != "this":
                    self.parameter(one.name, None)
            return target
        return self.assign(target, self.expr(right))

    def on_use_statement(self, node: Node) -> Expr:
        """`use constant HOST => "…"`."""
        if text_of(node.child_by_field_name("module")) == "constant":
            rest = [one for one in node.named_children if one.type != "package"]
            for one in self.exprs(rest):
                for key, value in one.items if isinstance(one, Table) else ():
                    self.assign(Name(key, value.line), value)
        return Other((), line_of(node))

    def on_method_call_expression(self, node: Node) -> Expr:
        owner = node.child_by_field_name("invocant")
        method = text_of(node.child_by_field_name("method"))
        args, named = self.arguments(node)
        if method == "new" and owner is not None and owner.type == "bareword":
            kind = text_of(owner)
            receiver = Name(kind, line_of(node))
            name = kind.rpartition("::")[2]
            return self.call(name, receiver, args, named, line_of(node), is_new=True)
        receiver_of = self.expr(owner) if owner is not None else None
        return self.call(method, receiver_of, args, named, line_of(node))

    def on_function_call_expression(self, node: Node) -> Expr:
        args, named = self.arguments(node)
        return self.call(
            text_of(node.child_by_field_name("function")), None, args, named, line_of(node)
        )

    on_ambiguous_function_call_expression = on_func1op_call_expression = on_function_call_expression

    def arguments(self, node: Node) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        at = node.child_by_field_name("arguments")
        if at is None:
            return [], []
        if at.type == "list_expression":
            return self.listed(at)
        return [self.expr(at)], []

    def on_subroutine_declaration_statement(self, node: Node) -> Expr:
        with self.inside(text_of(node.child_by_field_name("name"))):
            return self.field(node, "body")

    def on_return_expression(self, node: Node) -> Expr:
        return self.returned(node)

    def on_pod(self, node: Node) -> Expr:
        return Other((), line_of(node))
