"""The workbook: a summary with a chart, the items, and the forecast.

Rows are written one after the other with `constant_memory`; pandas' own `to_excel` writes by
column there and loses cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from inventory.models import Tenant
from inventory.sources.health import Health
from tracker.queries import Standing

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
CELL_LIMIT = 32_767
"""Characters; Excel's. XlsxWriter leaves out a longer text without a word."""
WIDTHS = {"item id": 8, "name": 34, "accounts": 34, "deadline": 40, "notes": 40, "due": 12}
WIDTH = 18
SOURCE_COLUMNS = {
    "source": 34,
    "state": 20,
    "last good (UTC)": WIDTH,
    "covers": 34,
    "what is missing, and what to do": 100,
}
MASKS = {dt.datetime: "yyyy-mm-dd hh:mm", dt.date: "yyyy-mm-dd", int: "0", float: "0.0", str: "@"}
LATE = {"bg_color": "#FFC7CE", "font_color": "#9C0006"}
NOT_KNOWN = "not known"
NO_SENDERS = "no sender is in them, which does not say that nothing sends"
UNKNOWN = "no reports: this is not an empty inventory, it is an unknown one"


class Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.header = book.add_format(
            {"bold": True, "bg_color": "#1F4E78", "font_color": "white", "text_wrap": True}
        )
        self.warning = book.add_format({"bold": True, "font_color": "#9C0006"})
        self.plain = {kind: book.add_format({"num_format": mask}) for kind, mask in MASKS.items()}
        self.late = {
            kind: book.add_format({"num_format": mask, **LATE}) for kind, mask in MASKS.items()
        }


def write_workbook(
    tenant: Tenant,
    found: Standing,
    frame: pd.DataFrame,
    path: Path,
    forecast: Sequence[Sequence[Any]] = (),
    sources: Sequence[Health] = (),
) -> None:
    """`forecast`: rows of values, the headings first. Raises OSError."""
    try:
        with xlsxwriter.Workbook(path, OPTIONS) as book:
            book.set_properties({"title": f"Offramp: {tenant.name}", "author": "Offramp"})
            styles = Styles(book)
            write_summary(book, styles, tenant, found)
            write_items(book.add_worksheet("Items"), styles, frame)
            write_forecast(book.add_worksheet("Forecast"), styles, forecast)
            write_sources(book.add_worksheet("Sources"), styles, sources)
    except FileCreateError as error:
        raise OSError(str(error)) from error


# -- summary -----------------------------------------------------------------------------------


def write_summary(
    book: xlsxwriter.Workbook, styles: Styles, tenant: Tenant, found: Standing
) -> None:
    sheet = book.add_worksheet("Summary")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, f"Offramp: {tenant.name}", styles.title)
    row = 2
    for label, value in facts(found):
        is_warning = value == NOT_KNOWN or str(value).endswith((UNKNOWN, NO_SENDERS))
        sheet.write_string(row, 0, label)
        write(sheet, row, 1, value, styles.warning if is_warning else styles.plain[type(value)])
        row += 1
    row += 1
    sheet.write_string(row, 0, "Cutovers by status", styles.header)
    sheet.write_string(row, 1, "Count", styles.header)
    first = row + 1
    for row, (status, count) in enumerate(found.cutovers.items(), first):
        sheet.write_string(row, 0, status.replace("_", " "))
        sheet.write_number(row, 1, count, styles.plain[int])
    add_chart(book, sheet, first, row)


def facts(found: Standing) -> list[tuple[str, Any]]:
    """Label and value, in the order of reading."""
    deadline = found.deadline
    left = found.days_left
    items = [(f"Items: {name}", count) for name, count in found.items.items()]
    return [
        ("As of", found.today),
        ("Reports of SMTP AUTH cover", period(found)),
        *[(f"Reports {state}", count) for state, count in found.reports.items()],
        ("Rows accepted", found.rows_accepted if has_read(found) else NOT_KNOWN),
        ("Rows rejected", found.rows_rejected if has_read(found) else NOT_KNOWN),
        ("Senders", said(found, found.senders)),
        *[(label, said(found, count)) for label, count in items],
        ("Open cutovers", said(found, found.open)),
        ("Overdue", said(found, found.overdue)),
        ("Open without an owner", said(found, found.without_owner)),
        ("Next deadline", f"{deadline.stated_as}: {deadline.name}" if deadline else "none known"),
        ("Days left", left if left is not None else "not known"),
    ]


def has_read(found: Standing) -> bool:
    return bool(found.reports.get("read"))


def said(found: Standing, count: int) -> int | str:
    """A zero is said only where a report of SMTP AUTH was read."""
    return count if count or found.is_known else NOT_KNOWN


def period(found: Standing) -> str:
    """What the numbers rest on. Nothing seen and nothing known are not the same."""
    if found.covered_until is None:
        return UNKNOWN
    start = f"{found.covered_from:%Y-%m-%d}" if found.covered_from else "an unknown day"
    until = f"{start} to {found.covered_until:%Y-%m-%d} (UTC)"
    return until if found.senders else f"{until}; {NO_SENDERS}"


def add_chart(book: xlsxwriter.Workbook, sheet: Worksheet, first: int, last: int) -> None:
    chart: Any = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": "Cutovers",
            "categories": ["Summary", first, 0, last, 0],
            "values": ["Summary", first, 1, last, 1],
            "data_labels": {"value": True},
            "gap": 60,
        }
    )
    chart.set_title({"name": "Cutovers by status"})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"min": 0, "major_gridlines": {"visible": False}})
    chart.set_size({"width": 640, "height": 360})
    sheet.insert_chart("D3", chart)


# -- items -------------------------------------------------------------------------------------


def write_items(sheet: Worksheet, styles: Styles, frame: pd.DataFrame) -> None:
    names = list(frame.columns)
    for column, name in enumerate(names):
        sheet.set_column(column, column, WIDTHS.get(name, WIDTH))
        sheet.write_string(0, column, name, styles.header)
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, max(len(frame), 1), len(names) - 1)
    left = names.index("days left")
    for number, row in enumerate(frame.itertuples(index=False, name=None), 1):
        is_late = row[left] is not None and row[left] < 0
        chosen = styles.late if is_late else styles.plain
        for column, value in enumerate(row):
            if value is not None:
                write(sheet, number, column, value, chosen[type(value)])


# -- sources -----------------------------------------------------------------------------------


def write_sources(sheet: Worksheet, styles: Styles, sources: Sequence[Health]) -> None:
    for column, (name, width) in enumerate(SOURCE_COLUMNS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, styles.header)
    sheet.freeze_panes(1, 1)
    for number, each in enumerate(sources, 1):
        good = each.last_good_at or "never"
        covers = each.covers or ("nothing" if each.source.is_dated else "")
        row = (each.source.title, each.state.value, good, covers, " ".join(each.findings))
        for column, value in enumerate(row):
            write(sheet, number, column, value, styles.plain[type(value)])


def write_forecast(sheet: Worksheet, styles: Styles, rows: Sequence[Sequence[Any]]) -> None:
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 8, WIDTH)
    sheet.set_column(9, 9, 90)
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                style = styles.plain[type(value)] if number else styles.header
                write(sheet, number, column, value, style)


def write(sheet: Worksheet, row: int, column: int, value: Any, style: Format) -> None:
    """Text as text, whatever it looks like; dates as dates."""
    if isinstance(value, str):
        sheet.write_string(row, column, value[:CELL_LIMIT], style)
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value.astimezone(dt.UTC), style)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)
