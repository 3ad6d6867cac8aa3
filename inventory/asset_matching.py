"""Which item a row of an asset list is. Pure: decides, stores nothing.

Lists are stale, doubled and full of gaps, and traffic names a device in many ways. Candidates are
found by keys, never by comparing everything with everything; each match has its reasons and a
confidence. One item is one device of a list, however many rows the list has for it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz

from inventory import asset_names as names
from inventory.linking import LINKED_FROM
from inventory.subjects import STRONG, WEAK, hashed

MOST = {"model": 2, "alike": 10}
MOST_OF_A_KEY = 50
"""A key that more rows share tells nothing."""
ALIKE = 88
SUSPECT = LINKED_FROM - 10
"""Confidence of what may as well be another."""
RETIRED = re.compile(
    r"(?i)retire|dispos|decommis|scrap|obsolete|end of life|\beol\b|inactive|removed|sold|lost|"
    r"stolen|ausgemustert|entsorgt|stillgelegt|verschrottet|hors service|retir|réformé|"
    r"baja|dismess|kassert|skrot|afgevoerd|wycofan"
)


@dataclass(frozen=True)
class Thing:
    """An item as matching sees it: what is kept of it and what its senders show."""

    pk: int
    hosts: tuple[str, ...] = ()
    """Host names and addresses that its Message-IDs name, or a person wrote down."""
    name: str = ""
    accounts: tuple[str, ...] = ()
    """Addresses that its senders log in with."""
    own_accounts: frozenset[str] = frozenset()
    """Those of them with which nothing else logs in."""
    slots: frozenset[str] = frozenset()
    """Hashes of what its subjects name, as `subjects.slots` makes them."""
    sites: frozenset[int] = frozenset()
    vendor: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    owner: str = ""
    count: int = 0

    @cached_property
    def names(self) -> list[str]:
        """Everything that may name the machine."""
        found = [*self.hosts, self.name]
        for account in self.accounts:
            found += names.names_in(account.partition("@")[0])
        return [each for each in dict.fromkeys(found) if each and not names.is_address(each)]


@dataclass(frozen=True)
class Asset:
    """A row of a list."""

    pk: int
    name: str = ""
    host: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    address: str = ""
    site: int | None = None
    site_name: str = ""
    owner: str = ""
    account: str = ""
    status: str = ""

    @cached_property
    def names(self) -> list[str]:
        return list(dict.fromkeys(each for each in (self.host, self.name) if each))

    @cached_property
    def model_slots(self) -> frozenset[str]:
        """The hashes that subjects would have of its model's words with digits in them."""
        found = (word for word in names.words(self.model) if any(c.isdigit() for c in word))
        return frozenset(STRONG + hashed(word) for word in found)

    @cached_property
    def name_slots(self) -> dict[str, str]:
        """{hash that subjects would have of one of its names: the name}"""
        found: dict[str, str] = {}
        for name in self.names:
            bare = names.bare(name)
            for slot in (STRONG + hashed(bare), WEAK + hashed(bare)):
                found.setdefault(slot, name)
            found.setdefault(STRONG + hashed(name.strip().lower()), name)
        return found


class Sign(NamedTuple):
    points: int
    reason: str


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
    for slot in asset.name_slots:
        yield "slot", slot
    yield "serial", asset.serial.lower()
    yield "mac", asset.mac.lower()
    yield "tail", names.tail(asset.mac)
    yield "tail", names.tail(asset.serial)
    if asset.serial.isdecimal() and len(asset.serial) >= names.TAIL - 1:
        yield "slot", STRONG + hashed(asset.serial)
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


# -- signs -------------------------------------------------------------------------------------


def signs(thing: Thing, asset: Asset, models: Collection[str]) -> list[Sign]:
    """What speaks for the row being the item, the strongest first; [] when nothing does."""
    found = sorted(identity(thing, asset), key=lambda sign: -sign.points)
    if not found:
        return []
    return [*found[:3], *circumstances(thing, asset, models)]


