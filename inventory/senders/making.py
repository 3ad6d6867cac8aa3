"""Many devices, scripts and accounts into the database at once: two statements a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from inventory import bulk
from inventory.models import Account, Device, Item, Script

CATEGORY = {
    Device: Item.Category.DEVICE,
    Script: Item.Category.SCRIPT,
    Account: Item.Category.ACCOUNT,
}


def make(items: Iterable[Item]) -> None:
    """Store new items and give them their keys, in their order. Inside a transaction."""
    new: list[Any] = list(items)
    for item in new:
        item.category = CATEGORY[type(item)]
    # What all items have first, as Django stores a model that inherits from another.
    bulk.create(Item, new)
    by_model: dict[Any, list[Any]] = defaultdict(list)
    for item in new:
        item.item_ptr_id = item.id
        by_model[type(item)].append(item)
    for model, those in by_model.items():
        own = [field.name for field in model._meta.local_concrete_fields]
        names = ["pk" if name == "item_ptr" else name for name in own]
        bulk.insert(model, own, [[getattr(item, name) for name in names] for item in those])
