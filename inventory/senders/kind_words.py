"""What the words of a subject say of the kind of what sent it. Pure.

Learned, when first asked, from a list of what real things write (`knowledge/said.csv`): naive
Bayes over words and their beginnings, so that words of the same stem count as well. A line more in
the list teaches a product or a language more. What people put into the names of accounts and hosts
is known beside it (`kind_signs`, `shapes`).
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from inventory.senders.shapes import known_host

MFP, APPLIANCE, APPLICATION = "mfp", "appliance", "application"
SCRIPT, CLIENT = "script", "client"
DEVICES = {MFP, APPLIANCE}
"""Kinds of which a host's name says what it is; a server runs this and that."""
LETTERS = {MFP: "m", APPLIANCE: "d", APPLICATION: "a", SCRIPT: "s", CLIENT: "c"}
"""In capitals where the words leave little doubt."""
KINDS = tuple(LETTERS)
SOME, SURE = 0.35, 0.85
"""Chance of a kind from which on a subject speaks for it, and leaves little doubt."""

SAID = Path(__file__).parent.parent / "knowledge" / "said.csv"
WORD = re.compile(r"[^\W\d_]+")
WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts that do not part words."""
STEMS = (4, 6)
MARKS = [
    ("#1", re.compile(r"#\s?\d")),
    ("[", re.compile(r"\s*\[")),
    ("1%", re.compile(r"\d\s?%")),
    ("°", re.compile("°")),
    ("1 kWh", re.compile(r"\d\s?(?:k?wh|kw|m?bar|k?pa|m[³3]|l/min|rpm|ppm)\b", re.IGNORECASE)),
]
"""What stands in a subject beside words."""
SMOOTHING = 0.1
LEAST_LINES = 2
"""A word of one line may be somebody's name."""

FIRST_NAME = re.compile(r"\W*([A-Za-z]{2,}[-_.]?\d+|[A-Za-z]+\d*(?:[-_][A-Za-z\d]+)+)(?![\w@])")
FORWARDS = r"tr|fw|fwd|wg|rv|i|enc|ilt|pd|vl|vb|vs|doorst|bls|továbbítás|转发|転送"
REPLY = re.compile(
    rf"(?i)\s*(re|aw|sv|antw|odp|r|res|ynt|vá|réf|回复|答复|{FORWARDS})\s*(\[\d+\])?\s*[:：]"
)
FORWARD = re.compile(rf"(?i)\s*({FORWARDS})\s*[:：]")
"""Words before what people answer and pass on, in many languages."""


class Weighed(NamedTuple):
    """How much some words speak for each kind, in the order of KINDS, and how many they are."""

    scores: tuple[float, ...]
    parts: int


NOTHING = Weighed((0.0,) * len(KINDS), 0)


def hint(subject: str) -> str:
    """A letter for each kind that the subject's words speak for, in capitals where they leave
    little doubt; `r` for a reply, `rf` for what is forwarded."""
    named = called(subject)
    found = [
        letter.upper() if chance >= SURE or kind == named else letter
        for (kind, letter), chance in zip(LETTERS.items(), chances(subject), strict=True)
        if chance >= SOME or kind == named
    ]
    answer = "rf" if FORWARD.match(subject) else "r" if REPLY.match(subject) else ""
    return "".join(found) + answer


def called(subject: str) -> str:
    """The kind of device that the name says with which a subject begins, such as `gw-north:`."""
    first = FIRST_NAME.match(subject)
    known = known_host(first[1].lower()) if first else None
    return known.kind if known and known.kind in DEVICES else ""


def speaks_for(kind: str, subject: str) -> bool:
    return LETTERS[kind] in hint(subject).lower()


@lru_cache(maxsize=100_000)
def surely(words: str) -> tuple[str, ...]:
    """The kinds of which words that come again and again, such as names, leave little doubt."""
    told = zip(KINDS, chances(words), strict=True)
    return tuple(kind for kind, chance in told if chance >= SURE)


def chances(text: str) -> list[float]:
    """Of each of KINDS, by the words of a text alone; all 0 where no word is known."""
    known = [weighed(word) for word in words_of(text)]
    known += [weights()[mark] for mark in marks_in(text) if mark in weights()]
    count = sum(each.parts for each in known)
    if not count:
        return [0.0] * len(KINDS)
    # Words of one subject come together: as many times so many say less than they seem to.
    scores = [sum(each) / math.sqrt(count) for each in zip(*(w.scores for w in known), strict=True)]
    most = max(scores)
    shares = [math.exp(score - most) for score in scores]
    return [share / sum(shares) for share in shares]


def words_of(text: str) -> list[str]:
    """Each once, in small letters."""
    return list(dict.fromkeys(word.lower() for word in WORD.findall(text)))


def marks_in(text: str) -> list[str]:
    found = [name for name, pattern in MARKS if pattern.search(text)]
    return [*found, "re:"] if REPLY.match(text) else found


@lru_cache(maxsize=200_000)
def weighed(word: str) -> Weighed:
    """Of one word in small letters, by what the list has of it and of its beginnings."""
    known = [each for part in parts(word) if (each := weights().get(part))]
    if not known:
        return NOTHING
    scores = tuple(sum(each) for each in zip(*(one.scores for one in known), strict=True))
    return Weighed(scores, len(known))


def parts(word: str) -> list[str]:
    """What of a word is looked up: it, its beginnings, and where nothing parts words each two
    letters."""
    if WITHOUT_SPACES.search(word):
        found = [word, *(word[n : n + 2] for n in range(len(word) - 1))]
    elif len(word) < 2:
        found = []
    else:
        found = [f"={word}", *(word[:length] for length in STEMS if len(word) >= min(STEMS))]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1)
def weights() -> dict[str, Weighed]:
    return learned(lines())


def lines() -> list[tuple[str, str]]:
    """(kind, subject) of what is known to be written."""
    with SAID.open(encoding="utf-8", newline="") as file:
        return [(row["kind"], row["subject"]) for row in csv.DictReader(file)]


def learned(said: Collection[tuple[str, str]]) -> dict[str, Weighed]:
    """{part of a word or mark: the logarithm of how often each kind writes it, around 0}"""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for kind, subject in said:
        for part in told_by(subject):
            counts[part][kind] += 1
    counts = {part: each for part, each in counts.items() if each.total() >= LEAST_LINES}
    for each in counts.values():
        totals.update(each)
    return {part: Weighed(around_0(each, totals, len(counts)), 1) for part, each in counts.items()}


def told_by(subject: str) -> set[str]:
    words = words_of(subject)
    return {part for word in words for part in parts(word)} | set(marks_in(subject))


def around_0(count: Counter[str], totals: Counter[str], vocabulary: int) -> tuple[float, ...]:
    logs = [
        math.log((count[kind] + SMOOTHING) / (totals[kind] + SMOOTHING * vocabulary))
        for kind in KINDS
    ]
    mean = sum(logs) / len(logs)
    return tuple(log - mean for log in logs)
