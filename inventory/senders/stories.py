"""What happened to a sender, as dated sentences that a person can follow. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from inventory.senders.looks import Look
from inventory.senders.networks import network

MOST_STAYS = 4
"""More places than these are one sentence: it roams, or its address changes all the time."""
POOL = 3
"""From so many addresses of one site on, they are the site's: which of them says nothing."""
MOST_CHANGES = 3
"""A mark that changed more often tells of no replacement: it is always another."""
HEX_LETTERS = re.compile(r"(?<![^\W_])[a-f]{3,}(?![^\W_])", re.IGNORECASE)
"""A random number that happens to have no digit; its shape looks like a word."""
SIDE_BY_SIDE = 2
"""Days for which two have to overlap to be used side by side."""


class Stay(NamedTuple):
    first: int
    last: int
    name: str


def story(looks: Sequence[Look]) -> list[str]:
    """When it was first seen and from where, what changed on which day, when it was last seen.

    `looks` are the fingerprints of what a person sees as one thing, in any order.
    """
    seen = [look for look in looks if look.days != (0, 0)]
    if not seen:
        return []
    told = [*addresses(seen), *changes(seen, said_of_shape), *changes(seen, said_of_tls)]
    last = max(look.days[1] for look in seen)
    in_order = sorted(told, key=lambda each: each[0])
    return [f"{day(at)}: {text}" for at, text in [*in_order, (last, "last seen.")]]


def day(ordinal: int) -> str:
    return dt.date.fromordinal(ordinal).isoformat()


def stays(looks: Sequence[Look], name_of: Callable[[Look], str]) -> list[Stay]:
    """One for each name, in the order in which they were first seen."""
    by_name: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        if name := name_of(look):
            by_name[name].append(look)
    found = [
        Stay(
            min(look.days[0] for look in those),
            max(look.days[1] for look in those),
            name,
        )
        for name, those in by_name.items()
    ]
    return sorted(found)


def where(look: Look, pools: Mapping[str, int]) -> str:
    if look.site in pools:
        return f"{pools[look.site]} addresses of {look.site}"
    spot = network(look.address)
    return f"{spot} ({look.site})" if spot and look.site else spot or look.site


def pools_of(looks: Sequence[Look]) -> dict[str, int]:
    """{site: how many addresses} of those that mail leaves by any of; which says nothing."""
    spots: dict[str, set[str]] = defaultdict(set)
    for look in looks:
        if look.site and (spot := network(look.address)):
            spots[look.site].add(spot)
    return {site: len(those) for site, those in spots.items() if len(those) >= POOL}


def addresses(looks: Sequence[Look]) -> list[tuple[int, str]]:
    pools = pools_of(looks)
    found = stays(looks, lambda look: where(look, pools))
    if not found:
        return [(min(look.days[0] for look in looks), "first seen, from no address that was told.")]
    first = found[0]
    told = [(first.first, f"first seen, from {first.name}.")]
    if len(found) > MOST_STAYS:
        latest = max(found, key=lambda each: (each.last, each.first)).name
        said = f"first seen; since then from {len(found)} networks in turn, the latest {latest}."
        return [(first.first, said)]
    return told + [(stay.first, came(stay, found[:n])) for n, stay in enumerate(found) if n]


def came(stay: Stay, earlier: Sequence[Stay]) -> str:
    """It moved here, came here besides, or was here for a while."""
    still = [each for each in earlier if each.last - stay.first >= SIDE_BY_SIDE]
    if not still:
        before = max(earlier, key=lambda each: each.last)
        return f"from {stay.name}; no more from {before.name} after {day(before.last)}."
    if stay.last < max(each.last for each in still) and stay.last - stay.first < SIDE_BY_SIDE:
        return f"also from {stay.name}, until {day(stay.last)}."
    return f"also from {stay.name}, side by side with {still[-1].name}."


def changes(
    looks: Sequence[Look], said: Callable[[Look], tuple[str, str, str]]
) -> list[tuple[int, str]]:
    """Of a mark that gave way to another on some day; nothing of marks used side by side, nor of
    what was seen on one day: chance makes such a form of a random one."""
    found = [stay for stay in stays(looks, lambda look: said(look)[0]) if stay.last > stay.first]
    texts = {said(look)[0]: said(look)[1:] for look in looks}
    told = []
    for before, after in itertools.pairwise(found):
        if before.last - after.first < SIDE_BY_SIDE:
            what, why = texts[after.name]
            told.append((after.first, f"{what} {after.name}, before {before.name}{why}."))
    if len(told) > MOST_CHANGES:
        what = f"{texts[found[0].name][0]} {found[0].name} and {len(found) - 1} more in turn"
        return [(told[0][0], f"{what}: always another tells of no other device.")]
    return told


def said_of_shape(look: Look) -> tuple[str, str, str]:
    again = f"another device or program may go by the name {look.host}" if look.host else ""
    shape = HEX_LETTERS.sub("x", look.shape)
    return shape, "Message-IDs like", f": {again}" if again else ""


def said_of_tls(look: Look) -> tuple[str, str, str]:
    return look.tls.partition(" ")[0], "logs in with", ""
