"""Questions to the inventory that more than one edge asks."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from inventory.models import Report, Sender, Tenant
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
