"""What a cmdlet wrote to the screen, in the file: wherever it stands, it is no row."""

from __future__ import annotations

import pytest

from inventory.models import RowError, Tenant
from inventory.readers.notices import CUT
from tests.inventory.test_ingest import TRACE, take

pytestmark = pytest.mark.django_db

WARNING = (
    "WARNING: There are more results, use the following command to get more. Get-MessageTraceV2 "
    '-StartDate "10/01/2026 00:00:00" -EndDate "10/13/2026 07:15:03" -StartingRecipientAddress '
    '"ap@contoso.com"'
)
BROKEN = (
    "WARNING: There are more results, use the following command to get\n"
    'more. Get-MessageTraceV2 -StartDate "10/01/2026 00:00:00" -EndDate\n'
    '"10/13/2026 07:15:03" -StartingRecipientAddress "ap@contoso.com"'
)
ROWS = [
    f"2026-10-13T07:15:0{n},pc@contoso.com,a@contoso.com,Hi,203.0.113.9,10,<{n}@pc>"
    for n in range(4)
]


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso", domains=["contoso.com"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("notice", [WARNING, WARNING.replace("WARNING", "WARNUNG"), BROKEN])
@pytest.mark.parametrize("at", [0, 1, 3, 5])
@pytest.mark.parametrize("end", ["", "\n"])
def test_is_recognised_wherever_it_stands(
    tenant: Tenant, at: int, notice: str, encoding: str, end: str
) -> None:
    lines = [TRACE, *ROWS]
    text = "\n".join([*lines[:at], notice, *lines[at:]]) + (end if at == 5 else "\n")

    report = take(tenant, text.encode(encoding), "trace.csv")

    assert (report.state, report.row_count, report.rejected_count) == ("read", 4, 0)
    assert report.warnings == [CUT]
    assert report.cut_reasons == [CUT]
    assert report.accepted_count == 4


def test_another_bad_row_is_still_told(tenant: Tenant) -> None:
    text = "\n".join([TRACE, *ROWS, WARNING, "nonsense", ""])
    report = take(tenant, text.encode(), "trace.csv")
    assert (report.row_count, report.rejected_count) == (5, 1)
    assert RowError.objects.get().raw == "nonsense"


def test_a_subject_that_speaks_of_warnings_is_a_row(tenant: Tenant) -> None:
    rows = [line.replace(",Hi,", ',"WARNING: disk full",') for line in ROWS]
    report = take(tenant, "\n".join([TRACE, *rows, ""]).encode(), "trace.csv")
    assert (report.row_count, report.warnings) == (4, [])
