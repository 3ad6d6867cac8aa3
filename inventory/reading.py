"""A file into what can be stored: reader chosen, rows read, fingerprints taken. No database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from inventory import counters, fingerprints, kinds, normalize, readers, subjects
from inventory.details import Details
from inventory.outcome import LIKELY_CUT
from inventory.readers import sign_ins, traces
from inventory.readers.sources import Source, open_source
from inventory.records import BadRow, Batch, Coded, Head, NotThisReport, RowError
from inventory.spool import ROW, Spool

FOREIGN, OURS, PROVEN = 0, 1, 2
"""Whose an account is: another organisation's, the organisation's, proven to use SMTP AUTH."""
KEPT_BAD = 10_000


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

    Every row is in `spool`. What is kept of a row besides being counted is at its position in
    `kept`: of the messages of proven accounts what linking needs (`account` and the columns
    of `messages.MESSAGE` but `is_first`), of totals and of sign-ins with SMTP AUTH the row as its
    reader tells it.
    """

    reader: str
    spool: Spool
    accounts: list[str]
    addresses: list[str]
    kept: Details
    domains: frozenset[str]
    rejected_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def details(self) -> pd.DataFrame:
        """All that is kept, at once."""
        return self.kept.frame()

    @property
    def proves(self) -> bool:
        return self.reader in readers.PROVING

    @property
    def has_sign_ins(self) -> bool:
        """Details are attempts to log in: with client, result, error_code, reason, is_smtp,
        is_kept, account and address."""
        return self.reader in readers.SIGN_INS

    @property
    def is_total(self) -> bool:
        return self.reader in readers.TOTALS


def read(path: Path, context: Context, heartbeat: Callable[..., None]) -> Reading:
    """Read one file; `heartbeat` is called for every batch, with its rows. Raises NotThisReport."""
    source, reader, head = context.opened(path)
    domains = context.domains
    if reader.FAMILY == traces.FAMILY:
        domains = own_domains(reader.read(source, head), domains)
        head = replace(head, domains=domains)
    gathering = gathered(source, reader, head, Taker(domains, context.proven), heartbeat)
    if reader.PROVES_SMTP_AUTH and gathering.is_outgrown:
        taker = Taker(domains | gathering.domains, context.proven)
        gathering = gathered(source, reader, head, taker, heartbeat)
    if reader.FAMILY != traces.FAMILY:
        check_domains(gathering.domains, domains)
        domains |= gathering.domains if reader.PROVES_SMTP_AUTH else frozenset()
    reading = gathering.reading(domains)
    reading.rejected_count = gathering.rejected_count + source.misshapen_count
    reading.errors = source.locate(gathering.bad)
    reading.warnings = [*source.warnings, *warnings_for(reading)]
    return reading


def gathered(
    source: Source, reader: ModuleType, head: Head, taker: Taker, heartbeat: Callable[..., None]
) -> Gathering:
    gathering = Gathering(reader, taker)
    for batch in reader.read(source, head):
        heartbeat(batch.length + len(batch.bad))
        gathering.take(batch)
    return gathering


class Names:
    """The distinct texts of a column over all batches; 0 is ''."""

    def __init__(self) -> None:
        self.words = [""]
        self.code_of = {"": 0}
        self.source: list[str] = []
        self.codes = np.zeros(0, dtype=np.int32)

    def of(self, column: Coded) -> np.ndarray:
        if column.words is not self.source:
            self.source, self.codes = column.words, np.zeros(0, dtype=np.int32)
        fresh = column.words[len(self.codes) :]
        self.codes = np.append(self.codes, np.array([self._code(w) for w in fresh], dtype=np.int32))
        codes: np.ndarray = self.codes[column.codes]
        return codes

    def _code(self, word: str) -> int:
        code = self.code_of.setdefault(word, len(self.words))
        if code == len(self.words):
            self.words.append(word)
        return code


