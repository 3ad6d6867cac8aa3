"""Which addresses are one network, and which networks are one place. Pure."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

from inventory.senders.looks import Look

ROAMING = 12
"""Places beyond which a host roams, and says nothing about what lies together."""


def network(address: str) -> str:
    """The address; of IPv6 its /64, for hosts rotate the rest."""
    if ":" in address:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address


def neighbourhood(address: str) -> str:
    """Addresses side by side may well be one program's."""
    gap = ":" if ":" in address else "."
    return gap.join(address.split(gap)[:3])


def place(look: Look) -> str:
    return look.site or network(look.address)


def places(seen: Iterable[tuple[Hashable, str]]) -> dict[str, str]:
    """{network: place} from (named host, address) pairs of a whole tenant.

    Networks are one place when two or more hosts use both, and they are a good part of the hosts
    that use the rarer one: a second uplink, a pool. A host that roams says nothing.
    """
    by_host: dict[Hashable, set[str]] = defaultdict(set)
    for host, address in seen:
        if address:
            by_host[host].add(network(address))
    users: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for used in by_host.values():
        if len(used) <= ROAMING:
            users.update(used)
            both.update((a, b) for a in used for b in used if a < b)
    parent: dict[str, str] = {name: name for used in by_host.values() for name in used}
    for (a, b), count in both.items():
        if count >= 2 and count * 5 >= 2 * min(users[a], users[b]):
            parent[max(root(parent, a), root(parent, b))] = min(root(parent, a), root(parent, b))
    return {name: root(parent, name) for name in parent}


def root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        name = parent[name]
    return name
