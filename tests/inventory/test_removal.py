"""Taking an import back: as if it had never come, but for what people said."""

from __future__ import annotations

import datetime as dt
import io
import random
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inventory.intake import ingest
from inventory.intake.ingest import read_waiting
from inventory.intake.receive import receive
from inventory.intake.removal import preview, remove, settle, sweep
from inventory.models import (
    Account,
    DeviceReply,
    Event,
    Fingerprint,
    Item,
    Observation,
    Report,
    Sender,
    Setting,
    SignIn,
    Tenant,
)
from inventory.people import correct
from inventory.queries import unproven_traffic
from tests.inventory.test_ingest import GRID, detail, row, take, trace

pytestmark = pytest.mark.django_db

SIGN_INS = (
    "Date (UTC),Request ID,User agent,User,Username,Authentication Protocol,Application,Resource,"
    "IP address,Location,Status,Sign-in error code,Failure reason,Client app"
)


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso")


@pytest.fixture
def person() -> User:
    return User.objects.create_user("vera")


def traced(number: int, *, account: str = "scan", host: str = "mfp-01", day: int = 1) -> str:
    """What a trace says of the message that `row` makes."""
    at = f"2026-10-{day:02}T07:{number // 60 % 60:02}:{number % 60:02}Z"
    key = f"<20261001.{number}@{host}>"
    return f"{at},{account}@contoso.com,ap@contoso.com,Scan {number % 3},203.0.113.9,900,{key}"


def signed_in(number: int, account: str = "door", day: int = 2) -> str:
    at = f"2026-10-{day:02}T07:{number // 60 % 60:02}:{number % 60:02}Z"
    return (
        f"{at},{number},BAV2ROPC,Door,{account}@contoso.com,ropc,Office 365 Exchange Online,"
        "Office 365 Exchange Online,203.0.113.25,Oslo,Success,0,,Authenticated SMTP"
    )


def sign_ins(*rows: str) -> bytes:
    return "\n".join([SIGN_INS, *rows, ""]).encode()


def gone(report: Report, by: User | None = None) -> Report:
    """Remove the report, and read what that leaves waiting."""
    assert remove(report, by)
    read_waiting(report.tenant)
    sweep()
    read_waiting(report.tenant)
    report.refresh_from_db()
    assert report.state == Report.State.REMOVED
    return report


Totals = tuple[dict[tuple[Any, ...], int], dict[str, int], dict[str, int]]


def totals(tenant: Tenant) -> Totals:
    """Messages by reader, account, day and method; by account; and sign-ins by account."""
    observed = Observation.objects.filter(fingerprint__tenant=tenant).order_by()
    by = ("report__reader", "fingerprint__account", "day", "auth_method")
    messages = {
        tuple(each[name] for name in by): each["total"]
        for each in observed.values(*by).annotate(total=Sum("message_count"))
    }
    accounts = dict(Account.objects.filter(tenant=tenant).values_list("name", "message_count"))
    attempts = SignIn.objects.filter(tenant=tenant).order_by().values_list("name")
    return messages, accounts, dict(attempts.annotate(total=Sum("attempt_count")))


def some_files(choose: random.Random) -> list[tuple[bytes, str]]:
    """Overlapping files of four kinds about the same messages."""
    told = [
        (n, {"account": f"scan{n % 2}", "host": f"mfp-{n % 3}", "day": 1 + n % 4})
        for n in range(24)
    ]
    files = []
    for number in range(choose.randint(2, 5)):
        chosen = choose.sample(told, choose.randint(1, len(told)))
        kind = choose.choice(["detail", "detail", "trace", "sign-ins", "grid"])
        if kind == "detail":
            auth = ("Basic", "OAuth")
            rows = [row(n, auth=auth[n % 5 == 0], **facts) for n, facts in chosen]  # type: ignore[arg-type]
            files.append((detail(*rows, f"# {number}"), f"detail{number}.csv"))
        elif kind == "trace":
            rows = [traced(n, **facts) for n, facts in chosen]  # type: ignore[arg-type]
            files.append((trace(*rows), f"trace{number}.csv"))
        elif kind == "grid":
            line = f"scan0@contoso.com,contoso.com,100%,{choose.randint(1, 99)},Basic"
            name = f"grid_2026-10-{choose.randint(1, 28):02}.csv"
            files.append((f"{GRID}\n{line}\n".encode(), name))
        else:
            rows = [signed_in(n, f"scan{n % 3}", 1 + n % 3) for n, _ in chosen]
            files.append((sign_ins(*rows), f"InteractiveSignIns_{number}.csv"))
    return files


