"""SMTP spoken by hand, over a socket or through `openssl s_client`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inventory.scripts.findings import Found
from inventory.scripts.forms import (
    Call,
    Expr,
    Name,
    Place,
    PlacedCall,
    Sequence,
    Table,
    Text,
    path_of,
    walk,
)
from inventory.scripts.hosts import looks_like_host
from inventory.scripts.resolve import Resolver
from inventory.scripts.techniques.encoded import logins
from inventory.scripts.techniques.facts import Facts
from inventory.scripts.techniques.libraries import Client
from inventory.scripts.techniques.reader import Reader
from inventory.scripts.values import UNKNOWN

SOCKET = Client("SMTP by hand", (), ())

OPENS = {
    "tcpclient", "connect", "connectasync", "beginconnect", "create_connection", "socket",
    "open_connection", "createsocket", "inetsocketaddress", "createconnection", "fsockopen",
    "pfsockopen", "stream_socket_client", "dial", "dialtimeout", "dialwithdialer", "inet", "ssl",
    "inet6", "start_tls", "tlssocket", "stream_socket_enable_crypto", "socket_connect",
    "asynctcpclient", "connecttohost",
}  # fmt: skip
PROGRAMS = {"openssl", "nc", "ncat", "netcat", "telnet", "gnutls-cli", "socat"}
PEERS = ("peeraddr", "peerhost", "host", "hostname", "remotehost", "address", "servername")
PORTS = {"25", "465", "587", "2525", "smtp", "submission", "smtps"}

MAIL_FROM = re.compile(r"mail from\s*:", re.IGNORECASE)
DATA = re.compile(r"(?:^|\n|\\n)\s*data\s*(?:\\?[\r\n]|\\r|\\n|$)", re.IGNORECASE)
LOGIN = re.compile(r"\bauth[ =](login|plain|cram-md5|xoauth2|oauthbearer)\b", re.IGNORECASE)
DEVICE = re.compile(r"/dev/tcp/([^/\s\"']+)/([^\s\"'&|;)]+)")


def conversation(resolver: Resolver) -> Found:
    reader = Reader(resolver)
    found = Found([], [])
    hosts: set[str] = set()
    for opened, facts in conversations(reader):
        finding = reader.finding(opened, SOCKET, facts, 2)
        if finding is None or finding.host in hosts:
            continue
        hosts.add(finding.host)
        found.findings.append(finding)
        found.secrets += reader.secrets(facts)
    return found


def conversations(reader: Reader) -> Iterator[tuple[PlacedCall, Facts]]:
    """What opens the connection, with what it is told, in a file that hands mail in so."""
    resolver = reader.resolver
    if "mail from" not in resolver.unit.text.lower():
        return
    texts = spoken(resolver)
    if not any(MAIL_FROM.search(one) for one in texts) or not any(map(DATA.search, texts)):
        return
    kinds = {match[1].lower() for one in texts for match in LOGIN.finditer(one)}
    users, passwords = logins(resolver) if kinds else ([], [])
    for opened, host, place in openings(resolver):
        facts = Facts(hosts=[(host, place)], is_sent=True, has_login=bool(kinds))
        facts.is_oauth = bool(kinds) and kinds <= {"xoauth2", "oauthbearer"}
        facts.users, facts.passwords = list(users), list(passwords)
        yield opened, facts


def spoken(resolver: Resolver) -> list[str]:
    """All constant texts of the file, but for comments."""
    unit = resolver.unit
    exprs: list[Expr] = [one.value for one in unit.assigns]
    exprs += [value for function in unit.functions for value in function.returns]
    for placed in unit.calls:
        exprs += [*placed.call.args, *(value for _, value in placed.call.named)]
    texts = {one.text for expr in exprs for one in walk(expr) if isinstance(one, Text)}
    return [*texts, *(one.text for one in unit.embedded)]


# -- where to ----------------------------------------------------------------------------------


def openings(resolver: Resolver) -> Iterator[tuple[PlacedCall, Expr, Place]]:
    """(call, server, its place) of the connections that are opened."""
    for placed in resolver.unit.calls:
        method = placed.call.method.rpartition("/")[2].lower().removesuffix(".exe")
        if method in PROGRAMS:
            server = server_of_program(resolver, placed, method)
        elif method in OPENS:
            server = server_of_call(resolver, placed)
        else:
            continue
        if server is not None:
            yield placed, server, placed.place
    end = Place((), (), 10**9)
    for match in DEVICE.finditer(resolver.unit.text) if resolver.unit.language == "shell" else ():
        line = resolver.unit.text.count("\n", 0, match.start()) + 1
        name = match[1].strip("${}")
        server = Name(name, line) if match[1].startswith("$") else Text(match[1], line)
        yield PlacedCall(Call("/dev/tcp", None, (server,), (), line), end), server, end


def server_of_call(resolver: Resolver, placed: PlacedCall) -> Expr | None:
    call, place = placed.call, placed.place
    told = [given for name in PEERS if (given := call.arg(-1, name)) is not None]
    for arg in call.args:
        table = resolver.table(arg, place) if not isinstance(arg, Call) else None
        pair = arg if isinstance(arg, Sequence) else resolver.sequence(arg, place)
        if isinstance(table, Table):
            told += [given for name in PEERS if (given := table.get(name)) is not None]
        elif pair is not None:
            told += pair.items
        elif isinstance(arg, Call) and arg.method.lower() in OPENS:
            continue
        else:
            told.append(arg)
    texts = [(one, resolver.text(one, place)) for one in told]
    ports = [text.rpartition(":")[2] for _, text in texts if text.rpartition(":")[2].isdigit()]
    if ports and PORTS.isdisjoint(ports):
        return None
    known = [one for one, text in texts if looks_like_host(text) and not text.isdigit()]
    if known:
        return known[0]
    is_to_mail = not PORTS.isdisjoint(ports)
    unknown = [one for one, text in texts if UNKNOWN in text and path_of(one)]
    return unknown[0] if unknown and is_to_mail else None


def server_of_program(resolver: Resolver, placed: PlacedCall, program: str) -> Expr | None:
    """`openssl s_client -connect host:587`, `nc host 25`."""
    args = [one for one in placed.call.args if not isinstance(one, Sequence)]
    texts = [resolver.text(one, placed.place) for one in args]
    if program == "openssl":
        at = next((n for n, one in enumerate(texts) if one in ("-connect", "-host")), -1)
        is_client = "s_client" in texts and 0 <= at < len(args) - 1
        return args[at + 1] if is_client else None
    if PORTS.isdisjoint(word for one in texts for word in re.split(r"[:,]", one)):
        return None
    return next((one for one, text in zip(args, texts, strict=True) if is_server(text)), None)


def is_server(text: str) -> bool:
    return looks_like_host(text) and not text.startswith("-") and not text.isdigit()
