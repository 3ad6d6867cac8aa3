"""Rows of cut-over items of one tenant, collected for many at once in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from inventory.models import DeviceReply, Fingerprint, KnownAsset, Observation, Sender, SignIn
from tracker.models import Cutover

Status = Cutover.Status
AWAY = (Status.CUT_OVER, Status.VERIFIED, Status.RETIRED)
"""Nothing of these should log in with Basic any more."""
Owner = tuple[int | None, int]
"""What a sender is linked to, and the account that it logs in with."""


@dataclass
class Behind:
    """What stands behind one item."""

    senders: dict[int, int | None] = field(default_factory=dict)
    """{sender: the quiet period kept for it}."""
    names: set[str] = field(default_factory=set)
    """Accounts of its senders."""
    marks: list[Any] = field(default_factory=list)
    """Account, address and host of its fingerprints."""
    rows: list[Any] = field(default_factory=list)
    """Its observations, in order."""
    asset_hosts: set[str] = field(default_factory=set)


@dataclass
class Users:
    """Who may still log in with Basic as an account: in all, by address and by host."""

    all: set[Owner] = field(default_factory=set)
    by_address: dict[str, set[Owner]] = field(default_factory=lambda: defaultdict(set))
    by_host: dict[str, set[Owner]] = field(default_factory=lambda: defaultdict(set))


@dataclass
class Rows:
    """Everything that tells of some cut-over items of one tenant."""

    behind: dict[int, Behind]
    """By item."""
    users: dict[str, Users]
    """By account."""
    sign_ins: dict[tuple[str, str], list[SignIn]]
    """By account and address."""
    replies_of_host: dict[str, list[DeviceReply]]
    replies_of_account: dict[str, list[DeviceReply]]


def rows_of(cutovers: Sequence[Cutover]) -> Rows:
    tenant = cutovers[0].item.tenant_id
    since = min(each.cut_over_at or each.moved_at for each in cutovers)
    behind = behind_of([each.item_id for each in cutovers])
    accounts = {name for each in behind.values() for name in each.names}
    replies_of_host, replies_of_account = replies_since(tenant, since)
    return Rows(
        behind,
        users_of(tenant, accounts),
        sign_ins_since(tenant, accounts, since),
        replies_of_host,
        replies_of_account,
    )


# -- what stands behind items ------------------------------------------------------------------


def behind_of(items: Collection[int]) -> dict[int, Behind]:
    """An item has the senders linked to it, an account also those that log in with it."""
    found = {item: Behind() for item in items}
    owners: dict[int, list[Behind]] = {}
    linked = Q(item__in=items) | Q(account__in=items)
    columns = ("pk", "item", "account", "account__name", "quiet_days")
    for pk, item, account, name, quiet in Sender.objects.filter(
        linked, merged_into=None
    ).values_list(*columns):
        owners[pk] = [found[each] for each in {item, account} & found.keys()]
        for each in owners[pk]:
            each.senders[pk] = quiet
            each.names.add(name)
    for mark in marks_of(owners):
        for each in owners[mark.sender]:
            each.marks.append(mark)
            each.names.add(mark.account)
    for row in observations_of(owners):
        for each in owners[row.fingerprint__sender]:
            each.rows.append(row)
    assets = KnownAsset.objects.filter(item__in=items).exclude(host_name="")
    for item, host in assets.values_list("item", "host_name"):
        found[item].asset_hosts.add(host)
    return found


def marks_of(senders: Collection[int]) -> Iterator[Any]:
    rows = Fingerprint.objects.filter(sender__in=list(senders))
    columns = ("sender", "account", "address", "message_id_host")
    yield from rows.values_list(*columns, named=True).distinct()


def observations_of(senders: Collection[int]) -> Iterator[Any]:
    rows = Observation.objects.filter(fingerprint__sender__in=list(senders))
    columns = ("pk", "report", "report__reader", "auth_method", "day", "last_at", "message_count")
    of_mark = ("fingerprint__sender", "fingerprint__address")
    yield from rows.order_by("last_at", "pk").values_list(*columns, *of_mark, named=True)


# -- what else there is ------------------------------------------------------------------------


def users_of(tenant: int, accounts: Collection[str]) -> dict[str, Users]:
    """Behind one address nothing tells whose failed login it was."""
    rows = Fingerprint.objects.filter(tenant=tenant, account__in=list(accounts))
    standing = rows.exclude(sender=None).exclude(sender__item__cutover__status__in=AWAY)
    columns = ("account", "address", "message_id_host", "sender__item", "sender__account")
    found: dict[str, Users] = defaultdict(Users)
    for account, address, host, item, login in standing.values_list(*columns).distinct():
        users, owner = found[account], (item, login)
        users.all.add(owner)
        if address:
            users.by_address[address].add(owner)
        if host:
            users.by_host[host.lower()].add(owner)
    return found


def sign_ins_since(
    tenant: int, accounts: Collection[str], since: dt.datetime
) -> dict[tuple[str, str], list[SignIn]]:
    rows = SignIn.objects.filter(
        tenant=tenant, is_smtp=True, name__in=list(accounts), first_at__gt=since
    )
    found: dict[tuple[str, str], list[SignIn]] = defaultdict(list)
    for row in rows.order_by("last_at", "pk"):
        found[row.name, row.address].append(row)
    return found


def replies_since(
    tenant: int, since: dt.datetime
) -> tuple[dict[str, list[DeviceReply]], dict[str, list[DeviceReply]]]:
    """Refusals (by host in lower case, by account)."""
    by_host: dict[str, list[DeviceReply]] = defaultdict(list)
    by_account: dict[str, list[DeviceReply]] = defaultdict(list)
    rows = DeviceReply.objects.filter(tenant=tenant, is_refusal=True, at__gt=since)
    for row in rows.order_by("at", "pk"):
        if row.host:
            by_host[row.host.lower()].append(row)
        if row.account:
            by_account[row.account].append(row)
    return by_host, by_account
