from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings
from trustme import KeyType

from inventory.intake import collect
from inventory.microsoft import auth
from inventory.microsoft.errors import Refused
from inventory.models import Connection, Pull, Tenant
from tests.microsoft import Fake, microsoft, trace_row

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
State = Pull.State
Source = Pull.Source


@pytest.fixture
def fake(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    with microsoft(tmp_path) as fake:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", fake.authority)
        settings.MICROSOFT_LOGIN_URL = settings.GRAPH_URL = settings.EXCHANGE_URL = fake.url
        settings.CREDENTIALS = tmp_path
        settings.MEDIA_ROOT = tmp_path / "media"
        (tmp_path / "contoso.secret").write_text(f"{fake.secret}\n")
        auth.tokens_of.cache_clear()
        yield fake


@pytest.fixture
def connection(fake: Fake) -> Connection:
    tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
    return Connection.objects.create(
        tenant=tenant,
        directory_id=fake.directory_id,
        client_id=uuid.uuid4(),
        credential="contoso",
        reads_sign_ins=False,
    )


def rows_over(days: int, per_day: int, now: dt.datetime) -> list[dict[str, Any]]:
    step = 86_400 / per_day
    count = days * per_day
    return [trace_row(number, now.timestamp() - 60 - number * step) for number in range(count)]


def run_all(tenant: Tenant) -> None:
    """Run what is open as the sweep would, without waiting for its time."""
    for _ in range(50):
        found = tenant.pulls.filter(state__in=Pull.OPEN).order_by("pk")
        if not found.exists():
            return
        found.update(next_at=timezone.now())
        for pull in found:
            collect.run_pull(pull.pk)
    raise AssertionError("the pulls do not come to an end")


def ids_fetched(tenant: Tenant) -> list[str]:
    """Of every row of every report that the pulls made."""
    found: list[str] = []
    for pull in tenant.pulls.exclude(report=None):
        assert pull.report is not None
        with pull.report.content.open("rb") as file:
            rows = json.load(file)["value"]
        assert len(rows) == pull.row_count
        found += [row["id"] for row in rows]
    return found


def test_collects_ninety_days_in_windows_of_ten(fake: Fake, connection: Connection) -> None:
    now = timezone.now()
    fake.traces, fake.page_size = rows_over(89, 30, now), 100
    tenant = connection.tenant
    pulls = collect.plan(tenant, now)
    assert len(pulls) == 9
    assert max(p.window_end - p.window_start for p in pulls) <= 10 * DAY  # type: ignore[operator]
    run_all(tenant)
    assert set(ids_fetched(tenant)) == {row["id"] for row in fake.traces}
    assert fake.token_count == 1
    assert {pull.state for pull in tenant.pulls.all()} == {State.DONE}


def test_fetches_every_row_once_whatever_goes_wrong(fake: Fake, connection: Connection) -> None:
    now = timezone.now()
    fake.traces, fake.page_size = rows_over(9, 50, now), 40
    faults = "throttle,,drop,,unavailable,,garbage,,expire,,lost_link,,drop,unavailable"
    fake.faults.extend(faults.split(","))
    collect.plan(connection.tenant, now, now - 9.5 * DAY)
    run_all(connection.tenant)
    assert sorted(ids_fetched(connection.tenant)) == sorted(row["id"] for row in fake.traces)


def test_leaves_microsoft_alone_for_as_long_as_it_says(fake: Fake, connection: Connection) -> None:
    fake.faults.append("throttle")
    now = timezone.now()
    [pull] = collect.plan(connection.tenant, now, now - DAY)
    collect.run_pull(pull.pk)
    pull.refresh_from_db()
    assert pull.state == State.WAITING
    assert dt.timedelta(0) < pull.next_at - timezone.now() <= dt.timedelta(seconds=1)
    assert "surpassed the permitted limit" in pull.error


def test_goes_on_after_a_worker_died_between_page_and_note(
    fake: Fake, connection: Connection
) -> None:
    now = timezone.now()
    fake.traces, fake.page_size = rows_over(5, 20, now), 30
    [pull] = collect.plan(connection.tenant, now, now - 6 * DAY)
    claimed = collect.claim(pull.pk)
    assert claimed is not None
    tokens = auth.tokens_of(collect.app_of(claimed.tenant.connection))
    collect.fetch_page(claimed, tokens)
    with collect.file_of(claimed).open("ab") as file:
        file.write(b'{"id": "half a ro')
    Pull.objects.filter(pk=pull.pk).update(claimed_at=now - DAY)
    assert collect.sweep() == 1
    collect.run_pull(pull.pk)
    assert sorted(ids_fetched(connection.tenant)) == sorted(row["id"] for row in fake.traces)
    skips = [path for path in fake.asked if "skiptoken" not in path]
    assert len(skips) == 1


def test_loses_to_the_worker_that_took_over(fake: Fake, connection: Connection) -> None:
    now = timezone.now()
    [pull] = collect.plan(connection.tenant, now, now - DAY)
    claimed = collect.claim(pull.pk)
    assert claimed is not None
    Pull.objects.filter(pk=pull.pk).update(claim=uuid.uuid4())
    with pytest.raises(collect.ClaimLost):
        collect.finish(claimed)


def test_tells_an_empty_pull_from_a_failed_one(fake: Fake, connection: Connection) -> None:
    now = timezone.now()
    [empty] = collect.plan(connection.tenant, now, now - DAY)
    collect.run_pull(empty.pk)
    fake.faults.append("forbidden")
    [failed] = collect.plan(connection.tenant, now, now - DAY)
    collect.run_pull(failed.pk)
    empty.refresh_from_db()
    failed.refresh_from_db()
    assert (empty.state, empty.report_id, empty.error) == (State.EMPTY, None, "")
    assert (failed.state, failed.report_id) == (State.FAILED, None)
    assert "lacks a permission" in failed.error


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("no_principal", "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373"),
        ("no_premium", "Entra ID P1"),
        ("elsewhere", "another host"),
    ],
)
def test_says_what_a_person_has_to_mend(
    fake: Fake, connection: Connection, fault: str, said: str
) -> None:
    fake.faults.append(fault)
    now = timezone.now()
    [pull] = collect.plan(connection.tenant, now, now - DAY)
    collect.run_pull(pull.pk)
    pull.refresh_from_db()
    assert pull.state == State.FAILED
    assert said in pull.error


