"""What comes from several places: one thing that moves or has two lines, or several. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from inventory.senders.looks import (
    ALIKE,
    FREE_TEXT_MASKS,
    Bunch,
    Look,
    alike,
    is_to_everyone,
    people,
    steady,
    strong,
)
from inventory.senders.networks import network
from inventory.senders.turns import APART, IN_TURN

FEW_PLACES, AGAIN = 4, 4
"""So few places, each with so many messages, are as many things, not lines of one."""
FEW, POOL = 3, 6
"""Messages that tell nothing of a place by themselves; places from which on they may be a pool."""
MANY_ADDRESSES = 10
"""So many, used for no longer together than from the first day to the last, are one line's."""


def by_place(bunch: Bunch, place_of: Mapping[str, str]) -> list[Bunch]:
    """Part what comes from several places at the same time, unless something names it."""
    at: dict[str, list[Look]] = defaultdict(list)
    for look in bunch.looks:
        spot = network(look.address)
        at[look.site or place_of.get(spot, spot)].append(look)
    if len(at) == 1:
        return [bunch]
    if steady(bunch):
        return part_steady(bunch, at)
    is_written = len(bunch.subjects) >= FREE_TEXT_MASKS
    if len(at) * 3 > bunch.count or (is_written and not tell_their_own(at)):
        return [bunch]
    audiences: dict[str, list[Look]] = defaultdict(list)
    for looks in at.values():
        audiences[steady(Bunch(looks))] += looks
    if len(audiences) > 1 and "" not in audiences:
        return [part for looks in audiences.values() for part in by_place(Bunch(looks), place_of)]
    return part_by(is_story, at)


def tell_their_own(at: Mapping[str, list[Look]]) -> bool:
    """Each place always writes to people of its own, as nobody does who moves about."""
    stays = [Bunch(looks) for looks in at.values()]
    told = {steady(stay) for stay in stays}
    return len(told) > 1 and "" not in told and min(stay.count for stay in stays) >= AGAIN


def part_steady(bunch: Bunch, at: Mapping[str, list[Look]]) -> list[Bunch]:
    """Of what always writes to the same people: as its turns tell, else as its places do."""
    ways = Counter({IN_TURN: 0, APART: 0})
    for look in bunch.looks:
        ways[look.part] += look.count if look.part in ways else 0
    told, count = ways.most_common(1)[0]
    way = told if count else ""
    if way != IN_TURN and (way == APART or are_several(at)):
        return part_by(follows, at)
    return [bunch]


def part_by(is_one: Callable[[Stay, Stay], bool], at: Mapping[str, list[Look]]) -> list[Bunch]:
    merged: list[Stay] = []
    stays = [Stay(looks) for looks in at.values()]
    if is_line(stays):
        return [Bunch([look for stay in stays for look in stay.looks])]
    is_pool = len(at) >= POOL
    for stay in sorted(stays, key=lambda stay: (stay.count < FEW, stay.first, -stay.count)):
        homes = [each for each in merged if is_one(each, stay) or (is_pool and covers(each, stay))]
        if homes:
            max(homes, key=lambda home: likeness(home, stay)).add(stay)
        else:
            merged.append(stay)
    return [Bunch(stay.looks) for stay in merged]


def is_line(stays: Sequence[Stay]) -> bool:
    """One after the other but for chance, which gives an address again: a line whose address
    changes every few days."""
    whole = max(stay.last for stay in stays) - min(stay.first for stay in stays)
    used = sum(stay.last - stay.first for stay in stays)
    is_known = any(stay.is_known for stay in stays)
    return len(stays) >= MANY_ADDRESSES and not is_known and used <= whole


def likeness(home: Stay, stay: Stay) -> tuple[bool, float, int]:
    return (home.is_known == stay.is_known, alike(home.people, stay.people), home.count)


def covers(home: Stay, stay: Stay) -> bool:
    """Of a pool of addresses: most it writes to is written to from the others too."""
    known = sum(count for name, count in stay.people.items() if name in home.people)
    return (
        not (home.is_known or stay.is_known)
        and known * 5 >= 3 * stay.people.total()
        and stay.people.total() > 0
    )


class Stay:
    """What one place sends of something: counted once, for there may be many to compare."""

    def __init__(self, looks: list[Look]) -> None:
        bunch = Bunch(looks)
        self.looks = list(looks)
        self.count = bunch.count
        self.people = people(bunch)
        self.is_to_everyone = is_to_everyone(bunch)
        self.first = min(look.days[0] for look in looks)
        self.last = max(look.days[1] for look in looks)
        self.spans = [(self.first, self.last)]
        self.is_known = any(look.site for look in looks)

    def add(self, other: Stay) -> None:
        self.looks += other.looks
        self.count += other.count
        self.people.update(other.people)
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.spans += other.spans


def are_several(at: Mapping[str, Sequence[Look]]) -> bool:
    """Whether what always writes to the same people is several things, as the places alone tell:
    known sites, or few addresses each of which comes back again and again. More are a pool, and
    one of either version of IP are a host that has both."""
    known = {look.site for looks in at.values() for look in looks} - {""}
    if len(known) > 1:
        return True
    often = [spot for spot, looks in at.items() if sum(look.count for look in looks) >= AGAIN]
    versions = {":" in spot for spot in often}
    return len(often) == len(at) <= FEW_PLACES and (len(versions) == 1 or len(often) > 2)


def follows(home: Stay, part: Stay) -> bool:
    """One came after the other, or too few messages tell a pool from a second device."""
    is_before_or_after = all(
        first >= until or last <= since for first, last in part.spans for since, until in home.spans
    )
    return part.count < FEW or is_before_or_after


def is_story(home: Stay, part: Stay) -> bool:
    """The same, or both write to the same people."""
    if follows(home, part):
        return True
    if home.is_to_everyone and part.is_to_everyone:
        return True
    if not (home.people and part.people):
        return all(strong(look.names) for look in part.looks)
    return alike(home.people, part.people) >= ALIKE
