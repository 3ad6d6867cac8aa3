"""A webhook receiver as somebody would write one: a real HTTP server that checks signatures."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    event: dict[str, Any]


@dataclass
class Receiver:
    """Answers with `answers` in turn, then 200; with 401 to what is not signed with `secret`."""

    secret: str = ""
    answers: list[int] = field(default_factory=list)
    location: str = ""
    """Where a 3xx answer points to."""
    pause: float = 0
    """Seconds before it answers."""
    is_endless: bool = False
    """Its answer's body never ends."""
    url: str = ""
    requests: list[Received] = field(default_factory=list)
    forgeries: list[str] = field(default_factory=list)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """The status to answer with."""
        try:
            event = Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError as error:
            self.forgeries.append(str(error))
            return 401
        self.requests.append(Received(path, headers, event))
        return self.answers.pop(0) if self.answers else 200


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        code = self.receiver.take(self.path, headers, body)
        time.sleep(self.receiver.pause)
        self.send_response(code)
        if self.receiver.location:
            self.send_header("Location", self.receiver.location)
        self.end_headers()
        while self.receiver.is_endless:
            self.wfile.write(b"more\n")

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of loopback."""
    receiver = Receiver()
    with Server(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"receiver": receiver})) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https" if tls else "http"
        receiver.url = f"{scheme}://127.0.0.1:{server.server_port}/hook"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.is_endless = False
            server.shutdown()
            thread.join()
