"""Which item a row of an asset list may be because nothing else is left. Pure.

Never more than a suggestion: a list has gaps, and what sends may be in no list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from inventory.asset_devices import devices
from inventory.asset_matching import Match
from inventory.asset_signs import Asset, is_same_vendor
from inventory.kinds import APPLIANCE, APPLICATION, MFP, SCRIPT
from inventory.shapes import known_host

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


def sort_of(asset: Asset, kind: str = "") -> str:
    """What a row is, by what the list calls it, who made it, or its name; '' if nothing tells."""
    for text in (kind, f"{asset.vendor} {asset.model}"):
        found = [sort for sort, words in WORDS.items() if words.search(text)]
        if found:
            return found[0] if len(found) == 1 else ""
    known = known_host(asset.host.lower() or asset.name.lower())
    return SORTS.get(known.kind, "") if known else ""


def only_ones(
    assets: Sequence[tuple[Asset, str]],
    rest: Iterable[Rest],
    ruled_out: Collection[tuple[int, int]] = (),
) -> list[Match]:
    """The one item of its sort left at a site, and the one device of a list left there.
    `assets`: rows without an item, with what the list calls them."""
    rows = [asset for asset, _ in assets]
    at: dict[tuple[int, str], dict[int, list[Asset]]] = defaultdict(lambda: defaultdict(list))
    for group, (asset, kind) in zip(devices(rows), assets, strict=True):
        if asset.site is not None and (sort := sort_of(asset, kind)):
            at[asset.site, sort][group].append(asset)
    left: dict[tuple[int, str], list[Rest]] = defaultdict(list)
    for each in rest:
        for site in each.sites:
            left[site, SORTS.get(each.kind, "")].append(each)
    found: list[Match] = []
    for (site, sort), groups in at.items():
        items = left[site, sort]
        if len(groups) == 1 and len(items) == 1:
            its_rows = next(iter(groups.values()))
            found += matches(its_rows, items[0], sort, ruled_out)
    return found


def matches(
    rows: Iterable[Asset], item: Rest, sort: str, ruled_out: Collection[tuple[int, int]]
) -> Iterable[Match]:
    for asset in rows:
        is_other = item.vendor and asset.vendor and not is_same_vendor(item.vendor, asset.vendor)
        if len(item.sites) > 1 or is_other or (asset.pk, item.pk) in ruled_out:
            continue
        reason = (
            f"nothing names it, but it is the only {CALLED[sort]} left that sends from "
            f"{asset.site_name}, and this the only one left in the list there"
        )
        yield Match(asset.pk, item.pk, LEFT_OVER, reason)
