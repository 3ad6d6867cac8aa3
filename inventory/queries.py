"""Questions to the inventory that more than one edge asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
from django.db.models import Exists, Max, Min, OuterRef, Q, Sum

from inventory.intake import traffic
from inventory.models import CountedDay, Fingerprint, Item, KnownAsset, Report, Sender, Tenant
from inventory.models.tenant import ScopedQuerySet, TenantQuerySet
from inventory.readers import PROVING, TRACES
from inventory.senders.linking import LINKED_FROM
from inventory.senders.looks import Look
from inventory.sites import Sites

SUCCESSORS = 3
"""A name that more than so many go by one after another names no device."""


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


def unproven_traffic(
    tenant: Tenant, report: Report | None = None
) -> Iterator[tuple[dt.date, pd.DataFrame]]:
    """(day, `traffic.unpack` of what one trace told) of the mail of such accounts; of all reports,
    or of one."""
    days = unproven(tenant) if report is None else unproven(tenant).filter(report=report)
    for day, packed in days.values_list("day", "traffic"):
        yield day, traffic.unpack(packed)


def unproven(tenant: Tenant) -> ScopedQuerySet:
    """Of traces alone: an attempt to log in is no mail, least of all a guessed password."""
    days = CountedDay.objects.filter(report__tenant=tenant, report__reader__in=TRACES)
    return days.exclude(traffic=b"").order_by("day")


def unknown_tenants(tenants: TenantQuerySet) -> TenantQuerySet:
    """Those of which no report of SMTP AUTH told anything: nothing listed of them means nothing."""
    told = Report.objects.filter(
        state=Report.State.READ, reader__in=PROVING, period_end__isnull=False
    )
    return tenants.exclude(pk__in=told.order_by().values("tenant"))


def to_review(senders: ScopedQuerySet) -> ScopedQuerySet:
    """Those whose item is a suggestion that nobody has decided on, or that may be one with what
    is seen under another From address."""
    said = [Sender.Link.CONFIRMED, Sender.Link.CORRECTED]
    may_be_one = Q(one_with__isnull=False, one_confidence__lt=LINKED_FROM) & ~Q(link__in=said)
    return senders.filter(Q(link=Sender.Link.SUGGESTED) | may_be_one, merged_into=None)


def with_asset(rows: ScopedQuerySet, item: str = "pk", *, has_asset: bool = True) -> ScopedQuerySet:
    """Items (or what has an `item`) that a row of an asset list was linked to, or that none was."""
    sure = [KnownAsset.Match.LINKED, KnownAsset.Match.CONFIRMED]
    found = Exists(KnownAsset.objects.current().filter(item=OuterRef(item), match__in=sure))
    return rows.filter(found) if has_asset else rows.filter(~found)


def nobody_owns(items: ScopedQuerySet) -> ScopedQuerySet:
    """Those without owner that were seen sending with SMTP AUTH."""
    return items.filter(owner="", message_count__gt=0)


def namesakes(sender: Sender) -> list[Sender]:
    """Senders of another item that go by a name of this one, all before it or all after it: what it
    replaced, or what replaced it."""
    own = Fingerprint.objects.filter(sender=sender)
    names = set(own.exclude(subject_names="").values_list("subject_names", flat=True))
    hosts = set(own.exclude(message_id_host="").values_list("message_id_host", flat=True))
    if not (names or hosts) or sender.first_seen_at is None:
        return []
    same = Q(fingerprints__subject_names__in=names) | Q(fingerprints__message_id_host__in=hosts)
    apart = Q(first_seen_at__gt=sender.last_seen_at) | Q(last_seen_at__lt=sender.first_seen_at)
    rows = Sender.objects.filter(same, apart, tenant=sender.tenant_id, merged_into=None)
    others = rows.exclude(item=sender.item_id).select_related("item").distinct()
    return list(others.order_by("first_seen_at", "pk")[:SUCCESSORS])


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
