"""The item of a list that a condition picks: `next(s for s in senders if s["team"] == team)`."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from inventory.scripts.forms import PICK, Call, Expr, Index, Member, Name, Text

EQUAL = ("==", "===", "-eq", "-ceq", "-ieq")


def picked(items: Expr, condition: Node | None, read: Callable[[Node], Expr]) -> Call | None:
    """None unless the condition says that one key has a value."""
    sides = sides_of(condition)
    if sides is None:
        return None
    left, right = read(sides[0]), read(sides[1])
    for one, other in ((left, right), (right, left)):
        if key := key_of(one):
            return Call(PICK, items, (Text(key, one.line), other), (), one.line)
    return None


def sides_of(node: Node | None) -> tuple[Node, Node] | None:
    """Both sides of an equation."""
    while node is not None:
        parts = [one for one in node.named_children if "comment" not in one.type]
        signs = [one for one in node.children if is_equation(one)]
        if signs and len(node.children) == 3:
            return node.children[0], node.children[2]
        if len(parts) != 1:
            return None
        node = parts[0]
    return None


def is_equation(node: Node) -> bool:
    return (node.text or b"").decode(errors="replace").lower() in EQUAL


def key_of(expr: Expr) -> str:
    """`team` of `s["team"]` and `s.team`."""
    match expr:
        case Index(of=Name(), key=Text(text=text)):
            return text
        case Member(of=Name(), name=name):
            return name
        case Call(method="get", receiver=Name(), args=(Text(text=text), *_)):
            return text
    return ""
