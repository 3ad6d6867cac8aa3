"""Which of several alike devices each message is of, by sittings and their people. Pure.

Who stands at a device sends several mails within minutes, and each device has people of its own
that it writes to again and again. A sitting is a run of messages that follow each other faster
than chance; devices are a mixture of the people that sittings write to, each of which logs in by
OAuth for one span of time. There are several only where that explains the sittings far better
than it explains the same mails dealt out anew, and where the parts are not single persons.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from inventory.senders.mixtures import (
    Mixture,
    Numbers,
    Sittings,
    Whole,
    ascent,
    assigned,
    climb,
    fitted,
    logs_of,
    weighed,
    whole,
)

EDGES = (30, 60, 120, 180, 300, 600)
"""Seconds; the longest pause within a sitting is one of these, or there are no sittings."""
CALM = (600, 3600)
"""Pauses that say how often a new sitting starts."""
FASTER = 5.0
"""So many times more often than a new sitting starts does a message follow within one."""
MOST_PARTS = 10
MOST_LEARNED = 3_000
"""Sittings that are learned from; the rest is told by what was learned."""
DEALS = 10
"""How often the mails are dealt out anew to see what chance alone explains."""
ENOUGH = 2
LEAST_MESSAGES, LEAST_SITTINGS = 12, 5
"""Of a part, to be taken for a device."""
REGULAR = 0.015
"""Share of the messages from which on somebody is written to as a rule."""
ONE_PERSON = 0.7
"""Share of a part's mail to one person from which on the part may be that person, not a device."""
PERSONAL = 0.5
"""How near sittings may come to one person each, from 0 for people drawn by chance to 1."""
OWN = 0.95
"""Share of a regular's mail that one part has for him to be its own."""
ACROSS, LEAST_EXPECTED = 0.3, 4.0
"""Pairs of mails in a sitting to own regulars of two parts: at most this share of what one device
would have sent, and so many of those."""
WENT_OVER = 8
FARTHEST = 2.5
"""Standard deviations beyond which a size says no more."""
MIXED = 1.0
"""Standard deviations of chi-squared from which on pairs of regulars are not as by chance."""
MARGIN, DEVIATIONS = 6.0, 2.5
"""Log likelihood, and standard deviations, beyond what chance explains."""


