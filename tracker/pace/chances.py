"""How long the rest takes, from counted work: a chance for every number of weeks. Pure.

Work done in a week is taken for a count of random events whose rate is not known but by what was
counted. After `done` events in `weeks` weeks the rate is spread like a gamma distribution, and the
time until `left` more have happened, in units of the weeks watched, like a beta prime. That is
exact for few events too, where a rate and its error are not.
"""

from __future__ import annotations

import math

HALF = 0.5
"""What a rate is before anything was counted (Jeffreys)."""
TINY = 1e-300
ENOUGH = 1e-12
TURNS = 300
LONGEST_WEEKS = 52 * 20.0


def chance_within(weeks: float, left: float, done: float, watched: float) -> float:
    """That the `left` are done within so many weeks."""
    if left <= 0:
        return 1.0
    if weeks <= 0:
        return 0.0
    part = weeks / (weeks + watched)
    return beta_share(part, left, done + HALF)


def weeks_for(chance: float, left: float, done: float, watched: float) -> float:
    """After how many weeks the `left` are done with this chance; infinite beyond all planning."""
    if left <= 0:
        return 0.0
    if chance_within(LONGEST_WEEKS, left, done, watched) < chance:
        return math.inf
    low, high = 0.0, LONGEST_WEEKS
    while high - low > 0.01:
        middle = (low + high) / 2
        if chance_within(middle, left, done, watched) < chance:
            low = middle
        else:
            high = middle
    return high


def beta_share(x: float, a: float, b: float) -> float:
    """The share of a beta distribution below x: the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    # The fraction below converges fast on this side of the middle only.
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log + a * math.log(x) + b * math.log1p(-x)) / a
    return front * continued(x, a, b)


def continued(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    above, below = 1.0, away_from_zero(1 - (a + b) * x / (a + 1))
    below = 1 / below
    value = below
    for m in range(1, TURNS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            below = 1 / away_from_zero(1 + term * below)
            above = away_from_zero(1 + term / above)
            value *= below * above
        if abs(below * above - 1) < ENOUGH:
            break
    return value


def away_from_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
