"""Which parts of subjects name something and which merely run. Pure; learned from the data.

Words that come back over and over in one place of a mask are names (a device, a host, a queue);
words that are new with nearly every message are numbers, and are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from inventory.senders.first_words import with_first_names
from inventory.senders.lost_letters import with_lost_letters
from inventory.senders.own_names import are_own, do_last
from inventory.senders.subjects import NUMBER, OWN, SLOTS, STRONG, WEAK, without_parts_of_names
from inventory.senders.turns import are_blocks

MANY = 6
BY = ["account", "mask", "length", "slot"]
"""Where words are compared with each other."""


def learn_names(rows: pd.DataFrame) -> pd.Series:
    """Mask and names of each message, from what `subjects.marks` made of all of an account's.

    `rows` has a line a message: `account`, `subject` (marks), `at` and `size`. A slot holds names
    where its words come back: with n messages and d different words in it, d * 3 <= n, or one word
    alone; many that come one after the other are dates, versions or tickets. Short numbers are
    names only where they are those of senders (`own_names`); OWN stands beside names that are.
    """
    line, found = pd.factorize(pd.MultiIndex.from_frame(rows[["account", "subject"]]))
    accounts, marks = (found.get_level_values(level).tolist() for level in (0, 1))
    marks = with_first_names(accounts, with_lost_letters(accounts, marks))
    subjects = pd.MultiIndex.from_arrays([accounts, marks], names=["account", "subject"])
    words = words_of(subjects, np.bincount(line, minlength=len(subjects)))
    words["is_own"] = own(words, rows.assign(line=line))
    words = words[names_in(words, rows.assign(line=line))]
    is_promoted = words["is_own"] | words["word"].str.startswith(NUMBER)
    names = words["word"].where(~is_promoted, STRONG + words["word"].str[1:])
    joined = names.groupby(words["line"]).agg(".".join)
    joined = joined + np.where(words["is_own"].groupby(words["line"]).any(), f".{OWN}", "")
    masks = pd.Series(subjects.get_level_values(1)).str.partition("\x1f")[0]
    told = masks.index.to_series().map(joined.to_dict()).astype(object)
    learned = masks.where(told.isna(), masks + "\x1f" + told.fillna(""))
    return pd.Series(learned.to_numpy()[line], index=rows.index)


def words_of(subjects: pd.MultiIndex, counts: np.ndarray) -> pd.DataFrame:
    """A line for each word of each different subject: `line` of the subject, BY, `word` and `n`,
    how many messages have that subject."""
    frame = subjects.to_frame(index=False)
    parts: Any = frame["subject"].str.split("\x1f")
    frame = frame.assign(
        line=np.arange(len(frame)),
        n=counts,
        mask=parts.str[0].map(without_parts_of_names),
        length=parts.str.len(),
        word=parts.str[1 : SLOTS + 1],
    )
    words = frame.drop(columns="subject").explode("word")
    words["slot"] = words.groupby("line").cumcount()
    return words[words["word"].fillna("") != ""].reset_index(drop=True)


def names_in(words: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Which words are names."""
    total = words.groupby(BY, sort=False)["n"].transform("sum")
    different = words.groupby(BY, sort=False)["word"].transform("nunique")
    comes_back = (different * 3 <= total) | (different == 1)
    is_number = words["word"].str.startswith(NUMBER)
    found: pd.Series = (comes_back & ~is_number) | words["is_own"] | across_masks(words, rows)
    many = words[found & ~words["is_own"] & (different >= MANY)]
    mails = many[[*BY, "line", "word"]].reset_index(names="at_word")
    mails = mails.merge(rows[["line", "at"]], on="line").sort_values("at", kind="stable")
    for _, those in mails.groupby(BY, sort=False):
        if are_blocks(pd.factorize(those["word"])[0]):
            found.loc[those["at_word"].unique()] = False
    return found


def across_masks(words: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Which long words come back with other words around them, too seldom with each: the serial
    number of an alarm panel in all that it tells."""
    found = pd.Series(data=False, index=words.index)
    is_strong = words["word"].str.startswith(STRONG)
    masks = words.groupby(["account", "slot", "word"], sort=False)["mask"].transform("nunique")
    looked = words.loc[is_strong & (masks > 1), ["account", "slot", "line", "word"]]
    mails = looked.reset_index(names="at_word").merge(rows[["line", "at"]], on="line")
    for _, those in mails.sort_values("at", kind="stable").groupby(["account", "slot"], sort=False):
        codes, distinct = pd.factorize(those["word"])
        seconds = those["at"].to_numpy().astype("datetime64[s]").astype("int64")
        comes_back = len(distinct) * 3 <= len(codes)
        if comes_back and do_last(seconds, codes) and not are_blocks(codes):
            found.loc[those["at_word"].unique()] = True
    return found


def own(words: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Which words are names of senders: short numbers in their place of their mask, others
    wherever they come in their account."""
    words = words.assign(at_word=words.index, place=words.groupby(BY, sort=False).ngroup())
    found = pd.Series(data=False, index=words.index)
    for those in compared(words, rows):
        found.loc[those["at_word"].unique()] = True
    strong = words[words["word"].str.startswith(STRONG)]
    for those in compared(strong.assign(place=families(strong)), rows):
        found.loc[those["at_word"].unique()] = True
    known = words[found & ~words["word"].str.startswith(NUMBER)]
    named = set(zip(known["account"], known["word"], strict=True))
    if named:
        pairs = zip(words["account"], words["word"], strict=True)
        found |= np.array([pair in named for pair in pairs])
    return found


def compared(words: pd.DataFrame, rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The mails with words of each `place` that come as names of senders do."""
    places = words.groupby("place", sort=False)
    several, total = places["word"].transform("nunique"), places["n"].transform("sum")
    looked = words[(several > 1) & (several * 3 <= total)]
    mails = looked.merge(rows[["line", "at", "size"]], on="line").sort_values("at", kind="stable")
    for _, those in mails.groupby("place", sort=False):
        seconds = those["at"].to_numpy().astype("datetime64[s]").astype("int64").tolist()
        is_weak = str(those["word"].iat[0]).startswith(WEAK)
        if are_own(seconds, those["word"].tolist(), those["size"].tolist(), is_doubtful=is_weak):
            yield those


def families(words: pd.DataFrame) -> list[int]:
    """For each word a number, the same in all masks of an account that speak of the same words:
    each may say too little by itself."""
    first: dict[tuple[str, str], int] = {}
    home: dict[int, int] = {}

    def root(place: int) -> int:
        while home.setdefault(place, place) != place:
            place = home[place]
        return place

    lines = list(zip(words["account"], words["word"], words["place"], strict=True))
    for account, word, place in lines:
        other = first.setdefault((account, word), place)
        home[max(root(place), root(other))] = min(root(place), root(other))
    return [root(place) for _, _, place in lines]
