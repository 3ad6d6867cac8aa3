"""What is known of an item that its runbook names."""

from __future__ import annotations

import datetime as dt
import ipaddress

from inventory.models import Item, Observation, Sender
from tracker.evidence.facts import senders_of
from tracker.runbooks import Facts

RECENT = dt.timedelta(days=90)
MOST_ACCOUNTS = 20
"""A command for each; more than this is nobody's sender."""


def facts_of(item: Item) -> Facts:
    accounts = accounts_of(item)
    return Facts(
        item=item.name,
        category=item.category,
        accounts=tuple(accounts),
        others=tuple(others_of(item, accounts)),
        addresses=tuple(addresses_of(item)),
        domain=domain_of(item, accounts),
    )


def accounts_of(item: Item) -> list[str]:
    """Those it logs in with, the busiest first."""
    if item.category == Item.Category.ACCOUNT:
        return [item.name]
    senders = senders_of(item).order_by("-message_count", "pk")
    names = senders.values_list("account__name", flat=True)
    return list(dict.fromkeys(names))[:MOST_ACCOUNTS]


def others_of(item: Item, accounts: list[str]) -> list[str]:
    """Other items behind the same accounts."""
    sharing = Sender.objects.filter(
        tenant=item.tenant_id, merged_into=None, account__name__in=accounts, item__isnull=False
    )
    names = sharing.exclude(item=item.pk).exclude(item__category=Item.Category.ACCOUNT)
    return sorted(set(names.values_list("item__name", flat=True)))


def addresses_of(item: Item) -> list[str]:
    """Where it was seen from of late, public addresses only."""
    seen = Observation.objects.filter(fingerprint__sender__in=senders_of(item))
    last = seen.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return []
    recent = seen.filter(day__gt=last - RECENT).exclude(fingerprint__address="")
    found = set(recent.values_list("fingerprint__address", flat=True))
    return sorted(address for address in found if is_public(address))


def is_public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(ip in network for network in INSIDE)


INSIDE = [
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
]
"""Addresses that no connector can be told of."""


def domain_of(item: Item, accounts: list[str]) -> str:
    """That of the address it sends as, else the organisation's first."""
    for account in accounts:
        domain = account.rpartition("@")[2]
        if domain and "@" in account:
            return domain
    return next(iter(item.tenant.domains), "")
