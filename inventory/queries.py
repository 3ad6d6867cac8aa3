"""Questions to the inventory that more than one edge asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
from django.db.models import Exists, Max, OuterRef

from inventory import traffic
from inventory.models import CountedDay, KnownAsset, Report, Sender, Tenant
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


def to_review(senders: ScopedQuerySet) -> ScopedQuerySet:
    """Those whose item is a suggestion that nobody has decided on."""
    return senders.filter(link=Sender.Link.SUGGESTED, merged_into=None)


def with_asset(rows: ScopedQuerySet, item: str = "pk", *, has_asset: bool = True) -> ScopedQuerySet:
    """Items (or what has an `item`) that a row of an asset list was linked to, or that none was."""
    sure = [KnownAsset.Match.LINKED, KnownAsset.Match.CONFIRMED]
    found = Exists(KnownAsset.objects.current().filter(item=OuterRef(item), match__in=sure))
    return rows.filter(found) if has_asset else rows.filter(~found)


def nobody_owns(items: ScopedQuerySet) -> ScopedQuerySet:
    """Those without owner that were seen sending with SMTP AUTH."""
    return items.filter(owner="", message_count__gt=0)
