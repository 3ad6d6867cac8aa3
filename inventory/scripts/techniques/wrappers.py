"""Functions that send mail for others: the server or the login is theirs who call, and they may
stand in other files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from inventory.scripts.definitions import is_switch
from inventory.scripts.findings import Finding, best_account, best_host
from inventory.scripts.forms import (
    Call,
    Expr,
    Function,
    Index,
    Join,
    Name,
    Place,
    PlacedCall,
    Table,
    Text,
    Unit,
    path_of,
)
from inventory.scripts.hosts import is_relay
from inventory.scripts.languages import parse
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.commands import commands
from inventory.scripts.techniques.conversation import SOCKET, conversations
from inventory.scripts.techniques.facts import Facts
from inventory.scripts.techniques.libraries import CREDENTIALS, spec_of
from inventory.scripts.techniques.powershell import SENDERS, SERVERS, Sending, credential
from inventory.scripts.techniques.reader import Reader
from inventory.scripts.techniques.unit_tests import is_faked

MAX_STEPS = 8
MAX_OUTER = 50


@dataclass(frozen=True)
class Slot:
    """A parameter, or what it holds under these keys."""

    called: str
    position: int
    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Wrapper:
    """`at` is the finding's own place; `host` is None where the wrapper itself knows the server."""

    at: tuple[str, int]
    technique: str
    host: Slot | None
    user: Slot | None
    auth: str
    is_credential: bool = False


def wrappers(resolver: Resolver) -> list[Wrapper]:
    """The functions of a file that lack something which a caller may say."""
    found = []
    reader = Reader(resolver)
    for one in resolver.unit.calls:
        if spec := spec_of(resolver, one.call):
            facts = reader.facts(one, spec)
            if not facts.has_login:
                reader.adopt(facts)
            if made := of_client(reader, one, facts, spec.technique):
                found.append(made)
        elif one.call.method.lower() in SENDERS and (made := of_cmdlet(resolver, one)):
            found.append(made)
    for opened, facts in conversations(reader):
        if made := of_client(reader, opened, facts, SOCKET.technique):
            found.append(made)
    return [*found, *outer(resolver, found)]


def outer(resolver: Resolver, inner: list[Wrapper]) -> list[Wrapper]:
    """Functions of the same file that hand on what they are told to one that sends."""
    found: list[Wrapper] = []
    waiting = list(inner)
    while waiting and len(found) < MAX_OUTER:
        one = waiting.pop()
        slot = one.host or one.user
        if slot is None:
            continue
        for placed in resolver.calls.get(slot.called, []):
            host, user = (
                handed_on(resolver, placed, one.host),
                handed_on(resolver, placed, one.user),
            )
            own = (host or user or slot).called
            is_known = one.host is None or host is not None
            if own != slot.called and is_known and (host or user) is not None:
                made = replace(one, host=host, user=user)
                found.append(made)
                waiting.append(made)
    return found


def handed_on(resolver: Resolver, placed: PlacedCall, slot: Slot | None) -> Slot | None:
    given = argument(resolver, placed, slot) if slot is not None else None
    return slot_of(resolver, given, placed.place) if given is not None else None


def of_client(reader: Reader, one: PlacedCall, facts: Facts, technique: str) -> Wrapper | None:
    host, line = reader.host(facts)
    account, _ = reader.account(facts)
    server = None if host else first_slot(reader.resolver, facts.hosts)
    user = None if account else first_slot(reader.resolver, facts.users)
    is_credential = not account and user is None and not facts.users
    if is_credential:
        user = first_slot(reader.resolver, facts.credentials)
    if server is None and (user is None or not host):
        return None
    at = (reader.unit.path, line or one.call.line)
    if technique == "SmtpClient":
        technique = "MailKit" if "MailKit" in reader.unit.text else "System.Net.Mail"
    return Wrapper(at, technique, server, user, reader.auth(facts, host), is_credential)


