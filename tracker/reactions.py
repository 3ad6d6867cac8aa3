"""What the tracker does when something happened in the inventory."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable

from inventory.models import Event, Item, Tenant
from tracker.evidence.moving import apply_evidence
from tracker.evidence.withdrawal import after_removal, let_go
from tracker.lockdown.locks import tell_opened
from tracker.opening import drop_empty, open_cutovers, pass_owners_on
from tracker.waves.members import fill

Reaction = Callable[[list[Event], dt.datetime], object]


def after_read(happened: list[Event], now: dt.datetime) -> None:
    """A report may have shown Basic, or its absence, for any item of its tenant."""
    tenants = {event.tenant_id for event in happened}
    open_cutovers(Item.objects.filter(tenant__in=tenants), now)
    fill(Tenant.objects.filter(pk__in=tenants), now.date())
    pass_owners_on(tenants)
    apply_evidence(Tenant.objects.filter(pk__in=tenants), now)


def after_link(happened: list[Event], now: dt.datetime) -> None:
    """A link may have put Basic traffic behind another item."""
    items = {event.data["item_id"] for event in happened}
    tenants = {event.tenant_id for event in happened}
    if open_cutovers(Item.objects.filter(tenant__in=tenants, pk__in=items), now):
        fill(Tenant.objects.filter(pk__in=tenants), now.date())
    drop_left(happened)


def after_change(happened: list[Event], now: dt.datetime) -> None:
    """A setting that was changed may let Basic in where it was locked."""
    tell_opened(happened)


def after_owned(happened: list[Event], now: dt.datetime) -> None:
    """An item was given an owner."""
    pass_owners_on({event.tenant_id for event in happened})


def after_undone(happened: list[Event], now: dt.datetime) -> None:
    """An undone split leaves an item with nothing behind it."""
    drop_left(happened)


def after_left(happened: list[Event], now: dt.datetime) -> None:
    """No sender is behind an item any more: what nobody has taken up goes."""
    for tenant in Tenant.objects.filter(pk__in={event.tenant_id for event in happened}):
        let_go(tenant, {each.subject_id for each in happened if each.tenant_id == tenant.pk})


def drop_left(happened: list[Event]) -> None:
    """Items that the last sender left."""
    left = {event.data.get("left_item_id") for event in happened} - {None}
    drop_empty(Item.objects.filter(tenant__in={event.tenant_id for event in happened}, pk__in=left))


REACTIONS: dict[str, Reaction] = {
    "report.read": after_read,
    "report.linked": after_read,
    "report.removed": after_removal,
    "item.linked": after_link,
    "item.left": after_left,
    "setting.changed": after_change,
    "item.owned": after_owned,
    "correction.undone": after_undone,
}
"""By event kind. Called with all events of the kind that are published together, inside of the
transaction that publishes them: a report can bring thousands."""


def react(happened: Iterable[Event], now: dt.datetime) -> None:
    by_kind: dict[str, list[Event]] = defaultdict(list)
    for event in happened:
        by_kind[event.kind].append(event)
    for kind, of_kind in by_kind.items():
        if kind in REACTIONS:
            REACTIONS[kind](of_kind, now)
