"""All that a tenant's reports led to, in a form that two tenants can be compared by."""

from __future__ import annotations

from typing import Any

import pandas as pd
from django.db.models import Count, Sum

from inventory.models import (
    CountedDay,
    Event,
    Fingerprint,
    Item,
    Observation,
    Report,
    RowError,
    Sender,
    Tenant,
)
from inventory.queries import unproven_traffic
from tracker.models import Cutover

ROWS = ("row_count", "accepted_count", "rejected_count", "duplicate_count")


def of_reports(tenant: Tenant) -> list[Any]:
    """What each report counted. It depends on the order in which overlapping ones were stored."""
    fields = ("sha256", "state", "reader", "warnings", "period_start", "period_end", *ROWS)
    return list(Report.objects.filter(tenant=tenant).order_by("sha256").values_list(*fields))


def of_tenant(tenant: Tenant) -> dict[str, Any]:
    """What all its reports together counted and led to, in whatever order."""
    observed = Observation.objects.filter(fingerprint__tenant=tenant)
    days = CountedDay.objects.filter(report__tenant=tenant)
    fingerprints = Fingerprint.objects.filter(tenant=tenant)
    events = Event.objects.filter(tenant=tenant).order_by("kind")
    return {
        "observed": rows(
            observed.values_list("fingerprint__account", "day", "auth_method")
            .annotate(messages=Sum("message_count"), bytes=Sum("byte_count"))
            .order_by("fingerprint__account", "day", "auth_method")
        ),
        "unproven": unproven(tenant),
        "row keys": sum(len(day.row_keys) for day in days) // 8,
        "message keys": sum(len(day.message_keys) for day in days) // 8,
        "errors": rows(
            RowError.objects.filter(report__tenant=tenant)
            .order_by("report__sha256", "line")
            .values_list("report__sha256", "line", "column", "reason", "raw")
        ),
        "fingerprints": rows(
            fingerprints.order_by("digest").values_list("digest", "sender__account__name")
        ),
        "senders": rows(
            Sender.objects.filter(tenant=tenant)
            .order_by("account__name", "key")
            .values_list("account__name", "key", "kind", "link_reason", "item__name", *SEEN)
        ),
        "items": rows(
            Item.objects.filter(tenant=tenant)
            .order_by("category", "name")
            .values_list("category", "name", "kind", *SEEN)
        ),
        "events": rows(events.values_list("kind").annotate(count=Count("pk"))),
        "cutovers": rows(
            Cutover.objects.filter(item__tenant=tenant)
            .order_by("item__category", "item__name")
            .values_list("item__category", "item__name", "status", "due_on", "moves__to_status")
        ),
    }


def unproven(tenant: Tenant) -> Any:
    """Mail of accounts that nothing proved to use SMTP AUTH, summed over the reports."""
    days = [traffic.assign(day=str(day)) for day, traffic in unproven_traffic(tenant)]
    if not days:
        return []
    by = ["day", "account", "address"]
    summed = pd.concat(days).groupby(by)[["message_count", "byte_count"]].sum()
    return summed.reset_index().to_numpy().tolist()


SEEN = ("message_count", "first_seen_at", "last_seen_at", "last_basic_at", "last_oauth_at")


def rows(found: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in found]
