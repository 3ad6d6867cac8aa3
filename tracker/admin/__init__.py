"""The tracker's pages in the admin, a module for each model."""

from tracker.admin import (
    capability,
    cutover,
    deadline,
    item_standing,
    records,
    subscription,
    vouch,
    waiver,
    wave,
)

__all__ = [
    "capability",
    "cutover",
    "deadline",
    "item_standing",
    "records",
    "subscription",
    "vouch",
    "waiver",
    "wave",
]
