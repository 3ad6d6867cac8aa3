"""Questions to the inventory that more than one edge asks."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max, Min, Q, Sum

from inventory.discovery import Sites
from inventory.grouping import Look
from inventory.models import Fingerprint, Item, Report, Sender, Tenant
from inventory.readers import PROVING


def covered_until(tenant: Tenant) -> dt.datetime | None:
    """To when this tenant's reports of SMTP AUTH reach; None when none was read."""
    reports = Report.objects.filter(tenant=tenant, state=Report.State.READ, reader__in=PROVING)
    latest: dt.datetime | None = reports.aggregate(latest=Max("period_end"))["latest"]
    return latest


def looks_behind(sender: Sender) -> list[Look]:
    """What was seen of the thing that a sender is: with a device or script, of all behind it."""
    behind = Q(sender=sender)
    if sender.item is not None and sender.item.category != Item.Category.ACCOUNT:
        behind |= Q(sender__item=sender.item)
    rows = Fingerprint.objects.filter(behind, tenant=sender.tenant_id).annotate(
        first=Min("observations__first_at"),
        last=Max("observations__last_at"),
        messages=Sum("observations__message_count"),
    )
    sites = Sites(sender.tenant)
    return [
        Look(
            pk=row.pk,
            account=row.account,
            address=row.address,
            shape=row.message_id_shape,
            host=row.message_id_host,
            site=sites.at(row.address),
            proof="message",
            tls=f"{row.tls_version} {row.tls_cipher}".strip(),
            subject=row.subject_mask,
            count=row.messages,
            days=(row.first.date().toordinal(), row.last.date().toordinal()),
        )
        for row in rows
        if row.first is not None
    ]
