"""A file into what can be stored: reader chosen, rows read, fingerprints taken. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import pandas as pd
import pyarrow as pa

from inventory import readers
from inventory.intake.details import Details
from inventory.intake.gathering import Gathering
from inventory.intake.organisation import AT_ONCE, check_domains, own_domains
from inventory.intake.spool import Spool
from inventory.intake.taking import Taker
from inventory.outcome import LIKELY_CUT
from inventory.readers import traces
from inventory.readers.sources import Source, open_source
from inventory.records import Head, NotThisReport, RowError


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
        few = replace(head, rows_at_once=AT_ONCE)
        domains = own_domains(reader.read(source, few), domains)
        head = replace(head, domains=domains)
    gathering = gathered(source, reader, head, Taker(domains, context.proven), heartbeat)
    if reader.PROVES_SMTP_AUTH and gathering.is_outgrown:
        taker = Taker(domains | gathering.domains, context.proven)
        gathering = gathered(source, reader, head, taker, heartbeat)
    if reader.FAMILY != traces.FAMILY:
        check_domains(gathering.domains, domains)
        domains |= gathering.domains if reader.PROVES_SMTP_AUTH else frozenset()
    reading = Reading(
        reader.NAME,
        gathering.spool,
        gathering.accounts.words,
        gathering.addresses.words,
        gathering.details(),
        domains,
    )
    reading.rejected_count = gathering.rejected_count + source.misshapen_count
    reading.errors = source.locate(gathering.bad)
    reading.warnings = [*source.warnings, *warnings_for(reading)]
    pa.default_memory_pool().release_unused()  # What batches took is free for what comes next.
    return reading


def gathered(
    source: Source, reader: ModuleType, head: Head, taker: Taker, heartbeat: Callable[..., None]
) -> Gathering:
    gathering = Gathering(reader, taker)
    for batch in reader.read(source, head):
        heartbeat(batch.length + len(batch.bad))
        gathering.take(batch)
    return gathering


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
