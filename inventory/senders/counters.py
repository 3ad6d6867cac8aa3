"""Numbers that run on from message to message, and how many run at the same time. Pure.

Devices count their jobs: the number in a Message-ID or a subject grows by little from each mail
to the next, and two devices of a model count on their own. Numbers in any base are looked at;
those that tell the time, and those that chance could have drawn, say nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]

TOKEN = re.compile(r"[0-9A-Za-z]+")
AFTER_TIME = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(\d{2,})"
)
"""A number right after a time to the second."""
DIGITS = re.compile(r"(?<![\w])[0-9]{1,7}(?![\w])")
LONGEST = 14
"""Characters of a number; longer ones are random or a time to the fraction of a second."""
SERIAL_LENGTHS = range(6, 13)
MOST = 4
"""Numbers that are kept of a Message-ID and of a subject."""
LEAST_MESSAGES, LEAST_RUN = 12, 4
FOLLOWERS = 40
"""So many later messages are looked at for the next number of the same counter."""
LONG_STEP = 16
"""Times the usual step: from here on it is another counter or the same after a pause."""
IN_RUNS = 0.85
"""Share of the messages that have to be in runs."""
TANGLED = 0.2
"""Share of the messages beyond which counters run too near each other to be told apart."""
FEWER = 3
"""So many times fewer runs than the same numbers make in an order drawn by chance."""
DEALS = 3
LIKE_TIME = 0.9
"""Rank correlation of steps and pauses from which on a number tells the time."""


def id_numbers(message_id: str) -> str:
    """The parts of a Message-ID's left side that may count, as text."""
    local, _, _ = message_id.rpartition("@")
    return ".".join(without_time(each)[: LONGEST + 1] for each in TOKEN.findall(local)[:MOST])


def without_time(token: str) -> str:
    """What a device counts may stand right after the time by its clock."""
    found = AFTER_TIME.fullmatch(token)
    return found[1] if found else token


def may_be_serial(text: str) -> bool:
    """Long enough to be a device's own, as a MAC address is, and no time to the second."""
    return len(text) in SERIAL_LENGTHS and any(map(str.isdigit, text))


def subject_numbers(subject: str) -> str:
    """Up to 7 digits each: a longer number may be somebody's telephone."""
    return ".".join(DIGITS.findall(subject[:400])[:MOST])


def part_by_counters(seconds: Sequence[int], numbers: Sequence[str]) -> list[int] | None:
    """The counter that each message is of, in the order of times; all 0 if one runs through
    all. None where no number counts."""
    if len(numbers) < LEAST_MESSAGES:
        return None
    at = np.asarray(seconds, dtype=np.int64)
    for texts in columns_of(numbers):
        values = values_of(texts)
        if values is None or tells_time(texts, values, at):
            continue
        if (found := runs_of(at, values)) is not None:
            return joined(at, values, found)
    return None


def columns_of(numbers: Sequence[str]) -> Iterator[list[str]]:
    """The texts in each place that nearly all messages fill."""
    split = [each.split(".") for each in numbers]
    for place in range(MOST):
        texts = [row[place] if place < len(row) else "" for row in split]
        if texts.count("") * 20 <= len(texts) and len(set(texts)) * 2 > len(texts):
            yield texts


def values_of(texts: list[str]) -> Whole | None:
    """The numbers in the lowest base that reads all; -1 where there is none."""
    if max(map(len, texts)) > LONGEST:
        return None
    together = "".join(texts).lower()
    base = 10 if together.isdecimal() else 16 if set(together) <= set("0123456789abcdef") else 36
    if base > 10 and max(map(len, texts)) > 12:
        return None
    return np.array([int(each, base) if each else -1 for each in texts], dtype=np.int64)


