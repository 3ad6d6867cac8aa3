"""SMTP spoken by hand, over a socket or through `openssl s_client`."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from inventory.scripts.findings import Found, Secret
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
    Table,
    Text,
    path_of,
    walk,
)
from inventory.scripts.hosts import ADDRESS, looks_like_host
from inventory.scripts.resolve import Resolver
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

ENCODES = {
    "tobase64string", "b64encode", "base64_encode", "encodestring", "encodebytes", "btoa",
    "standard_b64encode", "encode_base64", "encodetostring", "tobase64", "base64",
    "strict_encode64", "b64", "encodebase64", "encodebase64string",
}  # fmt: skip
BYTES = {"getbytes", "encode", "from", "bytes", "tobytes", "utf8encode", "str", "string", "byte"}

MAIL_FROM = re.compile(r"mail from\s*:", re.IGNORECASE)
DATA = re.compile(r"(?:^|\n|\\n)\s*data\s*(?:\\?[\r\n]|\\r|\\n|$)", re.IGNORECASE)
LOGIN = re.compile(r"\bauth[ =](login|plain|cram-md5|xoauth2|oauthbearer)\b", re.IGNORECASE)
ENCODED = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")
DEVICE = re.compile(r"/dev/tcp/([^/\s\"']+)/([^\s\"'&|;)]+)")
BREAKS = re.compile(r"[\0\x01]|\\0|\\x00|\\x01|\^A|user=|auth=Bearer")
"""What stands between the parts of a login."""

MAX_DEPTH = 4


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
        found.secrets += secrets(resolver, facts)
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


# -- who -------------------------------------------------------------------------------------------


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


SECRET = re.compile(r"pass|pwd|^pw|secret|kennwort|mdp")
FORMAT = re.compile(r"%\w|\{\w*\}")


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


def secrets(resolver: Resolver, facts: Facts) -> list[Secret]:
    found = []
    for expr, place in facts.passwords:
        for value in resolver.values(expr, place)[:1]:
            if value.source == "literal" and value.is_known and value.text.strip():
                found.append(Secret(resolver.unit.path, value.line, "password"))
    return found
