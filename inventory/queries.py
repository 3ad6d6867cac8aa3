"""Questions to the inventory that more than one edge asks."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from inventory.models import Report, Tenant
from inventory.models.tenant import TenantQuerySet
from inventory.readers import PROVING


def covered_until(tenant: Tenant) -> dt.datetime | None:
    """To when this tenant's reports of SMTP AUTH reach; None when none was read."""
    reports = Report.objects.filter(tenant=tenant, state=Report.State.READ, reader__in=PROVING)
    latest: dt.datetime | None = reports.aggregate(latest=Max("period_end"))["latest"]
    return latest


def unknown_tenants(tenants: TenantQuerySet) -> TenantQuerySet:
    """Those of which no report of SMTP AUTH told anything: nothing listed of them means nothing."""
    told = Report.objects.filter(
        state=Report.State.READ, reader__in=PROVING, period_end__isnull=False
    )
    return tenants.exclude(pk__in=told.order_by().values("tenant"))
