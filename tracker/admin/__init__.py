"""The tracker's pages in the admin, a module for each model."""

from tracker.admin import cutover, deadline, subscription

__all__ = ["cutover", "deadline", "subscription"]