def of_cmdlet(resolver: Resolver, one: PlacedCall) -> Wrapper | None:
    sending = Sending(resolver, one, SENDERS[one.call.method.lower()])
    base = sending.finding()
    server = sending.parameter(*SERVERS)
    named, given = sending.named.get("username"), sending.parameter("credential")
    host = first_slot(resolver, [server] if server else []) if not base.host else None
    told = [one for one in (named or (user_in(resolver, *given) if given else None),) if one]
    user = first_slot(resolver, told) if not base.account else None
    is_credential = user is None and named is None
    if is_credential and given is not None and not base.account:
        user = first_slot(resolver, [given, *names_in_store(resolver, *given)])
    if host is None and (user is None or not base.host):
        return None
    at = (base.path, base.line)
    return Wrapper(at, sending.technique, host, user, base.auth, is_credential)


def user_in(resolver: Resolver, expr: Expr, place: Place) -> tuple[Expr, Place] | None:
    """Who the PSCredential is for that a function makes of what it is told."""
    for one, there in Reader(resolver).placed_inside(expr, place):
        if isinstance(one, Call) and one.method.lower() in CREDENTIALS and one.args:
            return one.args[0], there
    return None


def names_in_store(resolver: Resolver, expr: Expr, place: Place) -> list[tuple[Expr, Place]]:
    """What a store of credentials is asked for: `Get-StoredCredential -Target $account`."""
    return [
        (word, there)
        for one, there in Reader(resolver).placed_inside(expr, place)
        if isinstance(one, Call) and re.search("credential|secret|clixml", one.method.lower())
        for given in one.args
        for word in (given.parts if isinstance(given, Join) else (given,))
        if isinstance(word, Name)
    ]


def first_slot(resolver: Resolver, told: list[tuple[Expr, Place]]) -> Slot | None:
    for expr, place in told:
        if (slot := slot_of(resolver, expr, place)) is not None:
            return slot
    return None


def slot_of(resolver: Resolver, expr: Expr, place: Place) -> Slot | None:
    """The parameter behind an expression, through variables and fields."""
    for _ in range(MAX_STEPS):
        path = path_of(expr)
        if not path:
            return None
        owner = resolver.owner_of(path[0], place)
        if owner is not None:
            return slot_in(resolver, resolver.by_scope[owner], path)
        for length in range(len(path), 0, -1):
            assigns = resolver.assigned(path[:length], place)
            if assigns:
                break
        else:
            return None
        expr, place = assigns[0].value, assigns[0].place
        for key in path[length:]:
            expr = Index(expr, Text(key, expr.line), expr.line)
    return None


def slot_in(resolver: Resolver, function: Function, path: tuple[str, ...]) -> Slot:
    is_counted = resolver.unit.language == "powershell"
    names = [
        name
        for name, default in function.parameters
        if not (is_counted and is_switch(default))  # PowerShell counts no switches.
    ]
    position = names.index(path[0]) if path[0] in names else -1
    return Slot(resolver.called_as(function), position, path[0], path[1:])


def borrowed(resolver: Resolver) -> list[Finding]:
    """What this file sends through functions of others; what those lack is noted in the project."""
    found: list[Finding] = []
    if is_faked(resolver.unit):
        return found
    for file in resolver.project.module_files(resolver.unit):
        unit = file.unit if file.speaks_of_mail else None
        for wrapper in wrappers_in(resolver, unit) if unit is not None else ():
            called = (wrapper.host or wrapper.user or Slot("", 0, "", ())).called
            if called.endswith(".ps1"):
                continue  # A script, not a function: `programs` looks for who runs it.
            for placed in resolver.calls.get(called, []):
                finding = asked(resolver, placed, wrapper)
                if finding is not None:
                    found.append(finding)
    return found


SOURCED = re.compile(r"^\s*(?:\.|source)\s+.*?([\w.-]+)[\"']?\s*$", re.MULTILINE)


