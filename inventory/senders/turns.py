"""Whether what sends from several addresses in the same weeks is one thing or several. Pure.

One thing behind two lines takes turns: its messages are on time only when those of all addresses
are taken together, several within minutes come by either line, or one line is used until it fails.
Several things go side by side: each is on time by itself, and what follows within minutes comes
from the same address as what it follows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]

IN_TURN, APART, UNTOLD = "in turn", "apart", ""
LEAST = 3
"""Messages of a place, to tell what it does."""
LEAST_GAPS, ON_TIME = 4, 0.7
"""Pauses that are known, and the share of them that is as long as usual."""
SLACK_SECONDS, SLACK = 900, 0.05
"""By so much, or by this share, a pause may be longer or shorter than usual."""
BURST = 600
LEAST_BURSTS = 5
SELDOM, OFTEN = 0.3, 0.8
"""Share of what chance would mix of messages within minutes of each other."""
LONG_RUNS = -2.6
"""Standard deviations by which fewer runs than chance has say that a line was used for long."""


def told(seconds: Sequence[int], places: Sequence[str]) -> str:
    """IN_TURN, APART, or UNTOLD. In the order of times; of places that overlap."""
    at = np.asarray(seconds, dtype=np.int64)
    _, place = np.unique(np.asarray(places, dtype=object).astype(str), return_inverse=True)
    by_place = [at[place == each] for each in range(int(place.max()) + 1)]
    known = [each for each in by_place if len(each) >= LEAST]
    if len(known) < 2:
        return UNTOLD
    if are_blocks(place):
        return IN_TURN
    on_time = sum(len(each) for each in known if is_on_time(each))
    if on_time * 2 > sum(len(each) for each in known):
        return APART
    if is_on_time(at):
        return IN_TURN
    return by_bursts(at, place) or by_runs(at, place)


def are_blocks(place: Whole) -> bool:
    """One after the other, each hardly ever again."""
    changes = int((np.diff(place) != 0).sum())
    return changes < 2 * int(place.max())


def is_on_time(at: Whole) -> bool:
    """Nearly all pauses are as long as the usual one."""
    gaps = np.diff(at)
    if len(gaps) < LEAST_GAPS:
        return False
    usual = float(np.median(gaps))
    slack = max(SLACK_SECONDS, SLACK * usual)
    return usual > 2 * SLACK_SECONDS and bool(
        (np.abs(gaps - usual) <= slack).sum() >= ON_TIME * len(gaps)
    )


def by_bursts(at: Whole, place: Whole) -> str:
    """By whether what follows within minutes comes from where the one before came from."""
    is_soon = np.diff(at) <= BURST
    if is_soon.sum() < LEAST_BURSTS:
        return UNTOLD
    shares = np.bincount(place) / len(place)
    expected = float(is_soon.sum()) * (1 - float((shares**2).sum()))
    mixed = float((is_soon & (np.diff(place) != 0)).sum())
    return APART if mixed <= SELDOM * expected else IN_TURN if mixed >= OFTEN * expected else UNTOLD


def by_runs(at: Whole, place: Whole) -> str:
    """IN_TURN where an address is used far longer at a time than by chance; mails within minutes
    of each other are one."""
    starts = np.concatenate([[True], (np.diff(at) > BURST) | (np.diff(place) != 0)])
    sequence = place[starts]
    count = len(sequence)
    shares = np.bincount(sequence) / count
    changes = float((np.diff(sequence) != 0).sum())
    chance = 1 - float((shares**2).sum())
    spread = math.sqrt(max(1e-9, (count - 1) * chance * (1 - chance)))
    return IN_TURN if (changes - (count - 1) * chance) / spread <= LONG_RUNS else UNTOLD
