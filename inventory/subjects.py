"""Which parts of a subject name something and which merely run. Pure; learned from the data.

A subject is kept as its mask and the hashes of its masked words, never as text. Words that come
back over and over in one place of a mask are names (a device, a host, a queue); words that are
new with nearly every message are numbers, and are dropped.
"""

from __future__ import annotations

import hashlib
import re

import pandas as pd

from inventory.fingerprints import mask_subject

COMPOUND = re.compile(r"[^\W_](?:[\w.\-]*[^\W_])?")
SLOTS = 6
STRONG, WEAK = "n", "w"
MIN_NUMBER = 5
"""Digits that a bare number needs to be able to name something, such as a serial number."""


def slots(subject: str) -> tuple[str, ...]:
    """Hashes of the words that may be names, at most SLOTS; '' for what surely runs.

    STRONG and 8 hex digits for words with letters and digits and for long numbers, WEAK and 8
    for capitalised words past the first.
    """
    found = []
    for word in COMPOUND.findall(subject[:400])[1:]:
        digits = sum(letter.isdigit() for letter in word)
        has_letter = any(letter.isalpha() for letter in word)
        if digits and not has_letter:
            found.append(STRONG + hashed(word) if digits == len(word) >= MIN_NUMBER else "")
        elif digits:
            found.append(STRONG + hashed(word.lower()))
        elif word[:1].isupper():
            found.append(WEAK + hashed(word.lower()))
    return tuple(found[:SLOTS])


def hashed(word: str) -> str:
    return hashlib.blake2b(word.encode(errors="replace"), digest_size=4).hexdigest()


def hash_recipients(recipients: str) -> str:
    """Sorted hashes of the addresses (parted by `;`), joined by dots."""
    each = {hashed(address.strip().lower()) for address in recipients.split(";") if address.strip()}
    return ".".join(sorted(each))


def marks(subject: str) -> str:
    """What is kept of a subject until names are learned: mask and slots, joined."""
    return "\x1f".join((mask_subject(subject), *slots(subject))) if subject.strip() else ""


def learn_names(account: pd.Series, marked: pd.Series) -> pd.Series:
    """Mask and names of each message, from the `marks` of all of an account's messages.

    A slot holds names where its words come back: with n messages and d different words in it,
    d * 3 <= n, or one word alone. Both series have a line a message.
    """
    counts = pd.DataFrame({"account": account, "marked": marked}).value_counts()
    frame = counts.rename("n").reset_index()
    parts = frame["marked"].str.split("\x1f")
    frame["mask"] = parts.str[0]
    frame["length"] = frame["marked"].str.count("\x1f")
    names = pd.Series("", index=frame.index)
    for slot in range(SLOTS):
        word = parts.str[slot + 1].astype(object).fillna("")
        rows = frame.assign(word=word)[word != ""]
        if rows.empty:
            continue
        by = ["account", "mask", "length"]
        of_word = rows.groupby([*by, "word"])["n"].sum().reset_index()
        of_slot = of_word.groupby(by).agg(total=("n", "sum"), different=("word", "size"))
        keep = of_slot[(of_slot["different"] * 3 <= of_slot["total"]) | (of_slot["different"] == 1)]
        kept = rows.merge(keep.reset_index()[by], on=by, how="left", indicator=True)
        is_kept = (kept["_merge"] == "both").to_numpy()
        chosen = rows.index[is_kept]
        names.loc[chosen] = names.loc[chosen] + "." + word.loc[chosen]
    frame["learned"] = frame["mask"] + names.where(names == "", "\x1f" + names.str[1:])
    return pd.Series(
        pd.MultiIndex.from_arrays([account, marked]).map(
            frame.set_index(["account", "marked"])["learned"].to_dict()
        ),
        index=marked.index,
    )
