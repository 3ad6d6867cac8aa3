"""Who is in a wave, and what that does to due dates.

A person's choice goes before everything else: a filter takes only cutovers that are in no wave,
and neither a filter nor a date of a wave or deadline touches what a person chose.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from inventory.models import Tenant
from tracker.models import Cutover, Deadline, Wave
from tracker.queries import CLOSED
from tracker.waves.filters import matching

BATCH = 500


def fill(tenants: Iterable[Tenant], today: dt.date) -> int:
    """Put what is in no wave into the first wave whose filter asks for it; returns how many."""
    waves = Wave.objects.filter(tenant__in=tenants).exclude(filter={})
    return sum(fill_one(wave, today) for wave in waves.order_by("due_on", "pk"))


def fill_one(wave: Wave, today: dt.date) -> int:
    free = matching(wave).filter(wave=None, is_wave_chosen=False).exclude(status__in=CLOSED)
    joining = Cutover.objects.filter(pk__in=free.values("pk"), wave=None, is_wave_chosen=False)
    count = joining.update(wave=wave)
    if count:
        keep_dates(members_of(wave), today)
    return count


def members_of(wave: Wave) -> QuerySet[Cutover]:
    return Cutover.objects.filter(wave=wave).select_related("wave", "deadline")


def saved(wave: Wave, today: dt.date) -> None:
    """After its filter or its dates have changed: members by filter come and go, dates follow."""
    with transaction.atomic():
        leave(unasked(wave), today)
        keep_dates(members_of(wave), today)
        fill([wave.tenant], today)


def unasked(wave: Wave) -> QuerySet[Cutover]:
    """Members by filter that the filter does not ask for any more."""
    by_filter = members_of(wave).filter(is_wave_chosen=False)
    if wave.filter.keys() - {"status"}:
        # Who has moved on since stays: the status said where to begin.
        return by_filter.exclude(pk__in=matching(wave, without="status").values("pk"))
    return by_filter.none() if wave.filter else by_filter


def dissolve(wave: Wave, today: dt.date) -> None:
    """Delete it; its members are free for other waves and due as before."""
    tenant = wave.tenant
    with transaction.atomic():
        leave(members_of(wave), today)
        wave.delete()
        fill([tenant], today)


def leave(cutovers: Iterable[Cutover], today: dt.date) -> None:
    keep_dates(cutovers, today, wave=None, is_wave_chosen=False)


def place(cutovers: Iterable[Cutover], wave: Wave | None, today: dt.date) -> int:
    """What a person does: into this wave, or out of any; no filter changes that. Counts them.

    The cutovers have to be fetched with their item and their deadline.
    """
    chosen = [each for each in cutovers if wave is None or each.item.tenant_id == wave.tenant_id]
    with transaction.atomic():
        keep_dates(chosen, today, wave=wave, is_wave_chosen=True)
    return len(chosen)


def keep_dates(cutovers: Iterable[Cutover], today: dt.date, **also: object) -> int:
    """Give open cutovers the date of their wave, else of their deadline, after these other fields
    were set on all of them. Counts the dates that changed."""
    rows = list(cutovers)
    for name, value in also.items():
        for cutover in rows:
            setattr(cutover, name, value)
    if also:
        update([cutover.pk for cutover in rows], also)
    moved: dict[dt.date | None, list[int]] = defaultdict(list)
    for cutover in rows:
        if takes_date(cutover, today):
            moved[cutover.due_on].append(cutover.pk)
    # Asked again at the last moment: a person may have chosen a date meanwhile.
    return sum(
        update(keys, {"due_on": due_on}, is_due_planned=False) for due_on, keys in moved.items()
    )


def update(keys: list[int], values: dict[str, object], **still: object) -> int:
    """Set these values on the cutovers for which `still` holds, a batch at a time; counts them."""
    return sum(
        Cutover.objects.filter(pk__in=keys[start : start + BATCH], **still).update(**values)
        for start in range(0, len(keys), BATCH)
    )


def takes_date(cutover: Cutover, today: dt.date) -> bool:
    """Whether it got another date; a date that a person chose stays."""
    if cutover.is_due_planned or cutover.status in CLOSED:
        return False
    was, cutover.due_on = cutover.due_on, due_of(cutover.wave, cutover.deadline, today)
    return cutover.due_on != was


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