@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_leaves_what_the_others_alone_would_have_told(tenant: Tenant, seed: int) -> None:
    choose = random.Random(seed)
    files = some_files(choose)
    unlucky = choose.randrange(len(files))
    with_it = Tenant.objects.create(name=f"with {Tenant.objects.count()}", domains=["contoso.com"])
    without = Tenant.objects.create(name=f"w/o {Tenant.objects.count()}", domains=["contoso.com"])
    reports = [take(with_it, content, name) for content, name in files]
    for content, name in files[:unlucky] + files[unlucky + 1 :]:
        if content != files[unlucky][0]:
            take(without, content, name)

    gone(reports[unlucky])

    assert totals(with_it) == totals(without)
    names = Item.objects.order_by("category", "name").values_list("category", "name")
    assert list(names.filter(tenant=with_it)) == list(names.filter(tenant=without))


def test_loses_nothing_that_another_report_holds(tenant: Tenant) -> None:
    first = take(tenant, detail(*(row(n) for n in range(40))))
    second = take(tenant, detail(*(row(n) for n in range(20, 60))))

    gone(first)

    second.refresh_from_db()
    assert (second.accepted_count, second.duplicate_count) == (40, 0)
    assert Sender.objects.get().message_count == 40
    assert Account.objects.get().message_count == 40


def test_counts_a_message_whose_further_recipients_another_report_told(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    line = "2026-10-01T07:00:01,scan@contoso.com,{}@contoso.com,Scan,203.0.113.9,10,<1@mfp-01>"
    first = take(tenant, trace(line.format("a")))
    take(tenant, trace(line.format("b")))

    gone(first)

    seen = Observation.objects.filter(report__reader="message_trace")
    assert seen.aggregate(total=Sum("message_count"))["total"] == 1


def test_waits_for_the_reports_that_are_read_again(tenant: Tenant) -> None:
    first = take(tenant, detail(row(1), row(2)))
    take(tenant, detail(row(2), row(3)))
    sender = Sender.objects.get()

    remove(first)

    assert first.state == Report.State.REMOVING
    assert not settle(first.pk)
    assert Sender.objects.filter(pk=sender.pk).exists()
    read_waiting(tenant)
    assert sweep() == 1
    assert Sender.objects.get(pk=sender.pk).message_count == 2
    assert Event.objects.filter(kind="report.removed").count() == 1
    assert Event.objects.filter(kind="sender.discovered").count() == 1


def test_keeps_the_row_without_the_file_and_takes_the_file_again(
    tenant: Tenant, person: User
) -> None:
    first = take(tenant, detail(row(1)))
    path = Path(first.content.path)

    gone(first, person)

    assert not path.exists()
    assert (first.removed_by, bool(first.removed_at), first.content.name) == (person, True, "")
    assert not remove(first)
    again = take(tenant, detail(row(1)))
    assert (again.state, again.accepted_count) == (Report.State.READ, 1)
    assert again.pk != first.pk


def test_drops_what_only_that_report_led_to(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    other = take(tenant, detail(row(2, account="fax", host="fax-01")))
    sighted = take(tenant, sign_ins(signed_in(1)), "InteractiveSignIns_1.csv")

    gone(other)
    gone(sighted)

    assert set(Item.objects.values_list("name", flat=True)) == {"scan@contoso.com", "mfp-01"}
    assert not SignIn.objects.exists()
    assert not Fingerprint.objects.filter(account="fax@contoso.com").exists()


def test_leaves_what_people_settled_with_nothing_seen_of_it(tenant: Tenant, person: User) -> None:
    report = take(tenant, detail(row(1), row(2, account="fax", host="fax-01")))
    sender = Sender.objects.get(account__name="scan@contoso.com")
    correct.confirm(sender, person)
    Account.objects.filter(name="fax@contoso.com").update(notes="in the cellar")

    gone(report)

    sender.refresh_from_db()
    assert (sender.link, sender.message_count, sender.last_basic_at) == ("confirmed", 0, None)
    assert set(Item.objects.values_list("name", "message_count")) == {
        ("scan@contoso.com", 0),
        ("mfp-01", 0),
        ("fax@contoso.com", 0),
    }


def test_keeps_a_split_and_what_other_reports_say_of_it(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1), row(2, ip="192.0.2.1")))
    later = take(tenant, detail(row(3), row(4, ip="192.0.2.1")))
    sender = Sender.objects.get()
    part = correct.split(sender, sender.fingerprints.filter(address="192.0.2.1"), person)

    gone(later)

    sender.refresh_from_db()
    part.refresh_from_db()
    assert (sender.message_count, part.message_count) == (1, 1)


def test_forgets_the_subjects_of_accounts_that_are_proven_no_more(tenant: Tenant) -> None:
    proof = take(tenant, detail(row(1)))
    take(tenant, trace(traced(1)), "trace.csv")
    assert Fingerprint.objects.filter(subject_mask="scan #").exists()

    gone(proof)

    assert not Item.objects.exists()
    assert not Fingerprint.objects.exists()
    ((_, kept),) = unproven_traffic(tenant)
    assert kept["message_count"].tolist() == [1]


