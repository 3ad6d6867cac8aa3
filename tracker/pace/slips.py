"""Says early, and once, that a date will not be kept at the pace so far."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from inventory import events
from inventory.models import Tenant
from tracker.models import Deadline, Slip
from tracker.pace.forecast import AT_RISK, Risk
from tracker.pace.prospects import Prospect, forecast_of, prospects, quiet_days_of, wave_prospects


def record_slips(now: dt.datetime) -> int:
    """Look at every date of every tenant; returns how many are newly at risk."""
    return sum(record_of(tenant, now) for tenant in Tenant.objects.order_by("pk"))


def record_of(tenant: Tenant, now: dt.datetime) -> int:
    today = now.date()
    quiet = quiet_days_of(tenant)
    found = [
        *prospects(tenant, today, forecast_of(tenant, today), quiet),
        *wave_prospects(tenant, today, quiet),
    ]
    return sum(told(tenant, prospect, now) for prospect in found)


def told(tenant: Tenant, prospect: Prospect, now: dt.datetime) -> bool:
    """Whether this was news."""
    is_deadline = isinstance(prospect.target, Deadline)
    key = {
        "tenant": tenant,
        "deadline": prospect.target if is_deadline else None,
        "wave": None if is_deadline else prospect.target,
    }
    if prospect.risk in (Risk.ON_TRACK, Risk.DONE):
        Slip.objects.filter(**key).delete()
        return False
    if prospect.risk not in AT_RISK:
        return False
    values = {
        "on": prospect.on,
        "likely_on": prospect.forecast.likely_on,
        "recorded_at": now,
    }
    with transaction.atomic():
        _, is_new = Slip.objects.get_or_create(**key, defaults=values)
        if is_new:
            record(tenant, prospect, is_deadline=is_deadline)
    return is_new


def record(tenant: Tenant, prospect: Prospect, *, is_deadline: bool) -> None:
    found = prospect.forecast
    events.record(
        "forecast.slipped",
        tenant,
        prospect.target.pk,
        of="deadline" if is_deadline else "wave",
        name=prospect.target.name,
        on=prospect.on.isoformat(),
        risk=prospect.risk.value,
        likely_on=found.likely_on.isoformat() if found.likely_on else None,
        late_on=found.late_on.isoformat() if found.late_on else None,
        left=found.left,
        per_week=round(found.pace.per_week, 1),
        reason=found.reason,
        misses=prospect.counts,
    )