def identity(thing: Thing, asset: Asset) -> Iterator[Sign]:
    """What names the device, or says whose it is."""
    if asset.serial and asset.serial.lower() == thing.serial.lower():
        yield Sign(96, f"its serial number is {asset.serial}")
    if asset.mac and asset.mac.lower() == thing.mac.lower():
        yield Sign(96, f"its MAC address is {asset.mac}")
    yield from by_name(thing, asset)
    yield from by_tail(thing, asset)
    yield from by_slot(thing, asset)
    if asset.address and asset.address in thing.hosts:
        is_there = asset.site is not None and asset.site in thing.sites
        is_elsewhere = asset.site is not None and bool(thing.sites) and not is_there
        if not is_elsewhere:
            points = 84 if is_there else 72
            yield Sign(points, f"its Message-IDs name the address {asset.address}")
    if asset.account and asset.account in thing.accounts:
        is_alone = asset.account in thing.own_accounts
        yield Sign(82 if is_alone else 50, f"the list says that it sends as {asset.account}")
    yield from by_model(thing, asset)


def by_name(thing: Thing, asset: Asset) -> Iterator[Sign]:
    for name in asset.names:
        key, short, plain = names.folded(name), names.cut(name), names.unpadded(name)
        for own in thing.names:
            where = where_named(thing, own)
            if names.folded(own) == key:
                yield Sign(where.points, f"{where.reason} {own}")
            elif (
                short and names.cut(own) == short and len(names.bare(own)) != len(names.bare(name))
            ):
                yield Sign(where.points - 8, f"{where.reason} {own}, {name} cut to 15 characters")
            elif plain and names.unpadded(own) == plain:
                yield Sign(where.points - 10, f"{where.reason} {own}, {name} without its zeros")
            elif is_alike(own, name):
                yield Sign(48, f"{where.reason} {own}, much like {name}")


def where_named(thing: Thing, name: str) -> Sign:
    if name in thing.hosts:
        return Sign(90, "its Message-IDs name")
    if name == thing.name:
        return Sign(88, "it is called")
    is_alone = any(names.bare(name) in account for account in thing.own_accounts)
    return Sign(84 if is_alone else 62, "its account is called")


def is_alike(one: str, other: str) -> bool:
    """Only where the numbers are equal: what differs in a number is another device."""
    mine = names.numbers(one)
    if not mine or mine != names.numbers(other):
        return False
    return fuzz.token_sort_ratio(spaced(one), spaced(other)) >= ALIKE


def spaced(name: str) -> str:
    return " ".join(re.findall(r"[a-z]+|\d+", names.bare(name)))


def by_tail(thing: Thing, asset: Asset) -> Iterator[Sign]:
    for what, number in (("MAC address", asset.mac), ("serial number", asset.serial)):
        if not names.tail(number):
            continue
        for own in thing.names:
            count = names.shared_tail(own, number)
            if count >= names.TAIL:
                points = where_named(thing, own).points - (0 if count >= 8 else 4)
                yield Sign(points, f"{own} ends as the {what} {number}")


def by_slot(thing: Thing, asset: Asset) -> Iterator[Sign]:
    for slot in thing.slots & asset.name_slots.keys():
        points = 88 if slot.startswith(STRONG) else 80
        yield Sign(points, f"its subjects name {asset.name_slots[slot]}")
    if asset.serial.isdecimal() and STRONG + hashed(asset.serial) in thing.slots:
        yield Sign(86, f"its subjects name the serial number {asset.serial}")


def by_model(thing: Thing, asset: Asset) -> Iterator[Sign]:
    """The same model at the same site: little by itself."""
    if asset.site is None or asset.site not in thing.sites:
        return
    told = asset.model_slots & thing.slots
    if told or (asset.model and asset.model.lower() == thing.model.lower()):
        yield Sign(46, f"a {asset.vendor} {asset.model} at {asset.site_name}")


