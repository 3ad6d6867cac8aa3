"""The inventory's pages in the admin, a module for each model."""

from inventory.admin import (
    column_mapping,
    device_reply,
    event,
    item,
    known_asset,
    person,
    pull,
    report,
    sender,
    token,
)

__all__ = [
    "column_mapping",
    "device_reply",
    "event",
    "item",
    "known_asset",
    "person",
    "pull",
    "report",
    "sender",
    "token",
]
