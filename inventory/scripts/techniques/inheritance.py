"""Classes that send with what the classes that extend them, in other files, are set to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from inventory.scripts.definitions import END
from inventory.scripts.findings import Finding, best_account, best_host
from inventory.scripts.forms import Call, Expr, Function, Name, Place, PlacedCall, path_of
from inventory.scripts.hosts import is_relay
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.libraries import Client, spec_of
from inventory.scripts.techniques.reader import Reader

MAX_ABOVE = 6

Told = tuple[Expr, Place]


def inherited(resolver: Resolver) -> list[Finding]:
    """What the classes of this file send through those above them in other files."""
    found = []
    for own in resolver.unit.functions:
        for other, above in above_of(resolver, own) if own.extends else ():
            for placed, spec in clients_in(other, above):
                if (finding := as_set(resolver, own, other, placed, spec)) is not None:
                    found.append(finding)
    return found


def above_of(resolver: Resolver, own: Function) -> Iterator[tuple[Resolver, Function]]:
    """The classes above one, nearest first, that stand in other files."""
    waiting = [(resolver, own)]
    for _ in range(MAX_ABOVE):
        if not waiting:
            return
        here, lower = waiting.pop(0)
        files = [one for one in here.project.module_files(here.unit) if one.speaks_of_mail]
        for name in lower.extends:
            units = [here.unit, *(one.unit for one in files if name in one.text)]
            for unit in units:
                if unit is None:
                    continue
                there = here if unit is here.unit else resolver.of_unit(unit)
                for one in there.functions.get(name, [])[:1]:
                    waiting.append((there, one))
                    if unit is not resolver.unit:
                        yield there, one


def clients_in(resolver: Resolver, above: Function) -> Iterator[tuple[PlacedCall, Client]]:
    for placed in resolver.unit.calls:
        is_inside = placed.place.scope[: len(above.scope)] == above.scope
        if is_inside and (spec := spec_of(resolver, placed.call)) is not None:
            yield placed, spec


def as_set(
    resolver: Resolver, own: Function, other: Resolver, placed: PlacedCall, spec: Client
) -> Finding | None:
    """The finding of a class above, with the server and the login that this class sets."""
    reader = Reader(other)
    facts = reader.facts(placed, spec)
    hosts = [one for expr, _ in facts.hosts for one in set_to(resolver, own, expr)]
    users = [one for expr, _ in facts.users for one in set_to(resolver, own, expr)]
    base = reader.finding(placed, spec, facts, 1)
    account, source = next(
        (pair for one in users if (pair := best_account(resolver, *one))[0]), ("", "")
    )
    told = [found for one in hosts if (found := best_host(resolver, *one))[0]]
    if not told:
        if base is not None and account:
            at = (base.path, base.line)
            named = source.replace("literal", f"config:{resolver.unit.path}")
            resolver.project.logins.setdefault(at, []).append((account, named))
        return None
    host, line = told[-1]
    technique = base.technique if base is not None else spec.technique
    made = Finding(resolver.unit.path, line, technique, host, "", reader.auth(facts, host), "")
    if base is not None:
        resolver.project.overridden.add((base.path, base.line))
        if base.account and not account:
            account, source = base.account, f"config:{base.path}"
    if made.auth == "none" or is_relay(host):
        return made
    return replace(made, account=account, account_source=source if account else "")


def set_to(resolver: Resolver, own: Function, expr: Expr) -> Iterator[Told]:
    """What a class sets a field to that one above it reads, or returns in its place."""
    if isinstance(expr, Call) and isinstance(expr.receiver, Name) and expr.receiver.name == "this":
        for function in resolver.functions.get(expr.method, []):
            if function.scope[: len(own.scope)] == own.scope:
                yield from (
                    (value, replace(END, scope=function.scope)) for value in function.returns
                )
        return
    path = path_of(expr)
    is_field = path[:1] and (path[0].startswith(".") or resolver.unit.language in FIELDS_BY_NAME)
    if len(path) != 1 or not is_field:
        return
    for assign in resolver.unit.assigns:
        is_own = assign.place.scope[: len(own.scope)] == own.scope
        if is_own and len(assign.path) == 1 and bare(assign.path) == bare(path):
            yield assign.value, assign.place


FIELDS_BY_NAME = ("csharp", "java")
"""Languages that need no `this.` before a field."""


def bare(path: tuple[str, ...]) -> str:
    return path[0].removeprefix(".")