def circumstances(thing: Thing, asset: Asset, models: Collection[str]) -> Iterator[Sign]:
    """What makes a match more or less likely, and what people should know of it."""
    if asset.site is not None and thing.sites:
        if asset.site in thing.sites:
            yield Sign(4, f"its mail comes from {asset.site_name}")
        else:
            yield Sign(-8, f"its mail comes from elsewhere than {asset.site_name}")
    told = asset.model_slots
    if told & thing.slots:
        yield Sign(4, f"its subjects name the model {asset.model}")
    elif told and any(slot in models for slot in thing.slots):
        yield Sign(-25, f"its subjects name another model than {asset.model}")
    if thing.vendor and asset.vendor:
        if is_same_vendor(thing.vendor, asset.vendor):
            yield Sign(3, f"it is by {asset.vendor}")
        else:
            yield Sign(-15, f"it shows the marks of {thing.vendor}, not of {asset.vendor}")
    if thing.owner and thing.owner.lower() == asset.owner.lower():
        yield Sign(3, f"it belongs to {asset.owner}")
    if RETIRED.search(asset.status):
        yield Sign(-6, f"the list calls it {asset.status}")
    for host in thing.hosts:
        if asset.address and names.is_address(host) and host != asset.address:
            yield Sign(-4, f"it has the address {host}, the list says {asset.address}")
            break


def is_same_vendor(one: str, other: str) -> bool:
    return bool(set(names.words(one)) & set(names.words(other)))


# -- devices of the list -----------------------------------------------------------------------


def devices(assets: Sequence[Asset]) -> list[int]:
    """For each row the number of the first row of the same device.

    Rows are one device by serial number or MAC address, or by host name where neither of these
    contradicts it.
    """
    first = list(range(len(assets)))

    def root(number: int) -> int:
        while first[number] != number:
            first[number] = first[first[number]]
            number = first[number]
        return number

    known: dict[tuple[str, str], int] = {}
    for number, asset in enumerate(assets):
        for key in (("serial", asset.serial.lower()), ("mac", asset.mac.lower())):
            if key[1]:
                other = known.setdefault(key, number)
                if other != number and not contradicts(asset, assets[other]):
                    first[root(number)] = root(other)
    by_host: dict[str, list[int]] = defaultdict(list)
    for number, asset in enumerate(assets):
        if asset.names:
            by_host[names.folded(asset.names[0])].append(number)
    for name, numbers in by_host.items():
        if name and len(numbers) > 1:
            join_named(assets, numbers, first, root)
    return [root(number) for number in range(len(assets))]


def join_named(
    assets: Sequence[Asset], numbers: list[int], first: list[int], root: Callable[[int], int]
) -> None:
    for number in numbers[1:]:
        fits = [
            other
            for other in numbers
            if other < number and not contradicts(assets[number], assets[other])
        ]
        roots = {root(other) for other in fits}
        if len(roots) == 1:
            first[root(number)] = roots.pop()


def contradicts(one: Asset, other: Asset) -> bool:
    serials = {one.serial.lower(), other.serial.lower()} - {""}
    macs = {one.mac.lower(), other.mac.lower()} - {""}
    is_named_apart = bool(one.names and other.names) and (
        names.folded(one.names[0]) != names.folded(other.names[0])
    )
    return len(serials) > 1 or len(macs) > 1 or (is_named_apart and len(serials | macs) == 0)


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
                pair.score = max(pair.score, score_of(found))
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
    for pair in sorted(pairs, key=lambda each: (-each.score, -each.thing.count, each.thing.pk)):
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


def told(pair: Pair, assets: Sequence[Asset]) -> Iterator[Match]:
    """A match for each row of the device that itself speaks for it; all say how many there are."""
    for number, found in pair.signs.items():
        reason = "; ".join(sign.reason for sign in found)
        if len(pair.signs) > 1:
            reason += f"; one of {len(pair.signs)} rows for it"
        yield Match(assets[number].pk, pair.thing.pk, pair.score, reason[:300])
