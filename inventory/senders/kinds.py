"""What kind of thing a sender is, with the reasons. Pure.

Every sign speaks for and against each kind by as much as `knowledge/kind_points.csv` says: the
logarithms that a regression over senders of invented tenants found (`tests/kinds`), not judgement.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from inventory.senders.kind_signs import signs
from inventory.senders.kind_words import KINDS
from inventory.senders.looks import Look
from inventory.senders.rhythm import Rhythm

POINTS = Path(__file__).parent.parent / "knowledge" / "kind_points.csv"
ALWAYS = "always"
"""The sign that every sender has: how common each kind is."""
LEAST_CHANCE = 0.45
"""Below it a sender is said to be of no kind."""
MOST_LEAD = 5
MOST_REASONS = 4
TELLING = 0.25
"""Points from which on a sign is given as a reason."""


def judge(
    looks: Sequence[Look], rhythm: Rhythm | None = None, fleet: int = 1
) -> tuple[str, int, list[str]]:
    """(kind or '', how clear it is from 0 to 5, reasons) of a sender's fingerprints, its rhythm,
    and how many senders of its account say the same."""
    shown = signs(looks, rhythm, fleet)
    chances = chances_of(shown)
    kind = max(chances, key=lambda each: chances[each])
    if chances[kind] < LEAST_CHANCE:
        return "", 0, []
    return kind, lead_of(chances[kind]), reasons_of(kind, shown)


def chances_of(names: Iterable[str]) -> dict[str, float]:
    """{kind: its chance} of a sender with these signs."""
    table = points()
    known = [table[name] for name in (ALWAYS, *names) if name in table]
    sums = [sum(each) for each in zip(*known, strict=True)]
    most = max(sums)
    shares = [math.exp(each - most) for each in sums]
    total = sum(shares)
    return {kind: share / total for kind, share in zip(KINDS, shares, strict=True)}


def lead_of(chance: float) -> int:
    """1 where it is as likely as not, 3 at nine out of ten, 5 at 98 of a hundred."""
    odds = chance / max(1 - chance, 0.001)
    return max(0, min(MOST_LEAD, round(1 + math.log(odds))))


def reasons_of(kind: str, shown: Mapping[str, str]) -> list[str]:
    """What speaks most for a kind, each thing once."""
    weight: dict[str, float] = {}
    table, place = points(), KINDS.index(kind)
    for name, told in shown.items():
        if told and name in table:
            weight[told] = weight.get(told, 0.0) + table[name][place]
    ranked = sorted(weight, key=lambda told: -weight[told])
    return [told for told in ranked if weight[told] >= TELLING][:MOST_REASONS]


@lru_cache(maxsize=1)
def points() -> dict[str, tuple[float, ...]]:
    """{sign: its points for each of KINDS}"""
    with POINTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["sign"]: tuple(float(row[kind]) for kind in KINDS) for row in rows}
