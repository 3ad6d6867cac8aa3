"""Whose login is behind mail as another address, and whether that address has a login of its own
as well. Pure.

With the right to send as another, the From address of a message is not who logged in. To lock the
mailbox of an address that never logs in stops nothing; to lock the login behind it does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from inventory.senders.from_grouping import is_telling
from tracker.lockdown.quiet import REGULAR_FROM
from tracker.lockdown.verdict import Period

LOGGED = 28
"""Days that a log of logins has to reach back; Entra keeps thirty. What logs in with its own
password once a month has done so by then."""

Look = tuple[str, str]
"""Host in the Message-IDs, masked subject."""


@dataclass(frozen=True)
class SentAs:
    """Mail with Basic as one address that nobody logged in with."""

    looks: Mapping[Look, Collection[dt.date]]
    """The days on which it was seen."""
    is_device: bool = False
    """Devices of a model all look and say the same."""


def is_all_lent(sent: SentAs, log: Period, matched: Collection[dt.date]) -> bool:
    """Whether all of it goes with the login of another. `matched`: days on which that login came
    right before mail of it.

    What was sent before the log began has to look like what was sent since: of anything else
    nothing tells who logged in.
    """
    logged = {
        look: {day for day in days if log.first <= day <= log.last}
        for look, days in sent.looks.items()
    }
    days = set[dt.date]().union(*logged.values())
    return (
        (log.last - log.first).days + 1 >= LOGGED
        and len(days) >= REGULAR_FROM
        and days <= set(matched)
        and not sent.is_device
        and all(is_telling(words) and logged[host, words] for host, words in sent.looks)
    )
