"""A message trace as `Get-MessageTraceV2 | Export-Csv` leaves it; docs/readers.

One row a message and recipient, of all mail in and out. It does not say how a message was
submitted, so it never proves SMTP AUTH: it adds to what other reports proved. `Received` is UTC
in the words of the session's culture; people select and rename columns, so only sender and time
are required.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers import traces
from inventory.readers.sources import Source
from inventory.records import Batch, Head

NAME = "message_trace"
TITLE = "message trace"
FAMILY = traces.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

TIMES = ["received", "receiveddatetime", "receivedutc"]


def sniff(head: Head) -> bool:
    has_message = head.columns & {"recipientaddress", "messageid", "messagetraceid"}
    has_trace = "senderaddress" in head.columns and bool(has_message and head.columns & set(TIMES))
    return has_trace and not head.is_json


def read(source: Source, head: Head) -> Iterator[Batch]:
    time = next(name for name in TIMES if name in source.columns)
    return traces.read(source, head, traces.columns_of_cmdlet(time))
