"""Traces that come together are linked once, with the last of them.

A trace only adds to what reports of SMTP AUTH prove, so nothing is wrong while it waits. That it
waits is kept on its row: when the others are read, or after a while, any worker links it.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from inventory import events
from inventory.exchange.sign_ins import attach, tell_last_basic
from inventory.models import Report, Tenant, Trail
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import TRACES
from inventory.senders.discovery import link_many

State = Report.State
LONGEST = dt.timedelta(minutes=2)
MOST = 50
"""Traces that wait together."""


def may_wait(report: Report, reader: str) -> bool:
    """Whether it is a trace after which another is about to be read."""
    if reader not in TRACES:
        return False
    others = Report.objects.filter(tenant=report.tenant_id, state=State.RECEIVED)
    if not others.exclude(pk=report.pk).filter(reader__in=[*TRACES, ""]).exists():
        return False
    standing = waiting(report.tenant)
    is_late = standing.filter(read_at__lt=timezone.now() - LONGEST).exists()
    return not is_late and standing.count() < MOST


def waiting(tenant: Tenant) -> ScopedQuerySet:
    found: ScopedQuerySet = Report.objects.filter(tenant=tenant, state=State.READ, is_linked=False)
    return found


def take(tenant: Tenant) -> set[str]:
    """The accounts that wait to be linked; whoever asks links them, in the same transaction."""
    reports = list(waiting(tenant).values_list("pk", flat=True))
    if not reports:
        return set()
    Report.objects.filter(pk__in=reports).update(is_linked=True)
    return set(Trail.objects.filter(report__in=reports).values_list("account", flat=True))


def sweep() -> int:
    """Link what waits for traces that told nothing, or that a dead worker left; returns how many
    tenants had any."""
    late = Report.objects.filter(state=State.READ, is_linked=False)
    tenants = list(late.order_by().values_list("tenant", flat=True).distinct())
    return sum(map(link_tenant, tenants))


def link_tenant(tenant_id: int) -> bool:
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=tenant_id)
        standing = waiting(tenant)
        last = standing.order_by("-read_at").first()
        is_late = standing.filter(read_at__lt=timezone.now() - LONGEST).exists()
        if last is None or (may_wait(last, last.reader) and not is_late):
            return False
        count = standing.count()
        names = take(tenant)
        happened = list(link_many(tenant, names))
        attach(tenant, names)
        tell_last_basic(tenant, names)
        told = ("report.linked", last.pk, {"file": last.file_name, "count": count})
        events.record_all([*happened, told], tenant)
    return True
