"""The requested detail report of SMTP AUTH clients: one row a message; docs/readers.

`Start-HistoricalSearch -ReportType SmtpCSReport`. UTF-16LE, often without a byte order mark.
Column names were seen in one script only (2026-03); the date's form and the values of authMethod
and tls_version were not seen, so they are read tolerantly. `senderName` is the local part or the
whole address; `message_id` may lack its <>.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from inventory import normalize
from inventory.readers.ahead import ahead
from inventory.readers.columns import (
    Checks,
    Keys,
    Translator,
    counts,
    is_filled,
    message_ids,
    seconds,
)
from inventory.readers.hashing import hash_any_case
from inventory.readers.sources import Source
from inventory.readers.times import decide_day_first, read_times
from inventory.records import Batch, Head

NAME = "smtp_cs_report"
TITLE = "SMTP AUTH detail report"
FAMILY = NAME
PROVES_SMTP_AUTH = True
IS_TOTAL = False

NEEDED = {"date", "sendername", "authmethod"}
WANTED = [
    "date",
    "sendername",
    "senderdomain",
    "authmethod",
    "originalclientip",
    "tlsversion",
    "tlscipher",
    "messagecount",
    "messageid",
]


def sniff(head: Head) -> bool:
    return head.columns >= NEEDED and not head.is_json


def read(table: Source, head: Head) -> Iterator[Batch]:
    dates = (batch.column("date") for batch in table.batches(["date"]))
    day_first = decide_day_first(dates, "date", head.day_first)
    keys, index = Keys(), 0
    accounts = Translator(lambda text: normalize.account(*text.split("\x1f")))
    addresses, methods = Translator(normalize.ip), Translator(normalize.auth_method)
    versions, ciphers = (
        Translator(normalize.tls_version),
        Translator(lambda text: text.strip()[:60]),
    )
    for batch in ahead(table.batches(WANTED)):
        column = dict(zip(WANTED, batch.columns, strict=True))
        checks = Checks(batch.num_rows, index)
        index += batch.num_rows
        at = read_times(column["date"], day_first=day_first)
        checks.refuse(np.isnat(at), "date", "not a time")
        joined = pc.binary_join_element_wise(column["sendername"], column["senderdomain"], "\x1f")
        account, wrong = accounts.of(joined)
        checks.refuse(wrong, "senderName", "not a mail address")
        address, wrong = addresses.of(column["originalclientip"])
        checks.refuse(wrong, "original_client_ip", "not an IP address")
        message_count, wrong = counts(column["messagecount"], default=1)
        checks.refuse(wrong, "message_count", "not a whole number")
        ids = message_ids(column["messageid"])
        has_id = is_filled(ids)
        row_key = keys.of(
            account.hashes,
            seconds(at),
            hash_any_case(ids),
            np.where(has_id, np.uint64(0), address.hashes),
            is_own=has_id,
        )
        yield checks.batch(
            at=at,
            account=account,
            address=address,
            auth_method=methods.of(column["authmethod"])[0],
            tls_version=versions.of(column["tlsversion"])[0],
            tls_cipher=ciphers.of(column["tlscipher"])[0],
            message_id=ids,
            message_count=message_count,
            row_key=row_key,
            message_key=row_key,
        )
