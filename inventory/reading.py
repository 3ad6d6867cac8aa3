"""A file into what can be stored: reader chosen, rows read, fingerprints taken. No database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from inventory import counters, fingerprints, kinds, normalize, readers, subjects
from inventory.fingerprints import Fingerprint
from inventory.readers.sources import Source, open_source
from inventory.records import BadRow, Head, NotThisReport, RowError

LIKELY_CUT = {1_000, 5_000, 100_000}
"""Row counts at which Exchange and its cmdlets stop."""


COUNTLESS = {"", fingerprints.SERVER, "uuid", "UUID"}
"""Shapes of Message-IDs in which no number counts."""


@dataclass(frozen=True)
class Context:
    """What is known of the tenant before its report is read."""

    file_name: str
    received_on: dt.date
    domains: frozenset[str]
    proven: frozenset[str]
    """Accounts that some report proved to use SMTP AUTH."""
    day_first: bool | None = None
    """A person's answer for dates that can be read both ways."""

    def opened(self, path: Path) -> tuple[Source, ModuleType, Head]:
        """The file, its reader and what that one looks at. Raises NotThisReport."""
        readers.pass_over(self.file_name)
        source = open_source(path)
        head = readers.head_of(source, self.file_name, self.received_on, day_first=self.day_first)
        return source, readers.choose(head), head


@dataclass
class Reading:
    """All that one file says, with what it cannot be taken for left out.

    `rows` has a line a row: fingerprint (index into `fingerprints`), auth_method, tls_version,
    at, message_count, byte_count, row_key, message_key, message_alias. `trail` has what linking
    needs of the rows that tell of one message of a proven account: `account`, `row_key` and the
    columns of `messages.MESSAGE` but `is_first`.
    """

    reader: str
    rows: pd.DataFrame
    fingerprints: list[Fingerprint]
    domains: frozenset[str]
    trail: pd.DataFrame
    rejected_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def proves(self) -> bool:
        return self.reader in readers.PROVING

    @property
    def has_sign_ins(self) -> bool:
        """Rows are attempts to log in: with client, result, error_code, reason, is_smtp, is_kept,
        account and address, and without a fingerprint."""
        return self.reader in readers.SIGN_INS

    @property
    def is_total(self) -> bool:
        return self.reader in readers.TOTALS


def read(path: Path, context: Context, heartbeat: Callable[[], None]) -> Reading:
    """Read one file; `heartbeat` is called for every batch. Raises NotThisReport."""
    source, reader, head = context.opened(path)
    batches, bad = [], list[BadRow]()
    rejected = 0
    for batch in reader.read(source, head):
        heartbeat()
        batches.append(batch.rows)
        rejected += len(batch.bad)
        bad += batch.bad[: max(0, 10_000 - len(bad))]
    reading = taken(reader, batches, context, heartbeat)
    reading.rejected_count = rejected + source.misshapen_count
    reading.errors = source.locate(bad)
    reading.warnings = [*source.warnings, *warnings_for(reading)]
    return reading


def taken(
    reader: ModuleType,
    batches: list[pd.DataFrame],
    context: Context,
    heartbeat: Callable[[], None],
) -> Reading:
    """The rows as they can be stored. Raises NotThisReport for another organisation's."""
    proves = reader.PROVES_SMTP_AUTH
    if reader.NAME in readers.SIGN_INS:
        own_domains(batches, context, ["account"], proves=False)
        frames = [rows.assign(fingerprint=-1) for rows in batches]
        rows = pd.concat(frames, ignore_index=True) if frames else empty_sign_ins()
        trail = Taker(context.domains, context.proven, proves=False).trail(blank_rows())
        return Reading(reader.NAME, rows, [], context.domains, trail)
    sides = ["account"] if proves else ["account", "recipient"]
    domains = own_domains(batches, context, sides, proves=proves)
    taker = Taker(domains, context.proven, proves=proves)
    frames, trails = [], []
    for rows in batches:
        heartbeat()
        frames.append(taker.take(rows))
        if not reader.IS_TOTAL:
            trails.append(taker.trail(rows))
    rows = pd.concat(frames) if frames else taker.empty()
    trail = pd.concat(trails, ignore_index=True) if trails else taker.trail(blank_rows())
    return Reading(reader.NAME, rows, taker.fingerprints, domains, trail)


def messages(path: Path, context: Context) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """(rows of a detail report, their trail), line by line; for attribution, nothing is kept."""
    source, reader, head = context.opened(path)
    if not reader.PROVES_SMTP_AUTH or reader.IS_TOTAL:
        raise NotThisReport(f"a {reader.TITLE} does not name single SMTP AUTH messages")
    taker = Taker(context.domains, context.proven, proves=True)
    for batch in reader.read(source, head):
        yield batch.rows, taker.trail(batch.rows)


def warnings_for(reading: Reading) -> Iterator[str]:
    count = len(reading.rows) + reading.rejected_count
    if count in LIKELY_CUT:
        yield f"exactly {count:,} rows: the export was probably cut short"
    if not count:
        yield "the report has no rows: that is no data, not a sign that nothing sends"
    elif not len(reading.rows):
        yield "no row could be taken"
    if reading.has_sign_ins and count and not reading.rows["is_smtp"].any():
        yield (
            "no sign-in with SMTP AUTH is in it: that does not say that none happens, for the log "
            "can be filtered and does not show OAuth"
        )
    if (reading.rows["auth_method"] == "unknown").any():
        yield "some rows name an authentication method not seen before; it is kept as not known"


