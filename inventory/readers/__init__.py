"""One module a report format: `sniff(head) -> bool` and `read(table, head) -> batches`.

Exports of settings are told apart by SETTINGS: they have `settings(values) -> settings` instead.
LISTS are what people and devices wrote, not Microsoft; reading_lists.py tells them apart.

Plain Python: no Django, no database, and no reader imports another. A new format is a new module
here and in READERS, its samples in tests/reports/<name>/ and its page in docs/readers/.
"""

from __future__ import annotations

import datetime as dt
from types import ModuleType

from inventory.readers import (
    authentication_policy,
    cas_mailbox,
    entra_graph,
    entra_logs,
    entra_portal,
    graph_message_trace,
    known_devices,
    known_sites,
    message_trace,
    message_trace_json,
    mt_detail,
    mt_summary,
    organization_config,
    security_defaults,
    sign_ins,
    smtp_auth_grid,
    smtp_cs_report,
    smtp_replies,
    transport_config,
    user,
)
from inventory.readers.sources import Source
from inventory.records import Head, NothingForUs, NotThisReport

READERS: dict[str, ModuleType] = {
    reader.NAME: reader
    for reader in (
        smtp_cs_report,
        smtp_auth_grid,
        graph_message_trace,
        message_trace_json,
        mt_summary,
        mt_detail,
        message_trace,
        entra_logs,
        entra_graph,
        entra_portal,
    )
}
SETTINGS: dict[str, ModuleType] = {
    reader.NAME: reader
    for reader in (
        authentication_policy,
        transport_config,
        cas_mailbox,
        user,
        organization_config,
        security_defaults,
    )
}
"""Readers of what Exchange and Entra are set to; they tell nothing of traffic."""
LISTS: dict[str, ModuleType] = {
    reader.NAME: reader for reader in (known_devices, known_sites, smtp_replies)
}
"""Readers of what devices and sites are known, and of what devices logged."""
COMPANIONS = {
    "authdetails": "the authentication details beside an export of sign-ins carry nothing for us",
    "applicationsignins": "sign-ins of applications are not SMTP AUTH with a password",
    "msisignins": "sign-ins of managed identities are not SMTP AUTH with a password",
}
"""What stands in the names of files that come with a report, and why they are passed over."""
PROVING = {name for name, reader in READERS.items() if reader.PROVES_SMTP_AUTH}
"""Readers whose reports prove that an account uses SMTP AUTH."""
TOTALS = {name for name, reader in READERS.items() if reader.IS_TOTAL}
"""Readers whose rows are totals of a period: the latest stands, none are added."""
SIGN_INS = {name for name, reader in READERS.items() if reader.FAMILY == sign_ins.FAMILY}
"""Readers whose rows are attempts to log in, not messages."""
TRACES = READERS.keys() - PROVING - SIGN_INS
"""Readers whose rows are messages that may have come any way."""


def family_of(name: str) -> list[str]:
    """The readers of reports that tell of the same messages row by row, this one among them."""
    family = READERS[name].FAMILY
    return [each for each, reader in READERS.items() if family == reader.FAMILY]


def pass_over(file_name: str) -> None:
    """Raises NothingForUs for a companion file."""
    for part, reason in COMPANIONS.items():
        if part in file_name.lower():
            raise NothingForUs(reason)


def head_of(
    source: Source, file_name: str, received_on: dt.date, *, day_first: bool | None = None
) -> Head:
    return Head(
        file_name,
        frozenset(source.columns),
        received_on,
        is_json=source.is_json,
        context=source.context,
        day_first=day_first,
    )


def choose(head: Head) -> ModuleType:
    """The reader that knows this file; raises NotThisReport when none does."""
    for reader in READERS.values():
        if reader.sniff(head):
            return reader
    every = [*READERS.values(), *SETTINGS.values(), *LISTS.values()]
    known = "; ".join(reader.TITLE for reader in every)
    raise NotThisReport(f"no reader knows this file; known are: {known}")


def is_known(head: Head) -> bool:
    """Whether a reader of traffic or of settings knows this file."""
    return any(reader.sniff(head) for reader in [*READERS.values(), *SETTINGS.values()])


def choose_settings(head: Head) -> ModuleType | None:
    """The reader of settings that knows this file, if it is such an export."""
    return next((reader for reader in SETTINGS.values() if reader.sniff(head)), None)
