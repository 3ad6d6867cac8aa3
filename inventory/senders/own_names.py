"""Whether the names in a subject are of as many senders, or of what one sender speaks of. Pure.

Devices name themselves, and what watches many names them all. Told from when they come and how
long they are: names of senders last, several mails within minutes are of the same one, and each
writes mails of its own length. What one sender counts or lists changes from mail to mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.senders.subjects import hashed
from inventory.senders.turns import APART, IN_TURN, told

Numbers = npt.NDArray[np.float64]

LEAST_NAMES, LEAST_EACH = 2, 2
LIKE_TIME = 0.85
"""Share of the mails whose number is one of their date or time."""
LASTS, MOST_LAST = 0.25, 0.5
"""A name lasts that comes over so much of the time; of mails so many have to have such a name."""
EXPLAINED = 0.5
"""Share of how sizes differ that the names have to explain."""
DIFFERENT = 0.04
"""How much, in logarithms, sizes have to differ from name to name."""


def are_own(
    at: Sequence[int], names: Sequence[str], sizes: Sequence[int], *, is_doubtful: bool = False
) -> bool:
    """Of mails with the same words, in the order of times; sizes are 0 where not told.

    `is_doubtful`: they may be names of people, who send several mails within minutes too."""
    codes, distinct = pd.factorize(np.asarray(names, dtype=object))
    counts = np.bincount(codes)
    if len(distinct) < LEAST_NAMES or np.median(counts) < LEAST_EACH:
        return False
    seconds = np.asarray(at, dtype=np.int64)
    if not do_last(seconds, codes) or tell_time(seconds, names):
        return False
    way = told(at, names)
    if is_doubtful and way == APART:
        return differ_in_size(codes, np.asarray(sizes, float))
    return way == APART or (way != IN_TURN and differ_in_size(codes, np.asarray(sizes, float)))


def do_last(seconds: npt.NDArray[np.int64], codes: npt.NDArray[np.int64]) -> bool:
    """Not each for some days, as dates, versions and tickets are."""
    many = int(codes.max()) + 1
    first, last = np.full(many, seconds.max()), np.full(many, seconds.min())
    np.minimum.at(first, codes, seconds)
    np.maximum.at(last, codes, seconds)
    lasting = (last - first) >= LASTS * (seconds.max() - seconds.min())
    return bool(lasting[codes].mean() >= MOST_LAST)


@lru_cache(maxsize=1)
def short_numbers() -> dict[str, int]:
    """{hash: number}, with and without leading zeros."""
    texts = [f"{number:0{width}}" for width in range(1, 5) for number in range(10**width)]
    return {hashed(text): int(text) for text in texts}


def tell_time(seconds: npt.NDArray[np.int64], names: Sequence[str]) -> bool:
    """The words are numbers of a date or a time of day, in whatever time zone."""
    known = short_numbers()
    values = np.array([known.get(name[1:], -1) for name in names])
    if (values < 0).mean() > 1 - LIKE_TIME:
        return False
    at = seconds.astype("datetime64[s]")
    days, months = at.astype("datetime64[D]"), at.astype("datetime64[M]")
    day = (days - months).astype(np.int64) + 1
    month = months.astype(np.int64) % 12 + 1
    year = at.astype("datetime64[Y]").astype(np.int64) + 1970
    week = (days.astype(np.int64) + 3) // 7
    near = [
        np.abs(values - day) % 30 <= 1,
        values == month,
        (values == year) | (values == year % 100),
        np.abs(values - seconds // 60 % 60) % 59 <= 1,
        usual((values - seconds // 3600) % 24, 3),
        usual(values - week, 2),
    ]
    return any(float(each.mean()) >= LIKE_TIME for each in near)


def usual(values: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.bool_]:
    """Which are one of the few most common: a zone, in summer and in winter."""
    distinct, counts = np.unique(values, return_counts=True)
    return np.isin(values, distinct[np.argsort(-counts)][:most])


def differ_in_size(codes: npt.NDArray[np.int64], sizes: Numbers) -> bool:
    """Far more from name to name than from mail to mail of one."""
    is_told = sizes > 0
    codes, logs = codes[is_told], np.log(sizes[is_told])
    names, codes = np.unique(codes, return_inverse=True)
    count = len(codes)
    if len(names) < LEAST_NAMES or count < len(names) * 3:
        return False
    means = np.bincount(codes, logs) / np.bincount(codes)
    between = float(((means[codes] - logs.mean()) ** 2).sum())
    within = float(((logs - means[codes]) ** 2).sum())
    share = 1 - within / max(1e-12, between + within) * (count - 1) / (count - len(names))
    return share >= EXPLAINED and (between / count) ** 0.5 >= DIFFERENT
