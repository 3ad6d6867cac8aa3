"""One module a report format: `sniff(head) -> bool` and `read(table, head) -> batches`.

Exports of settings are told apart by SETTINGS: they have `settings(values) -> settings` instead.

Plain Python: no Django, no database, and no reader imports another. A new format is a new module
here and in READERS, its samples in tests/reports/<name>/ and its page in docs/readers/.
"""

from __future__ import annotations

from types import ModuleType

from inventory.readers import (
    authentication_policy,
    cas_mailbox,
    message_trace,
    organization_config,
    security_defaults,
    smtp_auth_grid,
    smtp_cs_report,
    transport_config,
    user,
)
from inventory.records import Head, NotThisReport

READERS: dict[str, ModuleType] = {
    reader.NAME: reader for reader in (smtp_cs_report, smtp_auth_grid, message_trace)
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
PROVING = {name for name, reader in READERS.items() if reader.PROVES_SMTP_AUTH}
"""Readers whose reports prove that an account uses SMTP AUTH."""
TOTALS = {name for name, reader in READERS.items() if reader.IS_TOTAL}
"""Readers whose rows are totals of a period: the latest stands, none are added."""


def choose(head: Head) -> ModuleType:
    """The reader that knows this file; raises NotThisReport when none does."""
    for reader in READERS.values():
        if reader.sniff(head):
            return reader
    known = ", ".join(reader.TITLE for reader in [*READERS.values(), *SETTINGS.values()])
    raise NotThisReport(f"no reader knows this file (known are: {known})")


def choose_settings(head: Head) -> ModuleType | None:
    """The reader of settings that knows this file, if it is such an export."""
    return next((reader for reader in SETTINGS.values() if reader.sniff(head)), None)
