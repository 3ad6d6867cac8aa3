"""Questions to the inventory that more than one edge asks."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, Max, OuterRef

from inventory.models import KnownAsset, Report, Sender, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import PROVING


def covered_until(tenant: Tenant) -> dt.datetime | None:
    """To when this tenant's reports of SMTP AUTH reach; None when none was read."""
    reports = Report.objects.filter(tenant=tenant, state=Report.State.READ, reader__in=PROVING)
    latest: dt.datetime | None = reports.aggregate(latest=Max("period_end"))["latest"]
    return latest


def to_review(senders: ScopedQuerySet) -> ScopedQuerySet:
    """Those whose item is a suggestion that nobody has decided on."""
    return senders.filter(link=Sender.Link.SUGGESTED, merged_into=None)


def with_asset(rows: ScopedQuerySet, item: str = "pk", *, has_asset: bool = True) -> ScopedQuerySet:
    """Items (or what has an `item`) that a row of an asset list was linked to, or that none was."""
    sure = [KnownAsset.Match.LINKED, KnownAsset.Match.CONFIRMED]
    found = Exists(KnownAsset.objects.filter(item=OuterRef(item), match__in=sure))
    return rows.filter(found) if has_asset else rows.filter(~found)


def nobody_owns(items: ScopedQuerySet) -> ScopedQuerySet:
    """Those without owner that were seen sending with SMTP AUTH."""
    return items.filter(owner="", message_count__gt=0)
