"""What speaks for a row of an asset list being an item: names, numbers, places. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz

from inventory.assets import names
from inventory.senders.subjects import STRONG, WEAK, hashed

ALIKE = 88
SORTS = ("mfp", "printer")
"""What devices put before their names in subjects."""
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
    def is_retired(self) -> bool:
        return bool(RETIRED.search(self.status))

    @cached_property
    def serial_slot(self) -> str:
        """The hash that subjects would have of its serial number; '' for none that tells."""
        is_long = len(self.serial) >= names.TAIL - 1 and any(map(str.isdigit, self.serial))
        return STRONG + hashed(self.serial.strip().lower()) if is_long else ""

    @cached_property
    def model_slots(self) -> frozenset[str]:
        """The hashes that subjects would have of its model's words with digits in them, alone or
        after the vendor's name or initials."""
        found = [word for word in names.words(self.model) if any(c.isdigit() for c in word)]
        makers = names.makers(self.vendor)
        found += [f"{maker}{gap}{word}" for word in found for maker in makers for gap in "-_"]
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

    @cached_property
    def called_slots(self) -> dict[str, str]:
        """{hash that subjects would have of one of its names, or its serial number, after a word
        for what it is: that name}, as in `MFP-lobby`"""
        found: dict[str, str] = {}
        sorts = (*SORTS, *names.makers(self.vendor)[:1])
        for name in dict.fromkeys(map(names.bare, (*self.names, self.serial))):
            for called in (f"{sort}-{name}" for sort in sorts if name):
                has_digit = any(each.isdigit() for each in called)
                found.setdefault((STRONG if has_digit else WEAK) + hashed(called), called)
        return found


class Sign(NamedTuple):
    points: int
    reason: str


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


def shows_number(thing: Thing, asset: Asset) -> bool:
    """Whether it shows a number that no other device has: names are given on to the next."""
    if asset.serial and asset.serial.lower() == thing.serial.lower():
        return True
    if asset.mac and asset.mac.lower() == thing.mac.lower():
        return True
    is_named = asset.serial_slot in thing.slots
    return is_named or any(True for _ in by_tail(thing, asset))


def by_slot(thing: Thing, asset: Asset) -> Iterator[Sign]:
    for slot in thing.slots & asset.name_slots.keys():
        points = 88 if slot.startswith(STRONG) else 80
        yield Sign(points, f"its subjects name {asset.name_slots[slot]}")
    if asset.site in thing.sites:
        for slot in thing.slots & asset.called_slots.keys():
            yield Sign(82, f"its subjects name {asset.called_slots[slot]}")
    if asset.serial_slot in thing.slots:
        yield Sign(86, f"its subjects name the serial number {asset.serial}")


def by_model(thing: Thing, asset: Asset) -> Iterator[Sign]:
    """The same model at the same site: little by itself, and nothing of what sends from several."""
    if asset.site is None or thing.sites != {asset.site}:
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
    if asset.is_retired:
        yield Sign(-6, f"the list calls it {asset.status}")
    for host in thing.hosts:
        if asset.address and names.is_address(host) and host != asset.address:
            yield Sign(-4, f"it has the address {host}, the list says {asset.address}")
            break


def is_same_vendor(one: str, other: str) -> bool:
    return bool(set(names.words(one)) & set(names.words(other)))
