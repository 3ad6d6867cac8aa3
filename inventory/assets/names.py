"""What a name of a machine has in common with other ways to write it. Pure.

Nothing here knows a vendor: that a host name ends like a MAC address or a serial number is seen
from the two themselves.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

NETBIOS = 15
"""Longer names are cut to this many characters in NetBIOS."""
TAIL = 6
"""So many characters at the end of a MAC address or serial number have to be in a name."""
NUMBER = re.compile(r"0*(\d+)")
HEX = re.compile(r"[0-9a-f]+")
PARTS = re.compile(r"[^0-9a-z]+")
remembered = lru_cache(maxsize=100_000)


@remembered
def bare(name: str) -> str:
    """Lower case and without its domain; an address stays as it is."""
    name = name.strip().strip(".").lower()
    return name if is_address(name) else name.partition(".")[0]


@remembered
def is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@remembered
def folded(name: str) -> str:
    """Without separators too."""
    return PARTS.sub("", bare(name))


def cut(name: str) -> str:
    """As NetBIOS shows it; '' for what it need not cut."""
    name = bare(name)
    return name[:NETBIOS] if len(name) >= NETBIOS and not is_address(name) else ""


@remembered
def unpadded(name: str) -> str:
    """Folded, with numbers without their leading zeros; '' where there is no number."""
    text = folded(name)
    return NUMBER.sub(r"\1", text) if any(each.isdigit() for each in text) else ""


@remembered
def numbers(name: str) -> str:
    """Its numbers, for names that may differ in anything else."""
    return ".".join(NUMBER.findall(bare(name)))


def tail(text: str) -> str:
    """The last characters of a MAC address, of a serial number or of a name; '' if too short."""
    run = PARTS.sub("", text.lower())
    return run[-TAIL:] if len(run) >= TAIL and any(each.isdigit() for each in run[-TAIL:]) else ""


def shared_tail(name: str, number: str) -> int:
    """How many characters the name ends with that the number ends with too."""
    one, other = folded(name), PARTS.sub("", number.lower())
    count = 0
    while count < min(len(one), len(other)) and one[-1 - count] == other[-1 - count]:
        count += 1
    return count


def names_in(local: str) -> Iterator[str]:
    """What of an address's local part may be the name of a machine: all of it, and its parts."""
    yield local
    parts = [part for part in re.split(r"[.+_]", local.lower()) if part]
    if len(parts) > 1:
        yield from (part for part in parts if len(part) >= 4)


def makers(vendor: str) -> list[str]:
    """How a vendor may be called for short: its first word, and its initials."""
    found = re.findall(r"[a-z0-9]+", vendor.lower())
    initials = "".join(word[0] for word in found)
    return list(dict.fromkeys([found[0], initials] if len(found) > 1 else found))


def words(text: str) -> Iterator[str]:
    """The words of a vendor's or model's name that tell something, in lower case."""
    for word in re.findall(r"[^\W_](?:[\w.\-]*[^\W_])?", text.lower()):
        if len(word) > 1:
            yield word
