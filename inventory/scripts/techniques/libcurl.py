"""Mail through libcurl, from PHP, Python and Perl."""

from __future__ import annotations

from collections.abc import Iterator

from inventory.scripts.findings import Found
from inventory.scripts.forms import Call, Expr, Index, PlacedCall, Text, path_of
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.facts import Facts
from inventory.scripts.techniques.libraries import Client
from inventory.scripts.techniques.reader import Reader

CURL = Client("curl", ("php", "python", "perl"), ())

Handle = tuple[tuple[str, ...], tuple[int, ...]]


def libcurl(resolver: Resolver) -> Found:
    found = Found([], [])
    text = resolver.unit.text
    if resolver.unit.language not in CURL.languages or "curl" not in text or "smtp" not in text:
        return found
    reader = Reader(resolver)
    transfers: dict[Handle, list[tuple[PlacedCall, Facts]]] = {}
    for placed in resolver.unit.calls:
        for handle, option, value in options_in(resolver, placed):
            its = transfers.setdefault((handle, placed.place.scope), [])
            if not its or (option == "url" and its[-1][1].hosts):
                its.append((placed, Facts()))
            note(its[-1][1], option, value, placed)
    for placed, facts in (one for its in transfers.values() for one in its):
        if any("smtp" in resolver.text(expr, there)[:5].lower() for expr, there in facts.hosts):
            reader.add(found, placed, CURL, facts)
    return found


def options_in(
    resolver: Resolver, placed: PlacedCall
) -> Iterator[tuple[tuple[str, ...], str, Expr]]:
    """(handle, option, value) of what a call sets."""
    call = placed.call
    method = call.method.lower()
    if method == "curl_init" and call.args:
        for assign in resolver.unit.assigns:
            if assign.value is call:
                yield assign.path, "url", call.args[0]
    elif method == "curl_setopt_array" and len(call.args) > 1:
        table = resolver.table(call.args[1], placed.place)
        pairs = sorted(table.items, key=lambda one: bare(one[0]) != "url") if table else []
        for name, value in pairs:
            yield path_of(call.args[0]), bare(name), value
    elif method == "curl_setopt" and len(call.args) > 2:
        yield path_of(call.args[0]), bare("".join(path_of(call.args[1])[-1:])), call.args[2]
    elif method == "setopt" and len(call.args) > 1:
        yield path_of(call.receiver), bare("".join(path_of(call.args[0])[-1:])), call.args[1]


def bare(name: str) -> str:
    return name.lower().removeprefix("curlopt_")


def note(facts: Facts, option: str, value: Expr, placed: PlacedCall) -> None:
    place = placed.place
    if option == "url":
        facts.hosts.append((value, place))
    elif option in ("mail_rcpt", "upload", "mail_from"):
        facts.is_sent = True
    elif option == "username":
        facts.has_login = True
        facts.users.append((value, place))
    elif option == "userpwd":
        facts.has_login = True
        facts.users.append((piece(value, "0"), place))
        facts.passwords.append((piece(value, "1"), place))
    elif option == "password":
        facts.passwords.append((value, place))
    elif option == "xoauth2_bearer":
        facts.has_login = facts.is_oauth = True


def piece(value: Expr, number: str) -> Expr:
    """One side of `user:password`."""
    cut = Call("explode", None, (Text(":", value.line), value), (), value.line)
    return Index(cut, Text(number, value.line), value.line)
