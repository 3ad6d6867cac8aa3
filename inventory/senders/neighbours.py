"""Which networks are one place, asked of no more of a tenant than it takes.

Networks are one place when hosts use both (`networks.places`); so only hosts at the networks in
question tell, and those at networks that two of them share, and so on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Q

from inventory import bulk
from inventory.models import Fingerprint, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.senders import networks
from inventory.senders.looks import Look
from inventory.senders.networks import ROAMING, network

MANY, FAR = 500, 4
"""From so many networks on, or so many steps away, to read all hosts at once costs less."""
Host = tuple[str, str, str]
HOST = ("account", "message_id_host", "message_id_shape")


class Places:
    """Asked for some accounts after the other; once the whole tenant was read, it is not again."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.everywhere: dict[str, str] | None = None

    def of(self, looks: Mapping[str, list[Look]]) -> dict[str, str]:
        """{network: place} for what is grouped by place: what names no host."""
        if self.everywhere is not None:
            return self.everywhere
        wanted = {spot for those in looks.values() for spot in spots_of(those)}
        used = used_together(self.tenant, wanted)
        if used is not None:
            return networks.places(used)
        rows = named(self.tenant).values_list(*HOST, "address").distinct().iterator()
        self.everywhere = networks.places((row[:3], row[3]) for row in rows)
        return self.everywhere


def spots_of(looks: Iterable[Look]) -> set[str]:
    """The networks of an account, where there are several that may be one place."""
    found = {network(each.address) for each in looks if not (each.host or each.site)} - {""}
    return found if len(found) > 1 else set()


def used_together(tenant: Tenant, wanted: set[str]) -> Iterator[tuple[Host, str]] | None:
    """(host, address) of all that can tell which of these networks are one place; None where
    that is too many to ask for one by one."""
    used: dict[Host, set[str]] = {}
    known: set[str] = set()
    for _ in range(FAR):
        known |= wanted
        if not wanted or len(known) > MANY:
            break
        used |= addresses_of(tenant, hosts_at(tenant, wanted) - used.keys())
        wanted = beside(used.values(), known)
    if wanted:
        return None
    return ((host, address) for host, addresses in used.items() for address in addresses)


def hosts_at(tenant: Tenant, networks: set[str]) -> set[Host]:
    at = Q(address__in=[each for each in networks if "/" not in each])
    for prefix in {literal(each) for each in networks if "/" in each}:
        at |= Q(address__startswith=prefix)
    rows = named(tenant).filter(at).values_list(*HOST, "address").distinct()
    return {row[:3] for row in rows if network(row[3]) in networks}


def literal(prefix: str) -> str:
    """How every address of a /64 is written at its beginning: up to a group of zeros, for these
    may be left out."""
    groups = prefix.partition("/")[0].partition("::")[0].split(":")[:4]
    zero = groups.index("0") if "0" in groups else len(groups)
    return ":".join(groups[:zero]) + ":"


def addresses_of(tenant: Tenant, hosts: set[Host]) -> dict[Host, set[str]]:
    found: dict[Host, set[str]] = {host: set() for host in hosts}
    for part in bulk.batches({account for account, *_ in hosts}):
        rows = named(tenant).filter(account__in=part).values_list(*HOST, "address").distinct()
        for row in rows:
            if row[:3] in found:
                found[row[:3]].add(row[3])
    return found


def beside(used: Iterable[set[str]], known: set[str]) -> set[str]:
    """Networks that two hosts or more use besides a known one; a host that roams says nothing."""
    both: Counter[tuple[str, str]] = Counter()
    for addresses in used:
        spots = {network(each) for each in addresses}
        if 1 < len(spots) <= ROAMING:
            both.update((a, b) for a in spots & known for b in spots - known)
    return {b for (_, b), count in both.items() if count > 1}


def named(tenant: Tenant) -> ScopedQuerySet:
    """Fingerprints that name a host, and where it sends from."""
    marks: ScopedQuerySet = Fingerprint.objects.filter(tenant=tenant)
    return marks.exclude(message_id_host="").exclude(address="").order_by()
