"""One module a report format: `sniff(head) -> bool` and `read(table, head) -> batches`.

Plain Python: no Django, no database, and no reader imports another. A new format is a new module
here and in READERS, its samples in tests/reports/<name>/ and its page in docs/readers/.
"""

from __future__ import annotations

from types import ModuleType

from inventory.readers import message_trace, smtp_auth_grid, smtp_cs_report
from inventory.records import Head, NotThisReport

READERS: dict[str, ModuleType] = {
    reader.NAME: reader for reader in (smtp_cs_report, smtp_auth_grid, message_trace)
}
PROVING = {name for name, reader in READERS.items() if reader.PROVES_SMTP_AUTH}
"""Readers whose reports prove that an account uses SMTP AUTH."""
TOTALS = {name for name, reader in READERS.items() if reader.IS_TOTAL}
"""Readers whose rows are totals of a period: the latest stands, none are added."""


def choose(head: Head) -> ModuleType:
    """The reader that knows this file; raises NotThisReport when none does."""
    for reader in READERS.values():
        if reader.sniff(head):
            return reader
    known = ", ".join(reader.TITLE for reader in READERS.values())
    raise NotThisReport(f"no reader knows this file (known are: {known})")
