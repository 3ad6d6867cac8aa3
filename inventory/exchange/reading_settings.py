"""An export of settings into what can be stored. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from inventory import normalize, readers
from inventory.readers import setting_values
from inventory.readers.times import named_date
from inventory.records import BadRow, Head, NotThisReport, RowError, Setting

LIKELY_CUT = {1_000, 5_000}
"""`Get-CASMailbox` and `Get-User` stop at 1,000 without `-ResultSize Unlimited`."""
KEPT_ERRORS = 10_000


@dataclass
class SettingsReading:
    """All settings that one file tells, each once."""

    reader: str
    settings: list[Setting]
    taken_at: dt.datetime | None
    """The end of the day in the file's name, UTC; None when no name tells."""
    row_count: int
    duplicate_count: int
    rejected_count: int
    errors: list[RowError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def domains(self) -> frozenset[str]:
        """The organisation's mail domains, as its mailboxes tell."""
        return domains_of(self.settings) if self.reader == "cas_mailbox" else frozenset()


def reader_of(path: Path, file_name: str, received_on: dt.date) -> ModuleType | None:
    """The settings reader for this file, if it is such an export; raises NotThisReport."""
    head = Head(file_name, setting_values.columns_of(path), received_on)
    return readers.choose_settings(head)


def read(
    path: Path,
    reader: ModuleType,
    file_name: str,
    known_domains: frozenset[str],
    heartbeat: Callable[[], None],
) -> SettingsReading:
    """Read one file; raises NotThisReport for what is damaged or another organisation's."""
    source = setting_values.open_objects(path)
    told: dict[tuple[str, str, str], Setting] = {}
    bad: list[BadRow] = []
    row_count = duplicate_count = 0
    for index, values in enumerate(source.rows()):
        if index % 1_000 == 0:
            heartbeat()
        row_count += 1
        try:
            duplicate_count += not take(told, list(reader.settings(values)))
        except ValueError as error:
            bad.append(BadRow(index, "", str(error)))
    found = SettingsReading(
        reader=reader.NAME,
        settings=list(told.values()),
        taken_at=taken_at(file_name),
        row_count=row_count + source.misshapen_count,
        duplicate_count=duplicate_count,
        rejected_count=len(bad) + source.misshapen_count,
        errors=source.locate(bad[:KEPT_ERRORS]),
    )
    check_organisation(found.settings, known_domains)
    found.warnings = list(warnings_for(found, reader, source.columns))
    return found


def take(told: dict[tuple[str, str, str], Setting], row: list[Setting]) -> bool:
    """Add what a row tells; False when all of it was told already.

    Raises ValueError for a row that contradicts an earlier one.
    """
    keys = [(each.scope, each.subject, each.name) for each in row]
    if any(key in told and told[key] != each for key, each in zip(keys, row, strict=True)):
        raise ValueError("told before in this file, and differently")
    is_new = any(key not in told for key in keys) or not keys
    told.update(zip(keys, row, strict=True))
    return is_new


def taken_at(file_name: str) -> dt.datetime | None:
    day = named_date(file_name)
    return dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC) if day else None


def domains_of(settings: list[Setting]) -> frozenset[str]:
    accounts = {each.subject for each in settings if each.scope == "mailbox"}
    return frozenset(map(normalize.domain_of, accounts))


def check_organisation(settings: list[Setting], known: frozenset[str]) -> None:
    found = domains_of(settings)
    if not found or not known or any(normalize.is_within(each, set(known)) for each in found):
        return
    raise NotThisReport(
        f"settings of another organisation: they are about {', '.join(sorted(found)[:3])}, this "
        f"tenant's domains are {', '.join(sorted(known))}; if it is theirs, add the domain to the "
        "tenant"
    )


def warnings_for(
    found: SettingsReading, reader: ModuleType, columns: frozenset[str]
) -> Iterator[str]:
    if not found.row_count:
        yield "the export has no rows: that is no data, not a sign that nothing is set"
    elif found.row_count == found.rejected_count:
        yield "no row could be taken"
    if found.row_count in LIKELY_CUT:
        yield f"exactly {found.row_count:,} rows: the export was probably cut short"
    for column, title in reader.WANTED.items():
        if column not in columns:
            yield f"it has no {title}: what that is set to stays not known"
