"""What of a sender's mail with Basic is seen on its new way since: its words, its host. Pure."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inventory.senders.from_grouping import is_own_name
from inventory.senders.kind_words import MFP, speaks_for
from inventory.senders.looks import FREE_TEXT_MASKS

SHORT = 2
"""Letters of words that say nothing: of, is, on."""


@dataclass(frozen=True)
class Row:
    """Mail of one fingerprint on one day."""

    day: dt.date
    is_basic: bool
    host: str
    words: str
    """Its subject, masked; blank where no trace told it."""
    address: str


@dataclass(frozen=True)
class Moved:
    """What of a sender that was seen on a new way may still use Basic."""

    left: dict[str, tuple[dt.date, ...]]
    """{words: days with Basic in order} of what was not seen on the new way since."""
    told: frozenset[dt.date]
    """Days with Basic of all the rest."""
    is_one_machine: bool
    """Everything names one host of its own and says the same before and since."""
    again: frozenset[str] = frozenset()
    """Words said both before and since, where all comes from one place and all is told."""


def moved(rows: Collection[Row]) -> Moved:
    """One machine may log in for several things: a printer for its scans, and for the alarms that
    it raises itself. That its scans go the new way tells nothing of its alarms."""
    basic_on = days_by_words(row for row in rows if row.is_basic)
    since = days_by_words(row for row in rows if not row.is_basic)
    is_free_text = len(basic_on) > FREE_TEXT_MASKS
    left = {
        words: tuple(sorted(days))
        for words, days in basic_on.items()
        if words and not is_free_text and not (words in since and max(since[words]) >= max(days))
    }
    is_told = "" not in basic_on and not is_free_text
    rest = (days for words, days in basic_on.items() if words not in left)
    is_plain = is_told and "" not in since and is_one_place(rows)
    return Moved(
        left,
        frozenset().union(*rest),
        is_one_machine=is_told and is_one_machine(rows),
        again=frozenset(basic_on.keys() & since.keys() if is_plain else ()),
    )


def is_one_voice(move: Moved, name: str) -> bool:
    """Whether all that it said with Basic alone shares a word with what it said again, so that
    one setting of one machine sends both. What scans or faxes sends its alarms by another.

    Its own name, which it may write everywhere, is no such word.
    """
    every = [*move.left, *move.again]
    if not move.again or any(is_scan(words) for words in every):
        return False
    own = set(telling(name))
    shared = {word for words in move.again for word in telling(words)} - own
    return all(shared & set(telling(words)) for words in move.left)


def telling(words: str) -> list[str]:
    return [each for each in re.findall(r"[^\W\d_]+", words.lower()) if len(each) > SHORT]


def is_scan(words: str) -> bool:
    return speaks_for(MFP, words)


def days_by_words(rows: Iterable[Row]) -> dict[str, set[dt.date]]:
    found: dict[str, set[dt.date]] = defaultdict(set)
    for row in rows:
        found[row.words].add(row.day)
    return found


def is_one_place(rows: Collection[Row]) -> bool:
    places = {(row.host.lower(), row.address) for row in rows}
    return len(places) == 1 and all(address for _, address in places)


def is_one_machine(rows: Collection[Row]) -> bool:
    """A private address names a machine within its network alone: there have to be the same ways
    out before and since."""
    hosts = {row.host.lower() for row in rows}
    host = next(iter(hosts), "")
    if len(hosts) != 1 or not is_own_name(host):
        return False
    before = {row.address for row in rows if row.is_basic}
    return not is_address(host) or before <= {row.address for row in rows if not row.is_basic}


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
