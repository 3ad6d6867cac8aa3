from __future__ import annotations

import json
import ssl
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from inventory.microsoft.auth import tokens_of
from inventory.models import Connection, Tenant
from tests.mail_server import RETIRED, MailServer, mail_server
from tests.microsoft import Fake, microsoft
from tracker.routes.probe import CannotProbe, Login, probe

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


@pytest.mark.parametrize("left", ["LOGIN", "PLAIN"])
def test_logs_in_with_whatever_the_server_offers(
    left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = tuple({"LOGIN", "PLAIN"} - {left})
    with mail_server(tmp_path, without=without) as server:
        monkeypatch.setenv("SSL_CERT_FILE", server.authority)
        found = probe(HOST, server.port, Login(SCAN, "right"))
    assert found.mechanisms == sorted([left, "XOAUTH2"])
    assert found.basic is not None
    assert found.basic.is_accepted


def test_sends_no_password_where_none_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path, without=("LOGIN", "PLAIN")) as server:
        monkeypatch.setenv("SSL_CERT_FILE", server.authority)
        answer = probe(HOST, server.port, Login(SCAN, "right")).basic
    assert answer is not None
    assert not answer.is_accepted
    assert "offers no login with a password" in answer.text


@pytest.mark.parametrize(
    ("said", "family"),
    [
        ("SmtpClientAuthentication is disabled for the Tenant.", "tenant"),
        ("SmtpClientAuthentication is disabled for the Mailbox.", "mailbox"),
        ("user is locked by your organization's security defaults policy.", "security_defaults"),
        ("basic authentication is disabled.", "basic"),
    ],
)
def test_says_what_refuses_basic(server: MailServer, said: str, family: str) -> None:
    server.refusal = f"535 5.7.139 Authentication unsuccessful, {said}"
    answer = probe(HOST, server.port, Login(SCAN, "right")).basic
    assert answer is not None
    assert (answer.family, answer.code) == (family, 535)
    assert answer.meaning


@pytest.fixture
def fake(
    server: MailServer, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fake]:
    """Microsoft, which gives the token that the mail server takes, and a connection to it."""
    with microsoft(tmp_path) as fake:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", fake.authority)
        settings.MICROSOFT_LOGIN_URL = settings.EXCHANGE_URL = fake.url
        settings.CREDENTIALS = tmp_path
        (tmp_path / "contoso.secret").write_text(fake.secret)
        tokens_of.cache_clear()
        Connection.objects.create(
            tenant=Tenant.objects.create(name="Contoso"),
            directory_id=fake.directory_id,
            client_id=uuid.uuid4(),
            credential="contoso",
        )
        yield fake


@pytest.mark.django_db
def test_command_logs_in_with_a_token_of_the_connections_app(
    server: MailServer, fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["probe", "--tenant", "Contoso", "--host", HOST, "--port", str(server.port)]
    call_command(*command, "--account", SCAN, "--oauth", "--to", "ap@contoso.com", "--json")
    told = capsys.readouterr().out
    found = json.loads(told)

    assert found["oauth"]["is_accepted"]
    assert found["message"]["is_accepted"]
    assert server.token not in told
    assert (fake.token_count, len(server.taken)) == (1, 1)


@pytest.mark.django_db
def test_command_says_that_the_app_is_refused(
    server: MailServer, fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    server.token = "of another app"
    command = ["probe", "--tenant", "Contoso", "--host", HOST, "--port", str(server.port)]
    with pytest.raises(SystemExit):
        call_command(*command, "--account", SCAN, "--oauth")
    assert "for OAuth, check the object ID" in capsys.readouterr().out

    fake.secret = "another"
    tokens_of.cache_clear()
    with pytest.raises(CommandError, match="Invalid client secret"):
        call_command(*command, "--account", SCAN, "--oauth")


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
