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
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

EDGES = (30, 60, 120, 180, 300, 600)
"""Seconds; the longest pause within a sitting is one of these, or there are no sittings."""
CALM = (600, 3600)
"""Pauses that say how often a new sitting starts."""
FASTER = 5.0
"""So many times more often than a new sitting starts does a message follow within one."""
MOST_PARTS = 10
MOST_LEARNED = 3_000
"""Sittings that are learned from; the rest is told by what was learned."""
STARTS, STEPS = 6, 40
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
OWN = 0.75
"""Share of a regular's mail that one part has for him to be its own."""
ACROSS, LEAST_EXPECTED = 0.6, 6.0
"""Pairs of mails in a sitting to own regulars of two parts: at most this share of what one device
would have sent, and so many of those."""
WENT_OVER = 8
MIXED = 1.0
"""Standard deviations of chi-squared from which on pairs of regulars are not as by chance."""
SMOOTHING = 2.0
STRAY = 0.03
"""Share of a device's mails that log in otherwise than it does at the time."""
MARGIN, DEVIATIONS = 6.0, 2.5
"""Log likelihood, and standard deviations, beyond what chance explains."""


class Sittings(NamedTuple):
    """Sittings in the order of their times."""

    at: Whole
    counts: Numbers
    """Mails of each sitting to each regular, and to all others together in the last column."""
    oauth: Numbers
    """1 where it logged in by OAuth, -1 where by Basic, 0 where that is not told."""


class Mixture(NamedTuple):
    """Parts that sittings are drawn from."""

    weights: Numbers
    chances: Numbers
    """Log chance of each person in each part: (parts, people)."""
    spans: Whole
    """From when until when each part logs in by OAuth: (parts, 2)."""


def part_by_sittings(
    seconds: Sequence[int], people: Sequence[tuple[str, ...]], is_oauth: Sequence[bool | None]
) -> list[int] | None:
    """The part of each message, from 0, or None where all may be one. In the order of times."""
    words = words_of(people)
    width = 1 + max((each for row in words for each in row), default=0)
    if width < 4 or len(seconds) < 2 * LEAST_MESSAGES:
        return None
    at = np.asarray(seconds, dtype=np.int64)
    number = numbered(at)
    every = int(number[-1]) // MOST_LEARNED + 1
    ways = np.array([0 if way is None else 1 if way else -1 for way in is_oauth], dtype=float)
    whole = gathered(at, number, words, ways, width)
    if is_personal(whole.counts) or (not whole.oauth.max() > 0 and are_mixed(whole.counts)):
        return None
    chosen = np.flatnonzero(number % every == 0)
    learned = Sittings(whole.at[::every], whole.counts[::every], whole.oauth[::every])
    deal = Deal(number[chosen] // every, [words[n] for n in chosen])
    found = best_mixture(learned, deal)
    if found is None:
        return None
    labels = settled(whole, found)
    return labels[number].tolist() if are_devices(labels, whole.counts) else None


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
    at: Whole, number: Whole, words: Sequence[list[int]], ways: Numbers, width: int
) -> Sittings:
    counts = np.zeros((int(number[-1]) + 1, width))
    oauth = np.zeros(len(counts))
    np.add.at(oauth, number, ways)
    fill(counts, number, words)
    return Sittings(at[np.unique(number, return_index=True)[1]], counts, np.sign(oauth))


def fill(counts: Numbers, number: Whole, words: Sequence[list[int]]) -> None:
    rows = np.repeat(number, [len(each) for each in words])
    columns = np.fromiter((each for row in words for each in row), dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)


class Deal(NamedTuple):
    """The mails that sittings are made of, to be dealt out anew."""

    number: Whole
    words: Sequence[list[int]]

    def anew(self, sittings: Sittings, within: Whole, chance: np.random.Generator) -> Sittings:
        """The same sittings with mails dealt out by chance among those of a part."""
        order = np.arange(len(self.words))
        for part in np.unique(within):
            mine = np.flatnonzero(within[self.number] == part)
            order[mine] = chance.permutation(mine)
        counts = np.zeros_like(sittings.counts)
        fill(counts, self.number, [self.words[n] for n in order.tolist()])
        return sittings._replace(counts=counts)


# -- the mixture -------------------------------------------------------------------------------


