"""Names at the beginning of subjects, as in "Leeds: door open". Pure; learned from the data.

A first word stays in a subject's mask, for it says what is told. Where several each come before
the same several endings, they are what it is told of: a branch, a ward, a device.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from inventory.senders.subjects import SLOTS, WEAK, hashed

FIRST = re.compile(r"([^\W\d_]{2,})(\W.*\w.*)", re.DOTALL)
FIRSTS, ENDINGS = 4, 2
"""So many first words before the same ending, and so many such endings of each, make names."""

Told = tuple[str, str, str]
"""Account, first word and ending of a mask."""


def with_first_names(accounts: Sequence[str], marks: Sequence[str]) -> list[str]:
    """What `subjects.marks` made of subjects of these accounts, with first words that are names
    masked and before the other words that may be names."""
    told = [split(account, each) for account, each in zip(accounts, marks, strict=True)]
    names = crossed(each for each in told if each is not None)
    return [
        named(each, parts) if parts in names else each
        for each, parts in zip(marks, told, strict=True)
    ]


def split(account: str, marked: str) -> Told | None:
    found = FIRST.fullmatch(marked.partition("\x1f")[0])
    return (account, found[1], found[2]) if found else None


def crossed(told: Iterable[Told]) -> set[Told]:
    """Those of which each first word comes with several endings that several first words share."""
    left, count = set(told), 0
    while len(left) != count:
        count = len(left)
        firsts = Counter((account, ending) for account, _, ending in left)
        left = {each for each in left if firsts[each[0], each[2]] >= FIRSTS}
        endings = Counter((account, first) for account, first, _ in left)
        left = {each for each in left if endings[each[0], each[1]] >= ENDINGS}
    return left


def named(marked: str, told: Told | None) -> str:
    if told is None:
        return marked
    _, first, ending = told
    _, *slots = marked.split("\x1f")
    return "\x1f".join(["A" + ending, *[WEAK + hashed(first), *slots][:SLOTS]])
