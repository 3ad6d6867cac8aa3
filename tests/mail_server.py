"""A submission server as Exchange Online is one: STARTTLS, LOGIN, PLAIN and XOAUTH2."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.services import free_port

RETIRED = "550 5.7.30 Basic authentication is not supported for Client Submission."


@dataclass
class MailServer:
    """`refusal` answers every password; "" lets the right one in."""

    port: int = 0
    authority: str = ""
    account: str = "scan@contoso.com"
    password: str = "right"
    token: str = "token-1"
    refusal: str = ""
    is_relay: bool = False
    """Takes messages without a login."""
    taken: list[Envelope] = field(default_factory=list)

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        if isinstance(data, LoginPassword):
            right = (self.account.encode(), self.password.encode())
            if self.refusal or (data.login, data.password) != right:
                said = self.refusal or (
                    "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."
                )
                return AuthResult(success=False, handled=False, message=said)
        return AuthResult(success=True)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        right = f"user={self.account}\x01auth=Bearer {self.token}\x01\x01"
        if base64.b64decode(args[1]).decode() == right:
            return AuthResult(success=True, auth_data=self.account)
        return AuthResult(
            success=False, handled=False, message="535 5.7.3 Authentication unsuccessful"
        )

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if not (session.authenticated or self.is_relay):
            return "530 5.7.57 Client not authenticated to send mail"
        envelope.mail_from = address
        return "250 2.1.0 Sender OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return "250 2.0.0 OK"


@contextmanager
def mail_server(
    folder: Path,
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    *,
    has_tls: bool = True,
    without: tuple[str, ...] = (),
) -> Iterator[MailServer]:
    """On a free port of loopback, with a certificate for localhost."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    context.minimum_version = oldest
    if oldest < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")
    found = MailServer(free_port(), authority=str(folder / "mail-authority.pem"))
    authority.cert_pem.write_to_path(found.authority)
    controller = Controller(
        found,
        hostname="127.0.0.1",
        port=found.port,
        tls_context=context if has_tls else None,
        authenticator=found.authenticate,
        auth_require_tls=has_tls,
        auth_exclude_mechanism=without,
    )
    controller.start()
    try:
        yield found
    finally:
        controller.stop()
