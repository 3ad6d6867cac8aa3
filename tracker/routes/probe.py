"""Tries a route from where this runs: TLS, what the server offers, and whether it lets us in.

Nothing is stored: a password lives in the caller's memory only and is in no result.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from inventory.replies import classify

TIMEOUT_SECONDS = 20
VERSIONS = {
    "TLS 1.0": ssl.TLSVersion.TLSv1,
    "TLS 1.1": ssl.TLSVersion.TLSv1_1,
    "TLS 1.2": ssl.TLSVersion.TLSv1_2,
    "TLS 1.3": ssl.TLSVersion.TLSv1_3,
}
PASSWORD_MECHANISMS = {"LOGIN", "PLAIN"}


class CannotProbe(Exception):
    """The server cannot be talked to at all; the message says why."""


@dataclass(frozen=True)
class Answer:
    is_accepted: bool
    code: int | None
    text: str
    """What the server said, on one line."""
    family: str = ""
    meaning: str = ""
    """Of a refusal that we know; see `inventory.replies`."""


@dataclass
class Probe:
    host: str
    port: int
    greeting: str = ""
    has_starttls: bool = False
    tls_versions: dict[str, bool] = field(default_factory=dict)
    tls_used: str = ""
    mechanisms: list[str] = field(default_factory=list)
    """Of AUTH, after STARTTLS where there is one."""
    basic: Answer | None = None
    oauth: Answer | None = None
    message: Answer | None = None
    """None of these three was tried when it is None."""
    timeout_seconds: float = TIMEOUT_SECONDS


@dataclass(frozen=True)
class Login:
    """What to try besides looking: any of it may be left out."""

    account: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    sender: str = ""
    recipient: str = ""
    """A test message goes to it."""


def probe(host: str, port: int, login: Login, timeout_seconds: float = TIMEOUT_SECONDS) -> Probe:
    """Look at a server and try what the login holds. Raises CannotProbe."""
    found = Probe(host, port, timeout_seconds=timeout_seconds)
    try:
        look(found)
        if login.password:
            found.basic = tried(found, lambda server: basic(server, login))
        if login.token:
            found.oauth = tried(found, lambda server: xoauth2(server, login))
        if login.recipient:
            found.message = tried(found, lambda server: send(server, login))
    except ssl.SSLCertVerificationError as error:
        raise CannotProbe(f"its certificate is not to be trusted: {error.verify_message}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise CannotProbe(f"{host}:{port} does not answer as a mail server: {error}") from None
    return found


def look(found: Probe) -> None:
    with connected(found) as server:
        found.greeting = words(server.ehlo_resp or b"").partition(" ")[0]
        found.has_starttls = server.has_extn("starttls")
    if found.has_starttls:
        found.tls_versions = {name: offers(found, version) for name, version in VERSIONS.items()}
    with secured(found) as server:
        if isinstance(server.sock, ssl.SSLSocket):
            found.tls_used = server.sock.version() or ""
        found.mechanisms = sorted(set(server.esmtp_features.get("auth", "").upper().split()))


def connected(found: Probe) -> smtplib.SMTP:
    server = smtplib.SMTP(found.host, found.port, timeout=found.timeout_seconds)
    server.ehlo()
    return server


def secured(found: Probe) -> smtplib.SMTP:
    """Over TLS with a checked certificate where the server has STARTTLS."""
    server = connected(found)
    if found.has_starttls:
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    return server


def offers(found: Probe, version: ssl.TLSVersion) -> bool:
    """Whether a handshake with just this version works. The certificate does not matter here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # OpenSSL leaves the old versions out of its own accord; the question is about the server.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with connected(found) as server:
        try:
            server.starttls(context=context)
        except (ssl.SSLError, ConnectionError, smtplib.SMTPException):
            server.close()
            return False
    return True


def tried(found: Probe, attempt: Callable[[smtplib.SMTP], tuple[int, bytes]]) -> Answer:
    """What came of it, over a connection of its own."""
    with secured(found) as server:
        try:
            return answer_of(*attempt(server))
        except smtplib.SMTPResponseException as error:
            return answer_of(error.smtp_code, bytes_of(error.smtp_error))
        except smtplib.SMTPRecipientsRefused as error:
            return answer_of(*next(iter(error.recipients.values())))
        except (TimeoutError, smtplib.SMTPException, ConnectionError) as error:
            return Answer(False, None, str(error))


def basic(server: smtplib.SMTP, login: Login) -> tuple[int, bytes]:
    if not isinstance(server.sock, ssl.SSLSocket):
        raise smtplib.SMTPNotSupportedError("no password is sent without TLS")
    offered = set(server.esmtp_features.get("auth", "").upper().split())
    if not offered & PASSWORD_MECHANISMS:
        raise smtplib.SMTPNotSupportedError("the server offers no login with a password")
    return server.login(login.account, login.password)


def xoauth2(server: smtplib.SMTP, login: Login) -> tuple[int, bytes]:
    """https://learn.microsoft.com/exchange/client-developer/legacy-protocols"""
    if not isinstance(server.sock, ssl.SSLSocket):
        raise smtplib.SMTPNotSupportedError("no token is sent without TLS")
    said = f"user={login.account}\x01auth=Bearer {login.token}\x01\x01"
    code, text = server.docmd("AUTH", "XOAUTH2 " + base64.b64encode(said.encode()).decode())
    if code == 334:  # The reason follows after an empty line of ours.
        code, text = server.docmd("")
    return code, text


def send(server: smtplib.SMTP, login: Login) -> tuple[int, bytes]:
    """A test message, logged in as the login says, or as a relay takes it."""
    if login.token:
        code, text = xoauth2(server, login)
        if code != 235:
            return code, text
    elif login.password:
        basic(server, login)
    message = EmailMessage()
    message["From"] = login.sender or login.account
    message["To"] = login.recipient
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=(login.sender or login.account).partition("@")[2])
    message["Subject"] = "Offramp: test of a route"
    message.set_content("This route took a message from where Offramp runs.\n")
    server.send_message(message)
    return 250, b"accepted"


def answer_of(code: int, said: bytes) -> Answer:
    text = words(said)
    is_accepted = 200 <= code < 300
    reply = None if is_accepted else classify(f"{code} {text}")
    if reply is None:
        return Answer(is_accepted, code, text)
    return Answer(False, code, text, reply.family.name, reply.family.meaning)


def words(said: bytes) -> str:
    return " ".join(said.decode("utf-8", "replace").split())[:500]


def bytes_of(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
