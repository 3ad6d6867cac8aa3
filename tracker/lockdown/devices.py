"""Mailboxes that are named after one listed device and used by nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from inventory.assets.names import folded
from inventory.exchange.settings import Snapshot
from inventory.models import KnownAsset, Sender, Tenant


def own_devices(tenant: Tenant, told: Snapshot) -> dict[str, str]:
    """{mailbox: the one device that it is named after}.

    Lists have gaps and rows twice. A device like it at the same site, of which no mail of its own
    is known, may share the mailbox.
    """
    listed = list(
        KnownAsset.objects.filter(tenant=tenant, report__state="read").exclude(host_name="")
    )
    by_host: dict[str, list[KnownAsset]] = defaultdict(list)
    for asset in listed:
        by_host[folded(asset.host_name)].append(asset)
    sending = mailboxes_of_items(tenant, {asset.item_id for asset in listed if asset.item_id})
    return {
        account: rows[0].host_name
        for host, account in named_after_alone(told)
        if (rows := by_host.get(host))
        and not any(is_rival(other, rows, account, sending) for other in listed)
    }


def named_after_alone(told: Snapshot) -> Iterator[tuple[str, str]]:
    """(host, mailbox) where only that mailbox is named after the host, and after no other."""
    hosts: dict[str, set[str]] = {
        account: {
            folded(name)
            for name in (account.partition("@")[0], values.get("host_name", ""))
            if name
        }
        for account, values in told.mailboxes.items()
    }
    owners: dict[str, set[str]] = defaultdict(set)
    for account, names in hosts.items():
        for name in names:
            owners[name].add(account)
    for name, accounts in owners.items():
        if len(accounts) == 1:
            (account,) = accounts
            if hosts[account] == {name}:
                yield name, account


def mailboxes_of_items(tenant: Tenant, items: Collection[int]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Sender.objects.filter(tenant=tenant, item__in=items)
    for item, account in rows.values_list("item", "account__name"):
        found[item].add(account)
    return found


def is_rival(
    other: KnownAsset,
    mine: list[KnownAsset],
    account: str,
    sending: Mapping[int, set[str]],
) -> bool:
    """Whether another device may log in as the mailbox as well."""
    if folded(other.host_name) == folded(mine[0].host_name):
        return bool(other.account) and other.account != account
    if other.account:
        return other.account == account
    if other.item_id and sending.get(other.item_id, set()) - {account}:
        return False
    return any(is_like(other, each) for each in mine)


def is_like(other: KnownAsset, mine: KnownAsset) -> bool:
    """As far as the list tells: of the same vendor or kind, at the same site."""
    is_there = None in (other.site_id, mine.site_id) or other.site_id == mine.site_id
    marks = [(other.vendor, mine.vendor), (other.kind, mine.kind)]
    told = [pair for pair in marks if all(pair)]
    return is_there and (not told or any(one.lower() == two.lower() for one, two in told))
