"""What follows when the date of a deadline is changed: cutovers that were due for it move along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from inventory import events
from inventory.models import Tenant
from tracker.models import Cutover, Deadline
from tracker.queries import CLOSED
from tracker.waves.members import keep_dates, warning


@dataclass(frozen=True)
class Dates:
    """What of a deadline due dates hang on."""

    on: dt.date | None
    lead_days: int
    is_binding: bool


def dates_of(deadline: Deadline) -> Dates:
    return Dates(deadline.on, deadline.lead_days, deadline.is_binding)


def change(deadline: Deadline, now: dt.datetime) -> int:
    """Save a new or changed deadline; open cutovers follow it. Counts the dates that changed."""
    with transaction.atomic():
        locked = Deadline.objects.select_for_update().filter(pk=deadline.pk).first()
        was = dates_of(locked) if locked else None
        deadline.save()
        if was == dates_of(deadline):
            return 0
        return sum(follow(tenant, deadline, was, now) for tenant in concerned(deadline))


def concerned(deadline: Deadline) -> list[Tenant]:
    """Whose it is; all of them for one of Microsoft's."""
    tenants = Tenant.objects.all()
    if deadline.tenant_id:
        tenants = tenants.filter(pk=deadline.tenant_id)
    return list(tenants.order_by("pk"))


def follow(tenant: Tenant, deadline: Deadline, was: Dates | None, now: dt.datetime) -> int:
    # Openings of a tenant take the same lock: none is made for the old date meanwhile.
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    today = now.date()
    binding = binding_now(tenant, deadline, today)
    hanging = Cutover.objects.filter(hangs_on(deadline), item__tenant=tenant)
    bound = list(hanging.exclude(status__in=CLOSED).select_related("wave", "deadline"))
    moved = keep_dates(bound, today, deadline=binding)
    if was is not None and was.on != deadline.on:
        record(tenant, deadline, was, bound=len(bound), moved=moved)
    return moved


def binding_now(tenant: Tenant, deadline: Deadline, today: dt.date) -> Deadline | None:
    """What those are due for that were due for this one: the nearest that binds."""
    others = Deadline.objects.exclude(pk=deadline.pk).next_for(tenant, today)
    if not deadline.is_binding or deadline.on is None:
        return others
    is_nearer = others is None or others.on is None or deadline.on <= others.on
    return deadline if is_nearer else others


def hangs_on(deadline: Deadline) -> Q:
    """Those due for it, for nothing yet, or for a date that it has come before."""
    hanging = Q(deadline=deadline)
    if deadline.is_binding and deadline.on is not None:
        hanging |= Q(deadline=None) | Q(deadline__on__gt=deadline.on)
    return hanging


def record(tenant: Tenant, deadline: Deadline, was: Dates, *, bound: int, moved: int) -> None:
    planned = Cutover.objects.filter(
        item__tenant=tenant, deadline=deadline, is_due_planned=True
    ).exclude(status__in=CLOSED)
    events.record(
        "deadline.moved",
        tenant,
        deadline.pk,
        name=deadline.name,
        stated_as=deadline.stated_as,
        was=shown(was.on),
        now=shown(deadline.on),
        cutover_count=bound,
        moved_count=moved,
        planned_count=planned.count(),
        late_waves=[wave.name for wave in tenant.waves.all() if warning(wave, deadline)],
    )


def shown(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
