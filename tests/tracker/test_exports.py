from __future__ import annotations

import csv
import datetime as dt
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from inventory.models import Device, Tenant
from tests.factories import (
    NOW,
    TODAY,
    YESTERDAY,
    AccountFactory,
    CutoverFactory,
    DeadlineFactory,
    DeviceFactory,
    ReportFactory,
    SenderFactory,
    SiteFactory,
    TenantFactory,
    WaveFactory,
)
from tracker.exports.rows import COLUMNS, frame_of
from tracker.exports.weekly import export_weekly
from tracker.models import Cutover

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory.create(name="Contoso Ltd")


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def items_of(path: Path) -> list[dict[str, Any]]:
    header, *rows = sheet(path, "Items")
    return [dict(zip(header, row, strict=True)) for row in rows]


def summary_of(path: Path) -> dict[str, Any]:
    return {row[0]: row[1] for row in sheet(path, "Summary") if row[0]}


def full(tenant: Tenant) -> None:
    """An item with everything that can be said of one."""
    item = DeviceFactory.create(
        tenant=tenant,
        name="mfp-3",
        owner="print-team",
        contact="+47 555 01",
        site=SiteFactory.create(tenant=tenant, name="Oslo"),
        tags=["floor 2", "lease"],
        notes="behind the stairs",
        message_count=12_345,
    )
    for number, confidence in enumerate((95, 60)):
        account = AccountFactory.create(tenant=tenant, name=f"scan{number}@contoso.example")
        SenderFactory.create(tenant=tenant, account=account, item=item, link_confidence=confidence)
    CutoverFactory.create(
        item=item,
        status="in_progress",
        route="relay_connector",
        owner="anna",
        due_on=TODAY - dt.timedelta(days=3),
        deadline=DeadlineFactory.create(name="End of December"),
        wave=WaveFactory.create(tenant=tenant, name="Pilot"),
        moved_at=YESTERDAY,
        notes="certificate ordered",
    )


def test_names_both_files_after_tenant_and_day(tenant: Tenant, tmp_path: Path) -> None:
    paths = export_weekly(tenant, tmp_path / "new" / "folder", NOW)
    assert [path.name for path in paths] == [
        "offramp-contoso-ltd-2026-11-24.csv",
        "offramp-contoso-ltd-2026-11-24.xlsx",
    ]
    assert sorted(paths) == sorted((tmp_path / "new" / "folder").iterdir())


def test_never_takes_another_tenants_file_name(tenant: Tenant, tmp_path: Path) -> None:
    tenants = [
        tenant,
        TenantFactory.create(name="Contoso, Ltd."),
        TenantFactory.create(name="コントソ"),
    ]
    tenants.append(TenantFactory.create(name="!"))
    names = {export_weekly(each, tmp_path, NOW)[0].name for each in tenants}
    assert len(names) == len(tenants)
    assert "offramp-コントソ-2026-11-24.csv" in names


def test_writes_everything_known_of_an_item(tenant: Tenant, tmp_path: Path) -> None:
    full(tenant)
    text, book = export_weekly(tenant, tmp_path, NOW)
    (row,) = [row for row in csv_rows(text) if row["category"] == "device"]
    expected = {
        "kind": "printer or scanner",
        "name": "mfp-3",
        "accounts": "scan0@contoso.example, scan1@contoso.example",
        "owner": "print-team",
        "contact": "'+47 555 01",
        "site": "Oslo",
        "criticality": "normal",
        "tags": "floor 2, lease",
        "last seen (UTC)": "2026-11-23 09:00:00",
        "last OAuth (UTC)": "",
        "messages": "12345",
        "link confidence %": "60",
        "cutover status": "in progress",
        "route": "relay connector",
        "cutover owner": "anna",
        "wave": "Pilot",
        "due": "2026-11-21",
        "days left": "-3",
        "deadline": "End of December",
        "last moved (UTC)": "2026-11-23 09:00:00",
        "notes": "behind the stairs",
        "cutover notes": "certificate ordered",
    }
    assert {name: row[name] for name in expected} == expected
    (found,) = [row for row in items_of(book) if row["category"] == "device"]
    assert found["contact"] == "+47 555 01"
    assert found["due"] == dt.date(2026, 11, 21)
    assert found["last seen (UTC)"] == dt.datetime(2026, 11, 23, 9)
    assert (found["messages"], found["days left"]) == (12_345, -3)
    assert list(found) == list(row) == list(COLUMNS)