def part_by_sittings(
    seconds: Sequence[int],
    people: Sequence[tuple[str, ...]],
    is_oauth: Sequence[bool | None],
    sizes: Sequence[int] = (),
) -> list[int] | None:
    """The part of each message, from 0, or None where all may be one. In the order of times.

    `sizes` are bytes, 0 where that is not told.
    """
    words = words_of(people)
    width = 1 + max((each for row in words for each in row), default=0)
    if width < 4 or len(seconds) < 2 * LEAST_MESSAGES:
        return None
    at = np.asarray(seconds, dtype=np.int64)
    number = numbered(at)
    every = int(number[-1]) // MOST_LEARNED + 1
    ways = np.array([0 if way is None else 1 if way else -1 for way in is_oauth], dtype=float)
    far = from_usual(sizes or [0] * len(seconds))
    told = gathered(at, number, words, ways, far, width)
    if is_personal(told.counts) or (not told.oauth.max() > 0 and are_mixed(told.counts)):
        return None
    chosen = np.flatnonzero(number % every == 0)
    learned = Sittings(
        told.at[::every], told.counts[::every], told.oauth[::every], told.sizes[::every]
    )
    deal = Deal(number[chosen] // every, [words[n] for n in chosen], far[chosen])
    found = best_mixture(learned, deal)
    if found is None:
        return None
    labels = settled(told, found)
    return labels[number].tolist() if are_devices(labels, told.counts) else None


def from_usual(sizes: Sequence[int]) -> Numbers:
    """1 and how many standard deviations of the logarithm each size lies from the usual one; 0
    and 0 where it is not told. (mails, 2)"""
    told = np.asarray(sizes, dtype=np.float64)
    logs = np.log(np.maximum(told, 1))
    known = logs[told > 0]
    spread = known.std() if len(known) else 0.0
    if not spread:
        return np.zeros((len(told), 2))
    far = np.clip((logs - known.mean()) / spread, -FARTHEST, FARTHEST)
    return np.stack([told > 0, np.where(told > 0, far, 0)], axis=1).astype(np.float64)


def words_of(people: Sequence[tuple[str, ...]]) -> list[list[int]]:
    """Columns of each message's people: regulars one by one, all others as one."""
    counts = Counter(each for who in people for each in who)
    least = max(3, REGULAR * len(people))
    regulars = sorted(each for each, count in counts.items() if count >= least)
    column = {each: n for n, each in enumerate(regulars)}
    return [[column.get(each, len(regulars)) for each in who] for who in people]


def are_mixed(counts: Numbers) -> bool:
    """Every two regulars share sittings about as often as chance would have them do: the quick
    look that spares most devices the long one."""
    regulars = counts[:, :-1]
    mails, sums = regulars.sum(axis=1), regulars.sum(axis=0)
    pairs = np.triu_indices(len(sums), 1)
    chance = np.outer(sums, sums)[pairs] / max(1.0, sums.sum()) ** 2
    expected = (mails * (mails - 1)).sum() * chance
    if not expected.any():
        return True
    surprise = ((regulars.T @ regulars)[pairs] - expected) ** 2 / np.maximum(expected, 1e-9)
    return bool(surprise.sum() - len(surprise) < MIXED * math.sqrt(2 * len(surprise)))


def numbered(at: Whole) -> Whole:
    """The number of the sitting that each message belongs to."""
    gaps = np.diff(at)
    return np.concatenate([[0], np.cumsum(gaps > longest_pause(gaps))])


def longest_pause(gaps: Whole) -> int:
    """Seconds within which messages follow each other far more often than sittings start."""
    calm = hazard(gaps, *CALM)
    longest = start = 0
    for edge in EDGES if calm else ():
        if hazard(gaps, start, edge) < FASTER * calm:
            break
        longest = start = edge
    return longest


def hazard(gaps: Whole, start: int, end: int) -> float:
    """Share of the pauses that lasted until `start` that ends in each second until `end`."""
    lasted = int((gaps >= start).sum())
    return float(((gaps >= start) & (gaps < end)).sum()) / (end - start) / max(1, lasted)


def gathered(
    at: Whole,
    number: Whole,
    words: Sequence[list[int]],
    ways: Numbers,
    far: Numbers,
    width: int,
) -> Sittings:
    oauth = np.zeros(int(number[-1]) + 1)
    np.add.at(oauth, number, ways)
    first = np.unique(number, return_index=True)[1]
    return Sittings(at[first], *summed(number, words, far, width, oauth=np.sign(oauth)))


def summed(
    number: Whole, words: Sequence[list[int]], far: Numbers, width: int, *, oauth: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Mails by person, how each sitting logs in, and sizes of each sitting."""
    counts, sizes = np.zeros((len(oauth), width)), np.zeros((len(oauth), 2))
    rows = np.repeat(number, [len(each) for each in words])
    columns = np.fromiter((each for row in words for each in row), dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)
    np.add.at(sizes, number, far)
    return counts, oauth, sizes


class Deal(NamedTuple):
    """The mails that sittings are made of, to be dealt out anew."""

    number: Whole
    words: Sequence[list[int]]
    far: Numbers

    def anew(self, sittings: Sittings, within: Whole, chance: np.random.Generator) -> Sittings:
        """The same sittings with mails dealt out by chance among those of a part."""
        order = np.arange(len(self.words))
        for part in np.unique(within):
            mine = np.flatnonzero(within[self.number] == part)
            order[mine] = chance.permutation(mine)
        words, width = [self.words[n] for n in order.tolist()], sittings.counts.shape[1]
        told = summed(self.number, words, self.far[order], width, oauth=sittings.oauth)
        return Sittings(sittings.at, *told)


# -- how many parts ----------------------------------------------------------------------------


def best_mixture(sittings: Sittings, deal: Deal) -> Mixture | None:
    """The mixture with as many parts as say more than chance would, or None for one part."""
    chance = np.random.default_rng(len(sittings.at))
    score, best = whole(sittings)
    for _ in range(1, MOST_PARTS):
        more, mixture = climb(sittings, best, chance)
        if more - score < MARGIN:
            break
        if not are_apart(sittings, mixture):
            break
        within = assigned(sittings, best)
        dealt = (deal.anew(sittings, within, chance) for _ in range(DEALS))
        if not is_beyond(more - score, (gain_by_chance(each, best, chance) for each in dealt)):
            break
        score, best = more, mixture
    return best if len(best.weights) > 1 else None


def is_beyond(gain: float, by_chance: Iterator[float]) -> bool:
    """Far more than what chance gains; few deals tell where it is not nearly so."""
    gains: list[float] = []
    for each in by_chance:
        gains.append(each)
        if len(gains) >= ENOUGH and gain < np.mean(gains) + MARGIN / 2:
            return False
    spread = float(np.std(gains, ddof=1))
    return bool(gain >= np.mean(gains) + max(MARGIN, DEVIATIONS * spread))


def gain_by_chance(dealt: Sittings, best: Mixture, chance: np.random.Generator) -> float:
    """What one part more gains of mails dealt out by chance, among the parts there are."""
    fewer, mixture = ascent(dealt, weighed(dealt, best)[1])
    more, _ = climb(dealt, mixture, chance)
    return more - fewer


WEEK = 7 * 86_400
SETTLING = 10
FEW = 2.0


def settled(sittings: Sittings, mixture: Mixture) -> Whole:
    """The part of each sitting, knowing besides which parts were at work around that week."""
    week = (sittings.at - sittings.at[0]) // WEEK
    _, shares = weighed(sittings, mixture)
    for _ in range(SETTLING):
        active = np.zeros((int(week[-1]) + 3, shares.shape[1]))
        for near in range(3):
            np.add.at(active, week + near, shares)
        active = active[1:-1] + FEW * mixture.weights
        local = np.log(active / active.sum(axis=1, keepdims=True)) - np.log(mixture.weights)
        logs = logs_of(sittings, mixture) + local[week]
        odds = np.exp(logs - logs.max(axis=1, keepdims=True))
        shares = odds / odds.sum(axis=1, keepdims=True)
        mixture = fitted(sittings, shares)
    found: Whole = shares.argmax(axis=1)
    return found


def are_apart(sittings: Sittings, mixture: Mixture) -> bool:
    """Every two parts log in otherwise at the same time, or share people in a sitting far more
    seldom than one device would."""
    labels = assigned(sittings, mixture)
    regulars = sittings.counts[:, :-1]
    sums = np.stack([regulars[labels == part].sum(axis=0) for part in range(len(mixture.weights))])
    home = np.where(sums.max(axis=0) >= OWN * sums.sum(axis=0), sums.argmax(axis=0), -1)
    mails = [regulars[:, home == part].sum(axis=1) for part in range(len(sums))]
    return all(
        log_in_otherwise(sittings, labels, some, other) or are_seldom(mails[some], mails[other])
        for some, other in itertools.combinations(range(len(sums)), 2)
    )


def log_in_otherwise(sittings: Sittings, labels: Whole, some: int, other: int) -> bool:
    """While one has gone over to OAuth the other stays with Basic, for many sittings of each."""
    for moved, stayed in ((some, other), (other, some)):
        went = sittings.at[(labels == moved) & (sittings.oauth > 0)]
        if len(went) >= WENT_OVER:
            first, last = went[0], went[-1]
            during = (sittings.at >= first) & (sittings.at <= last) & (labels == stayed)
            if (during & (sittings.oauth < 0)).sum() >= WENT_OVER:
                return True
    return False


def are_seldom(some: Numbers, others: Numbers) -> bool:
    both = some + others
    share = some.sum() / max(1.0, both.sum())
    expected = (both * (both - 1)).sum() * share * (1 - share)
    return bool(expected >= LEAST_EXPECTED and (some * others).sum() <= ACROSS * expected)


def are_devices(labels: Whole, counts: Numbers) -> bool:
    """Every part is big enough, and most are not of people who write to themselves."""
    personal = 0.0
    for part in np.unique(labels):
        mine = counts[labels == part]
        if mine.sum() < LEAST_MESSAGES or len(mine) < LEAST_SITTINGS:
            return False
        personal += mine.sum() if is_personal(mine) else 0
    return bool(personal * 2 <= counts.sum())


def is_personal(counts: Numbers) -> bool:
    """Nearly all is to one person, or each sitting keeps to one of them."""
    regulars = counts[:, :-1]
    sums, mails = regulars.sum(axis=0), regulars.sum(axis=1)
    if sums.max(initial=0) >= ONE_PERSON * counts.sum():
        return True
    pairs = float((mails * (mails - 1)).sum())
    same = float((regulars * (regulars - 1)).sum())
    expected = pairs * float(((sums / max(1.0, sums.sum())) ** 2).sum())
    return pairs > 0 and same - expected > PERSONAL * (pairs - expected)
