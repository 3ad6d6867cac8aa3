"""What came of a report, in words that keep no data, bad data and no sender apart. No database."""

from __future__ import annotations

from inventory.reading import Reading


def accounts_in(found: Reading) -> int:
    """How many accounts that use SMTP AUTH for certain occur in a report of traffic.

    Rows that are known already count too: the report did see their senders.
    """
    if found.has_sign_ins:
        rows = found.rows[found.rows["is_smtp"].astype(bool)]
        return int(rows.loc[rows["result"] == "success", "account"].nunique())
    if found.proves:
        return len({marks.account for marks in found.fingerprints})
    return int(found.trail["account"].nunique())