def test_names_an_account_as_its_own(tenant: Tenant) -> None:
    account = AccountFactory.create(tenant=tenant)
    SenderFactory.create(tenant=tenant, account=account, item=account, link_confidence=40)
    (row,) = frame_of(tenant, TODAY).to_dict("records")
    assert (row["accounts"], row["link confidence %"]) == (account.name, 40)


def test_marks_what_speaks_only_when_something_is_wrong(tenant: Tenant) -> None:
    DeviceFactory.create(tenant=tenant, cadence=Device.Cadence.ON_ALARM)
    (row,) = frame_of(tenant, TODAY).to_dict("records")
    assert row["rhythm"] == "only on alarm"


def test_lists_items_that_have_no_cutover(tenant: Tenant, tmp_path: Path) -> None:
    DeviceFactory.create(tenant=tenant, last_basic_at=None)
    text, book = export_weekly(tenant, tmp_path, NOW)
    assert [row["cutover status"] for row in csv_rows(text)] == [""]
    assert [row["days left"] for row in items_of(book)] == [""]


def test_counts_no_days_for_what_is_done(tenant: Tenant) -> None:
    late = TODAY - dt.timedelta(days=9)
    CutoverFactory.create(item__tenant=tenant, status="verified", due_on=late)
    assert frame_of(tenant, TODAY)["days left"].tolist() == [None]


def test_shows_nothing_of_another_tenant(tenant: Tenant, tmp_path: Path) -> None:
    full(TenantFactory.create())
    text, book = export_weekly(tenant, tmp_path, NOW)
    for (row,) in (csv_rows(text), items_of(book)):
        assert {value for value in row.values() if value} == {row["name"]}
        assert str(row["name"]).startswith("no item: no reports")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_writes_no_cell_that_runs_as_a_formula(tenant: Tenant, tmp_path: Path, start: str) -> None:
    evil = f'{start}HYPERLINK("http://evil.example","mfp")'
    DeviceFactory.create(tenant=tenant, name=evil, owner=evil, notes=evil, tags=[evil])
    text, book = export_weekly(tenant, tmp_path, NOW)
    (row,) = csv_rows(text)
    assert {row[name] for name in ("name", "owner", "notes", "tags")} == {f"'{evil}"}
    (found,) = items_of(book)
    assert found["owner"] == evil
    with zipfile.ZipFile(book) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        for name in names:
            content = parts.read(name)
            assert b"<f>" not in content
            assert b"<hyperlink" not in content


def test_is_read_by_excel_as_utf8(tenant: Tenant, tmp_path: Path) -> None:
    DeviceFactory.create(tenant=tenant, name="Drucker Süd 文")
    text, book = export_weekly(tenant, tmp_path, NOW)
    assert text.read_bytes().startswith(b"\xef\xbb\xbf")
    assert csv_rows(text)[0]["name"] == items_of(book)[0]["name"] == "Drucker Süd 文"


def test_cuts_what_no_cell_can_hold(tenant: Tenant, tmp_path: Path) -> None:
    DeviceFactory.create(tenant=tenant, notes="x" * 40_000)
    _, book = export_weekly(tenant, tmp_path, NOW)
    assert items_of(book)[0]["notes"] == "x" * 32_767


def test_loses_no_cell_of_many_rows(tenant: Tenant, tmp_path: Path) -> None:
    for item in DeviceFactory.create_batch(150, tenant=tenant):
        CutoverFactory.create(item=item)
    text, book = export_weekly(tenant, tmp_path, NOW)
    rows = items_of(book)
    assert len(rows) == len(csv_rows(text)) == 150
    assert all(row["name"] and row["due"] and row["cutover status"] for row in rows)


def test_sums_up_on_the_first_sheet(tenant: Tenant, tmp_path: Path) -> None:
    full(tenant)
    ReportFactory.create(tenant=tenant)
    _, book = export_weekly(tenant, tmp_path, NOW)
    sheets = ["Summary", "Items", "Forecast", "Sources"]
    assert CalamineWorkbook.from_path(book).sheet_names == sheets
    found = summary_of(book)
    assert found["As of"] == TODAY
    assert found["Reports of SMTP AUTH cover"] == "2026-10-25 to 2026-11-23 (UTC)"
    assert (found["Items: device"], found["Items: account"]) == (1, 2)
    assert (found["Open cutovers"], found["Overdue"], found["in progress"]) == (1, 1, 1)
    with zipfile.ZipFile(book) as parts:
        assert [name for name in parts.namelist() if "charts/chart" in name]


