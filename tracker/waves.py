"""Who is in a wave, and what that does to due dates.

A person's choice goes before everything else: a filter takes only cutovers that are in no wave,
and neither a filter nor a date of a wave or deadline touches what a person chose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from inventory.models import Tenant
from tracker.models import Cutover, Deadline, Wave
from tracker.queries import CLOSED
from tracker.wave_filters import matching


def fill(tenants: Iterable[Tenant], today: dt.date) -> int:
    """Put what is in no wave into the first wave whose filter asks for it; returns how many."""
    waves = Wave.objects.filter(tenant__in=tenants).exclude(filter={})
    return sum(fill_one(wave, today) for wave in waves.order_by("due_on", "pk"))


def fill_one(wave: Wave, today: dt.date) -> int:
    free = matching(wave).filter(wave=None, is_wave_chosen=False).exclude(status__in=CLOSED)
    found = list(free.values_list("pk", flat=True))
    members = Cutover.objects.filter(pk__in=found, wave=None, is_wave_chosen=False)
    count = members.update(wave=wave)
    keep_dates(Cutover.objects.filter(pk__in=found, wave=wave), today)
    return count


def saved(wave: Wave, today: dt.date) -> None:
    """After its filter or its dates have changed: members by filter come and go, dates follow."""
    with transaction.atomic():
        leave(Cutover.objects.filter(pk__in=unasked(wave)), today)
        keep_dates(Cutover.objects.filter(wave=wave), today)
        fill([wave.tenant], today)


def unasked(wave: Wave) -> list[int]:
    """Members by filter that the filter does not ask for any more."""
    by_filter = Cutover.objects.filter(wave=wave, is_wave_chosen=False)
    if wave.filter.keys() - {"status"}:
        # Who has moved on since stays: the status said where to begin.
        by_filter = by_filter.exclude(pk__in=matching(wave, without="status").values("pk"))
    elif wave.filter:
        return []
    return list(by_filter.values_list("pk", flat=True))


def dissolve(wave: Wave, today: dt.date) -> None:
    """Delete it; its members are free for other waves and due as before."""
    tenant, members = wave.tenant, list(wave.cutovers.values_list("pk", flat=True))
    with transaction.atomic():
        leave(Cutover.objects.filter(pk__in=members), today)
        wave.delete()
        fill([tenant], today)


def leave(cutovers: QuerySet[Cutover], today: dt.date) -> None:
    cutovers.update(wave=None, is_wave_chosen=False)
    keep_dates(cutovers, today)


def place(cutovers: Iterable[Cutover], wave: Wave | None, today: dt.date) -> int:
    """What a person does: into this wave, or out of any; no filter changes that. Counts them."""
    chosen = [
        cutover.pk
        for cutover in cutovers
        if wave is None or cutover.item.tenant_id == wave.tenant_id
    ]
    with transaction.atomic():
        rows = Cutover.objects.filter(pk__in=chosen)
        count = rows.update(wave=wave, is_wave_chosen=True)
        keep_dates(rows, today)
    return count


def keep_dates(cutovers: QuerySet[Cutover], today: dt.date) -> int:
    """Give open cutovers the date of their wave, else of their deadline. Counts what changed."""
    open_ones = cutovers.filter(is_due_planned=False).exclude(status__in=CLOSED)
    changed = []
    for cutover in open_ones.select_related("wave", "deadline"):
        due_on = due_of(cutover.wave, cutover.deadline, today)
        if due_on != cutover.due_on:
            cutover.due_on = due_on
            changed.append(cutover)
    Cutover.objects.bulk_update(changed, ["due_on"], batch_size=500)
    return len(changed)


def due_of(wave: Wave | None, deadline: Deadline | None, today: dt.date) -> dt.date | None:
    """The day a cutover is due when no person chose one."""
    if wave is not None:
        return wave.due_on
    return deadline.due_on(today) if deadline else None


def warning(wave: Wave, deadline: Deadline | None) -> str:
    """What is wrong with a wave's date, or ""."""
    if deadline is None or deadline.on is None or wave.due_on <= deadline.on:
        return ""
    days = (wave.due_on - deadline.on).days
    return (
        f"It is due {days} day{'s' if days > 1 else ''} after the binding deadline "
        f"of {deadline.on}: {deadline.name}."
    )
