from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inventory.models import Tenant
from tests.mail_server import RETIRED, MailServer, mail_server
from tracker.probe import CannotProbe, Login, probe

HOST = "localhost"
SCAN = "scan@contoso.com"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", server.authority)
        yield server


def test_sees_what_a_server_offers_without_logging_in(server: MailServer) -> None:
    found = probe(HOST, server.port, Login())
    assert found.tls_versions == {
        "TLS 1.0": False,
        "TLS 1.1": False,
        "TLS 1.2": True,
        "TLS 1.3": True,
    }
    assert found.tls_used == "TLSv1.3"
    assert found.mechanisms == ["LOGIN", "PLAIN", "XOAUTH2"]
    assert (found.basic, found.oauth, found.message) == (None, None, None)


def test_sees_old_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(tmp_path, ssl.TLSVersion.TLSv1) as server:
        monkeypatch.setenv("SSL_CERT_FILE", server.authority)
        assert probe(HOST, server.port, Login()).tls_versions["TLS 1.0"]


@pytest.mark.parametrize(
    ("refusal", "password", "is_accepted", "family"),
    [
        ("", "right", True, ""),
        ("", "wrong", False, "password"),
        (RETIRED, "right", False, "retired"),
    ],
)
def test_says_whether_basic_still_works(
    server: MailServer, refusal: str, password: str, is_accepted: bool, family: str
) -> None:
    server.refusal = refusal
    answer = probe(HOST, server.port, Login(SCAN, password)).basic
    assert answer is not None
    assert (answer.is_accepted, answer.family) == (is_accepted, family)


@pytest.mark.parametrize(("token", "is_accepted"), [("token-1", True), ("token-2", False)])
def test_tries_xoauth2(server: MailServer, token: str, is_accepted: bool) -> None:
    answer = probe(HOST, server.port, Login(SCAN, token=token)).oauth
    assert answer is not None
    assert answer.is_accepted is is_accepted


def test_sends_a_test_message_with_oauth(server: MailServer) -> None:
    found = probe(HOST, server.port, Login(SCAN, token="token-1", recipient="ap@contoso.com"))
    assert found.message is not None
    assert found.message.is_accepted
    [taken] = server.taken
    assert (taken.mail_from, taken.rcpt_tos) == (SCAN, ["ap@contoso.com"])


def test_sends_through_a_relay_without_a_login(server: MailServer) -> None:
    login = Login(sender=SCAN, recipient="ap@contoso.com")
    refused = probe(HOST, server.port, login).message
    server.is_relay = True
    accepted = probe(HOST, server.port, login).message
    assert refused is not None
    assert accepted is not None
    assert (refused.family, accepted.is_accepted) == ("not_authenticated", True)


def test_gives_no_password_to_an_untrusted_server(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server, pytest.raises(CannotProbe, match="certificate"):
        probe(HOST, server.port, Login(SCAN, "right"))


def test_gives_no_password_without_tls(tmp_path: Path) -> None:
    with mail_server(tmp_path, has_tls=False) as server:
        answer = probe(HOST, server.port, Login(SCAN, "right")).basic
    assert answer is not None
    assert not answer.is_accepted
    assert "without TLS" in answer.text


def test_says_that_nobody_answers(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        port = server.port
    with pytest.raises(CannotProbe, match="does not answer"):
        probe(HOST, port, Login())


@pytest.mark.django_db
def test_command_tells_all_but_the_password(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Tenant.objects.create(name="Contoso")
    monkeypatch.setenv("OFFRAMP_PROBE_PASSWORD", "a-wrong-one")
    command = ["probe", "--tenant", "Contoso", "--host", HOST, "--port", str(server.port)]
    with pytest.raises(SystemExit):
        call_command(*command, "--account", SCAN, "--basic", "--json")
    told = capsys.readouterr().out
    assert "a-wrong-one" not in told
    assert json.loads(told)["basic"]["family"] == "password"
    call_command(*command)
    assert "TLS: TLS 1.2, TLS 1.3" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no connection"):
        call_command(*command, "--account", SCAN, "--oauth")
