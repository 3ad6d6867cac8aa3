"""Who logs in, where a script itself encodes what it hands over after `AUTH`."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from inventory.scripts.forms import (
    Call,
    Expr,
    Index,
    Join,
    Member,
    Name,
    Place,
    PlacedCall,
    Sequence,
    Text,
    path_of,
    walk,
)
from inventory.scripts.hosts import ADDRESS
from inventory.scripts.resolve import Resolver
from inventory.scripts.values import UNKNOWN

ENCODES = {
    "tobase64string", "b64encode", "base64_encode", "encodestring", "encodebytes", "btoa",
    "standard_b64encode", "encode_base64", "encodetostring", "tobase64", "base64",
    "strict_encode64", "b64", "encodebase64", "encodebase64string",
}  # fmt: skip
BYTES = {"getbytes", "encode", "from", "bytes", "tobytes", "utf8encode", "str", "string", "byte"}

ENCODED = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")
BREAKS = re.compile(r"[\0\x01]|\\0|\\x00|\\x01|\^A|user=|auth=Bearer")
"""What stands between the parts of a login."""

SECRET = re.compile(r"pass|pwd|^pw|secret|kennwort|mdp")
FORMAT = re.compile(r"%\w|\{\w*\}")

MAX_DEPTH = 4


def logins(resolver: Resolver) -> tuple[list[tuple[Expr, Place]], list[tuple[Expr, Place]]]:
    """(what may name the account, what else is encoded): all that is put into base64."""
    users: list[tuple[Expr, Place]] = []
    others: list[tuple[Expr, Place]] = []
    for encoded, place in encodings(resolver):
        for one, there in leaves(resolver, encoded, place, 0):
            values = resolver.values(one, there)
            is_name = any(ADDRESS.fullmatch(value.text.strip()) for value in values)
            is_name = is_name and not (users and is_secret_by_look(resolver, one))
            if is_name or (not values and path_of(one) and not users):
                users.append((one, there))
            else:
                others.append((one, there))
    return users, others


def is_secret_by_look(resolver: Resolver, one: Expr) -> bool:
    """An address after the account is a secret if it is called so, or stands nowhere else."""
    if path := path_of(one):
        return SECRET.search(path[-1].lower()) is not None
    return isinstance(one, Text) and resolver.unit.text.count(one.text) < 2


def encodings(resolver: Resolver) -> Iterator[tuple[Expr, Place]]:
    before: PlacedCall | None = None
    for placed in resolver.unit.calls:
        call = placed.call
        method = call.method.lower()
        if method == "openssl" and any(getattr(one, "text", "") == "base64" for one in call.args):
            method = "base64"
        if method in ("base64", "openssl") and resolver.unit.language == "shell":
            told = before.call.args if method == "base64" and before is not None else ()
            yield from ((one, placed.place) for one in told if not is_format(one))
        elif method in ENCODES and (call.args or call.receiver is not None):
            yield call.args[0] if call.args else call.receiver or call, placed.place
        elif method == "tostring" and getattr(call.arg(0), "text", "") == "base64":
            yield call.receiver or call, placed.place
        before = placed
    yield from ready(resolver)


def is_format(expr: Expr) -> bool:
    text = getattr(expr, "text", "")
    return text.startswith("-") or ("%s" in text and "@" not in text)


def ready(resolver: Resolver) -> Iterator[tuple[Expr, Place]]:
    """Texts that stand there in base64, decoded."""
    for placed in resolver.unit.calls:
        for arg in placed.call.args:
            for one in walk(arg)[:20]:
                if isinstance(one, Text) and (plain := decoded(one.text)):
                    yield Text(plain, one.line), placed.place
    for embedded in resolver.unit.embedded:
        for number, line in enumerate(embedded.text.splitlines()):
            if plain := decoded(line):
                yield Text(plain, embedded.line + number), Place((), (), 10**9)


def decoded(text: str) -> str:
    word = text.strip().removesuffix("\\r").rpartition(" ")[2].removesuffix("\\r\\n")
    if len(word) % 4 or ENCODED.fullmatch(word) is None:
        return ""
    try:
        plain = base64.b64decode(word).decode()
    except ValueError:
        return ""
    return plain if ADDRESS.search(plain) else ""


def leaves(
    resolver: Resolver, expr: Expr, place: Place, depth: int
) -> Iterator[tuple[Expr, Place]]:
    """The variables and texts that are encoded together; of a function of one's own, what it is
    first called with."""
    match expr:
        case Call(method=method, receiver=receiver, args=args):
            low = method.lower()
            is_own = bool(resolver.functions_of(expr))
            inner = receiver if low == "encode" or not args else args[0]
            if low == "getbytes" and resolver.unit.language == "java":
                inner = receiver
            if low in BYTES and not is_own and inner is not None:
                yield from leaves(resolver, inner, place, depth)
            elif low in ("format", "%", "sprintf", "concat", "join", "-join", "-f"):
                for one in (*((receiver,) if receiver is not None else ()), *args):
                    yield from leaves(resolver, one, place, depth)
            else:
                yield expr, place
        case Join(parts=parts) | Sequence(items=parts):
            for part in parts:
                yield from leaves(resolver, part, place, depth)
        case Text(text=text, line=line):
            for piece in BREAKS.split(text):
                if piece.strip() and not FORMAT.search(piece):
                    yield Text(piece.strip(), line), place
        case Name() | Member() | Index():
            yield from named_leaves(resolver, expr, place, depth)
        case _:
            for part in getattr(expr, "parts", ()):
                yield from leaves(resolver, part, place, depth)


def named_leaves(
    resolver: Resolver, expr: Expr, place: Place, depth: int
) -> Iterator[tuple[Expr, Place]]:
    path = path_of(expr)
    handed = resolver.handed(path, place) if path and depth < MAX_DEPTH else []
    if handed:
        yield from leaves(resolver, *handed[0], depth + 1)
        return
    assigns = resolver.assigned(path, place) if path and depth < MAX_DEPTH else []
    value = assigns[0].value if assigns else None
    is_made = isinstance(value, Join | Call) and not resolver.values(expr, place)
    is_partly = isinstance(value, Join | Text) and UNKNOWN in resolver.text(expr, place)
    if value is not None and (is_made or is_partly):
        yield from leaves(resolver, value, assigns[0].place, depth + 1)
    else:
        yield expr, place