def sourced(resolver: Resolver) -> list[Finding]:
    """What the functions of a shell file send with the variables of the script that sources it."""
    unit, found = resolver.unit, []
    names = set(SOURCED.findall(unit.text))
    length = unit.text.count("\n") + 1
    for other in resolver.project.modules(unit) if names else ():
        if other.path.rpartition("/")[2] not in names or "smtp" not in other.text.lower():
            continue
        lacking = commands(Resolver(other, resolver.project)).findings
        if all(one.host and (one.account or one.auth == "none") for one in lacking):
            continue
        both = parse("both.sh", f"{unit.text}\n{other.text}")
        if both is None:
            continue
        both = replace(both, path=unit.path)
        told = commands(Resolver(both, resolver.project, resolver.run)).findings
        note_logins(
            resolver, other, lacking, [replace(one, line=one.line - length) for one in told]
        )
        found += [one for one in told if one.host and one.line <= length]
        if any(one.host and one.line <= length for one in told):
            resolver.project.answered |= {(one.path, one.line) for one in lacking if not one.host}
    return found


def note_logins(
    resolver: Resolver, other: Unit, lacking: list[Finding], told: list[Finding]
) -> None:
    """The accounts that a script gives the functions of the file that it sources."""
    at = {one.line for one in lacking if one.host and not one.account}
    for one in told:
        if one.line in at and one.account:
            source = one.account_source.replace("literal", f"config:{resolver.unit.path}")
            resolver.project.logins.setdefault((other.path, one.line), []).append(
                (one.account, source)
            )


def note_senders(resolver: Resolver) -> None:
    """Remembers what callers would have to name: they need not speak of mail themselves."""
    unit = resolver.unit
    scopes = [one.place.scope for one in unit.calls if spec_of(resolver, one.call) is not None]
    names = {
        function.name.lower()
        for function in unit.functions
        if function.name[:1].isupper()
        and any(scope[: len(function.scope)] == function.scope for scope in scopes)
    }
    for one in wrappers_in(resolver, unit):
        names |= {slot.called for slot in (one.host, one.user) if slot is not None}
    file = resolver.project.files.get(unit.path)
    stem = file.stem if file is not None else ""
    resolver.project.senders |= {
        (name, stem, unit.language) for name in names if len(name) > 3 and stem
    }


def wrappers_in(resolver: Resolver, unit: Unit) -> list[Wrapper]:
    known, key = resolver.project.wrappers, (unit.path, unit.text)
    if key not in known:
        here = resolver if unit is resolver.unit else resolver.of_unit(unit)
        known[key] = wrappers(here)
    found: list[Wrapper] = known[key]
    return found


def asked(resolver: Resolver, placed: PlacedCall, wrapper: Wrapper) -> Finding | None:
    unit, call = resolver.unit, placed.call
    account, source = account_for(resolver, placed, wrapper)
    if wrapper.host is None:
        if account:
            told = source.replace("literal", f"config:{unit.path}")
            resolver.project.logins.setdefault(wrapper.at, []).append((account, told))
        return None
    host, line = "", 0
    if (given := argument(resolver, placed, wrapper.host)) is not None:
        host, line = best_host(resolver, given, placed.place)
    if not host:
        return None
    resolver.project.answered.add(wrapper.at)
    auth = "none" if is_relay(host) else wrapper.auth
    made = Finding(unit.path, line or call.line, wrapper.technique, host, account, auth, source)
    return made if auth != "none" else replace(made, account="", account_source="")


def account_for(resolver: Resolver, placed: PlacedCall, wrapper: Wrapper) -> tuple[str, str]:
    given = argument(resolver, placed, wrapper.user) if wrapper.user is not None else None
    if given is None:
        return "", ""
    if wrapper.is_credential:
        account, source = credential(resolver, given, placed.place)
        if account:
            return account, source
        account, source = best_account(resolver, given, placed.place)
        return (account, source) if "@" in account else ("", "")  # Its name in a store.
    return best_account(resolver, given, placed.place)


def argument(resolver: Resolver, placed: PlacedCall, slot: Slot) -> Expr | None:
    given = resolver.argument_at(placed.call, slot.position, slot.name, None)
    for name, value in placed.call.named:
        table = resolver.table(value, placed.place) if name in ("@", "**") else None
        given = given or (table.get(slot.name) if table is not None else None)
    for key in slot.keys:
        if given is None:
            return None
        table = given if isinstance(given, Table) else resolver.table(given, placed.place)
        inner = table.get(key) if table is not None else None
        given = inner or Index(given, Text(key, given.line), given.line)
    return given
