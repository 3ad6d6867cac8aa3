"""Whom an approved waiver allows to wait."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from inventory.models import Item, Sender, Tenant
from inventory.models.tenant import ScopedQuerySet
from tracker.models import Waiver


def waivers_by_account(tenant: Tenant, primary: dict[str, str], on: dt.date) -> dict[str, set[str]]:
    """{mailbox: items behind its senders that may wait on that day, each with its last day}."""
    until = {
        waiver.cutover.item_id: f"{waiver.cutover.item} until {waiver.expires_on}"
        for waiver in holding(on)
        .filter(cutover__item__tenant=tenant)
        .select_related("cutover__item")
    }
    senders = Sender.objects.filter(tenant=tenant, merged_into=None, item__in=until)
    own = Item.objects.filter(pk__in=until, category=Item.Category.ACCOUNT)
    found: dict[str, set[str]] = defaultdict(set)
    for account, item in [
        *senders.values_list("account__name", "item"),
        *own.values_list("name", "pk"),
    ]:
        found[primary.get(account, account)].add(until[item])
    return found


def holding(on: dt.date) -> ScopedQuerySet:
    """Waivers that were approved by the day and end on it or later, whether or not anything has
    noticed the end of those that have expired since."""
    held = (Waiver.State.APPROVED, Waiver.State.EXPIRED)
    return Waiver.objects.filter(state__in=held, decided_at__date__lte=on, expires_on__gte=on)
