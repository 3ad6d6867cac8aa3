"""Parts messages that are alike in everything constant, by who sent what to whom. Pure.

Three kinds of evidence, each with a test that one sender alone would hardly pass:
- clocks: circles of people who are written to at different, regular times of day;
- movers: part of the mail went over to OAuth while the rest stayed, to other people;
- circles: people who share mail among themselves, and never across, though chance would have it.
A message of one's own person is then told by its recipients.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd

from inventory.grouping import alike, network, places

LIKE = ["account", "place", "host", "shape", "tls_cipher", "tls_version", "mask", "names"]
"""What messages share that this module parts."""
MIN_MESSAGES = 6
MIN_PART = 3
REGULAR_MINUTES = 20
"""Messages of a regular sender lie within so many minutes of their usual time of day."""
FAVOURITE = 0.04
"""Share of the messages from which on somebody is written to as a rule."""
EXPECTED_ACROSS = 4.0
"""Mails to people of two circles that one sender would have sent by chance, before their lack
tells that there are two."""
OVERLAP_DAYS = 7
SAME_PEOPLE = 0.45
"""Cosine from which on mail before and after OAuth goes to the same people: one sender that went
back and forth."""


def part_alike(rows: pd.DataFrame) -> pd.Series:
    """'' or which of several alike senders each message is of.

    `rows` has a line a message with LIKE, `at`, `auth_method` and `recipients` (sorted hashes
    joined by dots).
    """
    found = pd.Series("", index=rows.index, dtype=object)
    told = rows[rows["recipients"] != ""]
    for _, cell in told.assign(place=place_in_account(told)).groupby(LIKE, sort=False):
        if len(cell) >= MIN_MESSAGES:
            found.update(part_cell(cell))
    return found


def place_in_account(rows: pd.DataFrame) -> pd.Series:
    """The place that each message comes from, '' where a host names the sender anyway; as the
    account's own messages tell, so that it is the same whatever else is looked at."""
    found = pd.Series("", index=rows.index, dtype=object)
    for _, mine in rows.groupby("account"):
        marks = mine[["host", "shape", "address"]].drop_duplicates()
        hosted = marks[marks["host"] != ""].astype(str).to_numpy().tolist()
        place_of = places(((host, shape), address) for host, shape, address in hosted)
        bare = mine.loc[mine["host"] == "", "address"]
        spot = {each: network(each) for each in bare.unique()}
        found.update(bare.map({each: place_of.get(net, net) for each, net in spot.items()}))
    return found


def part_cell(cell: pd.DataFrame) -> pd.Series:
    people = [tuple(who.split(".")) for who in cell["recipients"]]
    by_clock = clocks(cell, people)
    if by_clock is not None:
        return pd.Series(by_clock, index=cell.index, dtype=object)
    parts = movers(cell, people)
    final = [""] * len(cell)
    for part in sorted(set(parts)):
        chosen = [n for n, each in enumerate(parts) if each == part]
        for n, circle in zip(chosen, circles([people[n] for n in chosen]), strict=True):
            final[n] = part + circle
    return pd.Series(final, index=cell.index, dtype=object)


# -- clocks ------------------------------------------------------------------------------------


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


# -- movers ------------------------------------------------------------------------------------


def movers(cell: pd.DataFrame, people: Sequence[tuple[str, ...]]) -> list[str]:
    """`moved` for the messages of what went over to OAuth while others of the cell did not."""
    auth, at = cell["auth_method"].tolist(), cell["at"].tolist()
    oauth = [n for n, each in enumerate(auth) if each == "oauth"]
    if len(oauth) < MIN_PART:
        return [""] * len(auth)
    start = min(at[n] for n in oauth)
    stayed = [n for n, each in enumerate(auth) if each == "basic" and at[n] > start]
    late = [n for n in stayed if at[n] > start + pd.Timedelta(days=OVERLAP_DAYS)]
    if len(late) < MIN_PART:
        return [""] * len(auth)
    if alike(counted(people, oauth), counted(people, stayed)) >= SAME_PEOPLE:
        return [""] * len(auth)
    guess = Guess({"moved": [people[n] for n in oauth], "": [people[n] for n in stayed]})
    return [
        "moved" if each == "oauth" else "" if at[n] > start else guess.of(people[n])
        for n, each in enumerate(auth)
    ]


def counted(people: Sequence[tuple[str, ...]], chosen: list[int]) -> Counter[str]:
    return Counter(each for n in chosen for each in people[n])


class Guess:
    """Naive Bayes: whose message it is, by its recipients."""

    def __init__(self, known: dict[str, list[tuple[str, ...]]]) -> None:
        self.counts = {
            part: Counter(each for who in mails for each in who) for part, mails in known.items()
        }
        everyone = len(set().union(*self.counts.values()))
        self.totals = {part: sum(each.values()) + everyone for part, each in self.counts.items()}

    def of(self, who: tuple[str, ...]) -> str:
        return max(self.counts, key=lambda part: (self.score(part, who), part))

    def score(self, part: str, who: tuple[str, ...]) -> float:
        counts, total = self.counts[part], self.totals[part]
        prior = math.log(total)
        return prior + sum(math.log((counts[each] + 1) / total) for each in who)


# -- circles -----------------------------------------------------------------------------------


def circles(people: Sequence[tuple[str, ...]]) -> list[str]:
    """Parts by who shares mail with whom; all '' where that may be chance."""
    counts = Counter(each for who in people for each in who)
    regulars = {each for each, count in counts.items() if count >= FAVOURITE * len(people)}
    shared = [tuple(each for each in who if each in regulars) for who in people]
    shared = [who for who in shared if len(who) > 1]
    circle_of = components(shared, regulars)
    weight: Counter[str] = Counter()
    for each, circle in circle_of.items():
        weight[circle] += counts[each]
    total = sum(weight.values())
    big = [circle for circle, count in weight.items() if count * 5 >= total]
    pairs = sum(len(who) * (len(who) - 1) / 2 for who in shared)
    if len(big) < 2:
        return [""] * len(people)
    shares = {circle: weight[circle] / total for circle in big}
    across = sum(2 * shares[a] * shares[b] * pairs for a in big for b in big if a < b)
    if across < EXPECTED_ACROSS:
        return [""] * len(people)
    known: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for who in people:
        mine = {circle_of[each] for each in who if each in circle_of}
        for circle in mine & set(big):
            known[str(circle)].append(who)
    guess = Guess(known)
    return [f"to {guess.of(who)}" for who in people]