class Gathering:
    """Puts batch after batch where a Reading has it."""

    def __init__(self, reader: ModuleType, taker: Taker) -> None:
        self.reader, self.taker = reader, taker
        self.spool, self.accounts, self.addresses = Spool(), Names(), Names()
        self.levels = np.zeros(0, dtype=np.int8)
        self.is_told = np.zeros(0, dtype=bool)
        """Of each account, whether a row that was taken names it."""
        self.kept, self.batch_count = Details(), 0
        """And of how many batches something was kept."""
        self.rejected_count = 0
        self.bad: list[BadRow] = []
        self.domains: frozenset[str] = frozenset()
        """Of all of them so far; senders of SMTP AUTH are all the organisation's own."""

    @property
    def is_outgrown(self) -> bool:
        """Whether domains came up after something was taken without them."""
        return self.batch_count > 1 and not self.domains <= self.taker.domains

    def take(self, batch: Batch) -> None:
        self.rejected_count += len(batch.bad)
        self.bad += batch.bad[: max(0, KEPT_BAD - len(self.bad))]
        codes = self.accounts.of(batch.coded("account"))
        self._note_domains(codes)
        level = self._levels()[codes]
        chosen = self._chosen(batch, level)
        rows = np.zeros(batch.length, dtype=ROW)
        rows["at"] = batch.numbers("at", "datetime64[s]").astype(np.int64)
        rows["account"] = np.where(level == OURS, codes, 0)
        rows["address"] = self.addresses.of(batch.coded("address"))
        rows["position"] = -1
        rows["position"][chosen] = np.arange(len(self.kept), len(self.kept) + len(chosen))
        for name in ("byte_count", "row_key", "message_key", "message_alias"):
            rows[name] = batch.numbers(name, ROW[name])
        self.spool.add(rows)
        if len(chosen):
            self.kept.add(self._detail(batch.frame(chosen)))
            self.batch_count += 1

    def _chosen(self, batch: Batch, level: np.ndarray) -> np.ndarray:
        """The rows that are kept as more than a count."""
        if self.reader.IS_TOTAL:
            return np.arange(batch.length)
        if self.reader.NAME in readers.SIGN_INS:
            return np.flatnonzero(batch.numbers("is_kept", bool))
        return np.flatnonzero(level == PROVEN)

    def _detail(self, rows: pd.DataFrame) -> pd.DataFrame:
        is_message = not self.reader.IS_TOTAL and self.reader.NAME not in readers.SIGN_INS
        return self.taker.trail(rows) if is_message else rows

    def _note_domains(self, codes: np.ndarray) -> None:
        is_told = np.zeros(len(self.accounts.words), dtype=bool)
        is_told[codes] = True
        is_told[: len(self.is_told)] &= ~self.is_told
        fresh = [self.accounts.words[code] for code in np.flatnonzero(is_told)]
        is_told[: len(self.is_told)] |= self.is_told
        self.is_told = is_told
        self.domains |= {normalize.domain_of(account) for account in fresh} - {""}
        if self.reader.PROVES_SMTP_AUTH and not self.batch_count:
            self.taker.domains |= self.domains

    def _levels(self) -> np.ndarray:
        fresh = self.accounts.words[len(self.levels) :]
        proves = self.reader.PROVES_SMTP_AUTH
        more = np.array([self.taker.level(word, proves=proves) for word in fresh], dtype=np.int8)
        self.levels = np.append(self.levels, more)
        return self.levels

    def reading(self, domains: frozenset[str]) -> Reading:
        more = sign_ins.TOLD if self.reader.NAME in readers.SIGN_INS else []
        nothing = Batch({name: np.zeros(0, dtype=object) for name in more}, 0)
        if not self.batch_count:
            self.kept.add(self._detail(nothing.frame()))
        return Reading(
            self.reader.NAME,
            self.spool,
            self.accounts.words,
            self.addresses.words,
            self.kept,
            domains,
        )


