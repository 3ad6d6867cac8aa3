from tracker.models.capability import Capability
from tracker.models.cutover import Cutover, CutoverMove
from tracker.models.deadline import Deadline
from tracker.models.probe_run import ProbeRun
from tracker.models.runbook import RunbookTick
from tracker.models.slip import Slip
from tracker.models.subscription import Delivery, Subscription
from tracker.models.vouch import Vouch
from tracker.models.waiver import Waiver
from tracker.models.wave import Wave

__all__ = [
    "Capability",
    "Cutover",
    "CutoverMove",
    "Deadline",
    "Delivery",
    "ProbeRun",
    "RunbookTick",
    "Slip",
    "Subscription",
    "Vouch",
    "Waiver",
    "Wave",
]
