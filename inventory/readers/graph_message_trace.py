"""Pages of Microsoft Graph's `messageTraces`, one or more in a file; docs/readers.

https://learn.microsoft.com/graph/api/messagetracingroot-list-messagetraces
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers import traces
from inventory.readers.sources import Source
from inventory.records import Batch, Head

NAME = "graph_message_trace"
TITLE = "message traces from Microsoft Graph"
FAMILY = traces.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

NEEDED = {"receiveddatetime", "senderaddress", "id"}
LAYOUT = traces.Layout(
    time="receiveddatetime",
    account="senderaddress",
    recipient="recipientaddress",
    subject="subject",
    address="fromip",
    byte_count="size",
    message_id="messageid",
    trace_id="id",
)


def sniff(head: Head) -> bool:
    return head.is_json and (head.columns >= NEEDED or "messagetraces" in head.context.lower())


def read(source: Source, head: Head) -> Iterator[Batch]:
    return traces.read(source, head, LAYOUT)
