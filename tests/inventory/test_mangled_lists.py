"""Lists and logs as broken as they come: refused or read, never a traceback or half a report."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory import readers
from inventory.intake import reading_lists
from inventory.intake.reading_lists import ListReading
from inventory.models import DeviceReply, EgressNetwork, KnownAsset, Report, Site, Tenant
from inventory.readers import smtp_replies
from inventory.readers.grids import sheets
from inventory.readers.masking import masked
from inventory.readers.networks import networks_in
from inventory.records import NotThisReport
from tests.inventory.test_ingest import take, tenant  # noqa: F401
from tests.inventory.test_list_readers import TODAY, read
from tests.inventory.test_mangled import ABSURD, COUNT, bounded, mangled, try_mangled
from tests.inventory.test_readers import files

WORKBOOKS = [
    path for name in readers.LISTS for path in files(name) if path.suffix in {".xlsx", ".xls"}
]


def read_or_refuse(path: Path) -> None:
    try:
        found = read(path)
    except NotThisReport:
        return
    if found is None:
        return
    assert isinstance(found, ListReading)
    taken = len(found.assets) + len(found.sites) + len(found.replies)
    assert taken + found.rejected_count == found.row_count
    assert all(error.reason and error.line > 0 for error in found.errors)
    assert len(found.errors) <= reading_lists.KEPT_ERRORS
    assert all(each.family or each.enhanced for each in found.replies)


@pytest.mark.parametrize("name", readers.LISTS)
def test_reads_or_refuses_whatever_comes(name: str, tmp_path: Path) -> None:
    samples = [path for path in files(name) if path not in WORKBOOKS]
    try_mangled(name, samples, tmp_path / "list", read_or_refuse)


@pytest.mark.parametrize("name", [*readers.READERS, *readers.SETTINGS])
def test_takes_no_mangled_report_of_microsoft_for_a_list(name: str, tmp_path: Path) -> None:
    samples = [path.read_bytes() for path in files(name)]
    path = tmp_path / "report"
    for seed in range(COUNT // 4):
        choose = random.Random(f"other {name} {seed}")
        path.write_bytes(mangled(choose, choose.choice(samples)))
        try:
            found = read(path)
        except NotThisReport:
            continue
        assert found is None, seed


def mangled_inside(choose: random.Random, data: bytes) -> bytes:
    """A workbook whose parts are mangled and packed again: the archive itself is whole."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        names = [name for name in old.namelist() if name.endswith(".xml")]
        chosen = set(choose.sample(names, choose.randint(1, 2)))
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, mangled(choose, content) if name in chosen else content)
    return packed.getvalue()


def test_reads_or_refuses_any_workbook(tmp_path: Path) -> None:
    samples = [path.read_bytes() for path in WORKBOOKS]
    path = tmp_path / "book.xlsx"
    for seed in range(COUNT):
        choose = random.Random(f"book {seed}")
        mangle = choose.choice([mangled, mangled_inside])
        path.write_bytes(mangle(choose, choose.choice(samples)))
        try:
            with bounded():
                read_or_refuse(path)
        except BaseException as error:
            error.add_note(f"workbook {seed}")
            raise


def test_refuses_a_workbook_with_a_cell_at_the_end_of_the_world(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet()
    sheet.write(0, 0, "Hostname")
    sheet.write(1_048_575, 16_383, "far away")
    workbook.close()
    with bounded(), pytest.raises(NotThisReport, match="cannot be read"):
        sheets(path)


@pytest.mark.django_db
@pytest.mark.parametrize("name", readers.LISTS)
def test_stores_a_mangled_list_whole_or_not_at_all(name: str, tenant: Tenant) -> None:  # noqa: F811
    samples = [path.read_bytes() for path in files(name)]
    for seed in range(max(5, COUNT // 8)):
        choose = random.Random(f"stored {name} {seed}")
        report = take(tenant, mangled(choose, choose.choice(samples)), date_order="day")
        assert "could not be read" not in report.refusal
        assert report.state in {Report.State.READ, Report.State.REFUSED}
        if report.state == Report.State.REFUSED:
            assert not KnownAsset.objects.filter(report=report).exists()
            assert not DeviceReply.objects.filter(report=report).exists()
            assert not Site.objects.filter(told_by=report).exists()
            assert not EgressNetwork.objects.filter(told_by=report).exists()
        else:
            rows = report.accepted_count + report.rejected_count + report.duplicate_count
            assert rows == report.row_count


ANY = settings(
    max_examples=COUNT, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELLS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([each.decode("utf-8", "replace")[:5_000] for each in ABSURD]),
    st.sampled_from(["10.1.1.1/33", "EC:9F:8A:BD:66:85", "=1+1", "a@b.example", "1-2", "::-::1"]),
)


@ANY
@given(
    header=st.sampled_from(["Hostname,Serial,MAC,IP", "Site,City,Public IP", ""]),
    rows=st.lists(st.lists(CELLS, max_size=6), max_size=8),
)
def test_reads_or_refuses_any_cells(tmp_path: Path, header: str, rows: list[list[str]]) -> None:
    path = tmp_path / "list.csv"
    lines = [header, *(",".join(row) for row in rows)]
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    if path.stat().st_size:
        read_or_refuse(path)


@ANY
@given(st.text(max_size=300))
def test_masks_and_reads_any_line(text: str) -> None:
    line = f"Nov 24 07:00:00 mfp mail: 535 5.7.3 {text}"
    assert masked(masked(line)) == masked(line)
    smtp_replies.read([line, text], TODAY)
    networks_in(text)
