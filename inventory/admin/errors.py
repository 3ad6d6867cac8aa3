"""The rows of a report that were not taken, as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.text import slugify

from inventory.formulas import inert
from inventory.models import Report

HEADINGS = ("line", "column", "reason", "row")


def errors_file(report: Report) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines(report), content_type="text/csv; charset=utf-8")
    name = f"not-taken-{slugify(report.file_name) or report.pk}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def lines(report: Report) -> Iterator[bytes]:
    """With a byte order mark, for Excel takes UTF-8 for something else without one."""
    yield b"\xef\xbb\xbf" + line(HEADINGS)
    rows = report.row_errors.values_list("line", "column", "reason", "raw").iterator()
    for number, *texts in rows:
        yield line((str(number), *map(inert, texts)))
    missing = report.rejected_count - report.row_errors.count()
    if missing > 0:
        yield line(("", "", f"{missing:,} more rows were not taken; they were not kept", ""))


def line(cells: tuple[str, ...]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()
