"""Which rows of an asset list are one device. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from inventory.assets import names
from inventory.assets.signs import Asset


def devices(assets: Sequence[Asset]) -> list[int]:
    """For each row the number of the first row of the same device.

    Rows are one device by serial number or MAC address, or by host name where neither of these
    contradicts it, nor that one is retired and the other is not: names are given on.
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
            if other < number
            and not contradicts(assets[number], assets[other])
            and assets[number].is_retired == assets[other].is_retired
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
