from __future__ import annotations

import tree_sitter_php
from tree_sitter import Language, Node

from inventory.scripts.forms import (
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
from inventory.scripts.languages.base import BRANCHING, Frontend, either, line_of, text_of


class Php(Frontend):
    grammar = Language(tree_sitter_php.language_php())
    name = "php"
    branching = BRANCHING - {"match_expression"}

    def on_string(self, node: Node) -> Expr:
        text = text_of(node)[1:-1].replace("\\'", "'").replace("\\\\", "\\")
        return Text(text, line_of(node))

    def on_encapsed_string(self, node: Node) -> Expr:
        return self.joined(node, 1, 1)

    def piece(self, source: bytes, node: Node, at: int, unescape: bool) -> Text:
        """Without the braces of `{$name}`, which belong to no node."""
        if at > 1 and source.startswith(b"}"):
            source = source[1:]
        source = source[:-1] if source.endswith(b"{") else source
        return super().piece(source, node, at, unescape)

    def on_heredoc_body(self, node: Node) -> Expr:
        return self.joined(node, 0, 0)

    on_nowdoc_body = on_heredoc_body

    def on_heredoc(self, node: Node) -> Expr:
        return self.field(node, "value")

    on_nowdoc = on_heredoc

    def on_integer(self, node: Node) -> Expr:
        return self.text(node)

    on_boolean = on_null = on_integer

    def on_text(self, node: Node) -> Expr:
        return Other((), line_of(node))

    def on_name(self, node: Node) -> Expr:
        return self.variable(node)

    on_relative_scope = on_qualified_name = on_name

    def on_variable_name(self, node: Node) -> Expr:
        return Name(text_of(node).lstrip("$"), line_of(node))

    def on_member_access_expression(self, node: Node) -> Expr:
        return self.member(node, "object", "name")

    on_nullsafe_member_access_expression = on_member_access_expression

    def on_class_constant_access_expression(self, node: Node) -> Expr:
        of, name = node.named_children[0], node.named_children[-1]
        if text_of(of) in ("self", "static"):
            return Name(text_of(name), line_of(name))
        return Member(self.expr(of), text_of(name), line_of(name))

    def on_scoped_property_access_expression(self, node: Node) -> Expr:
        scope, name = node.child_by_field_name("scope"), node.child_by_field_name("name")
        if text_of(scope) in ("self", "static"):
            return Member(Name("this", line_of(node)), text_of(name).lstrip("$"), line_of(node))
        return Member(self.expr(scope), text_of(name).lstrip("$"), line_of(node))

    def on_subscript_expression(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        if len(parts) < 2:
            return parts[0]
        return Index(parts[0], parts[1], line_of(node))

    def on_assignment_expression(self, node: Node) -> Expr:
        return self.assign(self.field(node, "left"), self.field(node, "right"))

    on_augmented_assignment_expression = on_assignment_expression

    def on_property_element(self, node: Node) -> Expr:
        value = node.child_by_field_name("default_value")
        name = text_of(node.child_by_field_name("name")).lstrip("$")
        if value is not None:
            self.assign(Member(Name("this", line_of(node)), name, line_of(node)), self.expr(value))
        return Other((), line_of(node))

    def on_const_element(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        return self.assign(parts[0], parts[-1])

    def on_cast_expression(self, node: Node) -> Expr:
        return self.field(node, "value")

    def on_enum_case(self, node: Node) -> Expr:
        value = node.child_by_field_name("value")
        if value is None:
            return Other((), line_of(node))
        name = Name(text_of(node.child_by_field_name("name")), line_of(node))
        return self.assign(name, self.expr(value))

    def on_binary_expression(self, node: Node) -> Expr:
        parts = [self.field(node, "left"), self.field(node, "right")]
        operator = text_of(node.child_by_field_name("operator"))
        if operator in (".", "+"):
            return Join(tuple(parts), line_of(node))
        if operator in ("??", "||", "or"):
            return either(parts, line_of(node))
        return Other(tuple(parts), line_of(node))

    def on_conditional_expression(self, node: Node) -> Expr:
        condition = self.field(node, "condition")
        body = node.child_by_field_name("body")
        first = self.expr(body) if body is not None else condition
        return either([first, self.field(node, "alternative")], line_of(node))

    def on_match_expression(self, node: Node) -> Expr:
        self.field(node, "condition")
        body = node.child_by_field_name("body")
        arms = [one.named_children[-1] for one in body.named_children] if body is not None else []
        return either(self.exprs(arms), line_of(node))

    def on_list_literal(self, node: Node) -> Expr:
        """`[$a, , $b] = …` and `["key" => $a] = …`: what is left out counts."""
        if any(child.type == "=>" for child in node.children):
            parts = self.exprs(node.named_children)
            pairs = zip(parts[::2], parts[1::2], strict=False)
            named = [(key.text, value) for key, value in pairs if isinstance(key, Text)]
            return Table(tuple(named), line_of(node))
        items: list[Expr] = [Other((), line_of(node))]
        for child in node.children:
            if child.type == ",":
                items.append(Other((), line_of(child)))
            elif child.is_named and "comment" not in child.type:
                items[-1] = self.expr(child)
        return Sequence(tuple(items), line_of(node))

    def on_array_creation_expression(self, node: Node) -> Expr:
        pairs, items = [], []
        for element in node.named_children:
            parts = self.exprs(element.named_children)
            if len(parts) > 1:
                is_constant = (
                    isinstance(parts[0], Name) and element.named_children[0].type == "name"
                )
                key = getattr(parts[0], "name" if is_constant else "text", "")
                pairs.append((key, parts[1]))
            elif parts:
                items.append(parts[0])
        if pairs:
            return Table(tuple(pairs), line_of(node))
        return Sequence(tuple(items), line_of(node))

    def on_object_creation_expression(self, node: Node) -> Expr:
        kind = next(
            (one for one in node.named_children if one.type in ("name", "qualified_name")), None
        )
        name = text_of(kind).rpartition("\\")[2]
        args, named = self.arguments(node)
        for child in node.named_children:
            if child.type in ("declaration_list", "anonymous_class"):
                self.expr(child)
        receiver = Name(text_of(kind), line_of(node))
        return self.call(name, receiver, args, named, line_of(node), is_new=True)

    def on_member_call_expression(self, node: Node) -> Expr:
        receiver = self.field(node, "object")
        args, named = self.arguments(node)
        at = node.child_by_field_name("name")
        return self.call(text_of(at), receiver, args, named, line_of(at or node))

    on_nullsafe_member_call_expression = on_member_call_expression

    def on_scoped_call_expression(self, node: Node) -> Expr:
        receiver = self.field(node, "scope")
        args, named = self.arguments(node)
        method = text_of(node.child_by_field_name("name"))
        return self.call(method, receiver, args, named, line_of(node))

    def on_function_call_expression(self, node: Node) -> Expr:
        method = text_of(node.child_by_field_name("function")).rpartition("\\")[2]
        args, named = self.arguments(node)
        if method.lower() == "define" and len(args) > 1 and isinstance(args[0], Text):
            self.assign(Name(args[0].text, line_of(node)), args[1])
        return self.call(method, None, args, named, line_of(node))

    def arguments(self, node: Node) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        listed = node.child_by_field_name("arguments") or next(
            (one for one in node.named_children if one.type == "arguments"), None
        )
        args: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        for argument in listed.named_children if listed is not None else []:
            if argument.type != "argument" or not argument.named_children:
                continue
            value = self.expr(argument.named_children[-1])
            name = argument.child_by_field_name("name")
            if name is not None:
                named.append((text_of(name), value))
            else:
                args.append(value)
        return args, named

    def on_class_declaration(self, node: Node) -> Expr:
        return self.on_class(node)

    def extended(self, node: Node) -> tuple[str, ...]:
        above = [one for one in node.named_children if one.type == "base_clause"]
        body = node.child_by_field_name("body")
        above += (
            [one for one in body.named_children if one.type == "use_declaration"] if body else []
        )
        names = [text_of(name) for one in above for name in one.named_children]
        return tuple(name.rpartition("\\")[2] for name in names)

    on_trait_declaration = on_enum_declaration = on_class_declaration

    def on_method_declaration(self, node: Node) -> Expr:
        with self.inside(text_of(node.child_by_field_name("name"))):
            listed = node.child_by_field_name("parameters")
            for child in listed.named_children if listed is not None else []:
                name = text_of(child.child_by_field_name("name")).lstrip("$")
                default = child.child_by_field_name("default_value")
                value = self.expr(default) if default is not None else None
                self.parameter(name, value)
                if child.type == "property_promotion_parameter":
                    target = Member(Name("this", line_of(child)), name, line_of(child))
                    self.assign(target, Name(name, line_of(child)))
            return self.field(node, "body")

    on_function_definition = on_method_declaration

    def on_foreach_statement(self, node: Node) -> Expr:
        parts = [one for one in node.named_children if "comment" not in one.type]
        if len(parts) > 2:
            target = parts[1].named_children[-1] if parts[1].type == "pair" else parts[1]
            items = self.expr(parts[0])
            if parts[1].type == "pair":
                keys = Call("array_keys", None, (items,), (), items.line)
                self.loop(self.expr(parts[1].named_children[0]), keys)
            self.loop(self.expr(target), items)
            parts = parts[2:]
        return Other(tuple(self.exprs(parts)), line_of(node))

    def on_return_statement(self, node: Node) -> Expr:
        return self.returned(node)
