"""From stored fingerprints to senders and the items behind them: what an import leads to.

Runs inside the transaction of an import or of a person's correction, for all accounts touched at
once. Decided in `linking` and `grouping`; stored in `placing` (fingerprints into senders),
`settling` (senders into items) and `keeping` (what is kept on both).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.db import transaction

from inventory import bulk, events
from inventory.assets import matches as asset_matches
from inventory.collecting import seldom_collecting
from inventory.events import Happened
from inventory.models import (
    Account,
    Device,
    Fingerprint,
    Item,
    Observation,
    Script,
    Sender,
    Submission,
    Tenant,
    Trail,
)
from inventory.pile import Pile
from inventory.readers import TOTALS
from inventory.senders import (
    following,
    from_groups,
    kind_signs,
    leaving,
    linking,
    naming,
    script_links,
    touched,
    trails,
)
from inventory.senders.keeping import MESSAGE_READERS, Placed, refresh, refresh_items
from inventory.senders.looks import Look
from inventory.senders.making import make
from inventory.senders.neighbours import Places
from inventory.senders.placing import Standing, senders_of
from inventory.senders.rhythm import Rhythm
from inventory.senders.settling import Case, discovered, settle
from inventory.sites import Sites

ACCOUNTS_AT_ONCE = 250
MOST_AT_ONCE = 1_000_000
"""Packed bytes of messages, so that few are in memory."""
MANY_ACCOUNTS = 100
"""From here on a report changes what the tables hold enough for the database to be told."""


def prove_accounts(tenant: Tenant, addresses: Iterable[str]) -> tuple[set[str], list[Happened]]:
    """(addresses that no report had proved to use SMTP AUTH before, their events)."""
    told = set(addresses)
    fresh = told - accounts_named(tenant, told).keys()
    accounts = [Account(tenant=tenant, name=address.lower()) for address in sorted(fresh)]
    make(accounts)
    by_name = {account.name: account for account in accounts}
    for part in bulk.batches(by_name):
        waiting = Submission.objects.filter(tenant=tenant, login__in=part)
        for login in waiting.order_by().values_list("login", flat=True).distinct():
            waiting.filter(login=login).update(account=by_name[login])
    return fresh, [discovered(account) for account in accounts]


def accounts_named(tenant: Tenant, addresses: Iterable[str]) -> dict[str, Account]:
    found: dict[str, Account] = {}
    standing = Account.objects.filter(tenant=tenant, category=Account.Category.ACCOUNT)
    for part in bulk.batches(sorted(set(addresses))):
        found |= {account.name: account for account in standing.filter(name__in=part)}
    return found


def link_accounts(tenant: Tenant, addresses: Iterable[str]) -> list[Happened]:
    """Group the fingerprints of these accounts into senders and link senders to items."""
    return list(link_many(tenant, addresses))


@seldom_collecting()
def link_many(
    tenant: Tenant, addresses: Iterable[str], logins: Collection[str] = ()
) -> Iterable[Happened]:
    """The same for any number of accounts, some at a time: what happened waits on disk.

    All fingerprints first, for those of other accounts tell which networks are one place.
    `logins`: accounts of which only sign-ins tell something new; these say what is one with what.
    """
    addresses = sorted(set(addresses))
    together = list(few_at_once(tenant, addresses))
    parts = Pile(map(partial(told_of, tenant), together))
    places, happened, items = Places(tenant), Pile[Happened](), set[int]()
    changes_much = len(together) > 1 or len(addresses) >= MANY_ACCOUNTS
    if changes_much:
        bulk.recount(Trail, Fingerprint, Observation)
    for n, (accounts, told) in enumerate(parts):
        happened.extend(link_part(tenant, accounts, told, places, items))
        if changes_much and n in (0, len(together) - 1):
            bulk.recount(Fingerprint, Sender, Item, Device, Script)
    found = script_links.link_scripts(tenant, addresses)
    grouped = from_groups.group(tenant, {*addresses, *logins})
    happened.extend([*found, *grouped.happened])
    if grouped.parted:
        parted = told_of(tenant, sorted(grouped.parted))
        happened.extend(link_part(tenant, *parted, places, items))
    items |= grouped.items | {data["item_id"] for _, _, data in found}
    happened.extend(following.follow_kinds(tenant, items))
    refresh_items(items)
    asset_matches.match(tenant, items)
    gone, left = leaving.drop_left(tenant, items)
    happened.extend(left)
    return leaving.without(gone, happened) if gone else happened


def link_moved(tenant: Tenant, before: Sites) -> None:
    """Link what a person's word on sites puts at another site than before."""
    with transaction.atomic():
        Tenant.objects.select_for_update().get(pk=tenant.pk)
        if names := touched.at_moved_sites(tenant, before):
            events.record_all(link_many(tenant, names), tenant)


