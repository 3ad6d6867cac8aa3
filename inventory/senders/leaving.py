"""Items that the last sender left, because more was learned of what sends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from inventory import bulk
from inventory.events import Happened
from inventory.models import Item, Tenant
from inventory.senders import orphans


def drop_left(tenant: Tenant, candidates: Collection[int]) -> tuple[set[int], list[Happened]]:
    """(items that are gone, what is told of those that another app still holds). What a person
    has touched stays, and so does what the rules did not make."""
    gone: set[int] = set()
    held: list[Happened] = []
    for part in bulk.batches(candidates):
        empty = Item.objects.filter(tenant=tenant, pk__in=part, linked_senders=None)
        made = empty.exclude(category=Item.Category.ACCOUNT).exclude(proposed={})
        names = dict(made.values_list("pk", "name"))
        if not names:
            continue
        held += [
            ("item.left", pk, {"name": names[pk]}) for pk in sorted(orphans.drop(tenant, names))
        ]
        gone |= names.keys() - set(Item.objects.filter(pk__in=names).values_list("pk", flat=True))
    return gone, held


def without(gone: Collection[int], happened: Iterable[Happened]) -> Iterator[Happened]:
    """What happened, but for what is of no item now."""
    for kind, pk, data in happened:
        is_gone = (kind in ("item.discovered", "item.reclassified") and pk in gone) or (
            kind == "item.linked" and data["item_id"] in gone
        )
        if not is_gone:
            yield kind, pk, data
