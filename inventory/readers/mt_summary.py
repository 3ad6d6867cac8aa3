"""The enhanced summary download of a message trace, `MTSummary_….csv`; docs/readers.

One row a message with all its recipients in one cell. UTF-16LE, often without a byte order mark.
https://learn.microsoft.com/exchange/monitoring/trace-an-email-message/message-trace-modern-eac
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.readers import traces
from inventory.readers.sources import Source
from inventory.records import Batch, Head

NAME = "mt_summary"
TITLE = "message trace, enhanced summary"
FAMILY = traces.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

TIMES = ["origintimestamputc", "origintimestamp"]


def sniff(head: Head) -> bool:
    return "senderaddress" in head.columns and bool(head.columns & set(TIMES))


def read(source: Source, head: Head) -> Iterator[Batch]:
    layout = traces.Layout(
        time=next(name for name in TIMES if name in source.columns),
        account="senderaddress",
        recipient="recipientstatus",
        subject="messagesubject",
        address="originalclientip",
        byte_count="totalbytes",
        message_id="messageid",
        trace_id="networkmessageid",
        has_packed_recipients=True,
    )
    return traces.read(source, head, layout)
