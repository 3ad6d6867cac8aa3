"""The lockdown answer from reports: what they say up to the day asked for, and nothing later."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item, Sender, SignIn, Tenant
from tests.factories import CutoverFactory, ReportFactory, WaiverFactory
from tests.inventory.test_ingest import GRID, HEADER, take
from tracker.lockdown.facts import lockdown
from tracker.lockdown.verdict import Verdict
from tracker.models import Cutover, Waiver

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 11, 22)
FIRST = ON - dt.timedelta(days=89)
DAY = dt.timedelta(days=1)
Sent = tuple[dt.date, str, str, str]
"""Day, From address, method, host."""


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso", domains=["contoso.com"])


def detail(sent: list[Sent]) -> bytes:
    lines = [
        f"{day}T07:00:{n % 60:02}Z,{name}@contoso.com,contoso.com,{method},203.0.113.9,TLS1.2,"
        f"AES256,1,<{day:%Y%m%d}.{n}@{host}>"
        for n, (day, name, method, host) in enumerate(sent)
    ]
    return "\n".join([HEADER, *lines, ""]).encode()


def daily(
    name: str,
    method: str = "Basic",
    *,
    first: dt.date = FIRST,
    last: dt.date = ON,
    host: str = "mfp-01",
) -> list[Sent]:
    days = range((last - first).days + 1)
    return [(first + n * DAY, name, method, host) for n in days]


COVER = daily("steady", host="erp-01")
"""Somebody who sends every day, so that the reports cover every day."""


def settings(tenant: Tenant, *, organisation: str = "false", **mailboxes: str) -> None:
    rows = "".join(f"{name}@contoso.com,{value}\n" for name, value in mailboxes.items())
    take(
        tenant,
        f"PrimarySmtpAddress,SmtpClientAuthenticationDisabled\n{rows}".encode(),
        "cas_2026-11-22.csv",
    )
    take(
        tenant,
        f"SmtpClientAuthenticationDisabled\n{organisation}\n".encode(),
        "transport_2026-11-22.csv",
    )
    users = "".join(f"{name}@contoso.com,\n" for name in mailboxes)
    take(tenant, f"UserPrincipalName,AuthenticationPolicy\n{users}".encode(), "u_2026-11-22.csv")
    take(tenant, b'DefaultAuthenticationPolicy\n\n""\n', "org_2026-11-22.csv")
    take(tenant, b"DisplayName,IsEnabled\nSecurity Defaults,False\n", "sd_2026-11-22.csv")


def trace(tenant: Tenant, name: str, days: int = 5) -> None:
    rows = "".join(
        f"{ON - n * DAY}T09:00:00Z,{name}@contoso.com,x@example.com,<{n}@{name}>\n"
        for n in range(days)
    )
    content = f"Received,SenderAddress,RecipientAddress,MessageId\n{rows}"
    take(tenant, content.encode(), f"trace {name}.csv")


def answers(tenant: Tenant, on: dt.date = ON) -> dict[str, Verdict]:
    return {each.account.partition("@")[0]: each for each in lockdown(tenant, on)}


def actions(tenant: Tenant, on: dt.date = ON) -> dict[str, str]:
    return {name: each.action for name, each in answers(tenant, on).items()}


def test_answers_for_every_mailbox_of_settings_and_of_traffic(tenant: Tenant) -> None:
    moved_on = ON - 80 * DAY
    take(
        tenant,
        detail(
            COVER
            + daily("scan", last=moved_on, host="mfp-01")
            + daily("scan", "OAuth", first=moved_on + DAY, host="mfp-01")
            + daily("ended", first=FIRST - 40 * DAY, last=moved_on, host="mfp-02")
            + daily("elsewhere", host="mfp-03")
        ),
    )
    settings(tenant, steady="", scan="False", ended="False", mia="", off="True", svc="")
    trace(tenant, "mia")

    assert actions(tenant) == {
        "steady": "keep",
        "scan": "block_basic_only",
        "ended": "disable",
        "mia": "disable",
        "off": "already_off",
        "svc": "unknown",
        "elsewhere": "keep",
    }
    assert answers(tenant)["elsewhere"].effective == "unknown"


def test_uses_nothing_that_reports_say_of_later_days(tenant: Tenant) -> None:
    take(tenant, detail(COVER))
    take(tenant, detail(daily("mia", first=ON + DAY, last=ON + 3 * DAY, host="pc-1")), "later.csv")
    settings(tenant, steady="", mia="")
    trace(tenant, "mia")
    take(
        tenant,
        b"PrimarySmtpAddress,SmtpClientAuthenticationDisabled\nmia@contoso.com,True\n",
        "cas_2026-11-23.csv",
    )

    assert actions(tenant)["mia"] == "disable"
    assert actions(tenant, ON + DAY)["mia"] == "already_off"


def test_without_a_detail_report_nothing_is_safe(tenant: Tenant) -> None:
    settings(tenant, mia="", scan="")
    trace(tenant, "mia")
    grid = f"{GRID}\nscan@contoso.com,contoso.com,100,5,Basic\n".encode()
    take(tenant, grid, "grid_2026-11-22.csv")

    assert actions(tenant) == {"mia": "unknown", "scan": "keep"}
    assert "SmtpCSReport" in answers(tenant)["mia"].reason


def test_a_gap_of_nine_days_makes_it_unknown_and_names_them(tenant: Tenant) -> None:
    first_half, second_half = ON - 40 * DAY, ON - 30 * DAY
    take(tenant, detail(daily("steady", last=first_half, host="erp-01")))
    take(tenant, detail(daily("steady", first=second_half, host="erp-01")), "second.csv")
    settings(tenant, steady="", mia="")
    trace(tenant, "mia")

    assert actions(tenant)["mia"] == "unknown"
    assert "2026-10-14 to 2026-10-22" in answers(tenant)["mia"].reason


def test_a_report_with_unreadable_rows_covers_nothing(tenant: Tenant) -> None:
    lines = detail(COVER) + b"never,svc@contoso.com,contoso.com,Basic,,,,1,<x>\n" * 20
    take(tenant, lines, "broken.csv")
    settings(tenant, steady="", mia="")
    trace(tenant, "mia")

    assert actions(tenant)["mia"] == "unknown"
    assert actions(tenant)["steady"] == "keep"


def test_an_alias_is_its_mailbox(tenant: Tenant) -> None:
    take(tenant, detail(COVER + daily("orders", host="mfp-09")))
    mailbox = {
        "PrimarySmtpAddress": "sales@contoso.com",
        "EmailAddresses": ["SMTP:sales@contoso.com", "smtp:orders@contoso.com"],
        "SmtpClientAuthenticationDisabled": False,
    }
    take(tenant, json.dumps(mailbox).encode(), "cas_2026-11-22.json")

    assert actions(tenant)["sales"] == "keep"
    assert "orders" not in actions(tenant)


def told(tenant: Tenant, sent: list[Sent], subject: str) -> None:
    """Detail reports of this mail, and a trace that says what it was."""
    take(tenant, detail(sent), f"{subject}.csv")
    rows = "".join(
        f"{day}T07:00:{n % 60:02}Z,{name}@contoso.com,x@example.com,{subject},203.0.113.9,"
        f"<{day:%Y%m%d}.{n}@{host}>\n"
        for n, (day, name, _, host) in enumerate(sent)
    )
    head = "Received,SenderAddress,RecipientAddress,Subject,FromIP,MessageId\n"
    take(tenant, f"{head}{rows}".encode(), f"trace of {subject}.csv")


def test_a_device_that_is_seen_to_have_moved_needs_no_quiet_period(tenant: Tenant) -> None:
    take(tenant, detail(COVER))
    settings(tenant, steady="", scan="")
    moved_on = ON - 20 * DAY
    told(tenant, daily("scan", last=moved_on, host="MFP4711"), "Scan")
    told(tenant, daily("scan", "OAuth", first=moved_on + DAY, host="MFP4711"), "Scan")

    assert actions(tenant)["scan"] == "block_basic_only"
    assert actions(tenant, moved_on + 5 * DAY)["scan"] == "keep"


def test_what_a_device_still_tells_of_itself_with_basic_holds(tenant: Tenant) -> None:
    take(tenant, detail(COVER))
    settings(tenant, steady="", scan="")
    moved_on = ON - 60 * DAY
    told(tenant, daily("scan", last=moved_on, host="MFP4711"), "Scan")
    told(tenant, daily("scan", "OAuth", first=moved_on + DAY, host="MFP4711"), "Scan")
    assert actions(tenant)["scan"] == "block_basic_only"

    told(tenant, [(ON - 70 * DAY, "scan", "Basic", "MFP4711")], "Toner is low")
    verdict = answers(tenant)["scan"]
    assert verdict.action == "keep"
    assert "“toner is low”" in verdict.reason


def test_guessed_passwords_do_not_tell_what_a_mailbox_is_for(tenant: Tenant) -> None:
    take(tenant, detail(COVER))
    settings(tenant, steady="", hr="")
    guesses = [
        {
            "id": f"guess-{n}",
            "createdDateTime": f"{ON - n * DAY}T07:00:00Z",
            "userPrincipalName": "hr@contoso.com",
            "ipAddress": "192.0.2.9",
            "clientAppUsed": "Authenticated SMTP",
            "status": {"errorCode": 50126, "failureReason": "Invalid password"},
        }
        for n in range(10)
    ]
    take(tenant, json.dumps({"value": guesses}).encode(), "signIns.json")

    assert SignIn.objects.count() == 10
    assert actions(tenant)["hr"] == "unknown"


def test_who_sends_as_another_holds_the_lock_of_the_mailbox_that_may_do_it(
    tenant: Tenant,
) -> None:
    take(tenant, detail(COVER + daily("orders", host="erp-02")))
    settings(tenant, steady="", orders="True", svc="False", mia="")
    trace(tenant, "mia")
    found = answers(tenant)

    assert found["orders"].action == "already_off"
    assert "another mailbox logs in" in found["orders"].reason
    assert found["svc"].action == "unknown"
    assert "orders@contoso.com" in found["svc"].reason


def test_a_sender_without_any_suspect_makes_everybody_doubtful(tenant: Tenant) -> None:
    take(tenant, detail(COVER + daily("orders", host="erp-02")))
    settings(tenant, steady="", orders="True", mia="")
    trace(tenant, "mia")

    assert actions(tenant)["mia"] == "unknown"


def test_the_same_host_explains_who_sends_as_another(tenant: Tenant) -> None:
    take(tenant, detail(COVER + daily("orders", host="erp-01")))
    settings(tenant, steady="", orders="True", mia="")
    trace(tenant, "mia")

    assert actions(tenant)["mia"] == "disable"


def test_a_waiver_keeps_it_on_to_its_last_day(tenant: Tenant) -> None:
    sent = COVER + daily("ended", first=ON - 150 * DAY, last=ON - 75 * DAY, host="mfp-02")
    take(tenant, detail(sent))
    settings(tenant, steady="", ended="")
    assert actions(tenant)["ended"] == "disable"

    waiver = WaiverFactory.create(
        cutover__item=Item.objects.exclude(category="account").get(
            linked_senders__account__name="ended@contoso.com"
        ),
        expires_on=ON,
    )
    assert actions(tenant)["ended"] == "disable", "nobody has approved it"

    Waiver.objects.update(state="approved", decided_at=f"{ON - 9 * DAY}T09:00:00Z")
    assert actions(tenant)["ended"] == "keep"
    assert f"Allowed to wait: mfp-02 until {waiver.expires_on}" in answers(tenant)["ended"].reason
    # Nobody has run what ends it, and still it holds nothing on the day after.
    assert actions(tenant, ON + DAY)["ended"] == "disable"
    assert actions(tenant, ON - 10 * DAY)["ended"] == "keep", "it was not silent for long"
    Waiver.objects.update(state="expired")
    assert actions(tenant)["ended"] == "keep", "it held on that day"


def test_a_verified_item_settles_only_senders_that_are_linked_with_it(tenant: Tenant) -> None:
    last = ON - 40 * DAY
    take(tenant, detail(COVER + daily("scan", last=last, host="mfp-02")))
    settings(tenant, steady="", scan="")
    at = dt.datetime.combine(last + DAY, dt.time(6), dt.UTC)
    sender = Sender.objects.get(account__name="scan@contoso.com")
    Cutover.objects.filter(item=sender.item).delete()
    CutoverFactory.create(item=sender.item, status="verified", cut_over_at=at, moved_at=at)
    assert actions(tenant)["scan"] == "disable"

    Sender.objects.filter(pk=sender.pk).update(link=Sender.Link.SUGGESTED)
    assert actions(tenant)["scan"] == "keep"


def test_undated_settings_of_later_say_so(tenant: Tenant) -> None:
    take(tenant, detail(COVER))
    content = b"PrimarySmtpAddress,SmtpClientAuthenticationDisabled\noff@contoso.com,True\n"
    take(tenant, content, "Get-CASMailbox.csv")

    found = answers(tenant, dt.date(2026, 11, 22))["off"]
    assert found.action == "already_off"


def test_one_tenant_tells_nothing_of_another(tenant: Tenant) -> None:
    take(tenant, detail(COVER))
    settings(tenant, steady="")
    other = Tenant.objects.create(name="Fabrikam")

    assert lockdown(other, ON) == []


def test_asks_the_same_number_of_queries_for_more_mailboxes(tenant: Tenant) -> None:
    take(tenant, detail([*COVER, *daily("scan", host="mfp-1")]))
    settings(tenant, steady="")
    with CaptureQueriesContext(connection) as few:
        lockdown(tenant, ON)
    take(tenant, detail([row for n in range(9) for row in daily(f"scan{n}", host=f"mfp-1{n}")]))
    with CaptureQueriesContext(connection) as many:
        lockdown(tenant, ON)

    assert len(few) == len(many)


def run(tenant: Tenant, *arguments: str) -> str:
    output = io.StringIO()
    call_command("lockdown", "--tenant", tenant.name, "--as-of", str(ON), *arguments, stdout=output)
    return output.getvalue()


def test_the_command_gives_the_same_answer_in_every_format(tenant: Tenant, tmp_path: Path) -> None:
    take(tenant, detail(COVER))
    settings(tenant, steady="", mia="", off="True")
    trace(tenant, "mia")
    want = [
        {
            "account": each.account,
            "effective": each.effective,
            "action": each.action,
            "reason": each.reason,
        }
        for each in lockdown(tenant, ON)
    ]

    assert json.loads(run(tenant, "--format", "json")) == want
    assert list(csv.DictReader(io.StringIO(run(tenant, "--format", "csv")))) == want
    script = tmp_path / "lockdown.ps1"
    run(tenant, "--format", "powershell", "--output", str(script))
    assert "Disable-SmtpAuth 'mia@contoso.com'" in script.read_text(encoding="utf-8-sig")
    rollback = tmp_path / "lockdown-rollback.ps1"
    assert "mia" not in rollback.read_text(encoding="utf-8-sig"), "all that was changed"
    parts = ("--domain", "contoso.com")
    run(tenant, "--format", "powershell", "--output", str(script), *parts)
    assert "'mia@contoso.com'" in rollback.read_text(encoding="utf-8-sig")
    assert "steady" not in rollback.read_text(encoding="utf-8-sig")


def test_one_mailbox_is_answered_as_among_all(tenant: Tenant) -> None:
    take(tenant, detail([*COVER, *daily("scan", host="mfp-1"), *daily("orders", host="app")]))
    settings(tenant, steady="", scan="", mia="", orders="True")
    trace(tenant, "mia")

    for each in lockdown(tenant, ON):
        assert lockdown(tenant, ON, [each.account]) == [each]
    assert lockdown(tenant, ON, ["nobody@contoso.com"]) == []


def sign_in(tenant: Tenant, name: str, on: dt.date, result: str, *, is_smtp: bool = True) -> None:
    at = dt.datetime.combine(on, dt.time(7), dt.UTC)
    SignIn.objects.create(
        tenant=tenant,
        report=ReportFactory.create(tenant=tenant, reader="entra_graph", state="read"),
        name=f"{name}@contoso.com",
        day=on,
        is_smtp=is_smtp,
        result=result,
        attempt_count=1,
        first_at=at,
        last_at=at,
    )


@pytest.mark.parametrize(
    ("on", "result", "is_smtp", "action"),
    [
        (ON - 20 * DAY, "success", True, "keep"),
        (ON - 120 * DAY, "success", True, "disable"),
        (ON + DAY, "success", True, "disable"),
        (ON - 20 * DAY, "failure", True, "disable"),
        (ON - 20 * DAY, "success", False, "disable"),
    ],
)
def test_keeps_a_mailbox_that_logs_in_and_sends_as_another(
    tenant: Tenant, on: dt.date, result: str, is_smtp: bool, action: str
) -> None:
    take(tenant, detail(COVER), "detail.csv")
    settings(tenant, steady="", idle="")
    trace(tenant, "idle")
    sign_in(tenant, "idle", on, result, is_smtp=is_smtp)
    found = {verdict.account: verdict for verdict in lockdown(tenant, ON)}
    assert found["idle@contoso.com"].action == action, found["idle@contoso.com"].reason
