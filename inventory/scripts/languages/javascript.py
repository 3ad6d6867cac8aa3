from __future__ import annotations

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node

from inventory.scripts.forms import Expr, Index, Join, Member, Name, Other, Sequence, Table, Text
from inventory.scripts.languages.base import Frontend, either, line_of, merged, text_of
from inventory.scripts.languages.picking import picked

FREEZES = {"freeze", "seal"}

LOOPS = {"forEach", "map", "flatMap", "each", "forEachOf"}


class JavaScript(Frontend):
    grammar = Language(tree_sitter_javascript.language())
    name = "javascript"

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.items: Expr | None = None
        """What the function goes through that is read next."""

    def on_string(self, node: Node) -> Expr:
        return Text(self.unescaped(text_of(node)[1:-1]), line_of(node))

    def on_template_string(self, node: Node) -> Expr:
        return self.joined(node, 1, 1)

    def on_number(self, node: Node) -> Expr:
        return self.text(node)

    on_true = on_false = on_null = on_number

    def on_identifier(self, node: Node) -> Expr:
        return self.variable(node)

    on_shorthand_property_identifier = on_property_identifier = on_identifier
    on_shorthand_property_identifier_pattern = on_identifier

    def on_this(self, node: Node) -> Expr:
        return Name("this", line_of(node))

    def on_member_expression(self, node: Node) -> Expr:
        return self.member(node, "object", "property")

    def on_subscript_expression(self, node: Node) -> Expr:
        return Index(self.field(node, "object"), self.field(node, "index"), line_of(node))

    def on_assignment_expression(self, node: Node) -> Expr:
        return self.assign(self.field(node, "left"), self.field(node, "right"))

    def on_variable_declarator(self, node: Node) -> Expr:
        value = node.child_by_field_name("value")
        if value is None:
            return Other((), line_of(node))
        if value.type in ("arrow_function", "function_expression", "function"):
            return self.function_body(value, text_of(node.child_by_field_name("name")))
        return self.assign(self.field(node, "name"), self.expr(value))

    def on_field_definition(self, node: Node) -> Expr:
        value = node.child_by_field_name("value")
        if value is None:
            return Other((), line_of(node))
        name = text_of(node.child_by_field_name("property") or node.child_by_field_name("name"))
        target = Member(Name("this", line_of(node)), name, line_of(node))
        return self.assign(target, self.expr(value))

    on_public_field_definition = on_field_definition

    def on_object(self, node: Node) -> Expr:
        items: list[tuple[str, Expr]] = []
        for child in node.named_children:
            if child.type in ("pair", "pair_pattern"):
                key = child.child_by_field_name("key")
                value = child.child_by_field_name("value")
                if value is not None and value.type == "assignment_pattern":
                    value = value.child_by_field_name("left")
                items.append((text_of(key).strip("\"'`"), self.expr(value)))
            elif child.type == "object_assignment_pattern":
                name = child.child_by_field_name("left")
                told = (self.expr(name), self.field(child, "right"))
                items.append((text_of(name), either(told, line_of(child))))
            elif child.type.startswith("shorthand_property_identifier"):
                items.append((text_of(child), self.variable(child)))
            elif child.type == "spread_element":
                items.append(("**", self.other(child)))
            elif "comment" not in child.type:
                self.expr(child)
        return Table(tuple(items), line_of(node))

    on_object_pattern = on_object

    def on_array(self, node: Node) -> Expr:
        return Sequence(tuple(self.exprs(node.named_children)), line_of(node))

    def on_array_pattern(self, node: Node) -> Expr:
        """`[, , user]`: what is left out counts."""
        items: list[Expr] = [Other((), line_of(node))]
        for child in node.children:
            if child.type == ",":
                items.append(Other((), line_of(child)))
            elif child.is_named and "comment" not in child.type:
                items[-1] = self.expr(child)
        return Sequence(tuple(items), line_of(node))

    def on_binary_expression(self, node: Node) -> Expr:
        parts = [self.field(node, "left"), self.field(node, "right")]
        operator = text_of(node.child_by_field_name("operator"))
        if operator == "+":
            return Join(tuple(parts), line_of(node))
        if operator in ("||", "??"):
            return either(parts, line_of(node))
        return Other(tuple(parts), line_of(node))

    def on_ternary_expression(self, node: Node) -> Expr:
        self.field(node, "condition")
        return either(
            [self.field(node, "consequence"), self.field(node, "alternative")], line_of(node)
        )

    def on_call_expression(self, node: Node) -> Expr:
        method, receiver = self.callee(self.field(node, "function"))
        if method in ("find", "filter") and receiver is not None:
            listed = node.child_by_field_name("arguments")
            given = (
                listed.named_children[0] if listed is not None and listed.named_children else None
            )
            condition = given.child_by_field_name("body") if given is not None else None
            if (one := picked(receiver, condition, self.expr)) is not None:
                return one
        self.items = receiver if method in LOOPS else None
        args = self.arguments(node)
        self.items = None
        if isinstance(receiver, Name) and receiver.name == "Object" and method in FREEZES and args:
            return args[0]  # It gives back what it was given.
        if isinstance(receiver, Name) and receiver.name == "Object" and method == "assign":
            return merged(args, line_of(node))
        return self.call(method, receiver, args, (), line_of(node))

    def on_new_expression(self, node: Node) -> Expr:
        made = self.field(node, "constructor")
        method, _ = self.callee(made)
        return self.call(method, made, self.arguments(node), (), line_of(node), is_new=True)

    def arguments(self, node: Node) -> list[Expr]:
        listed = node.child_by_field_name("arguments")
        if listed is None:
            return []
        if listed.type == "template_string":
            return [self.expr(listed)]
        return self.exprs(listed.named_children)

    def on_as_expression(self, node: Node) -> Expr:
        return self.expr(node.named_children[0])

    on_satisfies_expression = on_non_null_expression = on_as_expression

    def on_class_declaration(self, node: Node) -> Expr:
        return self.on_class(node)

    on_class_expression = on_abstract_class_declaration = on_class_declaration

    def extended(self, node: Node) -> tuple[str, ...]:
        above = next((one for one in node.named_children if one.type == "class_heritage"), None)
        words = text_of(above).removeprefix("extends").split()
        return (words[0].partition("<")[0].rpartition(".")[2],) if words else ()

    def on_super(self, node: Node) -> Expr:
        return Name("super", line_of(node))

    def on_function_declaration(self, node: Node) -> Expr:
        return self.function_body(node, text_of(node.child_by_field_name("name")))

    def on_method_definition(self, node: Node) -> Expr:
        value = self.on_function_declaration(node)
        if any(one.type == "get" for one in node.children):  # `get defaults() { return … }`
            made = self.unit.functions[-1] if self.unit.functions else None
            name = text_of(node.child_by_field_name("name"))
            if made is not None and made.name == name and len(made.returns) == 1:
                line = line_of(node)
                self.assign(Member(Name("this", line), name, line), made.returns[0])
        return value

    on_arrow_function = on_function_expression = on_function_declaration

    def function_body(self, node: Node, name: str) -> Expr:
        items, self.items = self.items, None
        with self.inside(name):
            listed = node.child_by_field_name("parameters")
            alone = node.child_by_field_name("parameter")
            told = listed.named_children if listed is not None else [alone] if alone else []
            for number, child in enumerate(told):
                self.parameter_of(child, items if number == 0 else None)
            body = node.child_by_field_name("body")
            value = self.expr(body)
            if body is not None and body.type != "statement_block" and self.function is not None:
                self.function.returns.append(value)
            return Other((value,), line_of(node))

    def parameter_of(self, node: Node, items: Expr | None = None) -> None:
        left = node.child_by_field_name("left") or node.child_by_field_name("pattern") or node
        if left.type == "object_pattern" and self.function is not None:
            name = f"@{len(self.function.parameters)}"
            self.parameter(name, None)
            if items is not None:
                self.loop(Name(name, line_of(node)), items)
            self.assign(self.expr(left), Name(name, line_of(node)))
            return
        default = node.child_by_field_name("right") or node.child_by_field_name("value")
        value = self.expr(default) if default is not None else None
        self.parameter(text_of(left), value)
        if items is not None:
            self.loop(self.expr(left), items)
        if any(one.type in ("accessibility_modifier", "readonly") for one in node.children):
            line = line_of(node)
            self.assign(Member(Name("this", line), text_of(left), line), self.variable(left))

    def on_export_statement(self, node: Node) -> Expr:
        value = self.other(node)
        if node.child_by_field_name("value") is not None:
            self.unit.exports.append(value)
        return value

    def on_import_statement(self, node: Node) -> Expr:
        return Other((), line_of(node))

    def on_for_in_statement(self, node: Node) -> Expr:
        if text_of(node.child_by_field_name("operator")) != "in":
            self.loop(self.field(node, "left"), self.field(node, "right"))
        return self.field(node, "body")

    def on_return_statement(self, node: Node) -> Expr:
        return self.returned(node)


class TypeScript(JavaScript):
    grammar = Language(tree_sitter_typescript.language_typescript())