def test_says_unknown_instead_of_zero_without_reports(tenant: Tenant, tmp_path: Path) -> None:
    _, book = export_weekly(tenant, tmp_path, NOW)
    found = summary_of(book)
    assert found["Reports of SMTP AUTH cover"] == (
        "no reports: this is not an empty inventory, it is an unknown one"
    )


def test_tells_the_forecast_on_a_sheet(tenant: Tenant, tmp_path: Path) -> None:
    full(tenant)
    DeadlineFactory.create(name="=Freeze", on=TODAY + dt.timedelta(days=30))
    Cutover.objects.update(opened_at=NOW - dt.timedelta(days=60))
    _, book = export_weekly(tenant, tmp_path, NOW)
    header, everything, wave, *dates = sheet(book, "Forecast")
    assert header[:4] == ["what", "date", "outlook", "left"]
    assert everything[:5] == ["all cutovers", "", "stands still", 1, 0]
    assert wave[:3] == ["wave: Pilot", dt.date(2026, 12, 20), "will be missed"]
    told = {row[0]: row for row in dates}
    assert told["=Freeze"][1:3] == [dt.date(2026, 12, 24), "will be missed"]
    assert told["mfp-3"][8] == "its cut"


def test_freezes_the_header_and_filters_all_rows(tenant: Tenant, tmp_path: Path) -> None:
    DeviceFactory.create_batch(3, tenant=tenant)
    _, book = export_weekly(tenant, tmp_path, NOW)
    with zipfile.ZipFile(book) as parts:
        content = parts.read("xl/worksheets/sheet2.xml").decode()
    assert 'state="frozen"' in content
    last = xl_col_to_name(len(COLUMNS) - 1)
    assert f'<autoFilter ref="A1:{last}4"' in content


def test_colours_what_is_overdue(tenant: Tenant, tmp_path: Path) -> None:
    CutoverFactory.create(item__tenant=tenant, due_on=TODAY - dt.timedelta(days=1))
    CutoverFactory.create(item__tenant=tenant, due_on=TODAY)
    _, book = export_weekly(tenant, tmp_path, NOW)
    with zipfile.ZipFile(book) as parts:
        late, soon = parts.read("xl/worksheets/sheet2.xml").decode().split("<row ")[2:]
        assert b"FFFFC7CE" in parts.read("xl/styles.xml")
    styles = [{part.split('"')[0] for part in row.split(' s="')[1:]} for row in (late, soon)]
    assert styles[0].isdisjoint(styles[1])


def test_replaces_a_file_in_one_step(tenant: Tenant, tmp_path: Path) -> None:
    text, book = export_weekly(tenant, tmp_path, NOW)
    before = text.read_bytes()
    DeviceFactory.create(tenant=tenant)
    with text.open("rb") as reader:
        assert export_weekly(tenant, tmp_path, NOW) == [text, book]
        assert reader.read() == before
    assert len(csv_rows(text)) == 1
    assert sorted(tmp_path.iterdir()) == sorted([text, book])


def test_needs_no_query_a_row(
    tenant: Tenant, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for item in DeviceFactory.create_batch(20, tenant=tenant):
        SenderFactory.create(tenant=tenant, item=item)
        CutoverFactory.create(item=item)
    with django_assert_max_num_queries(2):
        assert len(frame_of(tenant, TODAY)) == 40


def test_prints_the_paths(tenant: Tenant, tmp_path: Path) -> None:
    out = StringIO()
    call_command("export_weekly", tenant=tenant.name, output=tmp_path, stdout=out)
    paths = [Path(line) for line in out.getvalue().splitlines()]
    assert [path.suffix for path in paths] == [".csv", ".xlsx"]
    assert all(path.is_file() for path in paths)


def test_names_the_unknown_tenant(tenant: Tenant, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no tenant is called 'Kontoso'"):
        call_command("export_weekly", tenant="Kontoso", output=tmp_path)
    assert not list(tmp_path.iterdir())


def test_says_when_it_cannot_write(tenant: Tenant, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="cannot write to"):
        call_command("export_weekly", tenant=tenant.name, output=tmp_path / "file")
