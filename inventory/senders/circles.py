"""Circles of people: those who share a mail. Pure."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

MIN_PART = 3
REGULAR_MINUTES = 20
"""Messages of a regular sender lie within so many minutes of their usual time of day."""


def clocks(cell: pd.DataFrame, people: Sequence[tuple[str, ...]]) -> list[str] | None:
    """Parts by circles of people, when each circle has a time of day of its own."""
    circle_of = components(people, set().union(*people))
    circle = [circle_of[who[0]] for who in people]
    sizes = Counter(circle)
    if not 2 <= len(sizes) <= 6 or min(sizes.values()) < MIN_PART:
        return None
    minutes = (cell["at"].dt.hour * 60 + cell["at"].dt.minute).tolist()
    times: dict[str, list[int]] = defaultdict(list)
    for name, minute in zip(circle, minutes, strict=True):
        times[name].append(minute)
    usual = {name: usual_time(each) for name, each in times.items()}
    known = sorted(time for time in usual.values() if time is not None)
    if len(known) < len(sizes) or any(
        b - a <= 2 * REGULAR_MINUTES for a, b in itertools.pairwise(known)
    ):
        return None
    return [f"to {name}" for name in circle]


def usual_time(minutes: list[int]) -> int | None:
    """The minute of the day around which nearly all lie, or None."""
    middle = sorted(minutes)[len(minutes) // 2]
    near = sum(abs(minute - middle) <= REGULAR_MINUTES for minute in minutes)
    return middle if near * 5 >= len(minutes) * 4 else None


def components(people: Iterable[tuple[str, ...]], among: set[str]) -> dict[str, str]:
    """{person: smallest hash of the circle} of those who share a mail, among some."""
    parent = {name: name for name in among}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for who in people:
        inside = [root(name) for name in who if name in parent]
        for name in inside:
            parent[max(root(name), root(inside[0]))] = min(root(name), root(inside[0]))
    return {name: root(name) for name in parent}
