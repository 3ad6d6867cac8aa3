"""Which item a row of an asset list may be because nothing else is left. Pure.

Never more than a suggestion: a list has gaps, and what sends may be in no list. Of several of a
model at a site nothing says which is which, so as many senders are told of and none is suggested.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from inventory.assets.devices import devices
from inventory.assets.matching import Match
from inventory.assets.signs import Asset, is_same_vendor
from inventory.senders.kind_words import APPLIANCE, APPLICATION, MFP, SCRIPT
from inventory.senders.shapes import known_host

LEFT_OVER = 45
"""Percent."""
SERVER = "server"
SORTS = {MFP: MFP, APPLIANCE: APPLIANCE, APPLICATION: SERVER, SCRIPT: SERVER}
"""What a sender of each kind is in a list."""
CALLED = {MFP: "printer or scanner", APPLIANCE: "appliance", SERVER: "server"}
WORDS = {
    MFP: re.compile(
        r"(?i)\bmfps?\b|printer|scanner|copier|multifunc|drucker|kopierer|imprimante|stampante|"
        r"impresora|skriver|laserjet|officejet|pagewide|scanjet|kyocera|taskalfa|ecosys|konica|"
        r"bizhub|ricoh|xerox|workcentre|versalink|altalink|lexmark|brother|imagerunner|ir-adv|"
        r"e-studio|workforce|\boki\b"
    ),
    APPLIANCE: re.compile(
        r"(?i)\bups\b|\bapc\b|eaton|\bnas\b|synology|qnap|\bnvr\b|\bdvr\b|camera|kamera|hikvision|"
        r"dahua|\baxis\b|idrac|\bilo\b|forti|firewall|sophos|sonicwall|switch|router|\bpdu\b|"
        r"appliance|cisco|storage"
    ),
    SERVER: re.compile(r"(?i)server|virtual|vmware|hyper-v|\bvm\b|serveur|servidor"),
}


class Rest(NamedTuple):
    """An item that no row was found for."""

    pk: int
    kind: str
    sites: frozenset[int]
    vendor: str = ""
    slots: frozenset[str] = frozenset()
    """Hashes of what its subjects name, as `subjects.slots` makes them."""


def sort_of(asset: Asset, kind: str = "") -> str:
    """What a row is, by what the list calls it, who made it, or its name; '' if nothing tells."""
    for text in (kind, f"{asset.vendor} {asset.model}"):
        found = [sort for sort, words in WORDS.items() if words.search(text)]
        if found:
            return found[0] if len(found) == 1 else ""
    known = known_host(asset.host.lower() or asset.name.lower())
    return SORTS.get(known.kind, "") if known else ""


Groups = dict[tuple[int, str], dict[int, list[Asset]]]
"""Rows at a site that are called one thing, device by device."""


def only_ones(
    assets: Sequence[tuple[Asset, str]],
    rest: Iterable[Rest],
    ruled_out: Collection[tuple[int, int]] = (),
) -> list[Match]:
    """The one item of its model, or else of its sort, left at a site, and the one device of a list
    left there. `assets`: rows without an item, with what the list calls them."""
    rest = list(rest)
    found = list(only_of_model([asset for asset, _ in assets], rest, ruled_out))
    rows, items = {each.asset for each in found}, {each.item for each in found}
    left = [each for each in assets if each[0].pk not in rows]
    return found + list(
        only_of_sort(left, [each for each in rest if each.pk not in items], ruled_out)
    )


def only_of_sort(
    assets: Sequence[tuple[Asset, str]],
    rest: Iterable[Rest],
    ruled_out: Collection[tuple[int, int]],
) -> Iterator[Match]:
    at: Groups = defaultdict(lambda: defaultdict(list))
    for group, (asset, kind) in zip(devices([each for each, _ in assets]), assets, strict=True):
        if asset.site is not None and (sort := sort_of(asset, kind)):
            at[asset.site, sort][group].append(asset)
    left: dict[tuple[int, str], list[Rest]] = defaultdict(list)
    for each in rest:
        for site in each.sites:
            left[site, SORTS.get(each.kind, "")].append(each)
    for (site, sort), groups in at.items():
        items = left[site, sort]
        if len(groups) == len(items) == 1:
            its_rows = next(iter(groups.values()))
            yield from matches(its_rows, items[0], CALLED[sort], ruled_out)


def only_of_model(
    rows: Sequence[Asset], rest: Iterable[Rest], ruled_out: Collection[tuple[int, int]]
) -> Iterator[Match]:
    for groups, items in by_model(rows, rest):
        if len(groups) == len(items) == 1:
            its_rows = next(iter(groups.values()))
            called = f"{its_rows[0].vendor} {its_rows[0].model}"
            yield from matches(its_rows, items[0], called, ruled_out)


def as_many(rows: Sequence[Asset], rest: Iterable[Rest]) -> dict[int, str]:
    """{row: why it has no item}, where as many senders name a model as the list has of it."""
    found: dict[int, str] = {}
    for groups, items in by_model(rows, rest):
        if len(groups) == len(items) > 1:
            for asset in (each for its_rows in groups.values() for each in its_rows):
                found[asset.pk] = (
                    f"one of {len(groups)} {asset.vendor} {asset.model} left at {asset.site_name}; "
                    "as many senders there name that model, and nothing says which is which"
                )
    return found


def by_model(
    rows: Sequence[Asset], rest: Iterable[Rest]
) -> Iterator[tuple[dict[int, list[Asset]], list[Rest]]]:
    """The devices of each model at each site, and the items there whose subjects name it."""
    at: Groups = defaultdict(lambda: defaultdict(list))
    models: dict[tuple[int, str], set[str]] = defaultdict(set)
    for group, asset in zip(devices(rows), rows, strict=True):
        if asset.site is not None:
            at[asset.site, asset.model.lower()][group].append(asset)
            for slot in asset.model_slots:
                models[asset.site, slot].add(asset.model.lower())
    named: dict[tuple[int, str], dict[int, Rest]] = defaultdict(dict)
    for each in rest:
        for site, slot in itertools.product(each.sites, each.slots):
            for model in models.get((site, slot), ()):
                named[site, model][each.pk] = each
    for place, items in named.items():
        yield at[place], list(items.values())


def matches(
    rows: Iterable[Asset], item: Rest, called: str, ruled_out: Collection[tuple[int, int]]
) -> Iterator[Match]:
    for asset in rows:
        is_other = item.vendor and asset.vendor and not is_same_vendor(item.vendor, asset.vendor)
        if len(item.sites) > 1 or is_other or (asset.pk, item.pk) in ruled_out:
            continue
        reason = (
            f"nothing names it, but it is the only {called} left that sends from "
            f"{asset.site_name}, and this the only one left in the list there"
        )
        yield Match(asset.pk, item.pk, LEFT_OVER, reason)
