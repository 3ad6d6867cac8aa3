"""Stores what a person changed about a cutover, and remembers that it was a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from tracker.models import Cutover, Wave
from tracker.waves.members import keep_dates


def plan(cutover: Cutover, changed: Iterable[str], today: dt.date) -> Cutover:
    """Save these fields. A date taken away follows the wave or the deadline again."""
    fields = set(changed)
    if "due_on" in fields:
        cutover.is_due_planned = cutover.due_on is not None
        fields.add("is_due_planned")
    if "wave" in fields:
        cutover.is_wave_chosen = True
        fields.add("is_wave_chosen")
    with transaction.atomic():
        # Only these: somebody may have moved it meanwhile.
        if fields:
            cutover.save(update_fields=sorted(fields))
        if fields & {"due_on", "wave"}:
            keep_dates([cutover], today)
    return cutover


def wave_refusal(cutover: Cutover, wave: Wave | None) -> str:
    """Why it cannot be in this wave, or ""."""
    if wave is not None and wave.tenant_id != cutover.item.tenant_id:
        return "The wave belongs to another tenant."
    return ""
