"""Mail clients as objects: created, told a host and a login, told to send."""

from __future__ import annotations

from dataclasses import replace

from inventory.scripts.findings import Finding, Found, each_account
from inventory.scripts.forms import (
    Call,
    Place,
    PlacedCall,
    Table,
    Text,
    path_of,
    walk,
)
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.facts import Facts
from inventory.scripts.techniques.inside import MAX_INSIDE
from inventory.scripts.techniques.libraries import (
    CLIENTS,
    CS,
    PHP,
    PY,
    Client,
    spec_of,
)
from inventory.scripts.techniques.reader import Reader


def clients(resolver: Resolver) -> Found:
    """A finding for each client that is made, unless nothing is sent through it."""
    found = Found([], [])
    reader = Reader(resolver)
    placed = [(one, spec) for one in resolver.unit.calls if (spec := spec_of(resolver, one.call))]
    for one, spec in placed:
        if is_given_client(resolver, one.call):
            continue
        facts = reader.facts(one, spec)
        if finding := reader.finding(one, spec, facts, len(placed)):
            found.findings += each_account(finding, resolver, facts.users)
            found.secrets += reader.secrets(facts)
    if resolver.unit.language == PHP:
        one_more = php_mailers(reader)
        found.findings += one_more.findings
        found.secrets += one_more.secrets
    if resolver.unit.language == PY:
        one_more = handlers(reader)
        found.findings += one_more.findings
        found.secrets += one_more.secrets
    if resolver.unit.language == CS and "MailKit" in resolver.unit.text:
        known = {finding.line for finding in found.findings}
        found.findings += [one for one in injected(reader) if one.line not in known]
    return found


def is_given_client(resolver: Resolver, call: Call) -> bool:
    """`AddSmtpSender(() => new SmtpClient(…))`: the client inside says everything."""
    inner = [one for arg in call.args for one in walk(arg)[:MAX_INSIDE] if isinstance(one, Call)]
    return any(spec_of(resolver, one) is not None for one in inner if one is not call)


PHPMAILER = next(spec for spec in CLIENTS if spec.technique == "PHPMailer")
HANDLER = next(spec for spec in CLIENTS if spec.technique == "logging SMTPHandler")


def php_mailers(reader: Reader) -> Found:
    """PHPMailers that this file is handed and sets up, and classes that are one."""
    unit, found = reader.unit, Found([], [])
    for one in unit.calls:
        path = path_of(one.call.receiver)
        if one.call.method.lower() != "issmtp" or not path or reader.is_made(path, one.place):
            continue
        facts = Facts(is_sent=True)
        names = [(path, replace(one.place, order=0))]
        for name, value, place in reader.members(one, names):
            reader.told(facts, name, value, place)
        reader.add(found, one, PHPMAILER, facts)
    for made in unit.functions:
        if "PHPMailer" not in made.extends:
            continue
        facts = Facts(is_sent=True)
        place = Place(made.scope, (), 10**9)
        for assign in unit.assigns:
            is_field = len(assign.path) == 1 and assign.path[0].startswith(".")
            if is_field and assign.place.scope[: len(made.scope)] == made.scope:
                reader.told(facts, assign.path[0][1:], assign.value, assign.place)
        call = PlacedCall(Call("PHPMailer", None, (), (), made.line, True), place)
        if facts.hosts:
            reader.add(found, call, PHPMAILER, facts)
    return found


def handlers(reader: Reader) -> Found:
    """SMTPHandlers of a table that `dictConfig` takes."""
    found = Found([], [])
    if "SMTPHandler" not in reader.unit.text:
        return found
    for assign in reader.unit.assigns:
        for table in walk(assign.value):
            kind = table.get("class") if isinstance(table, Table) else None
            if not (isinstance(kind, Text) and kind.text.endswith("SMTPHandler")):
                continue
            facts = Facts(is_sent=True)
            for name, value in table.items if isinstance(table, Table) else ():
                reader.told(facts, name, value, assign.place)
            call = Call("SMTPHandler", None, (), (), table.line, True)
            reader.add(found, PlacedCall(call, assign.place), HANDLER, facts)
    return found


INJECTED = Client("MailKit", (CS,), ())


def injected(reader: Reader) -> list[Finding]:
    """Clients of MailKit that this file is handed: connected and logged in, but not made here."""
    unit, found = reader.unit, []
    made = [
        path
        for one in unit.calls
        if one.call.is_new and one.call.method == "SmtpClient"
        for path, _ in reader.names_of(one)
    ]
    for one in unit.calls:
        path = path_of(one.call.receiver)
        if one.call.method not in ("Connect", "ConnectAsync") or not path or path in made:
            continue
        uses = [use for use in unit.calls if path_of(use.call.receiver) == path]
        if not any(use.call.method in ("Send", "SendAsync") for use in uses):
            continue
        facts = Facts(is_sent=True)
        for use in uses:
            reader.used(facts, use, INJECTED)
        if finding := reader.finding(one, INJECTED, facts, 2):
            found.append(finding)
    return found
