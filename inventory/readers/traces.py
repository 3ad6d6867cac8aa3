"""What message traces of all shapes share: their rows, and the keys that know a message again.

The same message is the same in each shape: first by the id that Exchange gave it (MessageTraceId,
network message id), and by account, second and Message-ID for exports that left that column out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

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
from inventory.readers.hashing import hash_any_case, identifiers, joined
from inventory.readers.sources import Source
from inventory.readers.times import decide_day_first, read_times
from inventory.records import Batch, Head, Later

FAMILY = "message_trace"
STATUS = re.compile(r"(.+?)##[^;]*(?:;\s*|$)", re.DOTALL)


@dataclass(frozen=True)
class Layout:
    """The columns, squeezed, that one shape of trace has for what we take."""

    time: str
    account: str
    recipient: str
    subject: str
    address: str
    byte_count: str
    message_id: str
    trace_id: str
    has_packed_recipients: bool = False

    @property
    def wanted(self) -> list[str]:
        return [
            self.time,
            self.account,
            self.recipient,
            self.subject,
            self.address,
            self.byte_count,
            self.message_id,
            self.trace_id,
        ]


def columns_of_cmdlet(time: str) -> Layout:
    """The properties of Get-MessageTraceV2; people rename the one for the time."""
    return Layout(
        time=time,
        account="senderaddress",
        recipient="recipientaddress",
        subject="subject",
        address="fromip",
        byte_count="size",
        message_id="messageid",
        trace_id="messagetraceid",
    )


def read(
    source: Source, head: Head, layout: Layout, told_apart_by: Sequence[str] = ()
) -> Iterator[Batch]:
    """One row a message and recipient, or a message where the shape packs its recipients.

    `told_apart_by`: columns in which rows of one message differ, besides the recipient.
    """
    if source.day_first is None:
        name = source.name_of(layout.time)
        times = samples_early(source, layout.time)
        source.day_first = decide_day_first(times, name, head.day_first)
    reading = Rows(source, layout, head.domains, day_first=source.day_first)
    wanted = list(dict.fromkeys([*layout.wanted, *told_apart_by]))
    batches = in_parts(source.batches(wanted), head.rows_at_once)
    for parsed in ahead(map(reading.parsed, batches)):
        yield reading.taken(parsed, [parsed.column[name] for name in told_apart_by])


def samples_early(source: Source, column: str) -> Iterator[pa.Array]:
    """The values of a column; right after the first come some from all over the file, which often
    tell what its beginning does not."""
    batches = source.batches([column])
    for batch in itertools.islice(batches, 1):
        yield batch.column(0)
        yield source.samples(column)
    for batch in batches:
        yield batch.column(0)


def in_parts(batches: Iterator[pa.RecordBatch], size: int | None) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        step = size or max(1, batch.num_rows)
        yield from (batch.slice(start, step) for start in range(0, batch.num_rows, step))


@dataclass(frozen=True)
class Parsed:
    """Columns as the file has them, and the times, which Arrow reads without Python."""

    column: dict[str, pa.Array]
    at: np.ndarray


class Rows:
    """Turns columns of text into batches; what was translated once is not looked at again."""

    def __init__(
        self, source: Source, layout: Layout, domains: frozenset[str], *, day_first: bool
    ) -> None:
        self.source, self.layout, self.day_first = source, layout, day_first
        self.keys, self.index = Keys(), 0
        self.accounts = Translator(sender, lambda word: is_own(word, domains))
        self.addresses = Translator(normalize.ip)
        self.recipient = all_recipients if layout.has_packed_recipients else plain

    def parsed(self, batch: pa.RecordBatch) -> Parsed:
        column = dict(zip(batch.schema.names, batch.columns, strict=True))
        return Parsed(column, read_times(column[self.layout.time], day_first=self.day_first))

    def taken(self, parsed: Parsed, told_apart_by: list[pa.Array]) -> Batch:
        layout, column, at = self.layout, parsed.column, parsed.at
        checks = Checks(len(at), self.index)
        self.index += len(at)
        checks.refuse(np.isnat(at), self.name_of(layout.time), "not a time")
        account, wrong = self.accounts.of(column[layout.account])
        checks.refuse(wrong, self.name_of(layout.account), "not a mail address")
        address, wrong = self.addresses.of(column[layout.address])
        checks.refuse(wrong, self.name_of(layout.address), "not an IP address")
        byte_count, wrong = counts(column[layout.byte_count], default=0)
        checks.refuse(wrong, self.name_of(layout.byte_count), "not a whole number")
        ids = message_ids(column[layout.message_id])
        told_apart_by = told_apart_by or [column[layout.recipient]]
        return checks.batch(
            at=at,
            account=account,
            address=address,
            message_id=ids,
            subject=column[layout.subject],
            recipient=Later(column[layout.recipient], self.recipient),
            byte_count=byte_count,
            **self.identity(account.hashes, at, ids, column[layout.trace_id], told_apart_by),
        )

    def name_of(self, column: str) -> str:
        return self.source.name_of(column) if column in self.source.columns else column

    def identity(
        self,
        account: np.ndarray,
        at: np.ndarray,
        ids: pa.Array,
        trace_id: pa.Array,
        parts: list[pa.Array],
    ) -> dict[str, np.ndarray]:
        """row_key, message_key and message_alias; `parts` tell a message's rows apart."""
        message_id, by_trace_id = hash_any_case(ids), identifiers(trace_id)
        has_id, has_trace_id = is_filled(ids), by_trace_id != 0
        named = np.where(has_id, message_id, by_trace_id)
        second = seconds(at)
        more = [hash_any_case(part) for part in parts]
        row_key = self.keys.of(account, second, named, *more, is_own=has_id | has_trace_id)
        by_message_id = joined(account, second, message_id)
        message_key = np.where(
            has_trace_id, joined(by_trace_id), np.where(has_id, by_message_id, row_key)
        )
        alias = np.where(has_id & has_trace_id, by_message_id, np.uint64(0))
        return {"row_key": row_key, "message_key": message_key, "message_alias": alias}


def is_own(address: str, domains: frozenset[str]) -> bool:
    """Whether a sender can be the organisation's; any, as long as its domains are not known."""
    return not domains or normalize.is_within(normalize.domain_of(address), domains)


def sender(text: str) -> str:
    """The sender's address; "<>" is the null sender of a bounce and stays ''."""
    return "" if text.strip() == "<>" else normalize.account(text)


def plain(text: str) -> str:
    return text.strip().lower()


def all_recipients(text: str) -> str:
    """From `addr##Receive, Deliver;addr2##Receive, Fail` the addresses, parted by `;`."""
    found = STATUS.findall(text.strip()) or [text.partition("##")[0]]
    return ";".join(plain(each) for each in found)
