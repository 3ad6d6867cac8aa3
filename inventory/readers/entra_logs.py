"""Entra sign-ins out of Log Analytics or by diagnostic settings; docs/readers.

JSON lines of a storage account or event hub, the answer of a query, or its CSV export.
https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers import sign_ins
from inventory.readers.sources import Source
from inventory.records import Batch, Head

NAME = "entra_logs"
TITLE = "Entra sign-ins from diagnostic settings or Log Analytics"
FAMILY = sign_ins.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

LAYOUT = sign_ins.Layout(
    time=(
        "propertiescreateddatetime",
        "createddatetime",
        "createddatetimeutc",
        "timegenerated",
        "timegeneratedutc",
        "time",
    ),
    sign_in_id=("propertiesid", "id"),
    account=("propertiesuserprincipalname", "userprincipalname"),
    address=("propertiesipaddress", "ipaddress", "calleripaddress"),
    client=("propertiesclientappused", "clientappused"),
    agent=("propertiesuseragent", "useragent"),
    error_code=("resulttype", "propertiesstatuserrorcode"),
    reason=("resultdescription", "propertiesstatusfailurereason"),
)


def sniff(head: Head) -> bool:
    fields = (LAYOUT.time, LAYOUT.client)
    return "resulttype" in head.columns and all(head.columns & set(names) for names in fields)


def read(source: Source, head: Head) -> Iterator[Batch]:
    return sign_ins.read(source, head, LAYOUT)
