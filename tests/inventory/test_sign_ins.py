"""What logins prove, and what they must never be taken for."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inventory.intake.removal import preview
from inventory.models import Account, Observation, Report, Sender, SignIn, Tenant
from inventory.queries import unproven_days
from tests.inventory.test_ingest import detail, row, take, tenant, trace  # noqa: F401

pytestmark = pytest.mark.django_db


def sign_in(
    number: int,
    *,
    code: int = 0,
    client: str = "Authenticated SMTP",
    account: str = "scan@contoso.com",
    agent: str = "BAV2ROPC",
) -> dict[str, object]:
    return {
        "id": f"id-{number}",
        "createdDateTime": f"2026-10-13T07:{number // 60:02d}:{number % 60:02d}Z",
        "userPrincipalName": account,
        "ipAddress": "203.0.113.25",
        "clientAppUsed": client,
        "userAgent": agent,
        "status": {"errorCode": code, "failureReason": "Invalid password" if code else ""},
    }


def graph(*rows: dict[str, object]) -> bytes:
    return json.dumps({"value": rows}).encode()


def portal(*rows: dict[str, object]) -> bytes:
    lines = ["Date (UTC),Request ID,Username,IP address,Client app,Sign-in error code"]
    for each in rows:
        status = each["status"]
        assert isinstance(status, dict)
        names = ("createdDateTime", "id", "userPrincipalName", "ipAddress", "clientAppUsed")
        lines.append(",".join([*(str(each[name]) for name in names), str(status["errorCode"])]))
    return "\n".join([*lines, ""]).encode()


def logs(*rows: dict[str, object]) -> bytes:
    lines = []
    for each in rows:
        status = each["status"]
        assert isinstance(status, dict)
        lines.append(json.dumps({"resultType": str(status["errorCode"]), "properties": each}))
    return "\n".join([*lines, ""]).encode()


def test_a_success_proves_the_account(tenant: Tenant) -> None:  # noqa: F811
    report = take(tenant, graph(sign_in(1), sign_in(2)))

    account = Account.objects.get()
    assert report.state == Report.State.READ
    assert account.name == "scan@contoso.com"
    assert account.last_basic_at == dt.datetime(2026, 10, 13, 7, 0, 2, tzinfo=dt.UTC)
    assert SignIn.objects.get().attempt_count == 2
    assert SignIn.objects.get().account == account
    assert not Sender.objects.exists()
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    "attempt",
    [
        sign_in(1, code=50126),
        sign_in(1, code=50076),
        sign_in(1, client="IMAP4"),
        sign_in(1, client="Other clients"),
        sign_in(1, client="Browser", agent="Mozilla/5.0"),
    ],
    ids=["failed", "interrupted", "other protocol", "no protocol", "person"],
)
def test_nothing_else_proves_anything(tenant: Tenant, attempt: dict[str, object]) -> None:  # noqa: F811
    take(tenant, graph(attempt))

    assert not Account.objects.exists()
    assert not Sender.objects.exists()


def test_a_spray_makes_no_accounts(tenant: Tenant) -> None:  # noqa: F811
    attempts = [sign_in(n, code=50126, account=f"user{n}@contoso.com") for n in range(300)]
    take(tenant, graph(*attempts, sign_in(301)))

    assert list(Account.objects.values_list("name", flat=True)) == ["scan@contoso.com"]
    assert SignIn.objects.filter(result="failure").count() == 300
    assert SignIn.objects.exclude(account=None).count() == 1


def test_attempts_are_no_mail_of_an_account(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, detail(row(1)))
    guesses = [sign_in(n, code=50126, account="hr@contoso.com") for n in range(3)]
    report = take(tenant, graph(*guesses, sign_in(9)), "signIns.json")

    assert not list(unproven_days(tenant, dt.date(2026, 12, 31)))
    assert preview(report).message_count == 0


def test_counts_an_attempt_once_in_every_export(tenant: Tenant) -> None:  # noqa: F811
    attempts = [sign_in(n, code=50126 if n % 3 else 0) for n in range(30)]
    for shape, part in ((graph, attempts[:20]), (portal, attempts[10:]), (logs, attempts)):
        take(tenant, shape(*part))

    assert sum(SignIn.objects.values_list("attempt_count", flat=True)) == 30


def test_keeps_nothing_of_other_peoples_logins(tenant: Tenant) -> None:  # noqa: F811
    report = take(
        tenant, graph(sign_in(1, client="Browser", agent="Edge", account="boss@contoso.com"))
    )

    assert report.accepted_count == 1
    assert not SignIn.objects.exists()
    assert "no sign-in with SMTP AUTH" in report.warnings[0]


def test_a_login_stays_the_last_basic_when_a_message_is_older(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, graph(sign_in(1)))
    take(tenant, detail(row(1, day=2)))
    account = Account.objects.get()
    assert account.last_basic_at == dt.datetime(2026, 10, 13, 7, 0, 1, tzinfo=dt.UTC)

    take(tenant, detail(row(1, day=20)))
    account.refresh_from_db()
    assert account.last_basic_at == dt.datetime(2026, 10, 20, 7, 0, 1, tzinfo=dt.UTC)


def test_earlier_failures_show_under_an_account_found_later(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, graph(sign_in(1, code=50126)))
    assert SignIn.objects.get().account is None
    take(tenant, detail(row(1)))

    assert SignIn.objects.get().account == Account.objects.get()


def test_a_login_makes_traces_tell_more(tenant: Tenant) -> None:  # noqa: F811
    line = "2026-10-13T07:15:02,scan@contoso.com,a@contoso.com,Scan 7,203.0.113.9,10,<1.2@mfp>"
    take(tenant, trace(line), "trace.csv")
    take(tenant, graph(sign_in(1)))

    seen = Observation.objects.get()
    assert seen.fingerprint.subject_mask == "scan #"


def test_another_organisations_logins_are_refused(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, detail(row(1)))
    report = take(tenant, graph(sign_in(1, account="scan@fabrikam.com")))

    assert report.state == Report.State.REFUSED
    assert not SignIn.objects.exists()


def test_the_account_page_shows_its_sign_ins(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, graph(sign_in(1), sign_in(2, code=50126)))
    client = Client()
    client.force_login(User.objects.create_superuser("ann"))

    page = client.get(f"/admin/inventory/account/{Account.objects.get().pk}/change/")

    assert "Invalid password" in page.content.decode()
