"""Public networks as people write them into a cell."""

from __future__ import annotations

import ipaddress
import re

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PARTS = re.compile(r"[;,|\n\r\t ]+")
RANGE = re.compile(r"\s*(?:-|–|\bto\b|\bbis\b)\s*(?=[0-9a-f.:]+)", re.IGNORECASE)
WIDEST = {4: 8, 6: 19}
"""Nobody's mail comes from a wider one."""
INSIDE = [
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
        "::/64",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
]


def networks_in(text: str) -> tuple[list[str], list[str]]:
    """(public networks of a cell, parts of it that are none)."""
    good, bad = [], []
    for part in filter(None, PARTS.split(RANGE.sub("-", text.strip()))):
        try:
            good += [str(each) for each in networks_of(part)]
        except ValueError:
            bad.append(part)
    return list(dict.fromkeys(good)), bad


def networks_of(text: str) -> list[Network]:
    """Raises ValueError for what is no network or no public one."""
    first, dash, last = text.partition("-")
    found: list[Network]
    if dash:
        ends = ipaddress.ip_address(first), ipaddress.ip_address(last)
        if ends[0].version != ends[1].version:
            raise ValueError("not a range")
        found = list(ipaddress.summarize_address_range(*ends))
    else:
        found = [ipaddress.ip_network(text, strict=False)]
    if len(found) > 64 or not all(map(is_public, found)):
        raise ValueError("not a public network")
    return found


def is_public(network: Network) -> bool:
    if network.prefixlen < WIDEST[network.version]:
        return False
    return not any(
        network.version == inside.version and network.overlaps(inside) for inside in INSIDE
    )
