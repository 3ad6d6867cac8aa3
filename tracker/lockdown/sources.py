"""What the source of a script says of mail that was sent with Basic. Pure.

A source that logs in with OAuth shows a move only where it is known to be what runs: mail of the
same tree of files has to agree with it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tracker.lockdown.quiet import SWITCHED_QUIET

SHORTEST_WORD = 3
WORDS = 2
"""So many words of a file's name in the mailbox's and in all subjects are no chance."""
NAMES = 2
"""The name of a file may be as good as any; then its folder's tells."""


@dataclass(frozen=True)
class Source:
    """A place in a file that logs in."""

    root: str
    path: str
    where: str
    is_oauth: bool
    found_on: dt.date


@dataclass(frozen=True)
class Last:
    """When an account was last seen with each."""

    basic_on: dt.date | None = None
    oauth_on: dt.date | None = None


def true_roots(
    sources: Mapping[str, Collection[Source]], last: Mapping[str, Last], until: dt.date
) -> set[str]:
    """The trees of which what logs in with OAuth does so in mail too, and nothing that was
    written down ahead of what runs."""
    agree, ahead = set[str](), set[str]()
    for account, its in sources.items():
        if not all(each.is_oauth for each in its):
            continue
        seen = last.get(account, Last())
        for each in its:
            if seen.oauth_on and seen.oauth_on >= (seen.basic_on or dt.date.min):
                agree.add(each.root)
            elif seen.basic_on and seen.basic_on > earliest(each, until):
                ahead.add(each.root)
    return agree - ahead


def earliest(source: Source, until: dt.date) -> dt.date:
    """Basic later than that was sent by something else than this source."""
    return min(source.found_on, until - dt.timedelta(days=SWITCHED_QUIET))


def source_of(
    account: str, subjects: Collection[str], sources: Collection[Source], roots: Collection[str]
) -> str:
    """Where the one file stands that sends all of a mailbox's mail and logs in with OAuth, or ''.

    `subjects`: all that were seen, masked. The mailbox and each of them have to say what the file
    is called.
    """
    files = {(each.root, each.path) for each in sources}
    if len(files) != 1 or not all(each.is_oauth and each.root in roots for each in sources):
        return ""
    ((_, path),) = files
    mailbox = words_of(account.partition("@")[0])
    is_its = subjects and any(
        len(name) >= WORDS and name <= mailbox and all(says(subject, name) for subject in subjects)
        for name in names_of(path)
    )
    return min(each.where for each in sources) if is_its else ""


def names_of(path: str) -> Iterable[set[str]]:
    parts = path.replace("\\", "/").split("/")[-NAMES:]
    return (words_of(part.partition(".")[0]) for part in parts)


def says(subject: str, name: Collection[str]) -> bool:
    told = words_of(subject)
    return all(any(word.startswith(each) for word in told) for each in name)


def words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+", text.lower()) if len(word) >= SHORTEST_WORD}