def messages(path: Path, context: Context) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """(rows of a detail report, their trail), line by line; for attribution, nothing is kept."""
    source, reader, head = context.opened(path)
    if not reader.PROVES_SMTP_AUTH or reader.IS_TOTAL:
        raise NotThisReport(f"a {reader.TITLE} does not name single SMTP AUTH messages")
    taker = Taker(context.domains, context.proven)
    for batch in reader.read(source, head):
        rows = batch.frame()
        yield rows, taker.trail(rows)


def warnings_for(reading: Reading) -> Iterator[str]:
    taken = reading.spool.count
    count = taken + reading.rejected_count
    if count in LIKELY_CUT:
        yield f"exactly {count:,} rows: the export was probably cut short"
    if not count:
        yield "the report has no rows: that is no data, not a sign that nothing sends"
    elif not taken:
        yield "no row could be taken"
    if reading.has_sign_ins and count and not reading.details["is_smtp"].astype(bool).any():
        yield (
            "no sign-in with SMTP AUTH is in it: that does not say that none happens, for the log "
            "can be filtered and does not show OAuth"
        )
    if "unknown" in reading.kept.noted["auth_method"]:
        yield "some rows name an authentication method not seen before; it is kept as not known"


PEEKED = 10_000
"""Rows of a trace by which the organisation is told, where nothing is known of it."""


def own_domains(batches: Iterator[Batch], known: frozenset[str]) -> frozenset[str]:
    """The mail domains of the organisation that a trace is of.

    A trace holds other people's mail too, with the organisation on one side of every row.
    Raises NotThisReport for another organisation's trace.
    """
    found: Counter[str] = Counter()
    rows = 0
    for batch in batches:
        sides = [map(normalize.domain_of, batch.texts(name)) for name in ("account", "recipient")]
        for domains, count in Counter(zip(*sides, strict=True)).items():
            found.update(dict.fromkeys({*domains} - {""}, count))
        rows += batch.length
        if any(normalize.is_within(domain, known) for domain in found):
            return known
        if not known and rows >= PEEKED:
            break
    check_domains(found.keys(), known)
    return known or frozenset(sorted(found, key=lambda name: (-found[name], name))[:1])


def check_domains(found: Collection[str], known: frozenset[str]) -> None:
    """Raises NotThisReport when domains are known and none of these is within them."""
    if not known or not found or any(normalize.is_within(domain, known) for domain in found):
        return
    counts = found if isinstance(found, Counter) else Counter(found)
    seen = ", ".join(name for name, _ in counts.most_common(3))
    raise NotThisReport(
        f"a report of another organisation: it is about {seen}, this tenant's domains are "
        f"{', '.join(sorted(known))}; if it is theirs, add the domain to the tenant"
    )


class Taker:
    """What is kept of rows besides being counted; no subject and no recipient is.

    Of people whose account no report proved to use SMTP AUTH a trace keeps account and address
    alone, and of other organisations' senders nothing but the key.
    """

    def __init__(self, domains: frozenset[str], proven: frozenset[str]) -> None:
        self.domains, self.proven = domains, proven

    def level(self, account: str, *, proves: bool) -> int:
        """Whose an account is, that a report tells of which proves SMTP AUTH, or does not."""
        if account and (proves or account in self.proven):
            return PROVEN
        domain = normalize.domain_of(account)
        return OURS if domain and normalize.is_within(domain, self.domains) else FOREIGN

    def trail(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of proven accounts as linking needs them, subjects and recipients hashed."""
        marks = [fingerprints.message_id_marks(each, self.domains) for each in rows["message_id"]]
        lowered = rows["message_id"].str.lower()
        by_id = pd.util.hash_array(lowered.to_numpy(dtype=object), categorize=False)
        kept = ["account", "address", "tls_cipher", "tls_version", "auth_method"]
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
            reach=each_once(rows["recipient"], self._reach).astype("int8"),
            key=np.where(lowered == "", rows["message_key"], by_id).astype("uint64"),
        )

    def _reach(self, recipients: str) -> int:
        return normalize.reach(recipients, self.domains)


def each_once(texts: pd.Series, function: Callable[[str], object]) -> pd.Series:
    return texts.map({text: function(text) for text in texts.unique()})
