"""What the forecast decides on, collected for a tenant or a wave."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Min, QuerySet

from inventory.models import Item, Observation, Sender, Tenant
from inventory.senders.keeping import MESSAGE_READERS
from tracker.lockdown.quiet import Use, quiet_period
from tracker.models import Cutover, CutoverMove, Deadline, Waiver, Wave
from tracker.pace.burn_up import DONE
from tracker.pace.forecast import (
    WATCHED_WEEKS,
    WEEK,
    Cause,
    Forecast,
    Miss,
    Open,
    Outlook,
    Pace,
    Risk,
    forecast,
    misses,
    pace_of,
    risk,
)
from tracker.queries import CLOSED

Status = Cutover.Status
QuietDays = dict[int, int]
"""By item: how long it has to be silent before that proves anything."""
SHOWN = 100
"""So many misses of a cause are listed on a page."""
CRITICALITY = {Item.Criticality.HIGH: 2, Item.Criticality.NORMAL: 1, Item.Criticality.LOW: 0}


@dataclass(frozen=True)
class Part:
    """What misses a date for one cause."""

    cause: Cause
    misses: tuple[Miss, ...]

    @property
    def count(self) -> int:
        return len(self.misses)

    @property
    def shown(self) -> tuple[Miss, ...]:
        return self.misses[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.misses[SHOWN:])


@dataclass(frozen=True)
class Prospect:
    """One date, and whether it will be kept."""

    target: Deadline | Wave
    on: dt.date
    forecast: Forecast
    risk: Risk
    misses: tuple[Miss, ...] = ()
    """Empty when nobody asked for them."""

    @property
    def parts(self) -> list[Part]:
        """The misses by cause, for a page."""
        return [
            Part(cause, tuple(miss for miss in self.misses if miss.cause == cause))
            for cause in Cause
        ]

    @property
    def counts(self) -> dict[str, int]:
        """Of misses, by cause, every cause named."""
        found = Counter(miss.cause.value for miss in self.misses)
        return {cause.value: found[cause.value] for cause in Cause}


def forecast_of(tenant: Tenant, today: dt.date) -> Forecast:
    cutovers = cutovers_of(tenant)
    if not cutovers.exists():
        return Forecast(Outlook.CANNOT_SAY, 0, Pace(), reason="nothing was seen to cut over")
    left = cutovers.exclude(status__in=DONE).count()
    return forecast(left, pace_for(cutovers, None, today), today)


def cutovers_of(tenant: Tenant) -> QuerySet[Cutover]:
    return Cutover.objects.filter(item__tenant=tenant)


def forecast_of_wave(wave: Wave, today: dt.date) -> Forecast:
    """When its goal will be reached."""
    members = Cutover.objects.filter(wave=wave)
    total, done = members.count(), members.filter(status__in=DONE).count()
    if not total:
        return Forecast(Outlook.CANNOT_SAY, 0, Pace(), reason="no cutover is in it")
    left = -(-total * wave.goal_percent // 100) - done
    return forecast(left, pace_for(members, wave.start_on, today), today)


def pace_for(cutovers: QuerySet[Cutover], since: dt.date | None, today: dt.date) -> Pace:
    if since is None:
        first = cutovers.aggregate(first=Min("opened_at"))["first"]
        since = first.date() if first else None
    # A day more than is looked at: the last week ends with today.
    recent = CutoverMove.objects.filter(
        cutover__in=cutovers.values("pk"), moved_at__date__gt=today - WATCHED_WEEKS * WEEK
    )
    columns = ("moved_at__date", "from_status", "to_status")
    changes = [
        (day, (after in DONE) - (before in DONE))
        for day, before, after in recent.values_list(*columns)
        if day <= today
    ]
    return pace_of(changes, since, today)


def prospects(
    tenant: Tenant, today: dt.date, found: Forecast, quiet: QuietDays | None = None
) -> list[Prospect]:
    """Of each date from today on by which Basic has to be gone; its misses if `quiet` is given."""
    binding = Deadline.objects.for_tenant(tenant).filter(is_binding=True, on__gte=today)
    open_ones = [] if quiet is None or not binding else open_of(cutovers_of(tenant), quiet)
    return [
        prospect(deadline, deadline.on, found, today, open_ones)
        for deadline in binding.order_by("on", "pk")
        if deadline.on is not None
    ]


def wave_prospects(
    tenant: Tenant, today: dt.date, quiet: QuietDays | None = None
) -> list[Prospect]:
    """Of the waves that are not over."""
    running = Wave.objects.filter(tenant=tenant, due_on__gte=today)
    return [wave_prospect(wave, today, quiet) for wave in running]


def wave_prospect(wave: Wave, today: dt.date, quiet: QuietDays | None = None) -> Prospect:
    members = Cutover.objects.filter(wave=wave)
    open_ones = [] if quiet is None else open_of(members, quiet)
    return prospect(wave, wave.due_on, forecast_of_wave(wave, today), today, open_ones)


def prospect(
    target: Deadline | Wave, on: dt.date, found: Forecast, today: dt.date, open_ones: list[Open]
) -> Prospect:
    late = tuple(misses(open_ones, found, today, on)) if open_ones else ()
    return Prospect(target, on, found, risk(found, on), late)


# -- what is open ------------------------------------------------------------------------------


def open_of(cutovers: QuerySet[Cutover], quiet: QuietDays) -> list[Open]:
    rows = list(cutovers.exclude(status__in=CLOSED).select_related("item"))
    approved = Waiver.objects.filter(cutover__in=cutovers.values("pk"), state=Waiver.State.APPROVED)
    until = dict(approved.values_list("cutover", "expires_on"))
    return [
        open_one(cutover, quiet.get(cutover.item_id), until.get(cutover.pk)) for cutover in rows
    ]


def open_one(cutover: Cutover, quiet_days: int | None, waived_until: dt.date | None) -> Open:
    is_done = cutover.status == Status.CUT_OVER
    return Open(
        key=cutover.pk,
        name=cutover.item.name,
        due_on=cutover.due_on,
        criticality=CRITICALITY[Item.Criticality(cutover.item.criticality)],
        is_done=is_done,
        cut_on=cutover.cut_over_at.date() if is_done and cutover.cut_over_at else None,
        quiet_days=quiet_days,
        held=held(cutover, waived_until),
    )


def held(cutover: Cutover, waived_until: dt.date | None) -> str:
    if cutover.status == Status.BLOCKED:
        return "blocked"
    if cutover.status == Status.WAIVED:
        return f"waived until {waived_until}" if waived_until else "waived"
    return ""


def quiet_days_of(tenant: Tenant) -> QuietDays:
    """{item: the longest quiet period of the senders behind it}; for an account of all that log
    in with it."""
    senders = {
        pk: (item, account, kept)
        for pk, item, account, kept in Sender.objects.filter(
            tenant=tenant, merged_into=None
        ).values_list("pk", "item", "account", "quiet_days")
    }
    found: dict[int, int] = defaultdict(int)
    for pk, days in basic_days(tenant):
        if pk in senders:
            item, account, kept = senders[pk]
            period = quiet_period(Use("", tuple(days), quiet_days=kept))
            for key in filter(None, {item, account}):
                found[key] = max(found[key], period)
    return found


def basic_days(tenant: Tenant) -> Iterator[tuple[int, Iterable[dt.date]]]:
    """(sender, its days with Basic in order)"""
    rows = (
        Observation.objects.filter(
            fingerprint__tenant=tenant,
            fingerprint__sender__isnull=False,
            report__reader__in=MESSAGE_READERS,
        )
        .exclude(auth_method="oauth")
        .order_by("fingerprint__sender", "day")
        .values_list("fingerprint__sender", "day")
        .distinct()
    )
    for sender, group in groupby(rows.iterator(), key=lambda row: row[0]):
        yield sender, [day for _, day in group]
