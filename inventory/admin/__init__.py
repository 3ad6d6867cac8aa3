"""The inventory's pages in the admin, a module for each model."""

from inventory.admin import event, item, person, pull, report, sender, token

__all__ = ["event", "item", "person", "pull", "report", "sender", "token"]
