from __future__ import annotations

from dataclasses import replace

import tree_sitter_c_sharp
from tree_sitter import Language, Node

from inventory.scripts.forms import Expr, Index, Join, Member, Name, Other, Sequence, Table, Text
from inventory.scripts.languages.base import BRANCHING, Frontend, either, line_of, text_of
from inventory.scripts.languages.picking import picked

PICKS = ("First", "FirstOrDefault", "Single", "SingleOrDefault", "Where", "Find")


class CSharp(Frontend):
    grammar = Language(tree_sitter_c_sharp.language())
    name = "csharp"
    branching = BRANCHING - {"switch_expression"}

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.declared = ""

    def on_string_literal(self, node: Node) -> Expr:
        return Text(self.unescaped(text_of(node)[1:-1]), line_of(node))

    def on_verbatim_string_literal(self, node: Node) -> Expr:
        return Text(text_of(node)[2:-1].replace('""', '"'), line_of(node))

    def on_raw_string_literal(self, node: Node) -> Expr:
        return Text(text_of(node).strip('"').strip(), line_of(node))

    def on_interpolated_string_expression(self, node: Node) -> Expr:
        parts: list[Expr] = []
        for child in node.named_children:
            if child.type == "interpolation":
                inner = [one for one in child.named_children if one.type != "interpolation_brace"]
                parts.append(self.expr(inner[0]) if inner else Other((), line_of(child)))
            elif "content" in child.type or "escape" in child.type:
                parts.append(Text(self.unescaped(text_of(child)), line_of(child)))
        return Join(tuple(parts), line_of(node))

    def on_integer_literal(self, node: Node) -> Expr:
        return self.text(node)

    on_boolean_literal = on_null_literal = on_integer_literal

    def on_identifier(self, node: Node) -> Expr:
        return self.variable(node)

    on_qualified_name = on_generic_name = on_predefined_type = on_identifier

    def on_this(self, node: Node) -> Expr:
        return Name("this", line_of(node))

    on_this_expression = on_this

    def on_member_access_expression(self, node: Node) -> Expr:
        at = node.child_by_field_name("name")
        of = node.child_by_field_name("expression")
        name = text_of(at).partition("<")[0]
        if of is None or of.type in ("this", "this_expression"):
            return Member(Name("this", line_of(node)), name, line_of(node))
        return Member(self.expr(of), name, line_of(at or node))

    def on_switch_expression(self, node: Node) -> Expr:
        arms = [one for one in node.named_children if one.type == "switch_expression_arm"]
        self.expr(node.named_children[0])
        return either([self.exprs(arm.named_children)[-1] for arm in arms], line_of(node))

    def on_tuple_expression(self, node: Node) -> Expr:
        parts = [one for one in node.named_children if one.type == "argument"]
        items = [self.expr(one.named_children[-1]) for one in parts if one.named_children]
        return Sequence(tuple(items), line_of(node))

    def on_declaration_expression(self, node: Node) -> Expr:
        return self.field(node, "name")

    def on_conditional_access_expression(self, node: Node) -> Expr:
        parts = node.named_children
        name = text_of(parts[-1]).lstrip(".?").partition("<")[0]
        return Member(self.expr(parts[0]), name, line_of(node))

    def on_element_access_expression(self, node: Node) -> Expr:
        listed = self.arguments(node.child_by_field_name("subscript"))[0]
        key = listed[0] if listed else Other((), line_of(node))
        return Index(self.field(node, "expression"), key, line_of(node))

    def on_assignment_expression(self, node: Node) -> Expr:
        return self.assign(self.field(node, "left"), self.field(node, "right"))

    def on_variable_declaration(self, node: Node) -> Expr:
        before, self.declared = self.declared, text_of(node.child_by_field_name("type"))
        value = self.other(node)
        self.declared = before
        kind = node.child_by_field_name("type")
        if kind is not None and kind.type == "tuple_type" and self.unit.assigns:
            self.name_items(
                [text_of(one.child_by_field_name("name")) for one in kind.named_children]
            )
        return value

    def name_items(self, names: list[str]) -> None:
        """`(string Host, string User) mail = ("…", "…")` has its items under their names."""
        last = self.unit.assigns[-1]
        if isinstance(last.value, Sequence) and len(last.value.items) == len(names):
            table = Table(tuple(zip(names, last.value.items, strict=True)), last.value.line)
            self.unit.assigns[-1] = replace(last, value=table)

    def on_variable_declarator(self, node: Node) -> Expr:
        name = node.child_by_field_name("name") or first(node, "tuple_pattern")
        rest = [one for one in node.named_children if one != name]
        if name is None or not rest:
            return Other((), line_of(node))
        return self.assign(self.expr(name), self.expr(rest[-1]))

    def on_property_declaration(self, node: Node) -> Expr:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        before, self.declared = self.declared, text_of(node.child_by_field_name("type"))
        if name is not None and value is not None:
            self.assign(self.expr(name), self.expr(value))
        accessors = node.child_by_field_name("accessors")
        if accessors is None:
            self.declared = before
            return Other((), line_of(node))
        with self.inside("") as getter:
            told = self.expr(accessors)
        self.declared = before
        if name is not None and value is None and len(getter.returns) == 1:
            self.assign(self.expr(name), getter.returns[0])
        return told

    def on_binary_expression(self, node: Node) -> Expr:
        parts = [self.field(node, "left"), self.field(node, "right")]
        operator = text_of(node.child_by_field_name("operator"))
        if operator == "+":
            return Join(tuple(parts), line_of(node))
        if operator == "??" or "??" in text_of(node):
            return either(parts, line_of(node))
        return Other(tuple(parts), line_of(node))

    def on_conditional_expression(self, node: Node) -> Expr:
        parts = self.exprs(node.named_children)
        return either(parts[1:], line_of(node))

    def on_cast_expression(self, node: Node) -> Expr:
        return self.field(node, "value")

    def on_invocation_expression(self, node: Node) -> Expr:
        method, receiver = self.callee(self.field(node, "function"))
        listed = node.child_by_field_name("arguments")
        if method in PICKS and receiver is not None and listed is not None:
            given = first(listed, "argument")
            body = given.named_children[-1].child_by_field_name("body") if given else None
            if (one := picked(receiver, body, self.expr)) is not None:
                return one
        args, named = self.arguments(listed)
        return self.call(method.partition("<")[0], receiver, args, named, line_of(node))

    def on_object_creation_expression(self, node: Node) -> Expr:
        kind = text_of(node.child_by_field_name("type")) or self.declared
        listed = node.child_by_field_name("arguments") or first(node, "argument_list")
        args, named = self.arguments(listed)
        initial = node.child_by_field_name("initializer") or first(node, "initializer_expression")
        named += self.initial(initial)
        receiver = Name(kind, line_of(node))
        name = kind.partition("<")[0].rpartition(".")[2]
        return self.call(name, receiver, args, named, line_of(node), is_new=True)

    on_implicit_object_creation_expression = on_object_creation_expression

    def on_accessor_declaration(self, node: Node) -> Expr:
        body = node.child_by_field_name("body")
        is_arrow = body is not None and body.type == "arrow_expression_clause"
        return self.returned(node) if is_arrow else self.other(node)

    def on_anonymous_object_creation_expression(self, node: Node) -> Expr:
        items: list[tuple[str, Expr]] = []
        name = ""
        for child in node.children:
            if child.type == "identifier" and not name:
                name = text_of(child)
            elif child.is_named and name and "comment" not in child.type:
                items.append((name, self.expr(child)))
                name = ""
            elif child.type == ",":
                name = ""
        return Table(tuple(items), line_of(node))

    def on_tuple_pattern(self, node: Node) -> Expr:
        return Sequence(tuple(self.exprs(node.named_children)), line_of(node))

    def initial(self, node: Node | None) -> list[tuple[str, Expr]]:
        """`{ Host = "…" }` as named arguments."""
        found = []
        for child in node.named_children if node is not None else []:
            if child.type == "assignment_expression":
                before, self.declared = self.declared, ""
                name = text_of(child.child_by_field_name("left"))
                found.append((name.strip('["]'), self.field(child, "right")))
                self.declared = before
            elif child.type == "initializer_expression" and len(child.named_children) == 2:
                key, value = self.exprs(child.named_children)
                if isinstance(key, Text):
                    found.append((key.text, value))
        return found

    def arguments(self, node: Node | None) -> tuple[list[Expr], list[tuple[str, Expr]]]:
        args: list[Expr] = []
        named: list[tuple[str, Expr]] = []
        for argument in node.named_children if node is not None else []:
            if argument.type != "argument" or not argument.named_children:
                continue
            value = self.expr(argument.named_children[-1])
            name = argument.child_by_field_name("name")
            if name is not None:
                named.append((text_of(name), value))
            else:
                args.append(value)
        return args, named

    def on_initializer_expression(self, node: Node) -> Expr:
        return Sequence(tuple(self.exprs(node.named_children)), line_of(node))

    def on_class_declaration(self, node: Node) -> Expr:
        above = first(node, "base_list")
        with self.inside(text_of(node.child_by_field_name("name"))) as made:
            names = (
                [text_of(one).partition("<")[0] for one in above.named_children] if above else []
            )
            made.extends = tuple(name.rpartition(".")[2] for name in names)
            for child in node.named_children:
                if child.type == "parameter_list":
                    self.parameters(child)
            return self.expr(node.child_by_field_name("body") or node.named_children[-1])

    on_record_declaration = on_struct_declaration = on_class_declaration

    def on_method_declaration(self, node: Node) -> Expr:
        before, self.declared = self.declared, given_by(node)
        with self.inside(text_of(node.child_by_field_name("name"))):
            self.parameters(node.child_by_field_name("parameters"))
            if (above := first(node, "constructor_initializer")) is not None:
                self.expr(above)
            body = node.child_by_field_name("body")
            is_arrow = body is not None and body.type == "arrow_expression_clause"
            value = self.returned(body) if body is not None and is_arrow else self.expr(body)
        self.declared = before
        return value

    on_constructor_declaration = on_local_function_statement = on_method_declaration

    def on_constructor_initializer(self, node: Node) -> Expr:
        """`: base(host, user)`."""
        args, named = self.arguments(first(node, "argument_list"))
        name = "base" if text_of(node).lstrip(": ").startswith("base") else "this"
        return self.call(name, None, args, named, line_of(node))

    def parameters(self, node: Node | None) -> None:
        listed = [one for one in node.named_children if one.type == "parameter"] if node else []
        listed.sort(key=is_extended)  # Calls do not count what the method is called on.
        for child in listed:
            name = child.child_by_field_name("name")
            if name is not None:
                last = child.named_children[-1]
                default = self.expr(last) if last != name else None
                self.parameter(text_of(name), default)

    def on_preproc_if(self, node: Node) -> Expr:
        condition = node.child_by_field_name("condition")
        if text_of(condition).strip().lower() != "false":
            return self.other(node)
        parts = [one for one in node.named_children if one.type in ("preproc_else", "preproc_elif")]
        return Other(tuple(self.exprs(parts)), line_of(node))

    def on_attribute_list(self, node: Node) -> Expr:
        return Other((), line_of(node))

    on_using_directive = on_attribute_list

    def on_foreach_statement(self, node: Node) -> Expr:
        self.loop(self.field(node, "left"), self.field(node, "right"))
        return self.field(node, "body")

    def on_return_statement(self, node: Node) -> Expr:
        return self.returned(node)


def first(node: Node, kind: str) -> Node | None:
    return next((child for child in node.named_children if child.type == kind), None)


def given_by(node: Node) -> str:
    """The type of what a method gives, for `new(…)` in what it returns."""
    kind = text_of(node.child_by_field_name("returns") or node.child_by_field_name("type"))
    for outer in ("Task<", "ValueTask<"):
        kind = kind.removeprefix(outer).removesuffix(">") if kind.startswith(outer) else kind
    return kind.rstrip("?")


def is_extended(parameter: Node) -> bool:
    return text_of(parameter).startswith("this ")
