"""The on-screen SMTP AUTH clients report as its Export button writes it; docs/readers.

Totals of up to ninety days for each account and authentication protocol: no day, no address.
The header of the real export was not found; it is read by the labels of the documentation.
Two exports overlap, so their totals are never added: the latest stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from inventory import normalize
from inventory.readers.columns import Checks, Keys, Translator, counts, seconds
from inventory.readers.sources import Source
from inventory.readers.times import named_date
from inventory.records import Batch, Head

NAME = "smtp_auth_grid"
TITLE = "SMTP AUTH clients, grid export"
FAMILY = NAME
PROVES_SMTP_AUTH = True
IS_TOTAL = True

WANTED = ["senderaddress", "domain", "messagessent", "authenticationprotocol"]
THOUSANDS = r"[\s.,\x{a0}\x{202f}](\d{3})"


def sniff(head: Head) -> bool:
    return head.columns >= {"senderaddress", "messagessent"} and not head.is_json


def read(table: Source, head: Head) -> Iterator[Batch]:
    tls = [name for name in table.columns if name.startswith("tls")]
    as_of = np.datetime64(named_date(head.file_name) or head.received_on, "s")
    keys, index = Keys(), 0
    accounts = Translator(lambda text: normalize.account(*text.split("\x1f")))
    methods = Translator(normalize.auth_method)
    for batch in table.batches(WANTED + tls):
        column = dict(zip(WANTED + tls, batch.columns, strict=True))
        checks = Checks(batch.num_rows, index)
        index += batch.num_rows
        joined = pc.binary_join_element_wise(column["senderaddress"], column["domain"], "\x1f")
        account, wrong = accounts.of(joined)
        checks.refuse(wrong, "Sender address", "not a mail address")
        sent = pc.replace_substring_regex(column["messagessent"], THOUSANDS, r"\1")
        message_count, wrong = counts(sent, default=0)
        checks.refuse(wrong, "Messages sent", "not a whole number")
        auth_method, _ = methods.of(column["authenticationprotocol"])
        at = np.full(batch.num_rows, as_of)
        row_key = keys.of(
            account.hashes,
            auth_method.hashes,
            seconds(at),
            is_own=np.ones(batch.num_rows, dtype=bool),
        )
        yield checks.batch(
            at=at,
            account=account,
            auth_method=auth_method,
            tls_version=versions_seen({name: column[name] for name in tls}, batch.num_rows),
            message_count=message_count,
            row_key=row_key,
            message_key=row_key,
        )


def versions_seen(shares: dict[str, pa.Array], length: int) -> np.ndarray:
    """`TLS1.0,TLS1.2` from the percentages: the versions with a share above nothing."""
    seen = np.full(length, "", dtype=object)
    for name, array in shares.items():
        version = "TLS" + ".".join(re.findall(r"\d", name)[:2])
        has_share = pc.match_substring_regex(array, "[1-9]").to_numpy(zero_copy_only=False)
        glue = np.where((seen != "") & has_share, ",", "").astype(object)
        seen = seen + glue + np.where(has_share, version, "").astype(object)
    return seen
