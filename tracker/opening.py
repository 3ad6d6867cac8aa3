"""Opens a cutover for what was seen with Basic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from inventory import bulk, events
from inventory.models import Item, Tenant
from tracker.models import Cutover, CutoverMove, Deadline


def open_cutovers(items: QuerySet[Item], now: dt.datetime) -> list[Cutover]:
    """Open the missing cutovers of those among the items that were seen with Basic.

    Each is due before its tenant's next deadline. Doing it twice, or by two workers at once,
    opens none twice.
    """
    missing = items.filter(cutover=None, last_basic_at__isnull=False).order_by("pk")
    opened: list[Cutover] = []
    tenants = missing.order_by("tenant").values_list("tenant", flat=True).distinct()
    for tenant_id in list(tenants):
        opened += open_of_tenant(tenant_id, missing, now)
    return opened


def open_of_tenant(tenant_id: int, missing: QuerySet[Item], now: dt.datetime) -> list[Cutover]:
    with transaction.atomic():
        # Openings of a tenant take turns: an insert that ignores conflicts cannot tell its own.
        tenant = Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)
        deadline = Deadline.objects.next_for(tenant, now.date())
        due_on = deadline.due_on(now.date()) if deadline else None
        opened = [
            Cutover(
                item=item,
                owner=item.owner,
                deadline=deadline,
                due_on=due_on,
                opened_at=now,
                moved_at=now,
            )
            for item in missing.filter(tenant=tenant)
        ]
        bulk.create(Cutover, opened)
        bulk.create(CutoverMove, map(first_move, opened))
        if opened:
            events.record_all([opened_event(cutover) for cutover in opened], tenant)
    return opened


def pass_owners_on(tenants: Iterable[int]) -> None:
    """Cutovers without an owner get that of their item."""
    owner = Item.objects.filter(pk=OuterRef("item")).values("owner")[:1]
    ownerless = Cutover.objects.filter(item__tenant__in=list(tenants), owner="")
    ownerless.exclude(item__owner="").update(owner=Subquery(owner))


def drop_empty(items: QuerySet[Item]) -> None:
    """Delete those that nothing stands behind, with the cutovers that opened by themselves, but
    none that a person has worked on."""
    untouched = Q(cutover=None) | Q(
        cutover__status=Cutover.Status.DISCOVERED, cutover__route="", cutover__notes=""
    )
    empty = items.filter(linked_senders=None, assets=None, owner="", contact="", notes="")
    items.filter(pk__in=list(empty.filter(untouched).values_list("pk", flat=True))).delete()


def first_move(cutover: Cutover) -> CutoverMove:
    return CutoverMove(
        cutover=cutover,
        to_status=cutover.status,
        moved_at=cutover.moved_at,
        reason=f"seen with Basic, last on {cutover.item.last_basic_at:%Y-%m-%d}",
    )


def opened_event(cutover: Cutover) -> events.Happened:
    due = cutover.due_on.isoformat() if cutover.due_on else None
    data = {"item_id": cutover.item_id, "item": cutover.item.name, "due_on": due}
    return "cutover.opened", cutover.pk, data
