"""Somebody's word that nothing logs in as a mailbox, as far as it stands on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Q

from inventory.models import Tenant
from inventory.models.tenant import ScopedQuerySet
from tracker.models import Vouch


def words_by_account(tenant: Tenant, primary: Mapping[str, str], on: dt.date) -> dict[str, str]:
    """{mailbox: who said it, when, until when and why}."""
    rows = standing(on).filter(tenant=tenant).select_related("said_by").order_by("said_at", "pk")
    return {primary.get(row.account, row.account): in_words(row) for row in rows}


def standing(on: dt.date) -> ScopedQuerySet:
    """Said by the day, not over on it, and not taken back by then."""
    is_kept = Q(withdrawn_at=None) | Q(withdrawn_at__date__gt=on)
    return Vouch.objects.filter(is_kept, said_at__date__lte=on, expires_on__gte=on)


def in_words(row: Vouch) -> str:
    who = row.said_by.get_username() if row.said_by else "somebody who has left"
    said = f"{who} said on {row.said_at:%Y-%m-%d} that nothing uses it"
    return f"{said} (until {row.expires_on}): {row.reason}"
