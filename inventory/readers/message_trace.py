"""A message trace as `Get-MessageTraceV2 | Export-Csv` leaves it; docs/readers.

One row a message and recipient, of all mail in and out. It does not say how a message was
submitted, so it never proves SMTP AUTH: it adds to what other reports proved. `Received` is UTC
in the words of the session's culture; people select and rename columns, so only sender and time
are required.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from inventory import normalize
from inventory.readers.columns import (
    Checks,
    Keys,
    counts,
    message_ids,
    seconds,
    translate,
)
from inventory.readers.tables import Table
from inventory.readers.times import decide_day_first, read_times
from inventory.records import Batch, Head

NAME = "message_trace"
TITLE = "message trace"
PROVES_SMTP_AUTH = False
IS_TOTAL = False

TIMES = ["received", "receiveddatetime", "receivedutc"]
WANTED = [
    "senderaddress",
    "recipientaddress",
    "subject",
    "fromip",
    "size",
    "messageid",
    "messagetraceid",
]


def sniff(head: Head) -> bool:
    has_message = head.columns & {"recipientaddress", "messageid", "messagetraceid"}
    return "senderaddress" in head.columns and bool(has_message and head.columns & set(TIMES))


def read(table: Table, head: Head) -> Iterator[Batch]:
    time = next(name for name in TIMES if name in table.columns)
    day_first = decide_day_first(
        (batch.column(time) for batch in table.batches([time])), table.name_of(time)
    )
    keys, index = Keys(), 0
    for batch in table.batches([time, *WANTED]):
        column = dict(zip([time, *WANTED], batch.columns, strict=True))
        checks = Checks(batch.num_rows, index)
        index += batch.num_rows
        at = read_times(pc.utf8_trim_whitespace(column[time]), day_first=day_first)
        checks.refuse(np.isnat(at), table.name_of(time), "not a time")
        account, wrong = translate(column["senderaddress"], sender)
        checks.refuse(wrong, table.name_of("senderaddress"), "not a mail address")
        address, wrong = translate(column["fromip"], normalize.ip)
        checks.refuse(wrong, "FromIP", "not an IP address")
        byte_count, wrong = counts(column["size"], default=0)
        checks.refuse(wrong, "Size", "not a whole number")
        recipient, _ = translate(column["recipientaddress"], lambda text: text.strip().lower())
        ids = message_ids(column["messageid"]).to_numpy(zero_copy_only=False)
        lowered = pc.utf8_lower(ids).to_numpy(zero_copy_only=False)
        trace_id = pc.utf8_lower(column["messagetraceid"]).to_numpy(zero_copy_only=False)
        # Exports differ in which ids they carry; the message id is in nearly all of them.
        identity = np.where(lowered == "", trace_id, lowered)
        is_own = identity != ""
        row_key = keys.of([account, seconds(at), identity, recipient], is_own=is_own)
        message_key = Keys().of([account, seconds(at), identity], is_own=np.ones_like(is_own))
        yield checks.batch(
            at=at,
            account=account,
            address=address,
            message_id=ids,
            subject=column["subject"].to_numpy(zero_copy_only=False),
            recipient=recipient,
            byte_count=byte_count,
            row_key=row_key,
            message_key=np.where(is_own, message_key, row_key),
        )


def sender(text: str) -> str:
    """The sender's address; "<>" is the null sender of a bounce and stays ''."""
    return "" if text.strip() == "<>" else normalize.account(text)
