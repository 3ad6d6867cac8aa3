from tracker.models.cutover import Cutover, CutoverMove
from tracker.models.deadline import Deadline
from tracker.models.subscription import Delivery, Subscription

__all__ = ["Cutover", "CutoverMove", "Deadline", "Delivery", "Subscription"]
