"""Questions to the inventory that more than one edge asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
from django.db.models import Max

from inventory import traffic
from inventory.models import CountedDay, Report, Tenant
from inventory.models.tenant import ScopedQuerySet, TenantQuerySet
from inventory.readers import PROVING


def covered_until(tenant: Tenant) -> dt.datetime | None:
    """To when this tenant's reports of SMTP AUTH reach; None when none was read."""
    reports = Report.objects.filter(tenant=tenant, state=Report.State.READ, reader__in=PROVING)
    latest: dt.datetime | None = reports.aggregate(latest=Max("period_end"))["latest"]
    return latest


def unproven_days(tenant: Tenant, until: dt.date) -> Iterator[tuple[str, dt.date]]:
    """(account, day) of mail in traces of accounts that nothing proved to use SMTP AUTH."""
    for day, packed in unproven(tenant).filter(day__lte=until).values_list("day", "traffic"):
        for account in traffic.accounts(packed):
            yield account, day


def unproven_traffic(tenant: Tenant) -> Iterator[tuple[dt.date, pd.DataFrame]]:
    """(day, `traffic.unpack` of what one trace told) of the mail of such accounts."""
    for day, packed in unproven(tenant).values_list("day", "traffic"):
        yield day, traffic.unpack(packed)


def unproven(tenant: Tenant) -> ScopedQuerySet:
    return CountedDay.objects.filter(report__tenant=tenant).exclude(traffic=b"").order_by("day")


def unknown_tenants(tenants: TenantQuerySet) -> TenantQuerySet:
    """Those of which no report of SMTP AUTH told anything: nothing listed of them means nothing."""
    told = Report.objects.filter(
        state=Report.State.READ, reader__in=PROVING, period_end__isnull=False
    )
    return tenants.exclude(pk__in=told.order_by().values("tenant"))
