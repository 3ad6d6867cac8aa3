"""A message trace as `Get-MessageTraceV2 | ConvertTo-Json` leaves it; docs/readers.

An array of objects, or a single object when the trace found one message. Windows PowerShell
writes times as `/Date(ms)/`, later versions as ISO; both are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers import traces
from inventory.readers.sources import Source
from inventory.records import Batch, Head

NAME = "message_trace_json"
TITLE = "message trace as JSON"
FAMILY = traces.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

TIMES = ["received", "receivedutc"]


def sniff(head: Head) -> bool:
    has_message = head.columns & {"recipientaddress", "messageid", "messagetraceid"}
    has_trace = "senderaddress" in head.columns and bool(has_message and head.columns & set(TIMES))
    return has_trace and head.is_json


def read(source: Source, head: Head) -> Iterator[Batch]:
    time = next(name for name in TIMES if name in source.columns)
    return traces.read(source, head, traces.columns_of_cmdlet(time))
