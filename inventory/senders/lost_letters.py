"""Letters that a report could not write: `exporta??o` where another has `exportação`. Pure.

A report saved as ASCII has a `?` for each letter beyond it, and so another mask for the same words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

LOST, NAME = "?", "A"
SAME, NAMED = 1, 2
LEAST_KEPT = 3
"""Characters that are the same in both."""
MOST_WHOLE = 300
"""Of more subjects of an account, of as many words, too many may be meant."""


def with_lost_letters(accounts: Sequence[str], marks: Sequence[str]) -> list[str]:
    """What `subjects.marks` made of subjects of these accounts, with the letters that another
    subject of the account tells, if only one does."""
    whole: dict[tuple[str, int], dict[str, set[str]]] = defaultdict(dict)
    lost: set[tuple[str, str]] = set()
    for account, each in zip(accounts, marks, strict=True):
        mask = each.partition("\x1f")[0]
        if LOST in mask:
            lost.add((account, mask))
        if not mask.isascii() or NAME in mask:
            whole[account, mask.count(" ")].setdefault(mask, set()).add(each)
    told = {(name, mask): match(mask, whole[name, mask.count(" ")]) for name, mask in lost}
    return [
        restored(each, told.get((account, each.partition("\x1f")[0]), ""))
        for account, each in zip(accounts, marks, strict=True)
    ]


def match(mask: str, whole: Mapping[str, set[str]]) -> str:
    """The mask that it is with its letters, or, where a name lost some, all that is marked."""
    if len(whole) > MOST_WHOLE:
        return ""
    alike = {each: how for each in whole if (how := likeness(mask, each))}
    exact = [each for each, how in alike.items() if how == SAME]
    if len(exact) == 1:
        return exact[0]
    named = [each for each, how in alike.items() if how == NAMED]
    is_one = not exact and len(named) == 1 and len(whole[named[0]]) == 1
    return next(iter(whole[named[0]])) if is_one else ""


def likeness(mask: str, other: str) -> int:
    """SAME where only letters are lost, NAMED where a name lost some, 0 where they differ."""
    found, kept = SAME, 0
    for lost, told in zip(mask.split(" "), other.split(" "), strict=True):
        if lost == told:
            kept += len(told)
        elif LOST not in lost:
            return 0
        elif is_same_word(lost, told):
            kept += sum(letter != LOST for letter in lost)
        elif told.strip("()[]:,;.!-\"'") == NAME:
            found = NAMED
        else:
            return 0
    return found if kept >= LEAST_KEPT and mask != other else 0


def is_same_word(lost: str, told: str) -> bool:
    pairs = zip(lost, told, strict=False)
    return len(lost) == len(told) and all(
        a == b or (a == LOST and not b.isascii() and b.isalpha()) for a, b in pairs
    )


def restored(marked: str, told: str) -> str:
    if not told:
        return marked
    if "\x1f" in told:
        return told
    _, parted, slots = marked.partition("\x1f")
    return told + parted + slots
