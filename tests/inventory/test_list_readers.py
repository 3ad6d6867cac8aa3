"""Every sample of a list or a log is named for its reason and has what it must give."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from inventory import readers
from inventory.intake import reading_lists
from inventory.intake.reading_lists import Columns, Context, ListReading
from inventory.readers import smtp_replies
from inventory.readers.list_fields import signature
from inventory.readers.masking import masked
from inventory.readers.networks import networks_in
from inventory.records import ColumnsUndecided, NotThisReport
from tests.inventory.test_readers import DOCS, expected, files

TODAY = dt.date(2026, 11, 24)
SAMPLES = [path for name in readers.LISTS for path in files(name)]


def read(path: Path, confirmed: dict[str, Columns] | None = None) -> ListReading | None:
    return reading_lists.read(path, Context(path.name, TODAY, confirmed or {}), lambda: None)


def written(tmp_path: Path, text: str, name: str = "list.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def told(record: object) -> dict[str, object]:
    """What is not blank, as JSON has it."""
    values: dict[str, Any] = asdict(record)  # type: ignore[call-overload]
    values.pop("key", None)
    found: dict[str, object] = json.loads(json.dumps(values, default=lambda at: at.isoformat()))
    return {name: value for name, value in found.items() if value not in ("", None, [])}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_reads_a_sample_as_expected(path: Path) -> None:
    found = read(path)

    assert found is not None
    assert found.reader == path.parent.name
    got = {
        "rows": found.row_count,
        "rejected": found.rejected_count,
        "errors": [[error.line, error.column, error.reason] for error in found.errors],
        "warnings": found.warnings,
        "assets": [{"line": line, **told(asset)} for line, asset in found.assets],
        "sites": [told(site) for site in found.sites],
        "replies": [told(reply) for reply in found.replies],
    }
    want = expected(path)
    assert want
    assert {name: value for name, value in got.items() if value} == want


@pytest.mark.parametrize("name", readers.LISTS)
def test_every_reader_has_samples_and_a_page(name: str) -> None:
    assert len(files(name)) >= 3
    assert name in (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*readers.READERS, *readers.SETTINGS, "refused"])
def test_takes_no_report_of_microsoft_for_a_list(name: str) -> None:
    for path in files(name):
        try:
            found = read(path)
        except ColumnsUndecided:
            raise
        except NotThisReport:
            continue
        assert found is None, path


def test_passes_over_companions_with_addresses_in_them(tmp_path: Path) -> None:
    text = "Hostname,IP address,MAC address\nmfp-1,10.1.1.1,EC:9F:8A:BD:66:85\n"
    assert read(written(tmp_path, text, "SignIns_AuthDetails.csv")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Received,Sender,FromIP,Serial number\n2026-11-01,a@b.example,203.0.113.9,1\n",
        "When,Who,Address,Host,Id\nx,a@b.example,203.0.113.9,mfp-1,<1@mfp-1>\n",
        "Name,Amount,Price\nmfp-1,3,100\n",
        "name,colour\na,b\n",
    ],
)
def test_takes_no_table_of_something_else_for_a_list(text: str, tmp_path: Path) -> None:
    assert read(written(tmp_path, text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Vendor,Owner\nRicoh,anna@fabrikam.example\nHP,jan@fabrikam.example\n",
        "Name,Site,Remark\nBig printer,Oslo,old\nSmall one,Oslo,new\n",
    ],
)
def test_asks_what_columns_hold_when_nothing_names_a_device(text: str, tmp_path: Path) -> None:
    with pytest.raises(ColumnsUndecided, match="under Columns"):
        read(written(tmp_path, text))


def test_reads_by_what_a_person_said_of_the_columns(tmp_path: Path) -> None:
    names = ["Subject", "Code", "Extra"]
    said = Columns("known_devices", names, ["name", "serial_number", ""], is_confirmed=True)
    path = written(tmp_path, "Subject,Code,Extra\nBig printer,A1,x\n")

    assert read(path) is None
    found = read(path, {signature(names): said})

    assert found is not None
    assert told(found.assets[0][1]) == {"name": "Big printer", "serial_number": "A1"}
    assert found.warnings == []


def test_knows_the_same_columns_whatever_case_and_marks() -> None:
    assert signature(["Host name", "Séries"]) == signature(["HOST_NAME", "series"])
    assert signature(["a", "b"]) != signature(["b", "a"])


def test_says_of_a_workbook_without_a_list_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook_of(path, [["name", "colour"], ["a", "b"]])
    with pytest.raises(NotThisReport, match="neither a list of devices nor one of sites"):
        read(path)


def test_sends_a_trace_saved_as_a_workbook_back(tmp_path: Path) -> None:
    path = tmp_path / "trace.xlsx"
    workbook_of(
        path,
        [["Received", "SenderAddress", "RecipientAddress", "Subject", "FromIP", "MessageId"]],
    )
    with pytest.raises(NotThisReport, match="save the sheet as CSV"):
        read(path)


def workbook_of(path: Path, rows: list[list[object]]) -> None:
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    workbook.close()


@pytest.mark.parametrize(
    ("cell", "good", "bad"),
    [
        ("203.0.113.0/24", ["203.0.113.0/24"], []),
        ("203.0.113.9", ["203.0.113.9/32"], []),
        ("203.0.113.9/28", ["203.0.113.0/28"], []),
        ("203.0.113.8 bis 203.0.113.11", ["203.0.113.8/30"], []),
        ("203.0.113.8–203.0.113.9, 198.51.100.7", ["203.0.113.8/31", "198.51.100.7/32"], []),
        ("2001:db8:44::/48", ["2001:db8:44::/48"], []),
        ("10.0.0.0/8", [], ["10.0.0.0/8"]),
        ("100.64.1.1", [], ["100.64.1.1"]),
        ("0.0.0.0/0", [], ["0.0.0.0/0"]),
        ("::/0", [], ["::/0"]),
        ("1.0.0.1-223.0.0.1", [], ["1.0.0.1-223.0.0.1"]),
        ("203.0.113.9-2001:db8::1", [], ["203.0.113.9-2001:db8::1"]),
        ("203.0.113.9-203.0.113.1", [], ["203.0.113.9-203.0.113.1"]),
        ("", [], []),
    ],
)
def test_reads_public_networks_of_a_cell(cell: str, good: list[str], bad: list[str]) -> None:
    assert networks_in(cell) == (good, bad)


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("535 5.7.3 user=a@b.example password=hunter2", "hunter2"),
        ('535 {"smtp_password": "my secret word"}', "secret word"),
        ("535 -Password 'W!nter 2026'", "nter 2026"),
        ("535 smtp://scan:hunter2@smtp.office365.com:587", "hunter2"),
        ("535 login('scan@b.example', 'hunter2')", "hunter2"),
        ("535 AUTH LOGIN c2NhbkBiLmV4YW1wbGU=", "c2NhbkBiLmV4YW1wbGU"),
        ("535 > V2ludGVyMjAyNiE=", "V2ludGVyMjAyNiE"),
        ("535 Authorization: Basic dXNlcjpodW50ZXIyIQ==", "dXNlcjpodW50ZXIyIQ"),
        ("535 Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.abc", "eyJ0eXAi"),
        ("535 pwd: hunter2, retry", "hunter2"),
        ("535 client_secret=abc~8Q.x", "abc~8Q"),
    ],
)
def test_keeps_no_secret_of_a_line(line: str, secret: str) -> None:
    assert secret not in masked(line)
    assert masked(line).startswith("535")


@pytest.mark.parametrize(
    "line",
    [
        "550 5.7.30 Basic authentication is not supported for Client Submission.",
        "535 5.7.3 Authentication unsuccessful [AM8PR01MB2216.eurprd01.prod.outlook.com "
        "2026-10-21T05:12:31.089Z 08DE6822E93BFA9C]",
        "SMTP ERROR: Password command failed: 535 5.7.139",
    ],
)
def test_leaves_a_line_without_secret_as_it_is(line: str) -> None:
    assert masked(line) == line


@pytest.mark.parametrize(
    ("line", "host", "account"),
    [
        ("Nov 12 15:00:00 hpmfp mail: {}", "hpmfp", ""),
        ("12. Nov 15:00:00 hpmfp mail: {}", "", ""),
        ("<34>1 2026-11-12T15:00:00.003Z srv.b.example app - - - {}", "srv.b.example", ""),
        ("2026-11-12 15:00:00 [192.168.1.163] E-mail TX error: {}", "192.168.1.163", ""),
        ("2026-11-12 15:00:00,526 ERROR jakarta.mail.X: {} (a@b.example)", "", "a@b.example"),
        ("2026-11-12 15:00:00 WARN host=smtp.office365.com device=MFP-7 {}", "mfp-7", ""),
        ('{{"time":"2026-11-12T15:00:00Z","hostname":"SRV1","msg":"{}"}}', "srv1", ""),
        ("11/13/2026 3:00:00 PM PRN-1 SMTP {} to=x@c.example", "prn-1", ""),
        ("Thu Nov 12 15:00:00 2026 UPS-7 e-mail failed: {}", "ups-7", ""),
        ("Nov 12 15:00:00 host=smtp.office365.com user=a@b.example {}", "", "a@b.example"),
        ("Nov 12 15:00:00 relay postfix/smtp[7]: to=<x@c.example>, said: {}", "relay", ""),
        ("C360i;2026-11-12 15:00:00;Scan;a@b.example;NG;{}", "", "a@b.example"),
        ("2026-11-12 15:00:00 {} user=a@b.example from=c@b.example", "", "a@b.example"),
        ("2026-11-12 15:00:00 {} a@b.example and c@b.example", "", ""),
    ],
)
def test_tells_host_and_account_of_a_line(line: str, host: str, account: str) -> None:
    text = line.format("535 5.7.139 Authentication unsuccessful, credentials were incorrect")
    [found] = smtp_replies.read([text], TODAY)
    assert (found.host, found.account) == (host, account)
    assert found.at is None or (found.at.month, found.at.hour) == (11, 15)


def test_dates_lines_without_a_year_before_the_log_came_in() -> None:
    lines = [f"{day} 07:00:00 mfp mail: 535 5.7.3 x" for day in ("Nov 24", "Nov 26", "Feb 30")]
    times = [each.at for each in smtp_replies.read(lines, TODAY)]
    assert [at.year if at else None for at in times] == [2026, 2025, None]


@pytest.mark.parametrize(
    "line",
    [
        "Nov 24 07:00:00 mfp scan-to-email: job 535 done",
        "Nov 24 07:00:00 mfp mail: version 5.7.3 of the firmware is there",
        "Nov 24 07:00:00 mfp mail: 250 2.0.0 OK",
        "Nov 24 07:00:00 mfp mail: size=535, relay=smtp.office365.com",
        "Nov 24 07:00:00 mfp mail: sent to 10.5.7.3",
        "Nov 24 07:00:00 web nginx: GET /mail 404 5.0.1",
        "Nov 24 07:00:00 sql mail: Database concurrent connections limit reached",
        "Nov 24 07:00:00 mail RejectDirectSend: false",
    ],
)
def test_takes_a_number_alone_for_no_reply(line: str) -> None:
    assert smtp_replies.read([line], TODAY) == []


def test_is_no_log_without_a_single_reply(tmp_path: Path) -> None:
    lines = "Nov 24 07:00:00 mfp mail: sent 3 pages\n" * 100
    assert read(written(tmp_path, lines, "syslog.log")) is None


def test_finds_the_only_reply_far_down_in_a_log(tmp_path: Path) -> None:
    lines = "Nov 24 07:00:00 mfp mail: sent 3 pages\n" * 20_000
    reply = "Nov 24 07:00:00 mfp mail: 535 5.7.3 Authentication unsuccessful\n"
    found = read(written(tmp_path, lines + reply, "syslog.log"))
    assert found is not None
    assert [each.line for each in found.replies] == [20_001]


def test_tells_equal_lines_apart_and_knows_them_in_another_log() -> None:
    line = "Nov 24 07:00:00 mfp mail: 421 4.7.66 TLS 1.0 and 1.1 are not supported"
    first = smtp_replies.read([line, line], TODAY)
    second = smtp_replies.read(["another line", line, line, line], TODAY)
    assert len({each.key for each in second}) == 3
    assert {each.key for each in first} < {each.key for each in second}
