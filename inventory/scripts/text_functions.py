"""What functions of texts and lists make of constants: which parts they put together."""

from __future__ import annotations

from inventory.scripts.forms import Call, Expr, Join, Member, Name, Sequence, Text

TYPES = {"string", "strings", "str", "os", "path", "this"}

JOINS = {"join", "implode", "-join"}
SPLITS = {"split", "explode", "-split", "partition"}
REPLACES = {"replace", "str_replace", "-replace", "replaceall"}


def joined_parts(call: Call) -> tuple[Expr, ...] | None:
    """The parts of `sep.join([…])`, `[…].join(sep)`, `String.Join(sep, …)`, `implode(sep, […])`,
    `string.Concat(…)`, with the separators between them."""
    method = call.method.lower()
    told = [one for one in (call.receiver, *call.args) if one is not None and not is_type(one)]
    if method == "concat":
        return tuple(told) or None
    if method not in JOINS or not told:
        return None
    lists = [one for one in told if isinstance(one, Sequence)]
    others = [one for one in told if not isinstance(one, Sequence)]
    items: tuple[Expr, ...] = lists[0].items if lists else tuple(others[1:])
    separator = others[0] if others else Text(",", call.line)
    parts: list[Expr] = []
    for item in items:
        parts += [separator, item] if parts else [item]
    return tuple(parts) or None


def is_type(expr: Expr) -> bool:
    """`String` of `String.join`, no value."""
    name = expr.name if isinstance(expr, Name | Member) else ""
    return name.lower() in TYPES


def replacing(call: Call) -> tuple[Expr, Expr, Expr] | None:
    """(text, what is replaced, by what)."""
    if call.method.lower() not in REPLACES:
        return None
    if call.method == "str_replace" and len(call.args) == 3:
        return call.args[2], call.args[0], call.args[1]
    if call.receiver is not None and len(call.args) == 2:
        return call.receiver, call.args[0], call.args[1]
    return None


def splitting(call: Expr) -> tuple[Expr, Expr] | None:
    """(text, separator) of what is cut into pieces."""
    if not isinstance(call, Call) or call.method.lower() not in SPLITS:
        return None
    if not call.args:
        return (call.receiver, Text("", call.line)) if call.receiver is not None else None
    if call.receiver is not None and not is_type(call.receiver):
        return call.receiver, call.args[0]
    if len(call.args) < 2:
        return None
    is_first = call.method.lower() == "explode" or call.method == "split"
    return (call.args[1], call.args[0]) if is_first else (call.args[0], call.args[1])


def whole(parts: tuple[Expr, ...], line: int) -> Expr:
    return parts[0] if len(parts) == 1 else Join(parts, line)
