"""Microsoft as far as Offramp asks it: sign-in, Graph and Exchange on one TLS server of loopback.

Speaks the protocols, pages, throttles, lets tokens expire and hangs up half way; see
`Fake.faults`.
"""

from __future__ import annotations

import json
import ssl
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import trustme

TRACES = "/v1.0/admin/exchange/tracing/messageTraces"
SIGN_INS = "/beta/auditLogs/signIns"
NO_PRINCIPAL = (
    "Service principal-less Authentication failed: the service principal for App ID "
    "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 was not found."
)
TOO_MANY = "Your recent queries have surpassed the permitted limit, please try again later."


@dataclass
class Fake:
    """What it knows and how it misbehaves."""

    url: str = ""
    authority: str = ""
    """Path of the certificate to trust."""
    directory_id: str = "5f1a6a4e-2a52-4f0c-9e0a-6f3d6a4f0b11"
    secret: str = "the-secret"
    traces: list[dict[str, Any]] = field(default_factory=list)
    sign_ins: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By event type."""
    cmdlets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page_size: int = 1000
    faults: deque[str] = field(default_factory=deque)
    """One for each coming request of data, "" for none: throttle, unavailable, drop, garbage,
    expire, forbidden, no_principal, no_premium, elsewhere, lost_link."""
    asked: list[str] = field(default_factory=list)
    """Paths with their queries, of data only."""
    token_count: int = 0
    valid: set[str] = field(default_factory=set)

    def token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        asserted = form.get("client_assertion_type", [""])[0].endswith("jwt-bearer")
        if not asserted and form.get("client_secret") != [self.secret]:
            said = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"
            return 401, {"error": "invalid_client", "error_description": said}
        self.token_count += 1
        token = f"token-{self.token_count}"
        self.valid = {token}
        return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token}

    def rows_of(self, path: str, query: dict[str, list[str]], body: bytes) -> list[dict[str, Any]]:
        wanted = query.get("$filter", [""])[0].split()
        if path == TRACES:
            start, end = wanted[wanted.index("ge") + 1], wanted[wanted.index("le") + 1]
            return [row for row in self.traces if start <= row["receivedDateTime"] <= end]
        if path == SIGN_INS:
            kind = wanted[-1].strip("')")
            return self.sign_ins.get(kind, [])
        return self.cmdlets[json.loads(body)["CmdletInput"]["CmdletName"]]

    def page(self, target: str, body: bytes) -> dict[str, Any]:
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        rows = self.rows_of(parts.path, query, body)
        start = int(query.get("$skiptoken", ["0"])[0])
        page: dict[str, Any] = {"value": rows[start : start + self.page_size]}
        if start + self.page_size < len(rows):
            wanted = quote(query.get("$filter", [""])[0])
            page["@odata.nextLink"] = (
                f"{self.url}{parts.path}?$filter={wanted}&$skiptoken={start + self.page_size}"
            )
        return page


class Handler(BaseHTTPRequestHandler):
    fake: Fake
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("/.well-known/openid-configuration"):
            base = f"{self.fake.url}/{self.fake.directory_id}"
            self.answer(
                200,
                {
                    "issuer": f"{base}/v2.0",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                },
            )
        else:
            self.data(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path.endswith("/oauth2/v2.0/token"):
            self.answer(*self.fake.token(parse_qs(body.decode())))
        else:
            self.data(body)

    def data(self, body: bytes) -> None:
        fake = self.fake
        fake.asked.append(self.path)
        fault = fake.faults.popleft() if fake.faults else ""
        if fault == "expire":
            fake.valid.clear()
        if self.headers.get("authorization", "").removeprefix("Bearer ") not in fake.valid:
            self.refuse(401, "InvalidAuthenticationToken", "Lifetime validation failed.")
        elif fault == "throttle":
            self.refuse(429, "TooManyRequests", TOO_MANY, {"Retry-After": "1"})
        elif fault == "unavailable":
            self.refuse(503, "ServiceUnavailable", "Try again.", {"Retry-After": "0"})
        elif fault == "forbidden":
            self.refuse(403, "Authorization_RequestDenied", "Insufficient privileges.")
        elif fault == "no_principal":
            self.refuse(401, "Unauthorized", NO_PRINCIPAL)
        elif fault == "no_premium":
            code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
            self.refuse(403, code, "Neither tenant is B2C or tenant doesn't have premium license")
        elif fault == "lost_link":
            self.refuse(400, "BadRequest", "The skip token is not valid.")
        elif fault == "garbage":
            self.send(200, b"<html>", {})
        elif fault == "elsewhere":
            self.answer(200, {"value": [], "@odata.nextLink": "https://example.org/next"})
        else:
            whole = json.dumps(fake.page(self.path, body)).encode()
            self.send(200, whole, {}, len(whole) // 2 if fault == "drop" else None)

    def refuse(
        self, code: int, name: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        self.answer(code, {"error": {"code": name, "message": message}}, headers)

    def answer(
        self, code: int, content: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self.send(code, json.dumps(content).encode(), headers or {})

    def send(self, code: int, body: bytes, headers: dict[str, str], cut: int | None = None) -> None:
        self.send_response(code)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        if cut is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def microsoft(folder: Path) -> Iterator[Fake]:
    """The fake on a free port, with a certificate of its own."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    fake = Fake(authority=str(folder / f"authority-{uuid.uuid4()}.pem"))
    authority.cert_pem.write_to_path(fake.authority)
    handler = type("OwnHandler", (Handler,), {"fake": fake})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        fake.url = f"https://localhost:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


def trace_row(number: int, at: float) -> dict[str, Any]:
    """A message trace row, received at this Unix time."""
    return {
        "id": str(uuid.UUID(int=number)),
        "messageId": f"<{number}@mfp-01>",
        "receivedDateTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
        "senderAddress": "scan@contoso.com",
        "recipientAddress": "ap@contoso.com",
        "subject": f"Scan {number}",
        "size": 48_211,
        "fromIP": "203.0.113.25",
        "toIP": "",
        "status": "delivered",
    }
