from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import Settings

from inventory.microsoft import auth
from inventory.models import Connection
from tests.factories import NOW, CutoverFactory, ProbeRunFactory, SenderFactory, UserFactory
from tests.mail_server import RETIRED, MailServer, mail_server
from tests.microsoft import microsoft
from tracker.models import Cutover, ProbeRun
from tracker.routes import probe_runs
from tracker.routes.probe_hosts import refusal
from tracker.tasks import run_probe

SCAN = "scan@contoso.com"
State = ProbeRun.State


# -- where to ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("smtp.office365.com", 587),
        ("SMTP-HVE.office365.com.", 587),
        ("contoso-com.mail.protection.outlook.com", 25),
        ("contoso-com.k-v1.mx.microsoft", 25),
        ("relay.contoso.example", 2525),
    ],
)
def test_tests_microsofts_servers_and_those_of_the_setting(host: str, port: int) -> None:
    assert refusal(host, port, ["relay.contoso.example:2525"]) == ""


@pytest.mark.parametrize(
    ("host", "port"),
    [
        ("localhost", 25),
        ("169.254.169.254", 587),
        ("10.0.0.1", 25),
        ("evil.example", 587),
        ("smtp.office365.com.evil.example", 587),
        ("evilmail.protection.outlook.com", 25),
        ("evil.example/.mail.protection.outlook.com", 25),
        ("evil.example\r\n.mail.protection.outlook.com", 25),
        (".mail.protection.outlook.com@evil.example", 25),
        ("relay.contoso.example", 22),
        ("smtp.office365.com", 443),
    ],
)
def test_tests_nothing_else(host: str, port: int) -> None:
    assert refusal(host, port, ["relay.contoso.example:2525"])


# -- against a mail server ---------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", server.authority)
        with override_settings(PROBE_HOSTS=[f"localhost:{server.port}"]):
            yield server


@pytest.fixture
def cutover(db: None) -> Cutover:
    cutover = CutoverFactory.create(item__tenant__domains=["contoso.com"], route="oauth")
    SenderFactory.create(
        tenant=cutover.item.tenant, item=cutover.item, account__name="scan@contoso.com"
    )
    return cutover


def asked(cutover: Cutover, port: int, **values: Any) -> ProbeRun:
    by = UserFactory.create()
    return probe_runs.ask(cutover, "localhost", port, by=by, now=NOW, **values)


def test_a_worker_looks_by_the_runs_id(cutover: Cutover, server: MailServer) -> None:
    run = asked(cutover, server.port)
    assert run.state == State.WAITING
    run_probe(run.pk)
    run.refresh_from_db()
    assert run.state == State.DONE
    assert run.tls_versions == ["TLS 1.2", "TLS 1.3"]
    assert run.tls_used == "TLSv1.3"
    assert run.mechanisms == ["LOGIN", "PLAIN", "XOAUTH2"]
    assert (run.basic_reply, run.oauth_reply, run.message_reply, run.error) == ("", "", "", "")
    assert run.started_at is not None
    assert run.finished_at is not None


def test_is_made_by_one_worker_alone(cutover: Cutover, server: MailServer) -> None:
    run = asked(cutover, server.port)
    assert probe_runs.run(run.pk, NOW)
    assert probe_runs.run(run.pk, NOW) is None


