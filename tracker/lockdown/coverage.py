"""The days that detail reports of SMTP AUTH cover, and what is seen on them besides."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict

from inventory.models import Report, Tenant
from inventory.queries import unproven_days
from inventory.readers import PROVING, TOTALS
from tracker.lockdown.uses import observed
from tracker.lockdown.verdict import Coverage, Period, covered

REFUSED_SHARE = 0.01
"""A report of which more rows than this could not be taken covers nothing."""


def coverage_of(tenant: Tenant, on: dt.date) -> tuple[Coverage, list[str]]:
    """(the days that detail reports cover, the names of reports that were not read whole and
    that no other covers)."""
    reports = Report.objects.filter(
        tenant=tenant, state=Report.State.READ, reader__in=PROVING - TOTALS
    )
    whole, partial = [], []
    for report in reports.exclude(period_start=None).filter(period_start__date__lte=on):
        if report.period_start is None or report.period_end is None:
            continue
        period = Period(report.period_start.date(), min(report.period_end.date(), on))
        if is_partial(report):
            partial.append((report.file_name, period))
        else:
            whole.append(period)
    coverage = covered(whole)
    return coverage, [name for name, period in partial if coverage.gaps(period.first, period.last)]


def is_partial(report: Report) -> bool:
    return bool(report.cut_reasons) or report.rejected_count > report.row_count * REFUSED_SHARE


def other_mail(
    tenant: Tenant, on: dt.date, primary: dict[str, str], coverage: Coverage
) -> dict[str, set[dt.date]]:
    """{mailbox: days on which traces show mail of it, among those that detail reports cover}."""
    rows = observed(tenant, on).exclude(report__reader__in=PROVING)
    found: dict[str, set[dt.date]] = defaultdict(set)
    proven = rows.values_list("fingerprint__account", "day").distinct().order_by()
    for account, day in itertools.chain(proven, unproven_days(tenant, on)):
        if not coverage.gaps(day, day):
            found[primary.get(account, account)].add(day)
    return found