def few_at_once(tenant: Tenant, addresses: Iterable[str]) -> Iterator[list[str]]:
    """The addresses in parts of as many as have so many messages together, or of one."""
    weights = trails.weights_of(tenant, addresses)
    part: list[str] = []
    weight = 0
    for name in addresses:
        weight += weights.get(name, 0)
        if part and (weight > MOST_AT_ONCE or len(part) >= ACCOUNTS_AT_ONCE):
            yield part
            part, weight = [], weights.get(name, 0)
        part.append(name)
    if part:
        yield part


def told_of(tenant: Tenant, addresses: list[str]) -> tuple[dict[str, Account], trails.Told]:
    accounts = accounts_named(tenant, addresses)
    return accounts, trails.apply(tenant, accounts)


def link_part(
    tenant: Tenant,
    accounts: dict[str, Account],
    told: trails.Told,
    places: Places,
    items: set[int],
) -> list[Happened]:
    """Link what is known of some accounts; `items` takes those to be refreshed."""
    looks, standing = looks_of(tenant, list(accounts), told.seen)
    items |= items_of_accounts(account.pk for account in accounts.values())
    placed = senders_of(tenant, accounts, looks, standing, places.of(looks))
    every = [each for those in placed.values() for each in those]
    rhythms = refresh(every, told.times, told.reach)
    cases = [
        case for name, those in placed.items() for case in cases_of(accounts[name], those, rhythms)
    ]
    items |= {account.pk for account in accounts.values()} | items_of(every)
    happened = settle(tenant, cases)
    items |= items_of(every)
    return happened


def cases_of(
    account: Account, placed: Sequence[Placed], rhythms: Mapping[int, Rhythm]
) -> Iterator[Case]:
    """The senders of an account with what they may be, and a name of its own for each."""
    is_alone = len(placed) == 1
    fleets = kind_signs.fleets({sender.key: looks for sender, looks in placed})
    proposals = {
        sender.key: linking.propose(
            account.name,
            sender.key,
            looks,
            rhythms[sender.pk],
            is_alone=is_alone,
            fleet=fleets[sender.key],
        )
        for sender, looks in placed
    }
    names = naming.distinct(account.name, {key: each.name for key, each in proposals.items()})
    for sender, _ in placed:
        yield Case(account, sender, replace(proposals[sender.key], name=names[sender.key]))


def items_of_accounts(accounts: Iterable[int]) -> set[int]:
    """The items of their senders as they stand; some may be left for others."""
    found: set[int] = set()
    for part in bulk.batches(accounts):
        rows = Sender.objects.filter(account__in=part).exclude(item=None).order_by()
        found |= set(rows.values_list("item", flat=True).distinct())
    return found


def items_of(placed: Sequence[Placed]) -> set[int]:
    return {sender.item_id for sender, _ in placed if sender.item_id is not None}


# -- fingerprints as linking sees them ---------------------------------------------------------


LOOK = {
    "pk": "pk",
    "account": "account",
    "address": "address",
    "shape": "message_id_shape",
    "host": "message_id_host",
    "subject": "subject_mask",
    "names": "subject_names",
    "part": "part",
}


def looks_of(
    tenant: Tenant, accounts: list[str], seen: dict[int, trails.Seen]
) -> tuple[dict[str, list[Look]], Standing]:
    """({account: its looks}, where these fingerprints are now)."""
    sites = Sites(tenant)
    looks: dict[str, list[Look]] = defaultdict(list)
    standing = Standing()
    for part in bulk.batches(accounts):
        marks = Fingerprint.objects.filter(tenant=tenant, account__in=part)
        by_message, by_total = proofs_of(tenant, part)
        fields = (*LOOK.values(), "tls_version", "tls_cipher", "sender", "is_pinned")
        for *row, version, cipher, sender, is_pinned in marks.order_by("pk").values_list(*fields):
            told = dict(zip(LOOK, row, strict=True))
            pk = told["pk"]
            if sender is not None:
                standing.senders[pk] = sender
                if is_pinned:
                    standing.pinned[pk] = sender
            look = Look(
                **told,
                site=sites.at(told["address"]),
                proof="message" if pk in by_message else "total" if pk in by_total else "",
                tls=f"{version} {cipher}".strip(),
                **(seen[pk].__dict__ if pk in seen else {}),
            )
            looks[look.account].append(look)
    return looks, standing


def proofs_of(tenant: Tenant, accounts: list[str]) -> tuple[set[int], set[int]]:
    """Fingerprints that reports proved message by message, and those that a total did."""
    observed = Observation.objects.filter(
        fingerprint__tenant=tenant, fingerprint__account__in=accounts
    ).order_by()
    by_message, by_total = (
        set(
            observed.filter(report__reader__in=readers)
            .values_list("fingerprint", flat=True)
            .distinct()
        )
        for readers in (MESSAGE_READERS, TOTALS)
    )
    return by_message, by_total
