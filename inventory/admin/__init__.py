"""The inventory's pages in the admin, a module for each model."""

from inventory.admin import (
    any_item,
    column_mapping,
    correction,
    device_reply,
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
    "any_item",
    "column_mapping",
    "correction",
    "device_reply",
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
