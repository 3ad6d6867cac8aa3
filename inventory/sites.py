"""Which site mail comes from."""

from __future__ import annotations

import ipaddress
from collections import defaultdict

from inventory.models import EgressNetwork, Tenant


class Sites:
    """Which site an address belongs to, by the longest matching egress network."""

    def __init__(self, tenant: Tenant) -> None:
        rows = EgressNetwork.objects.filter(site__tenant=tenant).select_related("site")
        self.networks: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
        """{(version, length of the prefix): {first address: site}}, so that many cost no more."""
        for row in rows:
            network = ipaddress.ip_network(row.cidr)
            same = self.networks[network.version, network.prefixlen]
            same.setdefault(int(network.network_address), row.site.name)
        self.lengths = sorted(self.networks, key=lambda each: -each[1])
        self.known: dict[str, str] = {"": ""}

    def at(self, address: str) -> str:
        if address not in self.known:
            self.known[address] = self._find(address) if self.networks else ""
        return self.known[address]

    def _find(self, address: str) -> str:
        ip = ipaddress.ip_address(address)
        for version, length in self.lengths:
            if version == ip.version:
                first = int(ip) >> (ip.max_prefixlen - length) << (ip.max_prefixlen - length)
                if name := self.networks[version, length].get(first):
                    return name
        return ""