def best_mixture(sittings: Sittings, deal: Deal) -> Mixture | None:
    """The mixture with as many parts as say more than chance would, or None for one part."""
    chance = np.random.default_rng(len(sittings.at))
    score, best = climb(sittings, 1, chance, starts=1)
    for parts in range(2, MOST_PARTS + 1):
        more, mixture = climb(sittings, parts, chance, starts=STARTS)
        if more - score < MARGIN:
            break
        if not are_apart(sittings, mixture):
            break
        within = assigned(sittings, best)
        dealt = (deal.anew(sittings, within, chance) for _ in range(DEALS))
        if not is_beyond(more - score, (gain_by_chance(each, parts, chance) for each in dealt)):
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


def gain_by_chance(dealt: Sittings, parts: int, chance: np.random.Generator) -> float:
    fewer, _ = climb(dealt, parts - 1, chance, starts=1 if parts == 2 else STARTS)
    more, _ = climb(dealt, parts, chance, starts=STARTS)
    return more - fewer


def climb(
    sittings: Sittings, parts: int, chance: np.random.Generator, *, starts: int
) -> tuple[float, Mixture]:
    """(log likelihood, mixture) of the best of several expectation maximisations."""
    tried = [ascent(sittings, parts, chance) for _ in range(starts)]
    return max(tried, key=lambda each: each[0])


def ascent(sittings: Sittings, parts: int, chance: np.random.Generator) -> tuple[float, Mixture]:
    seeds = chance.integers(len(sittings.at), size=parts)
    near = sittings.counts @ sittings.counts[seeds].T + chance.random((len(sittings.at), parts))
    if sittings.oauth.any():
        near += (sittings.oauth[:, None] == sittings.oauth[seeds]) * chance.integers(3)
    mixture = fitted(sittings, near / near.sum(axis=1, keepdims=True))
    score = -math.inf
    for _ in range(STEPS):
        now, shares = weighed(sittings, mixture)
        if now - score < 1e-2:
            break
        score, mixture = now, fitted(sittings, shares)
    return weighed(sittings, mixture)[0], mixture


def fitted(sittings: Sittings, shares: Numbers) -> Mixture:
    """The likeliest parts, each drawn a little to what all do."""
    counts = shares.T @ sittings.counts
    prior = sittings.counts.sum(axis=0) + 0.1
    counts += SMOOTHING * prior / prior.sum()
    chances = np.log(counts / counts.sum(axis=1, keepdims=True))
    weights = np.maximum(shares.mean(axis=0), 1e-9)
    return Mixture(weights, chances, spans(sittings, shares))


def spans(sittings: Sittings, shares: Numbers) -> Whole:
    """The span of time in which each part logs in by OAuth, as most of its sittings say."""
    votes = np.vstack([np.zeros(shares.shape[1]), np.cumsum(shares.T * sittings.oauth, axis=1).T])
    gain = votes - np.minimum.accumulate(votes, axis=0)
    ends = gain.argmax(axis=0)
    starts = [int(votes[: end + 1, part].argmin()) for part, end in enumerate(ends)]
    moments = np.append(sittings.at, sittings.at[-1] + 1)
    return np.stack([moments[starts], moments[ends]], axis=1)


def logs_of(sittings: Sittings, mixture: Mixture) -> Numbers:
    """Log chance of each sitting in each part: (sittings, parts)."""
    logs = sittings.counts @ mixture.chances.T + np.log(mixture.weights)
    if not sittings.oauth.any():
        return logs
    at = sittings.at[:, None]
    is_inside = (at >= mixture.spans[:, 0]) & (at < mixture.spans[:, 1])
    fits = np.where(is_inside, 1, -1) * sittings.oauth[:, None]
    return logs + np.where(fits > 0, math.log(1 - STRAY), np.where(fits < 0, math.log(STRAY), 0))


def weighed(sittings: Sittings, mixture: Mixture) -> tuple[float, Numbers]:
    """(log likelihood, share of each sitting in each part)."""
    logs = logs_of(sittings, mixture)
    top = logs.max(axis=1, keepdims=True)
    odds = np.exp(logs - top)
    total = odds.sum(axis=1, keepdims=True)
    return float((top + np.log(total)).sum()), odds / total


def assigned(sittings: Sittings, mixture: Mixture) -> Whole:
    found: Whole = logs_of(sittings, mixture).argmax(axis=1)
    return found


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
