"""What came of a report or a pull, in words that keep no data, failure and no sender apart.

No database.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.intake.reading import Reading

NO_ROWS = "read: no rows in it"
NONE_TAKEN = "read: no row could be taken"
NO_SENDERS = "read: rows, but no sender with SMTP AUTH"
ASKS = "asks for the date order"
ASKS_COLUMNS = "asks for its columns"
READ = "read"
STATES = {
    "received": "waits to be read",
    "reading": "is being read",
    "refused": "refused",
    "skipped": "passed over: nothing for us in it",
    "removing": "is being removed",
    "removed": "removed",
}

LIKELY_CUT = {1_000, 5_000, 100_000}
"""Row counts at which Exchange and its cmdlets stop."""
CUT_WORDS = ("cut short", "more results", "next one")
"""What stands in the warnings that readers give of a file that is not whole."""


def accounts_in(found: Reading) -> int:
    """How many accounts that use SMTP AUTH for certain occur in a report of traffic.

    Rows that are known already count too: the report did see their senders.
    """
    if not found.has_sign_ins:
        return len(found.kept.noted["account"])
    rows = found.details
    rows = rows[rows["is_smtp"].astype(bool) & (rows["result"] == "success")]
    return int(rows["account"].nunique())


def of_report(
    state: str,
    *,
    row_count: int,
    rejected_count: int,
    account_count: int | None,
    asks_date_order: bool = False,
    asks_columns: bool = False,
) -> str:
    """`account_count` is None for what tells of no traffic, such as settings."""
    if asks_date_order:
        return ASKS
    if asks_columns:
        return ASKS_COLUMNS
    if state != READ:
        return STATES.get(state, state)
    if not row_count:
        return NO_ROWS
    if row_count == rejected_count:
        return NONE_TAKEN
    return NO_SENDERS if account_count == 0 else READ


def cut_reasons(row_count: int, warnings: Iterable[str]) -> list[str]:
    """What speaks for a file that is not whole."""
    said = [text for text in warnings if any(word in text for word in CUT_WORDS)]
    if row_count in LIKELY_CUT and not said:
        said = [f"exactly {row_count:,} rows"]
    return said


def of_pull(state: str, *, error: str, report: str) -> str:
    """`report`: the outcome of the report that came of it, "" when there is none."""
    if state == "waiting":
        return "waits for another try" if error else "waits"
    if state == "running":
        return "is running"
    if state == "empty":
        return "done: Microsoft had no rows"
    if state == "failed":
        return "failed"
    if not report:
        return "done: its report is gone"
    return "done" if report == READ else f"done; its report: {report}"
