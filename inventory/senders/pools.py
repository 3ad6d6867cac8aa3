"""What one hosted product sends for several customers of its own. Pure.

Instances of a product write alike, each with words of its own before what people wrote: a brand, a
form, a kind of document. Each runs in a pool of addresses. Where two such beginnings come from
addresses that neither shares with the other, for long, they are two instances; one that uses
several beginnings sends all of them from everywhere.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from inventory.senders.looks import Bunch, Look
from inventory.senders.networks import neighbourhood, network
from inventory.senders.subjects import WEAK, hashed

FRAME = 2
"""Words at the beginning of a subject that may be the product's own."""
LEAST = 12
"""Messages with a beginning, and on either side of a day."""
MOST = 12
"""Beginnings; more are what people wrote."""
WORD = re.compile(r"[^\W\d_]+")


def by_pools(bunch: Bunch) -> list[Bunch]:
    """Part what has beginnings of its own by the addresses these come from."""
    by_start: dict[str, list[Look]] = defaultdict(list)
    for look in bunch.looks:
        by_start[start(look.subject)].append(look)
    counts = {each: sum(look.count for look in looks) for each, looks in by_start.items() if each}
    common = sorted(each for each, count in counts.items() if count >= LEAST)
    is_framed = sum(counts[each] for each in common) * 5 >= sum(counts.values()) * 4
    if not (2 <= len(common) <= MOST and is_framed):
        return [bunch]
    homes = together(common, {each: by_start[each] for each in common})
    if len(homes) < 2:
        return [bunch]
    return shared_out(bunch, homes)


def start(mask: str) -> str:
    """'' where a word of it may be a name."""
    found = mask.split()[:FRAME]
    return "" if any("A" in word for word in found) else " ".join(found)


def first_word(start: str) -> str:
    """How `subjects` would have kept it further back in a subject, as in an answer."""
    return WEAK + hashed(next(iter(WORD.findall(start)), ""))


def together(names: Sequence[str], looks: Mapping[str, list[Look]]) -> list[list[str]]:
    """The beginnings, those together that are not apart."""
    home = {name: name for name in names}
    for one, other in itertools.combinations(names, 2):
        if home[one] != home[other] and not are_apart(looks[one], looks[other]):
            old = home[other]
            home.update({name: home[one] for name in names if home[name] == old})
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[home[name]].append(name)
    return list(found.values())


def are_apart(some: Sequence[Look], others: Sequence[Look]) -> bool:
    """Before or since some day nowhere side by side, although each comes back to its addresses."""
    mine, its = days_at(some), days_at(others)
    both = mine.keys() & its.keys()
    since = max((min(mine[spot][1], its[spot][1]) for spot in both), default=0)
    until = min((max(mine[spot][0], its[spot][0]) for spot in both), default=10**9)
    return all(comes_back(each, since=since) for each in (some, others)) or all(
        comes_back(each, until=until) for each in (some, others)
    )


def days_at(looks: Iterable[Look]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for look in looks:
        spot = neighbourhood(look.address)
        first, last = found.get(spot, look.days)
        found[spot] = (min(first, look.days[0]), max(last, look.days[1]))
    return found


def comes_back(looks: Sequence[Look], since: int = 0, until: int = 10**9) -> bool:
    within = [look for look in looks if since < look.days[0] and look.days[1] < until]
    count = sum(look.count for look in within)
    return count >= LEAST and count >= 2 * len({network(look.address) for look in within})


def shared_out(bunch: Bunch, homes: Sequence[Sequence[str]]) -> list[Bunch]:
    """Everything else goes to those that use its address most."""
    home_of = {name: n for n, names in enumerate(homes) for name in names}
    home_of |= {first_word(name): n for name, n in home_of.items()}
    found: list[list[Look]] = [[] for _ in homes]
    rest = []
    at: dict[str, Counter[int]] = defaultdict(Counter)
    for look in bunch.looks:
        told = [start(look.subject), *look.names.split(".")]
        if (n := next((home_of[each] for each in told if each in home_of), None)) is None:
            rest.append(look)
        else:
            found[n].append(look)
            at[network(look.address)][n] += look.count
    sizes = Counter({n: len(looks) for n, looks in enumerate(found)})
    for look in rest:
        n = (at[network(look.address)] or sizes).most_common(1)[0][0]
        found[n].append(look)
    return [Bunch(looks) for looks in found]
