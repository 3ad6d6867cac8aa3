"""The tracker's pages in the admin, a module for each model."""

from tracker.admin import capability, cutover, deadline, subscription, waiver

__all__ = ["capability", "cutover", "deadline", "subscription", "waiver"]
