"""The extended download of a message trace, `MTDetail_….csv`; docs/readers.

One row an event, about sixteen a message, in no order. A message is told by its first event that
names the client's address; the others only keep it from being counted again.
https://learn.microsoft.com/exchange/monitoring/trace-an-email-message/message-trace-modern-eac
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from inventory.readers import traces
from inventory.readers.columns import seconds
from inventory.readers.hashing import hash_any_case, hash_words, joined
from inventory.readers.sources import Source
from inventory.records import COLUMNS, BadRow, Batch, Coded, Head

NAME = "mt_detail"
TITLE = "message trace, extended"
FAMILY = traces.FAMILY
PROVES_SMTP_AUTH = False
IS_TOTAL = False

TIMES = ["datetimeutc", "datetime"]
TOGETHER = 200_000
"""Events put together at once; the downloads end at 100,000."""
EVENT = ["source", "eventid", "internalmessageid", "recipientaddress"]


def sniff(head: Head) -> bool:
    return head.columns >= {"senderaddress", "eventid"} and bool(head.columns & set(TIMES))


def read(source: Source, head: Head) -> Iterator[Batch]:
    layout = traces.Layout(
        time=next(name for name in TIMES if name in source.columns),
        account="senderaddress",
        recipient="recipientaddress",
        subject="messagesubject",
        address="originalclientip",
        byte_count="totalbytes",
        message_id="messageid",
        trace_id="networkmessageid",
    )
    waiting: list[pd.DataFrame] = []
    bad: list[BadRow] = []
    for batch in traces.read(source, head, layout, told_apart_by=EVENT):
        waiting.append(batch.frame().assign(sender=batch.coded("account").hashes))
        bad += batch.bad
        if sum(map(len, waiting)) >= TOGETHER:
            yield by_message(pd.concat(waiting), bad)
            waiting, bad = [], []
    if waiting:
        yield by_message(pd.concat(waiting), bad)


def by_message(events: pd.DataFrame, bad: list[BadRow]) -> Batch:
    """The events, each message's telling one first and all at the time of the first.

    Without the id that Exchange gives, events of one account and Message-ID are one message.
    `sender` is the hash of the account.
    """
    ids = events["message_id"]
    hashes = events["sender"].to_numpy(), hash_any_case(pa.array(ids, pa.string()))
    has_trace_id = (events["message_alias"] != 0).to_numpy()
    is_nameless = ~has_trace_id & (ids != "").to_numpy()
    group = np.where(is_nameless, joined(*hashes), events["message_key"])
    first = events["at"].groupby(group, sort=False).transform("min")
    alias = joined(hashes[0], seconds(first.to_numpy()), hashes[1])
    events = events.assign(
        at=first,
        message_key=np.where(is_nameless, alias, events["message_key"]),
        message_alias=np.where(has_trace_id, alias, np.uint64(0)),
        is_silent=events["address"] == "",
        event_at=events["at"],
    )
    events = events.sort_values(["is_silent", "event_at"], kind="stable")
    columns = {name: coded(events[name]) for name in ("account", "address")}
    rest = {name: events[name].to_numpy() for name in COLUMNS if name not in columns}
    return Batch({**rest, **columns}, len(events), bad)


def coded(texts: pd.Series) -> Coded:
    codes, words = pd.factorize(pd.concat([pd.Series([""]), texts]))
    return Coded(codes[1:].astype(np.int32), list(words), hash_words(texts))