def tells_time(texts: list[str], values: Whole, at: Whole) -> bool:
    """It has the minute after some hour, or the second after the minute, or the date, or grows
    as time does."""
    minutes, seconds = (at // 60 % 60).tolist(), (at % 60).tolist()
    told = sum(map(has_time, texts, minutes, seconds))
    steps, pauses = np.diff(values), np.diff(at)
    grows = (steps > 0) & (pauses > 0)
    if max(told, *dated(values, at)) * 2 >= len(texts) or grows.sum() < 3:
        return True
    return rank_correlation(steps[grows], pauses[grows]) >= LIKE_TIME


def dated(values: Whole, at: Whole) -> Iterator[int]:
    """How many are the day of the month, the month, the year or the hour."""
    moments = at.astype("datetime64[s]")
    days, months = moments.astype("datetime64[D]"), moments.astype("datetime64[M]")
    yield int((values == (days - months).astype(np.int64) + 1).sum())
    yield int((values == months.astype(np.int64) % 12 + 1).sum())
    yield int((values == moments.astype("datetime64[Y]").astype(np.int64) + 1970).sum())
    yield int((values == at // 3600 % 24).sum())


def has_time(text: str, minute: int, second: int) -> bool:
    late = minute * 60 + second
    return any(
        (int(pair[:2]) < 24 and int(pair[2:]) == minute)
        or (int(pair[2:]) < 60 and abs(int(pair[:2]) * 60 + int(pair[2:]) - late) <= 2)
        for pair in (text[n : n + 4] for n in range(len(text) - 3))
        if pair.isdecimal()
    )


def rank_correlation(some: Whole, others: Whole) -> float:
    ranks = [np.argsort(np.argsort(each, kind="stable"), kind="stable") for each in (some, others)]
    if min(len(set(some.tolist())), len(set(others.tolist()))) < 3:
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


# -- runs --------------------------------------------------------------------------------------


def runs_of(at: Whole, values: Whole) -> Whole | None:
    """The run of each message, or None where chance makes runs as few."""
    limit = LONG_STEP * usual_step(values)
    found, tangled = runs(values, limit)
    if tangled > TANGLED * len(values):
        return None
    sizes = np.bincount(found)
    in_runs = sizes[sizes >= LEAST_RUN].sum()
    if in_runs < IN_RUNS * len(values):
        return None
    chance = np.random.default_rng(len(values))
    by_chance = [runs(chance.permutation(values), limit)[0].max() + 1 for _ in range(DEALS)]
    return found if len(sizes) * FEWER <= min(by_chance) else None


def usual_step(values: Whole) -> int:
    """From a message's number to the next above it among those that follow."""
    nearest = np.full(len(values), np.iinfo(np.int64).max)
    for ahead in range(1, min(FOLLOWERS, len(values) - 1) + 1):
        steps = values[ahead:] - values[:-ahead]
        nearest[:-ahead] = np.where(
            steps > 0, np.minimum(nearest[:-ahead], steps), nearest[:-ahead]
        )
    known = nearest[nearest < np.iinfo(np.int64).max]
    return max(1, int(np.median(known))) if len(known) else 1


def runs(values: Whole, limit: int) -> tuple[Whole, int]:
    """(the run of each number, how many could have followed another as well): each follows the
    run whose last is nearest below it, within the limit."""
    ends: list[tuple[int, int]] = []
    found = np.zeros(len(values), dtype=np.int64)
    count = tangled = 0
    for n, value in enumerate(values.tolist()):
        place = bisect_right(ends, (value, len(values)))
        if place and value - ends[place - 1][0] <= limit:
            tangled += place > 1 and value - ends[place - 2][0] <= limit
            _, run = ends.pop(place - 1)
        else:
            run, count = count, count + 1
        insort(ends, (value, run))
        found[n] = run
    return found, tangled


def joined(at: Whole, values: Whole, found: Whole) -> list[int]:
    """Runs into counters: one that begins after another ended goes on from it, for counters
    pause and start anew. What is in no run goes to the counter that it fits best."""
    sizes = np.bincount(found)
    counters: list[tuple[int, int]] = []
    home: dict[int, int] = {}
    for run in np.flatnonzero(sizes >= LEAST_RUN)[np.argsort(firsts(found, sizes), kind="stable")]:
        mine = np.flatnonzero(found == run)
        begin, first = int(at[mine[0]]), int(values[mine[0]])
        ended = [n for n, (until, _) in enumerate(counters) if until <= begin]
        if ended:
            home[int(run)] = min(ended, key=lambda n: far(counters[n], first))
            counters[home[int(run)]] = (int(at[mine[-1]]), int(values[mine[-1]]))
        else:
            home[int(run)] = len(counters)
            counters.append((int(at[mine[-1]]), int(values[mine[-1]])))
    labels = np.array([home.get(int(run), -1) for run in found])
    told: list[int] = with_strays(values, labels).tolist()
    return told


def firsts(found: Whole, sizes: Whole) -> Whole:
    """Where each run that counts begins."""
    first = np.full(len(sizes), len(found))
    np.minimum.at(first, found, np.arange(len(found)))
    return first[sizes >= LEAST_RUN]


def far(counter: tuple[int, int], first: int) -> tuple[bool, int]:
    _, last = counter
    return (first < last, abs(first - last))


def with_strays(values: Whole, labels: Whole) -> Whole:
    """A message in no run goes where the counter stood nearest to its number at the time."""
    last: dict[int, int] = {}
    ahead: list[dict[int, int]] = []
    for n in range(len(labels) - 1, -1, -1):
        if labels[n] >= 0:
            last[int(labels[n])] = int(values[n])
        else:
            ahead.append(dict(last))
    before: dict[int, int] = {}
    for n, label in enumerate(labels.tolist()):
        if label >= 0:
            before[label] = int(values[n])
            continue
        after = ahead.pop()
        known = {**after, **before}
        labels[n] = min(known, key=lambda each: abs(known[each] - int(values[n])), default=0)
    return labels