def test_takes_back_settings_and_the_domains_that_came_with_them(tenant: Tenant) -> None:
    content = b"PrimarySmtpAddress,SmtpClientAuthenticationDisabled\nscan@fabrikam.com,True\n"
    wrong = take(tenant, content, "Get-CASMailbox.csv")
    right = take(tenant, detail(row(1)))
    assert right.state == Report.State.REFUSED

    gone(wrong)

    right.refresh_from_db()
    tenant.refresh_from_db()
    assert (right.state, tenant.domains) == (Report.State.READ, ["contoso.com"])
    assert not Setting.objects.exists()


def test_keeps_a_domain_of_which_another_report_tells(tenant: Tenant) -> None:
    first = take(tenant, detail(row(1)))
    second = take(tenant, detail(row(2)))

    gone(first)

    tenant.refresh_from_db()
    second.refresh_from_db()
    assert tenant.domains == second.learned_domains == ["contoso.com"]


def test_falls_back_to_the_grid_before(tenant: Tenant) -> None:
    line = "scan@contoso.com,contoso.com,100%,{},Basic"
    take(tenant, f"{GRID}\n{line.format(60)}\n".encode(), "grid_2026-10-08.csv")
    later = take(tenant, f"{GRID}\n{line.format(90)}\n".encode(), "grid_2026-10-15.csv")

    gone(later)

    assert Account.objects.get().message_count == 60


def test_removes_a_report_that_was_refused(tenant: Tenant) -> None:
    report = take(tenant, b"a,b\n1,2\n")
    assert gone(report).refusal


def test_tells_beforehand_what_will_go(tenant: Tenant) -> None:
    first = take(tenant, detail(row(1), row(2, account="fax")))
    take(tenant, detail(row(2, account="fax")), "second.csv")

    told = preview(first)

    assert (told.message_count, told.account_count, told.read_again) == (2, 2, ["second.csv"])


def test_takes_nothing_of_another_tenant(tenant: Tenant) -> None:
    other = Tenant.objects.create(name="Other")
    mine, theirs = take(tenant, detail(row(1))), take(other, detail(row(1)))

    gone(mine)

    theirs.refresh_from_db()
    assert (theirs.state, totals(other)[1]) == (Report.State.READ, {"scan@contoso.com": 1})
    assert Path(theirs.content.path).exists()


def test_gives_up_a_claim_on_what_is_removed(tenant: Tenant) -> None:
    report = take(tenant, detail(row(1)))
    Report.objects.filter(pk=report.pk).update(
        state=Report.State.READING, claimed_at=dt.datetime.now(dt.UTC)
    )
    gone(report)
    read_waiting(tenant)
    assert not Observation.objects.exists()


def test_gives_lines_of_a_log_to_the_log_that_left_them_out(tenant: Tenant) -> None:
    said = "mfp-01 SMTP 535 5.7.3 Authentication unsuccessful"
    lines = [f"2026-10-0{n} 07:15:00 {said}" for n in (1, 2, 3)]
    first = take(tenant, "\n".join([*lines[:2], ""]).encode(), "first.log")
    take(tenant, "\n".join([*lines[1:], ""]).encode(), "second.log")
    assert DeviceReply.objects.count() == 3

    gone(first)

    kept = DeviceReply.objects.order_by("at")
    assert [(reply.at.day, reply.report.file_name) for reply in kept if reply.at] == [
        (2, "second.log"),
        (3, "second.log"),
    ]


@pytest.mark.parametrize("content", [detail(row(1)), b"a,b\n1,2\n"])
def test_a_worker_that_is_reading_what_is_removed_ends_without_a_word(
    tenant: Tenant, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = Report.Origin.COMMAND
    [received] = receive(tenant, io.BytesIO(content), "r.csv", origin=origin)
    read_file = ingest.read_file

    def removed_meanwhile(report: Report) -> Any:
        try:
            return read_file(report)
        finally:
            remove(Report.objects.get(pk=report.pk))

    monkeypatch.setattr(ingest, "read_file", removed_meanwhile)
    assert ingest.read_report(received.report.pk) is None
    assert Report.objects.get().state == Report.State.REMOVED
    assert not Observation.objects.exists()


def test_says_what_goes_of_mail_that_nothing_proved(tenant: Tenant) -> None:
    tenant.domains = ["contoso.com"]
    tenant.save()
    report = take(tenant, trace(traced(1), traced(2, day=2), traced(3, account="pc")), "trace.csv")
    found = preview(report)
    assert (found.message_count, found.account_count) == (3, 2)
