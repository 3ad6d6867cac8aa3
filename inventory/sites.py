"""Which site mail comes from."""

from __future__ import annotations

import ipaddress

from inventory.models import EgressNetwork, Tenant


class Sites:
    """Which site an address belongs to, by the longest matching egress network."""

    def __init__(self, tenant: Tenant) -> None:
        rows = EgressNetwork.objects.filter(site__tenant=tenant).select_related("site")
        networks = [(ipaddress.ip_network(row.cidr), row.site.name) for row in rows]
        self.networks = sorted(networks, key=lambda pair: -pair[0].prefixlen)

    def at(self, address: str) -> str:
        if not address or not self.networks:
            return ""
        ip = ipaddress.ip_address(address)
        return next((name for network, name in self.networks if ip in network), "")
