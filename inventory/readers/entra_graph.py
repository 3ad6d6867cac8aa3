"""Entra sign-ins as Microsoft Graph or the portal's JSON download give them; docs/readers.

Interactive and non-interactive alike. https://learn.microsoft.com/graph/api/signin-list
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers import sign_ins
from inventory.readers.sources import Source
from inventory.records import Batch, Head

NAME = "entra_graph"
TITLE = "Entra sign-ins from Microsoft Graph"
FAMILY = sign_ins.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

NEEDED = {"createddatetime", "userprincipalname", "clientappused"}
LAYOUT = sign_ins.Layout(
    time=("createddatetime",),
    sign_in_id=("id",),
    account=("userprincipalname",),
    address=("ipaddress",),
    client=("clientappused",),
    agent=("useragent",),
    error_code=("statuserrorcode",),
    reason=("statusfailurereason",),
)


def sniff(head: Head) -> bool:
    is_page = head.columns >= NEEDED and "resulttype" not in head.columns
    return head.is_json and (is_page or "auditlogs/signins" in head.context.lower())


def read(source: Source, head: Head) -> Iterator[Batch]:
    return sign_ins.read(source, head, LAYOUT)
