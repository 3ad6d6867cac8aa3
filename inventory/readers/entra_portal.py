"""Entra sign-ins as the portal's CSV download gives them; docs/readers.

`InteractiveSignIns_….csv` and `NonInteractiveSignIns_….csv`. Some headers end in a space, one has
two in the middle, one stands twice. An older form names its columns as Graph does.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers import sign_ins
from inventory.readers.sources import Source
from inventory.records import Batch, Head

NAME = "entra_portal"
TITLE = "Entra sign-ins, download of the portal"
FAMILY = sign_ins.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

LAYOUT = sign_ins.Layout(
    time=("dateutc", "date", "createddatetime"),
    sign_in_id=("requestid", "id"),
    account=("username", "userprincipalname"),
    address=("ipaddress",),
    client=("clientapp", "clientappused"),
    agent=("useragent",),
    error_code=("signinerrorcode", "statuserrorcode", "errorcode"),
    reason=("failurereason", "statusfailurereason"),
    result=("status",),
)


def sniff(head: Head) -> bool:
    fields = (LAYOUT.time, LAYOUT.account, LAYOUT.client)
    has_all = all(head.columns & set(names) for names in fields)
    return has_all and not head.is_json and "resulttype" not in head.columns


def read(source: Source, head: Head) -> Iterator[Batch]:
    return sign_ins.read(source, head, LAYOUT)
