"""Mail through Microsoft Graph, by REST or by SDK."""

from __future__ import annotations

import re
from dataclasses import replace

from inventory.scripts.findings import Finding, best_account
from inventory.scripts.forms import Call, Expr, Index, Member, Other, PlacedCall, Text, walk
from inventory.scripts.hosts import ADDRESS
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.reader import Reader

GRAPH_HOSTS = re.compile(
    r"(graph\.microsoft\.(?:com|us)|dod-graph\.microsoft\.us|microsoftgraph\.chinacloudapi\.cn)",
    re.IGNORECASE,
)
USER = re.compile(r"(?:^|/)users/([^/\0'\"]+)", re.IGNORECASE)
SILENT = {
    "print", "log", "echo", "write-host", "write-output", "write-verbose", "printf", "println",
    "writeline", "info", "debug", "warn", "warning", "error", "write-warning", "puts",
    "assertequal", "expect",
}  # fmt: skip
WORDS = ("sendmail", "send_mail", "send-mguser", "o365")
COMMANDS = {"send-mgusermail": "userid", "send-mgusermessage": "userid"}
POSTS = {"post", "postasync", "request", "buildrequest", "postasync<object>"}


def graph(resolver: Resolver) -> list[Finding]:
    found: list[Finding] = []
    low = resolver.unit.text.lower()
    if not any(word in low for word in WORDS):
        return found
    for placed in resolver.unit.calls:
        one = by_command(resolver, placed) or by_sdk(resolver, placed) or by_url(resolver, placed)
        if one is not None:
            found.append(one)
    return found


def by_command(resolver: Resolver, placed: PlacedCall) -> Finding | None:
    call = placed.call
    if call.method == "new_message" and "O365" in resolver.unit.text:
        mailbox = call.arg(-1, "resource") or next(
            (
                one.arg(0, "resource")
                for one in Reader(resolver).inside(call.receiver, placed.place)
                if isinstance(one, Call) and one.method == "mailbox"
            ),
            None,
        )
        account, source = best_account(resolver, mailbox, placed.place)
        return made(resolver, call.line, "O365", "graph.microsoft.com", account, source)
    if call.method.lower() not in COMMANDS:
        return None
    named = {name.lower(): value for name, value in call.named}
    if "whatif" in named:
        return None
    user: Expr | None = named.get("userid")
    for name, value in call.named:
        if name == "@":
            table = resolver.table(value, placed.place)
            user = (table.get("userid") if table is not None else None) or user
    account, source = best_account(resolver, user, placed.place)
    return made(resolver, call.line, "Send-MgUserMail", "graph.microsoft.com", account, source)


def by_sdk(resolver: Resolver, placed: PlacedCall) -> Finding | None:
    """`client.Users["…"].SendMail.PostAsync(…)` and its like in other languages."""
    call = placed.call
    if call.method.lower() not in POSTS or call.receiver is None:
        return None
    chain = chain_of(call.receiver)
    if "sendmail" not in [name_of(one).replace("_", "").lower() for one in chain]:
        return None
    account, source = "", ""
    for one in chain:
        keys: tuple[Expr, ...] = ()
        if isinstance(one, Index):
            keys = (one.key,)
        elif isinstance(one, Call) and name_of(one).lower() not in ("sendmail", "send_mail"):
            keys = one.args[:1]
        for key in keys:
            name = best_account(resolver, key, placed.place)
            if "@" in name[0]:
                account, source = name
    if not account and any(name_of(one).lower() == "me" for one in chain):
        account, source = signed_in(resolver)
    return made(resolver, call.line, "Graph SDK", "graph.microsoft.com", account, source)


def signed_in(resolver: Resolver) -> tuple[str, str]:
    """(account, its source) of "me": who signs in with a password."""
    for placed in resolver.unit.calls:
        call = placed.call
        if call.method.lower() in SIGN_INS:
            user = call.arg(SIGN_INS[call.method.lower()], "username", "userName")
            account, source = best_account(resolver, user, placed.place)
            if "@" in account:
                return account, source
    return "", ""


SIGN_INS = {
    "usernamepasswordcredential": 2, "acquire_token_by_username_password": 0,
    "acquiretokenbyusernamepassword": 1, "acquire_token_with_username_password": 1,
}  # fmt: skip
"""Calls that sign a user in, with where they name who."""


def chain_of(expr: Expr | None) -> list[Expr]:
    found = []
    while expr is not None:
        found.append(expr)
        match expr:
            case Call(receiver=receiver):
                expr = receiver
            case Member(of=of) | Index(of=of):
                expr = of
            case Other(parts=parts) if len(parts) == 1:
                expr = parts[0]
            case _:
                break
    return found


def name_of(expr: Expr) -> str:
    return getattr(expr, "method", "") or getattr(expr, "name", "")


def by_url(resolver: Resolver, placed: PlacedCall) -> Finding | None:
    call = placed.call
    if call.method.lower() in SILENT or call.method.lower().startswith("assert"):
        return None
    args = (*call.args, *(value for _, value in call.named))
    for name, given in call.named:
        if name == "@" and (table := resolver.table(given, placed.place)) is not None:
            args += tuple(one for _, one in table.items)
    for arg in args:
        for one in (arg, *[inner for inner in walk(arg)[1:] if isinstance(inner, Text)]):
            for value in resolver.values(one, placed.place):
                text = value.text.strip()
                if "/sendmail" not in text.lower() or len(text) > 500 or "\n" in text:
                    continue
                host = GRAPH_HOSTS.search(text)
                is_path = text.startswith(("/", "v1.0/", "beta/", "users/", "me/"))
                if host is None and not (is_path and "graph" in resolver.unit.text.lower()):
                    continue
                user = USER.search(text)
                account = user[1].lower() if user and ADDRESS.fullmatch(user[1]) else ""
                if "/me/" in f"/{text.lower()}" and not account:
                    account, source = signed_in(resolver)
                    value = replace(value, source=source)
                technique = "Graph REST" if host else "Graph SDK"
                name = host[1].lower() if host else "graph.microsoft.com"
                line = line_of_path(resolver, arg, placed) or value.line
                return made(
                    resolver, line, technique, name, account, value.source if account else ""
                )
    return None


def line_of_path(resolver: Resolver, arg: Expr, placed: PlacedCall) -> int:
    """Where `/users/…/sendMail` stands, whose server may be a constant above."""
    texts = (one for one in Reader(resolver).inside(arg, placed.place) if isinstance(one, Text))
    return next((one.line for one in texts if "/sendmail" in one.text.lower()), 0)


def made(
    resolver: Resolver, line: int, technique: str, host: str, account: str, source: str
) -> Finding:
    return Finding(resolver.unit.path, line, technique, host, account, "graph", source)
