"""The inventory's pages in the admin, a module for each model."""

from inventory.admin import (
    correction,
    event,
    item,
    known_asset,
    owning,
    person,
    pull,
    report,
    review,
    sender,
    token,
)

__all__ = [
    "correction",
    "event",
    "item",
    "known_asset",
    "owning",
    "person",
    "pull",
    "report",
    "review",
    "sender",
    "token",
]
