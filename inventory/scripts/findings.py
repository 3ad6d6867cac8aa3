"""What a scan finds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from inventory.scripts.forms import Expr, Place
from inventory.scripts.hosts import ADDRESS, host_of
from inventory.scripts.resolve import Resolver
from inventory.scripts.values import UNKNOWN, Value


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that submits mail.

    `line` names the server (or looks its name up); where none is named, it submits. `host` and
    `account` are "" when not known. `auth`: basic, oauth, graph or none.
    """

    path: str
    line: int
    technique: str
    host: str
    account: str
    auth: str
    account_source: str


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret stands in clear text; never the secret."""

    path: str
    line: int
    kind: str


@dataclass(slots=True)
class Found:
    findings: list[Finding]
    secrets: list[Secret]


def add(found: Found, other: Found) -> None:
    found.findings += other.findings
    found.secrets += other.secrets


PLACEHOLDER = re.compile(r"\$[({]\S+[)}]|\{\{|^%\w+%$|^#\{|^<[\w -]+>$|^__\w+__$|%[sdv@]|\{\w*\}")
"""What stands for a name that is filled in before this runs."""


def account_in(value: Value) -> str:
    """The login name; "" for what is not known, with no password that came along."""
    text = value.text.strip().strip("<>")
    if text.lower() in ("none", "null", "true", "false", "undefined"):
        return ""
    if PLACEHOLDER.search(text):
        return ""
    if UNKNOWN in text or not text or len(text) > 320 or any(one in text for one in " \n\r\t"):
        return ""
    if "@" in text:
        found = ADDRESS.search(text)
        return found[0].lower() if found else ""
    return text if len(text) <= 100 else ""


def best_account(resolver: Resolver, expr: Expr | None, place: Place) -> tuple[str, str]:
    """(account, its source), an address before any other name."""
    found = [(account_in(value), value.source) for value in resolver.values(expr, place)]
    found = [pair for pair in found if pair[0]]
    addresses = [pair for pair in found if "@" in pair[0]]
    return (addresses or found or [("", "")])[0]


def each_account(one: Finding, resolver: Resolver, told: list[tuple[Expr, Place]]) -> list[Finding]:
    """The finding, and one more for each other account that callers or a loop give in turn."""
    found = [one]
    for expr, place in told if one.account else ():
        values = resolver.values(expr, place)
        if not any(value.is_several and account_in(value) == one.account for value in values):
            continue
        for value in values:
            account = account_in(value)
            is_alike = ("@" in account) == ("@" in one.account)
            if value.is_several and account and is_alike:
                found.append(replace(one, account=account, account_source=value.source))
    return found


def best_host(resolver: Resolver, expr: Expr | None, place: Place) -> tuple[str, int]:
    """(host, line), Exchange Online before any other that it may be."""
    from inventory.scripts.hosts import is_exchange_online

    found = [(host_of(value.text), value.line) for value in resolver.values(expr, place)]
    found = [pair for pair in found if pair[0] and UNKNOWN not in pair[0]]
    online = [pair for pair in found if is_exchange_online(pair[0])]
    return (online or found or [("", 0)])[0]