def test_gives_up_after_many_failures(fake: Fake, connection: Connection) -> None:
    fake.faults.extend(["unavailable"] * 20)
    now = timezone.now()
    [pull] = collect.plan(connection.tenant, now, now - DAY)
    run_all(connection.tenant)
    pull.refresh_from_db()
    assert pull.state == State.FAILED
    assert "given up after 8 failures" in pull.error


def test_sends_no_more_requests_than_are_answered(connection: Connection) -> None:
    now = timezone.now()
    assert [collect.take_turn(connection, now) for _ in range(100)] == [None] * 100
    pause = collect.take_turn(connection, now)
    assert pause is not None
    assert collect.take_turn(connection, now + pause) is None


def test_signs_in_with_a_certificate_before_a_secret(
    fake: Fake, connection: Connection, tmp_path: Path
) -> None:
    issued = trustme.CA(key_type=KeyType.RSA).issue_cert("offramp", key_type=KeyType.RSA)
    pem = issued.private_key_and_cert_chain_pem.bytes().decode()
    (tmp_path / "contoso.pem").write_text(pem)
    (tmp_path / "contoso.secret").write_text("wrong")
    app = collect.app_of(connection)
    found = auth.credential_of(app)
    assert isinstance(found, dict)
    x509.load_pem_x509_certificate(found["public_certificate"].encode())
    assert auth.Tokens(app).token(fake.url) == "token-1"


def test_refuses_a_key_that_microsoft_does_not_take(connection: Connection, tmp_path: Path) -> None:
    pem = trustme.CA().issue_cert("offramp").private_key_and_cert_chain_pem.bytes().decode()
    (tmp_path / "contoso.pem").write_text(pem)
    with pytest.raises(Refused, match="RSA"):
        auth.credential_of(collect.app_of(connection))


def test_names_the_credential_that_is_missing_or_wrong(
    fake: Fake, connection: Connection, tmp_path: Path
) -> None:
    now = timezone.now()
    (tmp_path / "contoso.secret").write_text("wrong")
    [wrong] = collect.plan(connection.tenant, now, now - DAY)
    collect.run_pull(wrong.pk)
    (tmp_path / "contoso.secret").unlink()
    auth.tokens_of.cache_clear()
    [missing] = collect.plan(connection.tenant, now, now - DAY)
    collect.run_pull(missing.pk)
    wrong.refresh_from_db()
    missing.refresh_from_db()
    assert "AADSTS7000215" in wrong.error
    assert "OFFRAMP_SECRET_CONTOSO" in missing.error


def test_asks_for_both_kinds_of_sign_in_and_the_settings(
    fake: Fake, connection: Connection
) -> None:
    connection.reads_sign_ins = connection.reads_exchange = True
    connection.save()
    fake.sign_ins = {"interactiveUser": [{"id": "1"}], "nonInteractiveUser": [{"id": "2"}] * 3}
    mailbox = {"PrimarySmtpAddress": "a@contoso.com", "Guid@odata.type": "#Guid"}
    fake.cmdlets = {
        "Get-CASMailbox": [mailbox] * 5,
        "Get-TransportConfig": [{"SmtpClientAuthenticationDisabled": True}],
        "Get-AuthenticationPolicy": [],
    }
    fake.page_size = 2
    now = timezone.now()
    collect.plan(connection.tenant, now, now - DAY)
    run_all(connection.tenant)
    rows = dict(connection.tenant.pulls.values_list("source", "row_count"))
    assert rows == {
        Source.MESSAGE_TRACE: 0,
        Source.SIGN_INS: 1,
        Source.BACKGROUND_SIGN_INS: 3,
        Source.CAS_MAILBOX: 5,
        Source.TRANSPORT_CONFIG: 1,
        Source.AUTHENTICATION_POLICY: 0,
    }
    pull = connection.tenant.pulls.get(source=Source.CAS_MAILBOX)
    assert pull.report is not None
    assert b"@odata" not in pull.report.content.read()


def test_goes_on_from_the_last_good_pull_with_an_overlap(
    fake: Fake, connection: Connection
) -> None:
    now = timezone.now()
    collect.plan(connection.tenant, now - 3 * DAY, now - 5 * DAY)
    assert collect.plan(connection.tenant, now) == []
    run_all(connection.tenant)
    [pull] = collect.plan(connection.tenant, now)
    assert pull.window_start == now - 4 * DAY


def test_command_fetches_reads_and_tells(
    fake: Fake, connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.faults.append("unavailable")
    call_command(
        "collect", "--tenant", "Contoso", "--since", f"{timezone.now():%Y-%m-%d}", "--json"
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["state"], told["rows"]) == ("message_trace", "empty", 0)
    fake.faults.append("forbidden")
    with pytest.raises(CommandError, match="not everything"):
        call_command("collect", "--tenant", "Contoso")