def own_domains(
    batches: list[pd.DataFrame], context: Context, columns: list[str], *, proves: bool
) -> frozenset[str]:
    """The organisation's mail domains, with what this report adds to those known.

    Senders of SMTP AUTH are all its own. A trace holds other people's mail too, with the
    organisation on one side of every row. Raises NotThisReport for another organisation's report.
    """
    found: dict[str, int] = {}
    for rows in batches:
        sides = [rows[name].map(normalize.domain_of) for name in columns]
        for domains, count in Counter(zip(*sides, strict=True)).items():
            for each in set(domains):
                found[each] = found.get(each, 0) + count
    found.pop("", None)
    if not found:
        return context.domains
    if not context.domains:
        return frozenset(found) if proves else frozenset({max(found, key=lambda name: found[name])})
    if not any(normalize.is_within(domain, set(context.domains)) for domain in found):
        seen = ", ".join(sorted(found, key=lambda name: -found[name])[:3])
        raise NotThisReport(
            f"a report of another organisation: it is about {seen}, this tenant's domains are "
            f"{', '.join(sorted(context.domains))}; if it is theirs, add the domain to the tenant"
        )
    return context.domains | frozenset(found) if proves else context.domains


class Taker:
    """Turns batches of rows into rows with fingerprints, keeping no subject and no recipient.

    Of people whose account no report proved to use SMTP AUTH a trace keeps account and address
    alone, and of other organisations' senders nothing but the key.
    """

    def __init__(self, domains: frozenset[str], proven: frozenset[str], *, proves: bool) -> None:
        self.domains, self.proven, self.proves = domains, proven, proves
        self.codes: dict[Fingerprint, int] = {}

    @property
    def fingerprints(self) -> list[Fingerprint]:
        return list(self.codes)

    def take(self, rows: pd.DataFrame) -> pd.DataFrame:
        codes = np.full(len(rows), -1, dtype=np.int64)
        own = rows["account"].map(self._level).to_numpy()
        chosen = np.flatnonzero(own)
        for row, fingerprint in zip(chosen, self._coarse(rows.iloc[chosen]), strict=True):
            codes[row] = self.codes.setdefault(fingerprint, len(self.codes))
        kept = ["auth_method", "tls_version", "at", "message_count", "byte_count"]
        return rows[[*kept, "row_key", "message_key", "message_alias"]].assign(fingerprint=codes)

    def trail(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of proven accounts as linking needs them, subjects and recipients hashed."""
        rows = rows[rows["account"].map(self._level).to_numpy() == 2]
        marks = [fingerprints.message_id_marks(each, self.domains) for each in rows["message_id"]]
        lowered = rows["message_id"].str.lower()
        by_id = pd.util.hash_array(lowered.to_numpy(dtype=object), categorize=False)
        kept = ["account", "row_key", "address", "tls_cipher", "tls_version", "auth_method"]
        return rows[[*kept, "at", "message_count", "byte_count"]].assign(
            shape=[shape for shape, _ in marks],
            host=[host for _, host in marks],
            subject=each_once(rows["subject"], subjects.marks),
            hint=each_once(rows["subject"], kinds.hint),
            id_numbers=[
                "" if host or shape in COUNTLESS else counters.id_numbers(each)
                for each, (shape, host) in zip(rows["message_id"], marks, strict=True)
            ],
            subject_numbers=each_once(rows["subject"], counters.subject_numbers),
            recipients=each_once(rows["recipient"], subjects.hash_recipients),
            key=np.where(lowered == "", rows["message_key"], by_id).astype("uint64"),
        )

    def empty(self) -> pd.DataFrame:
        return self.take(blank_rows())

    def _level(self, account: str) -> int:
        """0: not ours, 1: ours but not proven, 2: proven."""
        if self.proves or account in self.proven:
            return 2
        domain = normalize.domain_of(account)
        return int(bool(domain) and normalize.is_within(domain, set(self.domains)))

    def _coarse(self, rows: pd.DataFrame) -> Iterator[Fingerprint]:
        for account, address in zip(rows["account"], rows["address"], strict=True):
            yield Fingerprint(account, address)


def empty_sign_ins() -> pd.DataFrame:
    text = dict.fromkeys(("client", "result", "error_code", "reason"), "str")
    kinds = {**EMPTY, **text, "is_smtp": "bool", "is_kept": "bool", "fingerprint": "int64"}
    return pd.DataFrame({name: [] for name in kinds}).astype(kinds)


def each_once(texts: pd.Series, function: Callable[[str], str]) -> pd.Series:
    return texts.map({text: function(text) for text in texts.unique()})


def blank_rows() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in EMPTY}).astype(EMPTY)


EMPTY = {
    **dict.fromkeys(("account", "address", "auth_method", "tls_version", "tls_cipher"), "str"),
    **dict.fromkeys(("message_id", "subject", "recipient"), "str"),
    **dict.fromkeys(("message_count", "byte_count"), "int64"),
    **dict.fromkeys(("row_key", "message_key", "message_alias"), "uint64"),
    "at": "datetime64[s]",
}
