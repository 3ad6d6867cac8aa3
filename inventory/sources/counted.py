"""How many messages an item sent on each day, by the best source that tells of the day.

Kinds of report tell of the same messages: they are never added up. The detail report counts where
one covers the day, else the grid, else message traces; what the others say is told beside it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, Sum

from inventory.models import Fingerprint, Item, Observation, Report, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import PROVING, SIGN_INS, TOTALS

DETAIL, GRID, TRACE = "detail report", "grid", "message trace"
BEST_FIRST = (DETAIL, GRID, TRACE)


@dataclass(frozen=True)
class CountedDay:
    """What counts on one day, and what other sources say of it."""

    day: dt.date
    message_count: int
    source: str
    is_total: bool = False
    """The count of a grid export: of a period that ends on the day, not of the day."""
    others: tuple[tuple[str, int], ...] = ()
    """(source, its number) of the sources that do not count here."""

    @property
    def differs(self) -> bool:
        """Totals of a period are not compared with a day."""
        return any(
            count != self.message_count
            for source, count in self.others
            if not self.is_total and source != GRID
        )

    @property
    def remark(self) -> str:
        """“detail report says 40, message trace 38”; "" where nothing needs a word."""
        if self.is_total:
            return "a total up to this day, not of it; no detail report covers the day"
        if not self.differs:
            return ""
        said = [f"{source} {count:,}" for source, count in self.others if source != GRID]
        return f"{self.source} says {self.message_count:,}, {', '.join(said)}"


def decide(
    told: Mapping[dt.date, Mapping[str, int]], covered: Iterable[tuple[dt.date, dt.date]]
) -> list[CountedDay]:
    """The newest day first. `told`: {day: {source: messages}}; `covered`: days, from and to, of
    which detail reports tell: on those, mail that only a trace shows did not use SMTP AUTH."""
    periods = list(covered)
    found = []
    for day in sorted(told, reverse=True):
        by_source = dict(told[day])
        if any(first <= day <= last for first, last in periods):
            by_source.setdefault(DETAIL, 0)
        source = next(name for name in BEST_FIRST if name in by_source)
        others = tuple(
            (name, by_source[name]) for name in BEST_FIRST if name in by_source and name != source
        )
        found.append(CountedDay(day, by_source[source], source, source == GRID, others))
    return found


def counted(
    tenant: Tenant,
    item: Item | str,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[CountedDay]:
    """The days on which an item, or the account of this name, was seen; the newest first."""
    observed = observations(tenant, item).exclude(report__reader__in=SIGN_INS)
    if first:
        observed = observed.filter(day__gte=first)
    if last:
        observed = observed.filter(day__lte=last)
    return decide(by_day(observed), covered(tenant))


def observations(tenant: Tenant, item: Item | str) -> ScopedQuerySet:
    """Those of an account, or of the senders that are linked to a device or script."""
    marks = Fingerprint.objects.filter(tenant=tenant)
    if isinstance(item, str):
        marks = marks.filter(account=item.lower())
    elif item.category == Item.Category.ACCOUNT:
        marks = marks.filter(account=item.name)
    else:
        marks = marks.filter(Q(sender__item=item) | Q(sender__merged_into__item=item))
    return Observation.objects.filter(fingerprint__in=marks)


def by_day(observed: ScopedQuerySet) -> dict[dt.date, dict[str, int]]:
    """{day: {source: messages}}; of several grids taken on a day the last one stands."""
    told: dict[dt.date, dict[str, int]] = defaultdict(dict)
    rows = observed.order_by("report").values_list("day", "report__reader", "report")
    for day, reader, _, count in rows.annotate(total=Sum("message_count")):
        source = source_of(reader)
        before = 0 if source == GRID else told[day].get(source, 0)
        told[day][source] = before + count
    return told


def source_of(reader: str) -> str:
    if reader in TOTALS:
        return GRID
    return DETAIL if reader in PROVING else TRACE


def covered(tenant: Tenant) -> list[tuple[dt.date, dt.date]]:
    """From and to of the detail reports that were read whole."""
    reports = Report.objects.filter(
        tenant=tenant,
        state=Report.State.READ,
        reader__in=PROVING - TOTALS,
        period_start__isnull=False,
        period_end__isnull=False,
    )
    return [
        (report.period_start.date(), report.period_end.date())
        for report in reports.order_by()
        if not report.cut_reasons
    ]
