from tracker.models.capability import Capability
from tracker.models.cutover import Cutover, CutoverMove
from tracker.models.deadline import Deadline
from tracker.models.subscription import Delivery, Subscription
from tracker.models.waiver import Waiver

__all__ = [
    "Capability",
    "Cutover",
    "CutoverMove",
    "Deadline",
    "Delivery",
    "Subscription",
    "Waiver",
]
