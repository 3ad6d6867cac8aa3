"""A message is the same message in every shape of trace; dates are decided, asked for or ISO."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import Client

from inventory.intake.ingest import read_again, read_waiting
from inventory.models import Event, Observation, Report, Tenant
from inventory.readers.sources import open_source
from inventory.readers.times import decide_day_first
from inventory.readers.traces import samples_early
from inventory.records import DatesUndecided
from tests.inventory.test_ingest import detail, row, take, tenant  # noqa: F401
from tracker import tasks as tasks

pytestmark = pytest.mark.django_db

Message = tuple[int, list[str]]
MESSAGES: list[Message] = [(1, ["a"]), (2, ["a", "b"]), (3, ["c", "a", "b"]), (4, ["b"])]


def guid(number: int) -> str:
    return f"11111111-2222-3333-4444-{number:012d}"


def pairs(messages: list[Message]) -> list[tuple[int, str]]:
    return [(number, f"{to}@contoso.com") for number, recipients in messages for to in recipients]


def cmdlet(number: int, to: str) -> dict[str, str | int]:
    return {
        "Received": f"2026-10-13T07:15:{number:02d}.1234567",
        "SenderAddress": "scan@contoso.com",
        "RecipientAddress": to,
        "MessageId": f"<{number}@mfp-01>",
        "MessageTraceId": guid(number),
        "FromIP": "203.0.113.9",
        "Size": 10,
    }


def as_csv(messages: list[Message], without: str = "") -> bytes:
    rows = [cmdlet(number, to) for number, to in pairs(messages)]
    names = [name for name in rows[0] if name != without]
    lines = [",".join(str(row[name]) for name in names) for row in rows]
    return "\n".join([",".join(names), *lines, ""]).encode()


def as_csv_without_trace_id(messages: list[Message]) -> bytes:
    return as_csv(messages, without="MessageTraceId")


def as_json(messages: list[Message]) -> bytes:
    return json.dumps([cmdlet(number, to) for number, to in pairs(messages)]).encode()


def as_graph(messages: list[Message]) -> bytes:
    names = {
        "Received": "receivedDateTime",
        "SenderAddress": "senderAddress",
        "RecipientAddress": "recipientAddress",
        "MessageId": "messageId",
        "MessageTraceId": "id",
        "FromIP": "fromIP",
        "Size": "size",
    }
    rows = [cmdlet(number, to) for number, to in pairs(messages)]
    return json.dumps({"value": [{names[key]: row[key] for key in row} for row in rows]}).encode()


def as_summary(messages: list[Message]) -> bytes:
    header = (
        "origin_timestamp_utc,sender_address,recipient_status,total_bytes,message_id,"
        "network_message_id,original_client_ip"
    )
    lines = [
        f"2026-10-13T07:15:{number:02d}.1234567Z,scan@contoso.com,"
        f'"{";".join(f"{to}@contoso.com##Receive, Deliver" for to in recipients)}",10,'
        f"<{number}@mfp-01>,{guid(number).replace('-', '')},203.0.113.9"
        for number, recipients in messages
    ]
    return "\r\n".join([header, *lines, ""]).encode("utf-16-le")


def as_detail(messages: list[Message]) -> bytes:
    header = (
        "date_time_utc,source,event_id,message_id,network_message_id,recipient_address,"
        "sender_address,total_bytes,original_client_ip"
    )
    lines = [
        f"2026-10-13T07:16:{number + delay:02d}Z,{event},<{number}@mfp-01>,{guid(number)},"
        f"{to},scan@contoso.com,10,{address}"
        for number, to in pairs(messages)
        for delay, event, address in ((9, "SMTP,SEND", ""), (0, "SMTP,RECEIVE", "203.0.113.9"))
    ]
    return "\n".join([header, *lines, ""]).encode()


SHAPES: list[Callable[[list[Message]], bytes]] = [
    as_csv,
    as_json,
    as_graph,
    as_summary,
    as_detail,
    as_csv_without_trace_id,
]


def counted(tenant: Tenant) -> int:  # noqa: F811
    observed = Observation.objects.filter(fingerprint__tenant=tenant)
    traced = observed.exclude(report__reader="smtp_cs_report")
    return traced.aggregate(total=Sum("message_count"))["total"] or 0


@pytest.mark.parametrize(
    ("first", "second"),
    # Events of the extended report have times of their own: only the id tells them.
    [
        pair
        for pair in itertools.permutations(SHAPES, 2)
        if set(pair) != {as_detail, as_csv_without_trace_id}
    ],
    ids=lambda shape: shape.__name__,
)
def test_counts_a_message_once_in_whatever_shapes_it_comes(
    tenant: Tenant,  # noqa: F811
    first: Callable[[list[Message]], bytes],
    second: Callable[[list[Message]], bytes],
) -> None:
    take(tenant, detail(row(1)))
    take(tenant, first(MESSAGES[:3]))
    assert counted(tenant) == 3
    report = take(tenant, second([MESSAGES[3], *reversed(MESSAGES)]))

    assert report.state == Report.State.READ
    assert counted(tenant) == 4
    assert take(tenant, first(MESSAGES)).state == Report.State.READ
    assert counted(tenant) == 4


def test_tells_messages_with_one_constant_message_id_apart(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, detail(row(1)))
    content = as_csv([(n, ["a"]) for n in range(20)])
    for number in range(20):
        content = content.replace(f"<{number}@mfp-01>".encode(), b"<always@mfp-01>")
    take(tenant, content)

    assert counted(tenant) == 20


# -- companions --------------------------------------------------------------------------------


def test_passes_over_a_companion_file(tenant: Tenant) -> None:  # noqa: F811
    report = take(tenant, b"Request ID,Method\n1,Password\n", "InteractiveSignIns_AuthDetails.csv")

    assert report.state == Report.State.SKIPPED
    assert "carry nothing" in report.refusal
    assert list(Event.objects.values_list("kind", flat=True)) == [
        "report.received",
        "report.skipped",
    ]
    assert not read_again(report)


def test_a_companion_file_does_not_fail_an_import(tmp_path, tenant: Tenant) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    path = tmp_path / "NonInteractiveSignIns_2026_AuthDetails.csv"
    path.write_text("a,b\n1,2\n")
    out = StringIO()

    call_command("import_reports", str(path), tenant=tenant.name, stdout=out)

    assert "skipped" in out.getvalue()


# -- dates that can be read both ways ----------------------------------------------------------

BOTH_WAYS = as_csv([(1, ["a"])]).replace(b"2026-10-13T07:15:01.1234567", b"05/10/2026 07:15:01")


@pytest.mark.parametrize(("answer", "month"), [("day", 10), ("month", 5)])
def test_asks_for_the_date_order_and_takes_the_answer(
    tenant: Tenant,  # noqa: F811
    answer: str,
    month: int,
) -> None:
    report = take(tenant, BOTH_WAYS)
    assert (report.state, report.asks_date_order) == (Report.State.REFUSED, True)
    assert "day or the month first" in report.refusal

    assert read_again(report, date_order=answer)
    read_waiting(tenant)

    report.refresh_from_db()
    assert (report.state, report.asks_date_order) == (Report.State.READ, False)
    assert report.period_start is not None
    assert report.period_start.month == month


def test_an_answer_does_not_overrule_what_the_file_tells(tenant: Tenant) -> None:  # noqa: F811
    content = BOTH_WAYS + BOTH_WAYS.splitlines()[1].replace(b"05/10", b"28/10") + b"\n"
    report = take(tenant, content, date_order="month")

    assert report.period_start is not None
    assert (report.period_start.day, report.period_start.month) == (5, 10)


def test_import_takes_the_date_order_for_a_file_refused_before(tmp_path, tenant: Tenant) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    path = tmp_path / "trace.csv"
    path.write_bytes(BOTH_WAYS)
    with pytest.raises(CommandError):
        call_command("import_reports", str(path), tenant=tenant.name, stdout=StringIO())

    call_command(
        "import_reports", str(path), "--month-first", tenant=tenant.name, stdout=StringIO()
    )

    report = Report.objects.get()
    assert report.state == Report.State.READ
    assert report.period_start is not None
    assert report.period_start.month == 5


def test_a_person_answers_on_the_page_of_reports(tenant: Tenant) -> None:  # noqa: F811
    report = take(tenant, BOTH_WAYS)
    user = User.objects.create_superuser("ann")
    client = Client()
    client.force_login(user)

    page = client.get("/admin/inventory/report/")
    assert "asks for the date order" in page.content.decode()
    client.post(
        "/admin/inventory/report/", {"action": "read_day_first", "_selected_action": [report.pk]}
    )
    read_waiting(tenant)

    report.refresh_from_db()
    assert (report.state, report.date_order) == (Report.State.READ, "day")


def test_reads_the_order_of_dates_elsewhere_where_the_beginning_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inventory.readers.tables.BLOCK_BYTES", 4_000)
    monkeypatch.setattr("inventory.readers.tables.SAMPLE_BYTES", 500)
    days = [*([3] * 200), *([13] * 200), *([3] * 200)]
    path = tmp_path / "trace.csv"
    path.write_text(
        "Received,SenderAddress,RecipientAddress,FromIP,MessageId\r\n"
        + "".join(
            f'9/{day}/2026 7:{n % 60:02d}:00 AM,a@contoso.com,"b@example.net",192.0.2.1,<{n}@x>\r\n'
            for n, day in enumerate(days)
        )
    )
    source = open_source(path)
    looked_at = [len(texts) for texts in samples_early(source, "received")]
    assert 16 <= looked_at[1] < 16 * 9
    assert looked_at[0] + sum(looked_at[2:]) == len(days)
    first, some = itertools.islice(samples_early(source, "received"), 2)
    assert decide_day_first([some], "Received") is False
    with pytest.raises(DatesUndecided):
        decide_day_first([first], "Received")
