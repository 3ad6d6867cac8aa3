"""The forecast as rows for a sheet: the tenant, its waves, its dates, and what misses them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from inventory.models import Tenant
from tracker.pace.forecast import Forecast, Outlook, Risk
from tracker.pace.prospects import Prospect, forecast_of, prospects, quiet_days_of, wave_prospects

HEADINGS = [
    "what",
    "date",
    "outlook",
    "left",
    "done a week",
    "early",
    "likely",
    "late",
    "what is late",
    "why",
]
RISKS = {
    Risk.DONE: "done",
    Risk.ON_TRACK: "in time",
    Risk.AT_RISK: "at risk",
    Risk.WILL_MISS: "will be missed",
    Risk.CANNOT_SAY: "cannot say",
}
OUTLOOKS = {
    Outlook.DONE: "done",
    Outlook.DATED: "as dated",
    Outlook.STALLED: "stands still",
    Outlook.CANNOT_SAY: "cannot say",
}
CAUSES = {"pace": "its cut", "held": "held up", "proof": "its proof"}


def forecast_rows(tenant: Tenant, today: dt.date) -> list[list[Any]]:
    found = forecast_of(tenant, today)
    dates = prospects(tenant, today, found, quiet_days_of(tenant))
    waves = wave_prospects(tenant, today)
    return [
        HEADINGS,
        ["all cutovers", None, OUTLOOKS[found.outlook], *numbers(found)],
        *(date_row(f"wave: {each.target.name}", each) for each in waves),
        *(row for each in dates for row in rows_of(each)),
    ]


def rows_of(date: Prospect) -> Iterator[list[Any]]:
    yield date_row(date.target.name, date)
    gap = [None] * 6
    for miss in date.misses:
        yield [miss.name, miss.due_on, *gap, CAUSES[miss.cause], miss.reason]


def date_row(name: str, date: Prospect) -> list[Any]:
    return [name, date.on, RISKS[date.risk], *numbers(date.forecast)]


def numbers(found: Forecast) -> list[Any]:
    days = [found.early_on, found.likely_on, found.late_on]
    return [found.left, round(found.pace.per_week, 1), *days, None, found.reason]
