"""The steps of each route, with what is known of an item filled in. Pure; a file for each route.

`[[account]]` stands for a fact. In a text it is the fact itself, in a command a PowerShell string
of it, and a command about the account stands there once for each account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tracker.exports.powershell import quoted

FOLDER = Path(__file__).parent
BLANK = re.compile(r"\[\[(\w+)\]\]")
NAMED = 5
"""So many of several are named in a text."""


@dataclass(frozen=True)
class Facts:
    """What a runbook may name; empty where it is not known."""

    item: str
    category: str
    """Such as device."""
    accounts: tuple[str, ...] = ()
    """Mailboxes that it logs in with."""
    others: tuple[str, ...] = ()
    """What else logs in with them."""
    addresses: tuple[str, ...] = ()
    """Public addresses that it was seen from."""
    domain: str = ""

    @property
    def mx_host(self) -> str:
        """Where Microsoft takes the domain's mail, as long as its MX record is the usual one."""
        return f"{self.domain.replace('.', '-')}.mail.protection.outlook.com" if self.domain else ""


@dataclass(frozen=True)
class Step:
    key: str
    title: str
    text: str
    commands: tuple[str, ...]
    """For PowerShell with the Exchange Online module."""
    source: str


@dataclass(frozen=True)
class Runbook:
    route: str
    endpoint: str
    """Server, port and TLS, as it is typed into the sender."""
    steps: tuple[Step, ...]


def runbook(route: str, facts: Facts) -> Runbook:
    """The steps for this item. Raises KeyError for a route that has none."""
    told = template(route)
    steps = [
        filled(step, facts)
        for step in told["steps"]
        if facts.category in step.get("for", [facts.category])
    ]
    return Runbook(route, text_of(told["endpoint"], facts), tuple(steps))


@cache
def template(route: str) -> dict[str, Any]:
    path = FOLDER / f"{route}.yaml"
    if not path.is_file():
        raise KeyError(route)
    told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return told


def filled(step: dict[str, Any], facts: Facts) -> Step:
    return Step(
        key=step["key"],
        title=text_of(step["title"], facts),
        text=text_of(step.get("text", ""), facts),
        commands=tuple(
            command for line in step.get("commands", []) for command in commands_of(line, facts)
        ),
        source=step.get("source", ""),
    )


def text_of(text: str, facts: Facts) -> str:
    values = words_of(facts)
    return BLANK.sub(lambda found: values[found[1]], " ".join(text.split()))


def words_of(facts: Facts) -> dict[str, str]:
    return {
        "item": facts.item,
        "account": several(facts.accounts) or "its mailbox",
        "others": several(facts.others) or "nothing else that is known",
        "addresses": several(facts.addresses) or "not known yet",
        "domain": facts.domain or "its domain",
        "mx_host": facts.mx_host or "the host of the domain's MX record",
    }


def several(names: tuple[str, ...]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def commands_of(line: str, facts: Facts) -> Iterator[str]:
    """Every fact as a quoted string: what devices and people are called is never code."""
    is_of_account = "[[account" in line or "[[scope" in line
    for account in (facts.accounts if is_of_account else ()) or ("<mailbox>",):
        values = strings_of(facts, account)
        yield BLANK.sub(lambda found, values=values: values[found[1]], line)  # type: ignore[misc]


def strings_of(facts: Facts, account: str) -> dict[str, str]:
    return {
        "item": quoted(facts.item),
        "account": quoted(account),
        "account_filter": quoted(f"PrimarySmtpAddress -eq {quoted(account)}"),
        "addresses": ", ".join(map(quoted, facts.addresses or ("<public address>",))),
        "domain": quoted(facts.domain or "<domain>"),
        "mx_host": quoted(facts.mx_host or "<host of the MX record>"),
        "connector": quoted(f"Relay for {facts.item}"[:64]),
        "scope": quoted(f"Sends as {account}"[:64]),
    }
