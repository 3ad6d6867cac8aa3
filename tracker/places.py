"""Where an organisation's mail comes from: addresses, its networks, its sites."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from inventory.models import EgressNetwork, Site, Tenant

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks_of(tenant: Tenant, site: Site | None = None) -> list[Network]:
    """The egress networks of its sites, or of one."""
    rows = EgressNetwork.objects.filter(site__tenant=tenant)
    rows = rows.filter(site=site) if site else rows
    return [
        ipaddress.ip_network(cidr, strict=False) for cidr in rows.values_list("cidr", flat=True)
    ]


def is_inside(address: str, networks: Iterable[Network]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in networks)
