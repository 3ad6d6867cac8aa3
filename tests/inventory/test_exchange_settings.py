"""Settings go in like any report, and the latest export that told a value stands."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from inventory.exchange.settings import snapshot
from inventory.intake.ingest import read_again
from inventory.intake.receive import receive
from inventory.models import Event, Observation, Report, RowError, Setting, Tenant
from tests.inventory.test_ingest import detail, row, take

pytestmark = pytest.mark.django_db

HEADER = "PrimarySmtpAddress,SmtpClientAuthenticationDisabled\n"
LATER = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso", domains=["contoso.com"])


def mailboxes(tenant: Tenant, day: str, **values: str) -> Report:
    lines = "".join(f"{name}@contoso.com,{value}\n" for name, value in values.items())
    return take(tenant, (HEADER + lines).encode(), f"Get-CASMailbox_{day}.csv")


def switch(tenant: Tenant, account: str, moment: dt.datetime = LATER) -> str | None:
    return snapshot(tenant, moment).mailboxes.get(account, {}).get("smtp_auth_disabled")


def changes(tenant: Tenant) -> list[tuple[str, str, str, bool | None]]:
    events = Event.objects.filter(tenant=tenant, kind="setting.changed")
    return [
        (row["subject"], row["was"], row["value"], row["is_relaxed"])
        for row in events.values_list("data", flat=True)
    ]


def test_counts_the_rows_of_settings_and_stores_no_traffic(tenant: Tenant) -> None:
    lines = "scan@contoso.com,False\nscan@contoso.com,False\nnobody,True\n"
    report = take(tenant, (HEADER + lines).encode(), "Get-CASMailbox.csv")

    assert (report.state, report.reader) == (Report.State.READ, "cas_mailbox")
    assert (report.row_count, report.accepted_count) == (3, 1)
    assert (report.duplicate_count, report.rejected_count) == (1, 1)
    assert RowError.objects.get(report=report).line == 4
    assert not Observation.objects.filter(report=report).exists()
    assert Event.objects.filter(kind="report.read", subject_id=report.pk).count() == 1


def test_the_latest_export_stands_in_whatever_order_they_come(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-11-20", scan="True")
    mailboxes(tenant, "2026-10-01", scan="False")

    assert switch(tenant, "scan@contoso.com") == "true"
    assert switch(tenant, "scan@contoso.com", dt.datetime(2026, 11, 1, tzinfo=dt.UTC)) == "false"


def test_a_missing_column_takes_back_nothing(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-10-01", scan="False", mia="")
    minimal = b"PrimarySmtpAddress,PopEnabled\nscan@contoso.com,True\nnew@contoso.com,True\n"
    take(tenant, minimal, "Get-EXOCasMailbox_2026-11-01.csv")

    assert switch(tenant, "scan@contoso.com") == "false"
    assert switch(tenant, "mia@contoso.com") == ""
    assert switch(tenant, "new@contoso.com") is None
    assert changes(tenant) == []


def test_a_date_before_every_dated_export_knows_nothing(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-11-20", scan="True")

    found = snapshot(tenant, dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert (found.mailboxes, found.later) == ({}, None)


def test_an_undated_export_stands_in_for_earlier_days_and_says_so(tenant: Tenant) -> None:
    take(tenant, (HEADER + "scan@contoso.com,True\n").encode(), "Get-CASMailbox.csv")

    found = snapshot(tenant, dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert found.mailboxes["scan@contoso.com"]["smtp_auth_disabled"] == "true"
    assert found.later == Report.objects.get().received_at


def test_tells_what_was_changed_between_two_exports(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-10-01", scan="True", mia="", old="False", same="True")
    mailboxes(tenant, "2026-11-01", scan="False", mia="True", old="", same="True", new="False")

    assert sorted(changes(tenant)) == [
        ("mia@contoso.com", "", "true", False),
        ("old@contoso.com", "false", "", False),
        ("scan@contoso.com", "true", "false", True),
    ]


def test_tells_of_a_policy_that_was_relaxed(tenant: Tenant) -> None:
    take(tenant, b"Name,AllowBasicAuthSmtp\nBlock,False\n", "policies_2026-10-01.csv")
    take(tenant, b"Name,AllowBasicAuthSmtp\nBlock,True\n", "policies_2026-11-01.csv")

    assert changes(tenant) == [("block", "false", "true", True)]


def test_an_older_export_that_comes_late_changes_nothing(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-11-01", scan="False")
    mailboxes(tenant, "2026-10-01", scan="True")

    assert changes(tenant) == []


def test_removing_a_report_takes_its_settings_back(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-10-01", scan="True")
    mailboxes(tenant, "2026-11-01", scan="False").delete()

    assert switch(tenant, "scan@contoso.com") == "true"
    assert Setting.objects.filter(subject="scan@contoso.com").count() == 2


def test_reading_again_stores_settings_once(tenant: Tenant) -> None:
    report = mailboxes(tenant, "2026-10-01", scan="True")
    stored = Setting.objects.count()
    Report.objects.update(state=Report.State.REFUSED)
    assert read_again(report)
    mailboxes(tenant, "2026-10-01", scan="True")

    assert Setting.objects.count() == stored


def test_a_change_back_is_noticed_though_the_file_is_the_same(tenant: Tenant) -> None:
    on, off = (f"{HEADER}scan@contoso.com,{value}\n".encode() for value in ("False", "True"))
    for content in (on, off, on):
        take(tenant, content, "Get-CASMailbox.csv")

    assert switch(tenant, "scan@contoso.com") == "false"
    assert changes(tenant) == [
        ("scan@contoso.com", "false", "true", False),
        ("scan@contoso.com", "true", "false", True),
    ]


def test_the_same_settings_again_are_known(tenant: Tenant) -> None:
    content = f"{HEADER}scan@contoso.com,False\n".encode()
    take(tenant, content, "Get-CASMailbox.csv")
    take(tenant, content.replace(b"False", b"false"), "Get-CASMailbox.csv")
    [again] = receive(tenant, io.BytesIO(content), "again.csv", origin=Report.Origin.COMMAND)

    assert again.is_known


def test_an_older_day_in_the_name_is_no_news(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-10-01", scan="True")
    mailboxes(tenant, "2026-11-01", scan="False")
    mailboxes(tenant, "2026-10-02", scan="True")

    assert switch(tenant, "scan@contoso.com") == "false"


def test_refuses_the_settings_of_another_organisation(tenant: Tenant) -> None:
    lines = HEADER + "scan@fabrikam.example,True\n"
    report = take(tenant, lines.encode(), "Get-CASMailbox.csv")

    assert report.state == Report.State.REFUSED
    assert not Setting.objects.exists()


def test_learns_the_domains_of_mailboxes(tenant: Tenant) -> None:
    lines = HEADER + "scan@contoso.com,\nmia@contoso.example,\n"
    take(tenant, lines.encode(), "Get-CASMailbox.csv")
    report = take(tenant, detail(row(1, domain="contoso.example")))

    assert report.state == Report.State.READ
    tenant.refresh_from_db()
    assert tenant.domains == ["contoso.com", "contoso.example"]


def test_shows_no_settings_to_other_tenants(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-10-01", scan="True")
    other = Tenant.objects.create(name="Fabrikam")

    assert snapshot(other, LATER).mailboxes == {}
