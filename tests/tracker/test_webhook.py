from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from django.utils import timezone
from pytest_django import Settings

from tests.factories import EventFactory, SubscriptionFactory
from tests.receiver import receiving
from tracker.channels import webhook
from tracker.channels.addresses import is_public

pytestmark = pytest.mark.django_db
PUBLIC = "93.184.215.14"


def sent_to(url: str, secret: str = "") -> webhook.Answer:
    subscription = SubscriptionFactory.create(url=url)
    if secret:
        subscription.secret = secret
    event = EventFactory.create(tenant=subscription.tenant, data={"name": "Büro-Drucker 文"})
    return webhook.send(subscription, event, timezone.now())


def test_follows_no_redirect(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    subscription = SubscriptionFactory.create()
    with receiving() as receiver:
        receiver.secret = subscription.secret
        receiver.answers, receiver.location = [307, 302], "/elsewhere"
        answer = sent_to(receiver.url, subscription.secret)
        assert (answer.code, answer.error) == (307, "HTTP 307")
        assert not answer.is_delivered
        assert [got.path for got in receiver.requests] == ["/hook"]


def test_does_not_read_an_endless_answer(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    subscription = SubscriptionFactory.create()
    with receiving() as receiver:
        receiver.secret, receiver.is_endless = subscription.secret, True
        before = dt.datetime.now(dt.UTC)
        assert sent_to(receiver.url, subscription.secret).is_delivered
        assert dt.datetime.now(dt.UTC) - before < dt.timedelta(seconds=5)


def test_signs_names_in_any_script(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    subscription = SubscriptionFactory.create()
    with receiving() as receiver:
        receiver.secret = subscription.secret
        assert sent_to(receiver.url, subscription.secret).is_delivered
        assert receiver.requests[0].event["data"]["name"] == "Büro-Drucker 文"


def test_refuses_a_private_address(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    with receiving() as receiver:
        answer = sent_to(receiver.url)
        assert answer.code is None
        assert "private address" in answer.error
        assert not receiver.requests
        assert not receiver.forgeries


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://0/",
        "http://2130706433/",
        "http://127.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "https://192.168.1.1/",
        "http://100.64.0.1/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://user:password@127.0.0.1/",
    ],
)
def test_refuses_every_spelling_of_a_private_address(settings: Settings, url: str) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    answer = sent_to(url)
    assert answer.code is None
    assert "private address" in answer.error


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://hooks.example/", "hooks", "http://"])
def test_refuses_what_is_not_http(settings: Settings, url: str) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    answer = sent_to(url)
    assert answer.code is None
    assert answer.error.startswith(("InvalidSchema", "MissingSchema", "InvalidURL"))


@pytest.mark.parametrize("secret", ["whsec_", "whsec_not base64 at all!x"])
def test_says_when_the_secret_is_malformed(settings: Settings, secret: str) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    answer = sent_to("http://127.0.0.1:1/", secret)
    assert answer.code is None
    assert answer.error


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (PUBLIC, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("168.63.129.16", False),
        ("224.0.0.1", False),
        ("ff02::1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("fe80::1%eth0", False),
        ("0.0.0.0", False),
        ("255.255.255.255", False),
    ],
)
def test_knows_a_public_address(address: str, expected: bool) -> None:
    assert is_public(address) is expected


Lookup = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, list[str]], list[str]]:
    """A name server of ours: gives a name's addresses, and leads PUBLIC to a port of loopback."""

    def install(port: int, addresses: list[str]) -> list[str]:
        asked: list[str] = []

        def lookup(host: str, _port: object = None, *args: Any, **kwargs: Any) -> Any:
            asked.append(host)
            answers = ["127.0.0.1"] if host == PUBLIC else addresses
            kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
            return [(*kind, (address, port)) for address in answers]

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        return asked

    return install


def test_connects_to_the_address_it_has_checked(
    settings: Settings, resolver: Callable[[int, list[str]], list[str]]
) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    subscription = SubscriptionFactory.create()
    with receiving() as receiver:
        receiver.secret = subscription.secret
        port = int(receiver.url.split(":")[2].split("/")[0])
        asked = resolver(port, [PUBLIC])
        answer = sent_to(f"http://hooks.example:{port}/in?a=b", subscription.secret)
        assert answer.is_delivered
        assert asked == ["hooks.example", PUBLIC]
        (got,) = receiver.requests
        assert (got.path, got.headers["host"]) == ("/in?a=b", f"hooks.example:{port}")


def test_refuses_a_name_that_has_a_private_address_too(
    settings: Settings, resolver: Callable[[int, list[str]], list[str]]
) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    asked = resolver(80, [PUBLIC, "10.0.0.1"])
    assert "private address" in sent_to("http://hooks.example/").error
    assert asked == ["hooks.example"]


@pytest.mark.parametrize(("name", "code"), [("hooks.example", 200), ("other.example", None)])
def test_checks_the_certificate_against_the_name(
    settings: Settings,
    resolver: Callable[[int, list[str]], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    code: int | None,
) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    authority = trustme.CA()
    authority.cert_pem.write_to_path(os.fspath(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.example").configure_cert(tls)
    subscription = SubscriptionFactory.create()
    with receiving(tls) as receiver:
        receiver.secret = subscription.secret
        port = int(receiver.url.split(":")[2].split("/")[0])
        resolver(port, [PUBLIC])
        answer = sent_to(f"https://{name}:{port}/hook", subscription.secret)
        assert answer.code == code
        assert len(receiver.requests) == (code == 200)
