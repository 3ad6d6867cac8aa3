"""Which item a row of an asset list is. Pure: decides, stores nothing.

Lists are stale, doubled and full of gaps, and traffic names a device in many ways. Candidates are
found by keys, never by comparing everything with everything; each match has its reasons and a
confidence. One item is one device of a list, however many rows the list has for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from inventory.assets import names
from inventory.assets.devices import devices
from inventory.assets.signs import Asset, Sign, Thing, shows_number, signs
from inventory.senders.linking import LINKED_FROM

MOST = {"model": 2, "alike": 10}
MOST_OF_A_KEY = 50
"""A key that more rows share tells nothing."""
SUSPECT = LINKED_FROM - 10
"""Confidence of what may as well be another."""


@dataclass(frozen=True)
class Match:
    asset: int
    item: int
    confidence: int
    reason: str

    @property
    def is_linked(self) -> bool:
        return self.confidence >= LINKED_FROM


@dataclass
class Pair:
    """A device of the list (its rows) and an item that may be it."""

    group: int
    thing: Thing
    score: int
    signs: dict[int, list[Sign]] = field(default_factory=dict)
    """By row."""


# -- keys --------------------------------------------------------------------------------------


def keys_of_asset(asset: Asset) -> Iterator[tuple[str, str]]:
    for name in asset.names:
        yield "name", names.folded(name)
        yield "cut", names.cut(name)
        yield "unpadded", names.unpadded(name)
        if asset.site is not None:
            yield "alike", f"{asset.site} {names.numbers(name)}"
    for slot in (*asset.name_slots, *asset.called_slots):
        yield "slot", slot
    yield "serial", asset.serial.lower()
    yield "mac", asset.mac.lower()
    yield "tail", names.tail(asset.mac)
    yield "tail", names.tail(asset.serial)
    yield "slot", asset.serial_slot
    yield "address", asset.address
    yield "account", asset.account
    if asset.site is not None and asset.model:
        for word in asset.model_slots:
            yield "model", f"{asset.site} {word}"
        yield "model", f"{asset.site} {asset.model.lower()}"


def keys_of_thing(thing: Thing) -> Iterator[tuple[str, str]]:
    for name in thing.names:
        yield "name", names.folded(name)
        yield "cut", names.cut(name)
        yield "unpadded", names.unpadded(name)
        yield "tail", names.tail(names.bare(name))
        for site in thing.sites:
            yield "alike", f"{site} {names.numbers(name)}"
    for host in thing.hosts:
        yield "address", host
    yield "serial", thing.serial.lower()
    yield "mac", thing.mac.lower()
    for slot in thing.slots:
        yield "slot", slot
    for account in thing.accounts:
        yield "account", account
    for site in thing.sites:
        for slot in thing.slots:
            yield "model", f"{site} {slot}"
        if thing.model:
            yield "model", f"{site} {thing.model.lower()}"


Blocks = Mapping[tuple[str, str], Sequence[int]]


def blocks_of(keys: Iterable[tuple[int, Iterator[tuple[str, str]]]]) -> Blocks:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, its_keys in keys:
        for key in dict.fromkeys(its_keys):
            if key[1] and not key[1].endswith(" "):
                found[key].append(number)
    return found


# -- matching ----------------------------------------------------------------------------------


class Index(NamedTuple):
    """A list made ready, to be kept while reports come and the list stays."""

    assets: tuple[Asset, ...]
    groups: list[int]
    blocks: Blocks
    models: frozenset[str]


def index_of(assets: tuple[Asset, ...]) -> Index:
    blocks = blocks_of((number, keys_of_asset(asset)) for number, asset in enumerate(assets))
    models = frozenset(slot for asset in assets for slot in asset.model_slots)
    return Index(assets, devices(assets), blocks, models)


def match(
    things: Sequence[Thing],
    assets: Sequence[Asset],
    ruled_out: Collection[tuple[int, int]] = (),
    held: Collection[int] = (),
) -> list[Match]:
    """The item of each row that has one. `ruled_out`: pairs of row and item that are not;
    `held`: rows that have their item, so that the device is not looked for again."""
    return match_in(index_of(tuple(assets)), things, ruled_out, held)


def match_in(
    index: Index,
    things: Iterable[Thing],
    ruled_out: Collection[tuple[int, int]] = (),
    held: Collection[int] = (),
) -> list[Match]:
    """The same, in a list made ready before."""
    groups = index.groups
    taken = {groups[number] for number, asset in enumerate(index.assets) if asset.pk in held}
    pairs = pairs_of(things, index, taken, set(ruled_out))
    return [found for chosen in choose(pairs) for found in told(chosen, index.assets)]


def near(index: Index, things: Iterable[Thing]) -> set[int]:
    """Rows that one of these things may be, with all rows of the same device."""
    found = {index.groups[n] for thing in things for n in candidates(thing, index.blocks)}
    return {
        asset.pk for asset, group in zip(index.assets, index.groups, strict=True) if group in found
    }


def pairs_of(
    things: Iterable[Thing], index: Index, taken: set[int], ruled_out: set[tuple[int, int]]
) -> list[Pair]:
    pairs: dict[tuple[int, int], Pair] = {}
    for thing in things:
        for number in candidates(thing, index.blocks):
            asset, group = index.assets[number], index.groups[number]
            if group in taken or (asset.pk, thing.pk) in ruled_out:
                continue
            found = signs(thing, asset, index.models)
            if found:
                pair = pairs.setdefault((group, thing.pk), Pair(group, thing, 0))
                pair.signs[number] = found
                score = score_of(found)
                if asset.is_retired and not shows_number(thing, asset):
                    score = min(score, SUSPECT)  # What has its name now may be another.
                pair.score = max(pair.score, score)
    return list(pairs.values())


def candidates(thing: Thing, blocks: Blocks) -> list[int]:
    found: dict[int, None] = {}
    for key in dict.fromkeys(keys_of_thing(thing)):
        numbers = blocks.get(key, ())
        if key[1] and len(numbers) <= MOST.get(key[0], MOST_OF_A_KEY):
            found.update(dict.fromkeys(numbers))
    return list(found)


def score_of(found: Sequence[Sign]) -> int:
    """The strongest sign, with a little for each that agrees, less what speaks against it."""
    first, *rest = found
    total = first.points
    for sign in rest:
        total += 3 if sign.points > 40 else sign.points
    return max(0, min(99, total))


WORTH_TELLING = 40


def choose(pairs: list[Pair]) -> list[Pair]:
    """One item a device, one device an item, the surest first; what may as well be another is
    no more than a suggestion."""
    rivals: dict[tuple[str, int], list[int]] = defaultdict(list)
    for pair in pairs:
        rivals["group", pair.group].append(pair.score)
        rivals["item", pair.thing.pk].append(pair.score)
    taken_groups: set[int] = set()
    taken_items: set[int] = set()
    chosen = []
    for pair in sorted(pairs, key=in_turn):
        if pair.score < WORTH_TELLING:
            break
        if pair.group in taken_groups or pair.thing.pk in taken_items:
            continue
        close = max(
            sum(score > pair.score - 4 for score in rivals["group", pair.group]),
            sum(score > pair.score - 4 for score in rivals["item", pair.thing.pk]),
        )
        if close > 1:
            if pair.score < WORTH_TELLING + 20:
                continue  # A guess among several helps nobody.
            pair.score = min(pair.score, SUSPECT)
            for found in pair.signs.values():
                found.append(Sign(0, f"{close - 1} more would fit as well"))
        taken_groups.add(pair.group)
        taken_items.add(pair.thing.pk)
        chosen.append(pair)
    return chosen


def in_turn(pair: Pair) -> tuple[Any, ...]:
    """The surest first; the same in whatever order things were made."""
    thing = pair.thing
    return (-pair.score, -thing.count, thing.accounts, thing.hosts, thing.name, thing.pk)


def told(pair: Pair, assets: Sequence[Asset]) -> Iterator[Match]:
    """A match for each row of the device that itself speaks for it; all say how many there are."""
    for number, found in pair.signs.items():
        reason = "; ".join(sign.reason for sign in found)
        if len(pair.signs) > 1:
            reason += f"; one of {len(pair.signs)} rows for it"
        yield Match(assets[number].pk, pair.thing.pk, pair.score, reason[:300])
