"""A mixture of devices behind sittings: how likely, and which sitting is of which. Pure.

Each device has people that it writes to, a usual size of its mails and one span of time in which it
logs in by OAuth. Expectation maximisation climbs to the nearest top only, so it starts from several
places: from fewer devices with one of them split by how it logs in, or along the people who share
sittings least, and from devices drawn by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

DRAWN, STEPS = 4, 40
"""Starts that are drawn by chance; steps of each climb."""
SMOOTHING = 2.0
STRAY = 0.03
"""Share of a device's mails that log in otherwise than it does at the time."""
STEADY_SIZE = 20.0
"""Mails that it takes to believe half of how much a device's sizes differ from all others'."""
FEW_LOGINS = 3


class Sittings(NamedTuple):
    """Sittings in the order of their times."""

    at: Whole
    counts: Numbers
    """Mails of each sitting to each regular, and to all others together in the last column."""
    oauth: Numbers
    """1 where it logged in by OAuth, -1 where by Basic, 0 where that is not told."""
    sizes: Numbers
    """How many mails have a size, and the sum of how far the sizes lie from the usual one:
    (sittings, 2)."""


class Mixture(NamedTuple):
    """Parts that sittings are drawn from."""

    weights: Numbers
    chances: Numbers
    """Log chance of each person in each part: (parts, people)."""
    spans: Whole
    """From when until when each part logs in by OAuth: (parts, 2)."""
    sizes: Numbers
    """How far the sizes of each part lie from the usual one, in standard deviations of one mail."""


def whole(sittings: Sittings) -> tuple[float, Mixture]:
    """(log likelihood, mixture) of one part."""
    mixture = fitted(sittings, np.ones((len(sittings.at), 1)))
    return weighed(sittings, mixture)[0], mixture


def climb(sittings: Sittings, fewer: Mixture, chance: np.random.Generator) -> tuple[float, Mixture]:
    """(log likelihood, mixture) of one part more, the best of several climbs."""
    tried = [ascent(sittings, shares) for shares in starts(sittings, fewer, chance)]
    return max(tried, key=lambda each: each[0])


def ascent(sittings: Sittings, shares: Numbers) -> tuple[float, Mixture]:
    mixture = fitted(sittings, shares)
    score = -math.inf
    for _ in range(STEPS):
        now, shares = weighed(sittings, mixture)
        if now - score < 1e-2:
            break
        score, mixture = now, fitted(sittings, shares)
    return weighed(sittings, mixture)[0], mixture


# -- where to start ----------------------------------------------------------------------------


def starts(sittings: Sittings, fewer: Mixture, chance: np.random.Generator) -> Iterator[Numbers]:
    _, shares = weighed(sittings, fewer)
    for part in range(shares.shape[1]):
        for side in (by_login(sittings, shares[:, part]), by_people(sittings, shares[:, part])):
            if side is not None:
                first, second = shares[:, part] * side, shares[:, part] * (1 - side)
                yield np.column_stack([np.delete(shares, part, axis=1), first, second])
    for _ in range(DRAWN):
        yield drawn(sittings, shares.shape[1] + 1, chance)


def drawn(sittings: Sittings, parts: int, chance: np.random.Generator) -> Numbers:
    seeds = chance.integers(len(sittings.at), size=parts)
    near = sittings.counts @ sittings.counts[seeds].T + chance.random((len(sittings.at), parts))
    if sittings.oauth.any():
        near += (sittings.oauth[:, None] == sittings.oauth[seeds]) * chance.integers(3)
    found: Numbers = near / near.sum(axis=1, keepdims=True)
    return found


def by_login(sittings: Sittings, share: Numbers) -> Numbers | None:
    """One side is what logs in by OAuth while the rest still does by Basic, and what came before
    that writes to the same people."""
    mine = share > 0.5
    over = np.flatnonzero(mine & (sittings.oauth > 0))
    if len(over) < FEW_LOGINS:
        return None
    during = np.zeros(len(share), dtype=bool)
    during[over[len(over) // 10] : over[-1 - len(over) // 10] + 1] = True
    went, stayed = (during & mine & (sittings.oauth == way) for way in (1, -1))
    if min(went.sum(), stayed.sum()) < FEW_LOGINS:
        return None
    side = leaning(sittings.counts, went.astype(float), stayed.astype(float))
    side[went], side[stayed] = 1.0, 0.0
    return side


def leaning(counts: Numbers, some: Numbers, others: Numbers) -> Numbers:
    """How much each sitting is like some sittings and not like others, 0 to 1."""
    prior = SMOOTHING * (counts.sum(axis=0) + 0.1) / (counts.sum() + 0.1 * counts.shape[1])
    logs = [np.log((each @ counts + prior) / (each @ counts).sum()) for each in (some, others)]
    return odds_of(counts @ (logs[0] - logs[1]))


def odds_of(logs: Numbers) -> Numbers:
    found: Numbers = 1 / (1 + np.exp(-np.clip(logs, -30, 30)))
    return found


def by_people(sittings: Sittings, share: Numbers) -> Numbers | None:
    """The sides along which regulars share sittings least, compared with chance."""
    regulars = sittings.counts[:, :-1]
    mine = regulars * share[:, None]
    sums = mine.sum(axis=0)
    if regulars.shape[1] < 2 or not sums.any():
        return None
    pairs = mine.T @ regulars
    np.fill_diagonal(pairs, np.diag(pairs) - sums)
    chance = np.outer(sums, sums) / sums.sum() ** 2 * pairs.sum()
    _, axes = np.linalg.eigh((pairs - chance) / np.sqrt(chance + 1))
    return odds_of(2 * regulars @ axes[:, -1] * math.sqrt(regulars.shape[1]))


# -- likelihood --------------------------------------------------------------------------------


def fitted(sittings: Sittings, shares: Numbers) -> Mixture:
    """The likeliest parts, each drawn a little to what all do."""
    counts = shares.T @ sittings.counts
    prior = sittings.counts.sum(axis=0) + 0.1
    counts += SMOOTHING * prior / prior.sum()
    chances = np.log(counts / counts.sum(axis=1, keepdims=True))
    weights = np.maximum(shares.mean(axis=0), 1e-9)
    mails, far = (shares.T @ sittings.sizes).T
    return Mixture(weights, chances, spans(sittings, shares), far / (mails + STEADY_SIZE))


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
    logs += sittings.sizes @ np.stack([-(mixture.sizes**2) / 2, mixture.sizes])
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
