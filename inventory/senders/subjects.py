"""What is kept of a subject: its mask and the hashes of its masked words, never the text. Pure.

Which of these words name something is learned from all subjects (`learned_names`).
"""

from __future__ import annotations

import hashlib
import re

from inventory.senders.fingerprints import mask_subject

COMPOUND = re.compile(r"[^\W_](?:[\w.\-]*[^\W_])?")
QUANTITY = re.compile(r"\d+[^\W\d_]{1,4}")
"""A number with what it counts, such as 93s, 5GB or 3件."""
AROUND_NUMBERS = re.compile(r"(?<![^\W_])\w[\w.\-]*#[\w.\-#]*")
"""Of a mask, the rest of a word with numbers in it, such as `db-#`."""
SLOTS = 6
STRONG, WEAK, NUMBER = "n", "w", "d"
OWN = "own"
"""Beside names that are those of as many senders, not of what one sender speaks of."""
MIN_NUMBER = 5
"""Digits that a bare number needs to be able to name something, such as a serial number."""


def slots(subject: str) -> tuple[str, ...]:
    """Hashes of the words that may be names, at most SLOTS; '' for what surely runs.

    STRONG and 8 hex digits for words with letters and digits and for long numbers, WEAK and 8
    for capitalised words past the first, NUMBER and 8 for short numbers.
    """
    words = COMPOUND.findall(subject[:400])
    found = (slot(word, is_first=n == 0) for n, word in enumerate(words))
    return tuple([each for each in found if each is not None][:SLOTS])


def slot(word: str, *, is_first: bool) -> str | None:
    """None for a word that stays in the mask."""
    if word.isdigit():
        return (STRONG if len(word) >= MIN_NUMBER else NUMBER) + hashed(word)
    if not any(letter.isdigit() for letter in word):
        return WEAK + hashed(word.lower()) if word[:1].isupper() and not is_first else None
    if not any(letter.isalpha() for letter in word):
        return ""
    return (NUMBER if QUANTITY.fullmatch(word) else STRONG) + hashed(word.lower())


def without_parts_of_names(mask: str) -> str:
    """The mask that all have who say the same of `db-04` and of `mail-2`."""
    return AROUND_NUMBERS.sub("#", mask)


def hashed(word: str) -> str:
    return hashlib.blake2b(word.encode(errors="replace"), digest_size=4).hexdigest()


def hash_recipients(recipients: str) -> str:
    """Sorted hashes of the addresses (parted by `;`), joined by dots."""
    each = {hashed(address.strip().lower()) for address in recipients.split(";") if address.strip()}
    return ".".join(sorted(each))


def marks(subject: str) -> str:
    """What is kept of a subject until names are learned: mask and slots, joined."""
    return "\x1f".join((mask_subject(subject), *slots(subject))) if subject.strip() else ""