def test_says_why_a_server_cannot_be_tested(cutover: Cutover, tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        port = server.port
    with override_settings(PROBE_HOSTS=[f"localhost:{port}"]):
        run = probe_runs.run(asked(cutover, port).pk, NOW)
    assert run is not None
    assert run.state == State.FAILED
    assert "does not answer as a mail server" in run.error


def test_says_that_there_is_no_app_to_try_oauth_with(cutover: Cutover, server: MailServer) -> None:
    run = probe_runs.run(asked(cutover, server.port, account=SCAN, has_oauth=True).pk, NOW)
    assert run is not None
    assert run.state == State.FAILED
    assert "no connection to Microsoft" in run.error


def test_logs_in_with_the_token_of_the_tenants_app(
    cutover: Cutover,
    server: MailServer,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with microsoft(tmp_path) as fake:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", fake.authority)
        settings.MICROSOFT_LOGIN_URL = settings.EXCHANGE_URL = fake.url
        settings.CREDENTIALS = tmp_path
        (tmp_path / "contoso.secret").write_text(f"{fake.secret}\n")
        auth.tokens_of.cache_clear()
        Connection.objects.create(
            tenant=cutover.item.tenant,
            directory_id=fake.directory_id,
            client_id=uuid.uuid4(),
            credential="contoso",
        )
        run = asked(cutover, server.port, account=SCAN, has_oauth=True)
        server.token = probe_runs.token_of(cutover.item.tenant)
        accepted = probe_runs.run(run.pk, NOW)
        server.token = "another"
        refused = probe_runs.run(asked(cutover, server.port, account=SCAN, has_oauth=True).pk, NOW)
    assert accepted is not None
    assert refused is not None
    assert accepted.oauth_reply.startswith("accepted: 235")
    assert refused.oauth_reply.startswith("refused: 535")
    assert probe_runs.token_of(cutover.item.tenant) not in everything_stored()


def test_looks_again_whether_it_may_before_it_calls(cutover: Cutover, server: MailServer) -> None:
    run = asked(cutover, server.port)
    with override_settings(PROBE_HOSTS=[]):
        told = probe_runs.run(run.pk, NOW)
    assert told is not None
    assert "Only servers of Microsoft" in told.error


def test_sweeps_up_what_was_lost(db: None) -> None:
    waiting = ProbeRunFactory.create(state=State.WAITING)
    dead = ProbeRunFactory.create(state=State.RUNNING, started_at=NOW - dt.timedelta(hours=1))
    alive = ProbeRunFactory.create(state=State.RUNNING, started_at=NOW)
    assert probe_runs.sweep(NOW) == 2
    states = [ProbeRun.objects.get(pk=run.pk).state for run in (waiting, dead, alive)]
    assert states == [State.WAITING, State.FAILED, State.RUNNING]


def test_writes_nothing_over_what_the_sweep_gave_up(cutover: Cutover, server: MailServer) -> None:
    run = asked(cutover, server.port)
    ProbeRun.objects.update(state=State.FAILED, error="the worker ended while it was testing")
    probe_runs.conclude(run, None, "late", NOW)
    run.refresh_from_db()
    assert run.error == "the worker ended while it was testing"


# -- the page ----------------------------------------------------------------------------------


@pytest.fixture
def browser(client: Client, db: None) -> Client:
    client.force_login(UserFactory.create(is_superuser=True, email="anna@msp.example"))
    return client


def post(browser: Client, cutover: Cutover, server: MailServer, **values: Any) -> str:
    told = {"host": "localhost", "port": server.port, "account": SCAN} | values
    url = reverse("admin:tracker_cutover_probe", args=[cutover.pk])
    answer: Any = browser.post(url, told, follow=True)
    return str(answer.content.decode())


def everything_stored() -> str:
    return str(serializers.serialize("json", ProbeRun.objects.all()))


@pytest.mark.parametrize(
    ("password", "refusal", "reply", "family"),
    [
        ("the-Right-1", "", "accepted: 235", ""),
        ("the-Wrong-1", "", "refused: 535", "password"),
        ("the-Right-1", RETIRED, "refused: 550", "retired"),
    ],
)
def test_tries_a_password_once_and_keeps_the_outcome_alone(
    browser: Client,
    cutover: Cutover,
    server: MailServer,
    password: str,
    refusal: str,
    reply: str,
    family: str,
) -> None:
    server.refusal, server.password = refusal, "the-Right-1"
    text = post(browser, cutover, server, password=password)
    run = ProbeRun.objects.get()
    assert run.state == State.DONE
    assert run.basic_reply.startswith(reply)
    assert run.basic_family == family
    assert reply in text
    assert password not in text
    assert password not in everything_stored()


def test_leaves_a_look_without_secrets_to_a_worker(
    browser: Client, cutover: Cutover, server: MailServer
) -> None:
    assert "A worker tests it" in post(browser, cutover, server)
    assert ProbeRun.objects.get().state == State.WAITING


def test_sends_a_test_message_through_a_relay(
    browser: Client, cutover: Cutover, server: MailServer
) -> None:
    server.is_relay = True
    assert "accepted: 250" in post(browser, cutover, server, recipient="ap@contoso.com")
    assert [envelope.rcpt_tos for envelope in server.taken] == [["ap@contoso.com"]]
    assert "ap@contoso.com" not in everything_stored()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"recipient": "someone@elsewhere.example"}, "own domains alone"),
        ({"account": "ceo@elsewhere.example", "password": "x"}, "domains are tested"),
        ({"account": "", "password": "typed-in"}, "Name the mailbox"),
        ({"has_oauth": "on", "password": "typed-in"}, "by itself"),
        ({"host": "10.0.0.1", "port": 25}, "Only servers of Microsoft"),
        ({"port": 0}, "greater than or equal"),
    ],
)
def test_refuses_what_it_is_not_for(
    browser: Client, cutover: Cutover, server: MailServer, values: dict[str, Any], why: str
) -> None:
    text = post(browser, cutover, server, **values)
    assert why in text.replace("&#x27;", "'")
    assert "typed-in" not in text
    assert not ProbeRun.objects.exists()
    assert not server.taken


@pytest.mark.parametrize(
    ("route", "host", "port"),
    [
        ("oauth", "smtp.office365.com", 587),
        ("hve", "smtp-hve.office365.com", 587),
        ("relay_connector", "contoso-com.mail.protection.outlook.com", 25),
    ],
)
def test_begins_with_the_server_of_the_route(
    browser: Client, cutover: Cutover, route: str, host: str, port: int
) -> None:
    Cutover.objects.update(route=route)
    page = browser.get(reverse("admin:tracker_cutover_probe", args=[cutover.pk])).content.decode()
    assert f'value="{host}"' in page
    assert f'value="{port}"' in page
    assert f'value="{SCAN}"' in page


def test_lists_its_tests_on_the_cutovers_page(browser: Client, cutover: Cutover) -> None:
    ProbeRunFactory.create(
        tenant=cutover.item.tenant, cutover=cutover, basic_reply="refused: 550 5.7.30"
    )
    page = browser.get(reverse("admin:tracker_cutover_change", args=[cutover.pk])).content.decode()
    assert "refused: 550 5.7.30" in page
