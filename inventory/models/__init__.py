from inventory.models.column_mapping import ColumnMapping
from inventory.models.correction import Correction
from inventory.models.device_reply import DeviceReply
from inventory.models.event import Event
from inventory.models.item import Account, Device, Item, Ownerless, Script
from inventory.models.known_asset import KnownAsset
from inventory.models.observation import Fingerprint, Observation
from inventory.models.pull import Connection, Pull
from inventory.models.report import CountedDay, Report, RowError
from inventory.models.sender import Sender, Suggestion
from inventory.models.settings import Setting
from inventory.models.sign_in import SignIn
from inventory.models.site import EgressNetwork, Site
from inventory.models.submission import Submission
from inventory.models.tenant import Tenant
from inventory.models.token import ApiToken
from inventory.models.trail import Trail

__all__ = [
    "Account",
    "ApiToken",
    "ColumnMapping",
    "Connection",
    "Correction",
    "CountedDay",
    "Device",
    "DeviceReply",
    "EgressNetwork",
    "Event",
    "Fingerprint",
    "Item",
    "KnownAsset",
    "Observation",
    "Ownerless",
    "Pull",
    "Report",
    "RowError",
    "Script",
    "Sender",
    "Setting",
    "SignIn",
    "Site",
    "Submission",
    "Suggestion",
    "Tenant",
    "Trail",
]
