"""Counting: nothing lost, nothing twice, whatever the files overlap."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import itertools
import random
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inventory.intake.ingest import claim, claimable, read_again, read_report, read_waiting, sweep
from inventory.intake.receive import NotReceived, receive
from inventory.models import (
    Account,
    CountedDay,
    Device,
    Event,
    Fingerprint,
    Item,
    Observation,
    Report,
    RowError,
    Sender,
    Tenant,
    Trail,
)
from inventory.people import correct
from inventory.queries import unproven_traffic
from inventory.senders.keeping import refresh_items
from inventory.senders.messages import unpack
from tests.factories import AccountFactory, SenderFactory

pytestmark = pytest.mark.django_db

HEADER = (
    "date,senderName,senderDomain,authMethod,original_client_ip,"
    "tls_version,tls_cipher,message_count,message_id"
)
TRACE = "Received,SenderAddress,RecipientAddress,Subject,FromIP,Size,MessageId"
GRID = "Sender address,Domain,TLS 1.2 (percentage),Messages sent,Authentication protocol"


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso")


def row(
    number: int = 1,
    *,
    account: str = "scan",
    host: str = "mfp-01",
    auth: str = "Basic",
    ip: str = "203.0.113.9",
    day: int = 1,
    domain: str = "contoso.com",
) -> str:
    at = f"2026-10-{day:02}T07:{number // 60 % 60:02}:{number % 60:02}Z"
    return f"{at},{account},{domain},{auth},{ip},TLS1.2,AES256,1,<20261001.{number}@{host}>"


def detail(*rows: str) -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode("utf-16-le")


def trace(*rows: str) -> bytes:
    return "\n".join([TRACE, *rows, ""]).encode()


def take(
    tenant: Tenant, content: bytes, name: str = "report.csv", *, date_order: str = ""
) -> Report:
    """Receive and read one file, and what it leaves waiting."""
    origin = Report.Origin.COMMAND
    found = receive(tenant, io.BytesIO(content), name, origin=origin, date_order=date_order)
    for received in found:
        read_report(received.report.pk)
    read_waiting(tenant)
    report = found[0].report
    report.refresh_from_db()
    return report


def total(tenant: Tenant, reader: str = "smtp_cs_report") -> int:
    observed = Observation.objects.filter(fingerprint__tenant=tenant, report__reader=reader)
    return observed.aggregate(total=Sum("message_count"))["total"] or 0


def test_counts_every_row_once(tenant: Tenant) -> None:
    report = take(tenant, detail(*(row(n) for n in range(50)), row(3), "nonsense"))

    assert report.state == Report.State.READ
    assert (report.row_count, report.accepted_count) == (52, 50)
    assert (report.rejected_count, report.duplicate_count) == (1, 1)
    assert total(tenant) == 50
    assert report.period_start == dt.datetime(2026, 10, 1, 7, 0, tzinfo=dt.UTC)
    assert RowError.objects.get(report=report).line == 53


def test_knows_the_same_content_under_another_name(tenant: Tenant) -> None:
    first = take(tenant, detail(row(1)))
    again = receive(tenant, io.BytesIO(detail(row(1))), "other.csv", origin=Report.Origin.COMMAND)

    assert [(each.report.pk, each.is_known) for each in again] == [(first.pk, True)]
    assert Report.objects.count() == 1


def test_takes_only_what_is_new_of_an_overlap(tenant: Tenant) -> None:
    take(tenant, detail(*(row(n) for n in range(40))))
    second = take(tenant, detail(*(row(n) for n in range(20, 60))))

    assert (second.accepted_count, second.duplicate_count) == (20, 20)
    assert total(tenant) == 60


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32), pieces=st.integers(1, 6))
def test_counts_the_same_however_the_rows_are_cut(tenant: Tenant, seed: int, pieces: int) -> None:
    choose = random.Random(seed)
    rows = [row(n, day=1 + n % 5, host=f"mfp-{n % 3}") for n in range(60)]
    mixed = Tenant.objects.create(name=f"mixed {Tenant.objects.count()}")
    files = [choose.sample(rows, choose.randint(1, len(rows))) for _ in range(pieces)]
    missing = set(rows) - {each for file in files for each in file}
    for file in [*files, sorted(missing, key=str)]:
        choose.shuffle(file)
        take(mixed, detail(*file))

    counted = Sender.objects.filter(tenant=mixed).values_list("key", "message_count")
    assert total(mixed) == len(rows)
    assert sorted(count for _, count in counted) == [20, 20, 20]


def test_counts_a_message_to_three_people_once(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    rows = [
        f"2026-10-01T07:00:01,scan@contoso.com,{name}@contoso.com,Scan,203.0.113.9,10,<1@mfp-01>"
        for name in ("a", "b", "c")
    ]
    first = take(tenant, trace(*rows[:2]))
    second = take(tenant, trace(*rows))

    assert (first.accepted_count, second.accepted_count) == (2, 1)
    assert total(tenant, "message_trace") == 1


def test_a_trace_proves_nothing(tenant: Tenant) -> None:
    take(tenant, trace("2026-10-13T07:15:02,pc@contoso.com,a@contoso.com,Hi,203.0.113.9,10,<1@pc>"))

    assert not Item.objects.exists()
    assert not Sender.objects.exists()


def test_a_trace_keeps_no_subject_of_people_who_do_not_use_smtp_auth(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    take(
        tenant,
        trace(
            "2026-10-13T07:15:02,pc@contoso.com,a@contoso.com,My illness,203.0.113.9,10,<1@pc>",
            "2026-10-13T07:15:03,eve@example.com,a@contoso.com,Offer,192.0.2.1,10,<2@x>",
            "2026-10-13T07:15:04,scan@contoso.com,a@contoso.com,Scan 7,203.0.113.9,10,<3@mfp-01>",
        ),
    )

    masks = dict(Fingerprint.objects.values_list("account", "subject_mask").order_by("pk"))
    assert masks == {"scan@contoso.com": "scan #"}
    ((_, others),) = unproven_traffic(tenant)
    assert others[["account", "address"]].to_numpy().tolist() == [["pc@contoso.com", "203.0.113.9"]]


def test_reads_traces_again_when_a_later_report_proves_an_account(tenant: Tenant) -> None:
    line = (
        "2026-10-13T07:15:0{},scan@contoso.com,a@contoso.com,"
        "Scan {},203.0.113.9,10,<2026.{}@mfp-01>"
    )
    take(tenant, trace(*(line.format(n, n, n) for n in range(3))), "trace.csv")
    take(tenant, detail(row(1)))

    report = Report.objects.get(file_name="trace.csv")
    seen = Observation.objects.filter(report=report)
    assert (report.state, report.accepted_count) == ("read", 3)
    assert [each.fingerprint.subject_mask for each in seen] == ["scan #"]
    assert seen.get().message_count == 3
    assert seen.get().fingerprint.sender == Sender.objects.get()


@pytest.mark.parametrize("days", list(itertools.permutations((8, 15, 22))))
def test_the_latest_total_of_a_grid_stands_alone(tenant: Tenant, days: tuple[int, ...]) -> None:
    counts = {8: 60, 15: 70, 22: 90}
    for day in days:
        count = counts[day]
        line = f"scan@contoso.com,contoso.com,100%,{count},Basic auth"
        take(tenant, f"{GRID}\n{line}\n".encode(), f"grid_2026-11-{day:02}.csv")

    assert Sender.objects.get().message_count == 90
    assert Account.objects.get().message_count == 90


def test_single_messages_replace_a_total(tenant: Tenant) -> None:
    take(tenant, f"{GRID}\nscan@contoso.com,contoso.com,100%,90,Basic\n".encode(), "g_20261115.csv")
    take(tenant, detail(row(1), row(2, host="mfp-02")))

    assert sorted(Sender.objects.values_list("message_count", flat=True)) == [1, 1]
    assert Account.objects.get().message_count == 2


def test_one_tenant_counts_nothing_for_another(tenant: Tenant) -> None:
    other = Tenant.objects.create(name="Other")
    take(tenant, detail(row(1)))
    report = take(other, detail(row(1)))

    assert report.accepted_count == 1
    assert (total(tenant), total(other)) == (1, 1)


# -- what bad input gets -----------------------------------------------------------------------


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


BAD = {
    "empty": (b"", "is empty"),
    "unknown": (b"a,b\n1,2\n", "no reader knows"),
    "cut": (detail(row(1))[:-31], "cut off"),
    "bomb": (zipped(bomb=b"0" * 60_000_000), "far more"),
    "gzip bomb": (gzip.compress(b"0" * 60_000_000), "far more"),
    "broken zip": (zipped(a=detail(row(1)))[:-40], "cannot be opened"),
    "broken gzip": (gzip.compress(detail(row(1)))[:-20], "damaged"),
    "empty zip": (zipped(), "holds no file"),
    "workbook": (zipped(**{"[Content_Types].xml": b"", "xl/a.xml": b""}), "save the sheet as CSV"),
}


@pytest.mark.parametrize("name", BAD)
def test_refuses_and_keeps_the_file(tenant: Tenant, name: str) -> None:
    content, why = BAD[name]
    report = take(tenant, content)

    assert report.state == Report.State.REFUSED
    assert why in report.refusal
    assert Path(report.content.path).read_bytes() == content
    assert not CountedDay.objects.exists()
    assert not Fingerprint.objects.exists()
    assert Event.objects.filter(kind="report.refused", subject_id=report.pk).count() == 1


def test_refuses_a_report_of_another_organisation(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    report = take(tenant, detail(row(2, domain="fabrikam.com")))

    assert report.state == Report.State.REFUSED
    assert "fabrikam.com" in report.refusal
    assert total(tenant) == 1


def test_learns_a_further_domain_from_smtp_auth_alone(tenant: Tenant) -> None:
    take(tenant, detail(row(1), row(2, domain="contoso.net")))
    take(tenant, trace("2026-10-13T07:15:02,a@x.org,b@contoso.net,Hi,203.0.113.9,10,<1@pc>"))

    tenant.refresh_from_db()
    assert tenant.domains == ["contoso.com", "contoso.net"]


def test_reads_a_refused_file_again_on_demand(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    report = take(tenant, detail(row(2, domain="fabrikam.com")))
    tenant.refresh_from_db()
    tenant.domains = [*tenant.domains, "fabrikam.com"]
    tenant.save()

    assert read_again(report)
    read_waiting(tenant)

    report.refresh_from_db()
    assert (report.state, report.refusal, report.accepted_count) == ("read", "", 1)


def test_takes_every_file_of_a_zip(tenant: Tenant) -> None:
    content = zipped(**{"a/one.csv": detail(row(1)), "two.csv": detail(row(1), row(2))})
    found = receive(tenant, io.BytesIO(content), "both.zip", origin=Report.Origin.COMMAND)
    read_waiting(tenant)

    assert [each.report.file_name for each in found] == ["one.csv", "two.csv"]
    assert total(tenant) == 2


def test_does_not_take_a_file_over_the_limit(
    tenant: Tenant, settings: pytest.FixtureRequest
) -> None:
    settings.REPORT_SIZE_LIMIT = 100  # type: ignore[attr-defined]
    with pytest.raises(NotReceived, match="larger than"):
        receive(tenant, io.BytesIO(b"x" * 101), "big.csv", origin=Report.Origin.COMMAND)
    assert not Report.objects.exists()


def test_keeps_a_file_under_a_name_of_its_own(tenant: Tenant) -> None:
    report = take(tenant, detail(row(1)), "../../etc/passwd")

    assert report.file_name == "passwd"
    assert Path(report.content.path).is_relative_to(settings.MEDIA_ROOT)


def test_an_empty_report_is_no_clean_one(tenant: Tenant) -> None:
    report = take(tenant, detail())

    assert (report.state, report.row_count) == (Report.State.READ, 0)
    assert "no data" in report.warnings[0]


def test_warns_of_a_file_that_was_probably_cut(tenant: Tenant) -> None:
    report = take(tenant, detail(*(row(n, day=1 + n // 100) for n in range(1000))))
    assert any("cut short" in warning for warning in report.warnings)


# -- claims ------------------------------------------------------------------------------------


def received(tenant: Tenant) -> Report:
    content = io.BytesIO(detail(row(1)))
    return receive(tenant, content, "r.csv", origin=Report.Origin.COMMAND)[0].report


def test_is_claimed_by_one_worker(tenant: Tenant) -> None:
    report = received(tenant)
    assert claim(report.pk) is not None
    assert claim(report.pk) is None
    assert read_report(report.pk) is None


def abandon(report: Report) -> None:
    long_ago = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    Report.objects.filter(pk=report.pk).update(claimed_at=long_ago)


def test_falls_to_the_next_worker_when_the_claim_is_stale(tenant: Tenant) -> None:
    report = received(tenant)
    claim(report.pk)
    abandon(report)

    assert sweep() == 1
    assert read_report(report.pk) is not None
    assert total(tenant) == 1


def test_is_given_up_when_it_has_ended_three_workers(tenant: Tenant) -> None:
    report = received(tenant)
    for _ in range(3):
        claim(report.pk)
        abandon(report)

    sweep()

    report.refresh_from_db()
    assert report.state == Report.State.REFUSED
    assert "given up" in report.refusal
    assert not Report.objects.filter(claimable()).exists()


# -- people's corrections ----------------------------------------------------------------------


@pytest.fixture
def person() -> User:
    return User.objects.create_user("vera")


def test_a_correction_outlives_imports(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1)))
    sender = Sender.objects.get()
    real = Device.objects.create(tenant=tenant, name="Printer in the lobby")
    correct.correct(sender, real, person)

    take(tenant, detail(row(2), row(3, ip="192.0.2.1")))

    sender.refresh_from_db()
    assert (sender.item_id, sender.link, sender.message_count) == (real.pk, "corrected", 3)
    real.refresh_from_db()
    assert real.message_count == 3


def test_a_rename_outlives_imports(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    Device.objects.update(name="Printer in the lobby")

    take(tenant, detail(row(2)))

    assert [device.name for device in Device.objects.all()] == ["Printer in the lobby"]


def test_a_merge_outlives_imports(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1), row(2, host="mfp-02")))
    one, other = Sender.objects.order_by("key")
    correct.merge([one, other], one, person)

    take(tenant, detail(row(3, host="mfp-02"), row(4, host="mfp-02", ip="192.0.2.9")))

    one.refresh_from_db()
    assert one.message_count == 4
    assert not Fingerprint.objects.filter(sender=other).exists()


def test_a_split_outlives_imports(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1), row(2, ip="192.0.2.1")))
    sender = Sender.objects.get()
    part = correct.split(sender, sender.fingerprints.filter(address="192.0.2.1"), person)

    take(tenant, detail(row(3), row(4, ip="192.0.2.1"), row(5, ip="192.0.2.1")))

    sender.refresh_from_db()
    part.refresh_from_db()
    assert (sender.message_count, part.message_count) == (2, 3)
    assert part.item_id not in (None, sender.item_id)


def bare(number: int, ip: str = "203.0.113.9") -> str:
    """A row of the detail report whose Message-ID names no host."""
    return row(number, host="contoso.com", ip=ip)


def told(number: int, subject: str, ip: str = "203.0.113.9") -> str:
    """What a trace says of the same message."""
    at = f"2026-10-01T07:{number // 60 % 60:02}:{number % 60:02}Z"
    key = f"<20261001.{number}@contoso.com>"
    return f"{at},scan@contoso.com,ap@contoso.com,{subject},{ip},900,{key}"


def test_a_trace_tells_senders_apart_without_counting_again(tenant: Tenant) -> None:
    take(tenant, detail(*(bare(n) for n in range(8))))
    first = Sender.objects.get()

    take(tenant, trace(*(told(n, f"Scan from MFP-0{n % 2 + 1}") for n in range(8))), "trace.csv")

    assert sorted(Sender.objects.values_list("message_count", flat=True)) == [4, 4]
    assert Sender.objects.filter(pk=first.pk).exists()
    assert total(tenant) == 8


def test_says_the_same_in_whatever_order_reports_come(tenant: Tenant) -> None:
    trace_first = Tenant.objects.create(name="Fabrikam")
    messages = detail(*(bare(n) for n in range(8)))
    subjects = trace(*(told(n, f"Scan from MFP-0{n % 2 + 1}") for n in range(8)))
    take(tenant, messages)
    take(tenant, subjects, "trace.csv")
    take(trace_first, subjects, "trace.csv")
    take(trace_first, messages)

    counts = [
        sorted(Sender.objects.filter(tenant=each).values_list("message_count", flat=True))
        for each in (tenant, trace_first)
    ]
    assert counts[0] == counts[1] == [4, 4]


def test_keeps_no_subject_and_no_recipient_in_clear(tenant: Tenant) -> None:
    take(tenant, detail(bare(1)))
    take(tenant, trace(told(1, "Contract Jane Doe")), "trace.csv")

    kept, _ = unpack([bytes(Trail.objects.get(report__reader="message_trace").rows)])
    text = kept.to_csv().lower()
    assert "jane" not in text
    assert "ap@contoso.com" not in text


def test_a_split_outlives_what_traces_tell(tenant: Tenant, person: User) -> None:
    take(tenant, detail(bare(1), bare(2, ip="192.0.2.1"), bare(3)))
    sender = Sender.objects.get()
    part = correct.split(sender, sender.fingerprints.filter(address="192.0.2.1"), person)

    take(tenant, trace(told(1, "A scan"), told(2, "A scan", ip="192.0.2.1")), "trace.csv")

    told_of = Fingerprint.objects.exclude(subject_mask="")
    assert {row.address: row.sender_id for row in told_of} == {
        "203.0.113.9": sender.pk,
        "192.0.2.1": part.pk,
    }


def test_a_merge_outlives_what_traces_tell(tenant: Tenant, person: User) -> None:
    take(tenant, detail(*(bare(n) for n in range(8)), row(20, host="mfp-02")))
    one, other = Sender.objects.order_by("-message_count")
    correct.merge([one, other], one, person)

    take(tenant, trace(*(told(n, f"Scan from MFP-0{n % 2 + 1}") for n in range(8))), "trace.csv")

    one.refresh_from_db()
    assert one.message_count == 9


def test_refuses_to_merge_across_accounts(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1), row(2, account="other")))
    one, other = Sender.objects.all()
    with pytest.raises(correct.CorrectionRefused, match="different accounts"):
        correct.merge([one], other, person)


def test_refuses_an_item_of_another_tenant(tenant: Tenant, person: User) -> None:
    take(tenant, detail(row(1)))
    foreign = Device.objects.create(tenant=Tenant.objects.create(name="Other"), name="x")
    with pytest.raises(correct.CorrectionRefused):
        correct.correct(Sender.objects.get(), foreign, person)


# -- events ------------------------------------------------------------------------------------


def test_tells_what_happened_in_order(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    kinds = list(Event.objects.values_list("kind", flat=True))
    assert kinds == [
        "report.received",
        "item.discovered",
        "sender.discovered",
        "item.discovered",
        "item.linked",
        "report.read",
    ]


def test_tells_nothing_new_of_what_is_known(tenant: Tenant) -> None:
    take(tenant, detail(row(1)))
    take(tenant, detail(row(1), row(2)))
    assert Event.objects.filter(kind="sender.discovered").count() == 1
    assert Event.objects.filter(kind="item.linked").count() == 1


def test_an_account_is_quiet_when_its_slowest_sender_is(tenant: Tenant) -> None:
    account = AccountFactory.create(tenant=tenant)
    often = SenderFactory.create(tenant=tenant, account=account, quiet_days=3)
    SenderFactory.create(tenant=tenant, account=account, quiet_days=40)
    refresh_items([account.pk])
    account.refresh_from_db()
    assert account.quiet_days == 40
    often.quiet_days = None
    often.save()
    refresh_items([account.pk])
    account.refresh_from_db()
    assert account.quiet_days is None


def test_tells_whom_a_sender_writes_to(tenant: Tenant) -> None:
    take(tenant, detail(bare(1), row(2, host="mfp-02")))
    take(tenant, trace(told(1, "Scan"), told(1, "Scan").replace("ap@", "b@")), "trace.csv")
    sender = Sender.objects.get(fingerprints__subject_mask="scan")
    assert (sender.writes_to, sender.account.writes_to) == ("inside", "inside")

    take(tenant, trace(told(1, "Scan").replace("ap@contoso.com", "x@example.net")), "more.csv")
    sender.refresh_from_db()
    assert sender.writes_to == "both"
    other = Sender.objects.exclude(pk=sender.pk).get()
    assert other.writes_to == ""
