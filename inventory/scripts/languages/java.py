from __future__ import annotations

import tree_sitter_java
from tree_sitter import Language, Node

from inventory.scripts.forms import Call, Expr, Index, Join, Name, Other, Sequence, Text
from inventory.scripts.languages.base import Frontend, either, line_of, text_of


class Java(Frontend):
    grammar = Language(tree_sitter_java.language())
    name = "java"

    def on_string_literal(self, node: Node) -> Expr:
        text = text_of(node)
        if text.startswith('"""'):
            return Text(text[3:-3].strip(), line_of(node))
        return Text(self.unescaped(text[1:-1]), line_of(node))

    def on_decimal_integer_literal(self, node: Node) -> Expr:
        return self.text(node)

    on_true = on_false = on_null_literal = on_decimal_integer_literal

    def on_identifier(self, node: Node) -> Expr:
        return self.variable(node)

    on_type_identifier = on_scoped_type_identifier = on_identifier

    def on_this(self, node: Node) -> Expr:
        return Name("this", line_of(node))

    def on_field_access(self, node: Node) -> Expr:
        return self.member(node, "object", "field")

    def on_array_access(self, node: Node) -> Expr:
        return Index(self.field(node, "array"), self.field(node, "index"), line_of(node))

    def on_assignment_expression(self, node: Node) -> Expr:
        return self.assign(self.field(node, "left"), self.field(node, "right"))

    def on_variable_declarator(self, node: Node) -> Expr:
        value = node.child_by_field_name("value")
        if value is None:
            return Other((), line_of(node))
        return self.assign(self.field(node, "name"), self.expr(value))

    def on_resource(self, node: Node) -> Expr:
        return self.on_variable_declarator(node)

    def on_field_declaration(self, node: Node) -> Expr:
        """`@Value("${key}") String name` takes its value from a property."""
        keys = [
            one
            for child in node.named_children
            if child.type == "modifiers"
            for one in child.named_children
            if text_of(one).startswith("@Value")
        ]
        declarator = node.child_by_field_name("declarator")
        if keys and declarator is not None:
            text = text_of(keys[0]).partition('"')[2].rpartition('"')[0]
            lookup = Call("@Value", None, (Text(text, line_of(node)),), (), line_of(node))
            self.assign(self.field(declarator, "name"), lookup)
            return lookup
        return self.exprs([one for one in node.named_children if one.type != "modifiers"])[-1]

    def on_binary_expression(self, node: Node) -> Expr:
        parts = (self.field(node, "left"), self.field(node, "right"))
        if text_of(node.child_by_field_name("operator")) == "+":
            return Join(parts, line_of(node))
        return Other(parts, line_of(node))

    def on_ternary_expression(self, node: Node) -> Expr:
        self.field(node, "condition")
        return either(
            [self.field(node, "consequence"), self.field(node, "alternative")], line_of(node)
        )

    def on_cast_expression(self, node: Node) -> Expr:
        return self.field(node, "value")

    def on_method_invocation(self, node: Node) -> Expr:
        owner = node.child_by_field_name("object")
        receiver = self.expr(owner) if owner is not None else None
        at = node.child_by_field_name("name")
        args = self.arguments(node)
        return self.call(text_of(at), receiver, args, (), line_of(at or node))

    def on_object_creation_expression(self, node: Node) -> Expr:
        kind = text_of(node.child_by_field_name("type")).partition("<")[0]
        args = self.arguments(node)
        receiver = Name(kind, line_of(node))
        made = self.call(kind.rpartition(".")[2], receiver, args, (), line_of(node), is_new=True)
        bodies = [self.expr(one) for one in node.named_children if one.type == "class_body"]
        if bodies:
            return Other((made, *bodies), line_of(node))
        return made

    def arguments(self, node: Node) -> list[Expr]:
        listed = node.child_by_field_name("arguments")
        return self.exprs(listed.named_children) if listed is not None else []

    def on_array_initializer(self, node: Node) -> Expr:
        return Sequence(tuple(self.exprs(node.named_children)), line_of(node))

    def on_class_declaration(self, node: Node) -> Expr:
        above = node.child_by_field_name("superclass")
        with self.inside(text_of(node.child_by_field_name("name"))) as made:
            if above is not None and above.named_children:
                name = text_of(above.named_children[0]).partition("<")[0]
                made.extends = (name.rpartition(".")[2],)
            listed = node.child_by_field_name("parameters")
            for child in listed.named_children if listed is not None else []:
                self.parameter(text_of(child.child_by_field_name("name")), None)
            return self.field(node, "body")

    def on_explicit_constructor_invocation(self, node: Node) -> Expr:
        """`super(host, user)`."""
        name = text_of(node.child_by_field_name("constructor"))
        return self.call(name, None, self.arguments(node), (), line_of(node))

    on_enum_declaration = on_record_declaration = on_class_declaration

    def on_enum_constant(self, node: Node) -> Expr:
        """`SALES("sales@…", "smtp.…")` is made as any object of its class."""
        kind = self.function.name if self.function is not None else ""
        at = node.child_by_field_name("name")
        made = self.call(
            kind, Name(kind, line_of(node)), self.arguments(node), (), line_of(node), is_new=True
        )
        return self.assign(Name(text_of(at), line_of(node)), made)

    def on_method_declaration(self, node: Node) -> Expr:
        with self.inside(text_of(node.child_by_field_name("name"))):
            listed = node.child_by_field_name("parameters")
            for child in listed.named_children if listed is not None else []:
                self.parameter(text_of(child.child_by_field_name("name")), None)
            return self.expr(node.child_by_field_name("body"))

    on_constructor_declaration = on_method_declaration

    def on_import_declaration(self, node: Node) -> Expr:
        return Other((), line_of(node))

    on_package_declaration = on_annotation = on_marker_annotation = on_import_declaration

    def on_enhanced_for_statement(self, node: Node) -> Expr:
        self.loop(self.field(node, "name"), self.field(node, "value"))
        return self.field(node, "body")

    def on_return_statement(self, node: Node) -> Expr:
        return self.returned(node)
