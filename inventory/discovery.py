"""Stores what linking decides: accounts, senders and items, and what is kept on them.

Runs inside the transaction of an import or of a person's correction, for the accounts touched.
What a person has settled is left as it is.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd
from django.db.models import Count, Max, Min, Q, Sum

from inventory import asset_matches, from_groups, grouping, linking, script_links, trails
from inventory.events import Happened
from inventory.grouping import Look
from inventory.linking import Proposal
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
)
from inventory.models.item import WritesTo
from inventory.models.tenant import ScopedQuerySet
from inventory.normalize import INSIDE, OUTSIDE
from inventory.readers import PROVING, TOTALS
from inventory.rhythm import Rhythm, rhythm
from inventory.sites import Sites

MESSAGE_READERS = PROVING - TOTALS
KEPT = [
    "message_count",
    "first_seen_at",
    "last_seen_at",
    "last_basic_at",
    "last_oauth_at",
    "writes_to",
    "cadence",
    "next_at",
    "quiet_days",
]
"""What senders and items keep of their observations."""
WRITES_TO = {
    0: WritesTo.UNKNOWN,
    INSIDE: WritesTo.INSIDE,
    OUTSIDE: WritesTo.OUTSIDE,
    INSIDE | OUTSIDE: WritesTo.BOTH,
}
MOST_TIMES = 20_000


def prove_accounts(tenant: Tenant, addresses: Iterable[str]) -> tuple[set[str], list[Happened]]:
    """(addresses that no report had proved to use SMTP AUTH before, their events)."""
    known = set(Account.objects.filter(tenant=tenant).values_list("name", flat=True))
    happened: list[Happened] = []
    fresh = set(addresses) - known
    for address in sorted(fresh):
        account = Account.objects.create(tenant=tenant, name=address)
        Submission.objects.filter(tenant=tenant, login=address).update(account=account)
        happened.append(discovered(account))
    return fresh, happened


def discovered(item: Item) -> Happened:
    return "item.discovered", item.pk, {"name": item.name, "category": item.category}


def link_accounts(tenant: Tenant, addresses: Iterable[str]) -> list[Happened]:
    """Group the fingerprints of these accounts into senders and link senders to items."""
    addresses = list(addresses)
    accounts = {
        account.name: account
        for account in Account.objects.filter(tenant=tenant, name__in=addresses)
    }
    seen, times, reach = trails.apply(tenant, accounts)
    looks, pinned = looks_of(tenant, list(accounts), seen)
    place_of = places_of(tenant)
    happened: list[Happened] = []
    touched: set[int] = set()
    for name, account in accounts.items():
        senders = senders_of(account, looks[name], pinned, place_of)
        rhythms = refresh(account, senders, times, reach)
        for sender, its_looks in senders.values():
            touched.add(sender.item_id or account.pk)
            proposal = linking.propose(
                name, sender.key, its_looks, rhythms[sender.pk], is_alone=len(senders) == 1
            )
            happened += settle(tenant, account, sender, proposal)
            touched.add(sender.item_id or account.pk)
        touched.add(account.pk)
    found = script_links.link_scripts(tenant, list(accounts))
    happened += found
    grouped, more = from_groups.group(tenant, addresses)
    happened = from_groups.drop_left(tenant, [*happened, *grouped])
    refresh_items(touched | more | {data["item_id"] for _, _, data in found})
    asset_matches.match(tenant, touched | more)
    return happened


# -- fingerprints into senders -----------------------------------------------------------------


def places_of(tenant: Tenant) -> dict[str, str]:
    """{network: place}, from the hosts that messages of the tenant name."""
    named = Fingerprint.objects.filter(tenant=tenant).exclude(message_id_host="", address="")
    fields = ("account", "message_id_host", "message_id_shape", "address")
    rows = named.exclude(message_id_host="").values_list(*fields).distinct()
    return grouping.places((row[:3], row[3]) for row in rows)


def looks_of(
    tenant: Tenant, accounts: list[str], seen: dict[int, trails.Seen]
) -> tuple[dict[str, list[Look]], dict[int, int]]:
    """({account: its looks}, {fingerprint: sender} of those that a person placed)."""
    sites = Sites(tenant)
    looks: dict[str, list[Look]] = defaultdict(list)
    pinned: dict[int, int] = {}
    rows = Fingerprint.objects.filter(tenant=tenant, account__in=accounts).annotate(
        by_message=Count(
            "observations", filter=Q(observations__report__reader__in=MESSAGE_READERS)
        ),
        by_total=Count("observations", filter=Q(observations__report__reader__in=TOTALS)),
    )
    for row in rows.order_by("pk"):
        if row.is_pinned and row.sender_id is not None:
            pinned[row.pk] = row.sender_id
        looks[row.account].append(
            Look(
                pk=row.pk,
                account=row.account,
                address=row.address,
                shape=row.message_id_shape,
                host=row.message_id_host,
                site=sites.at(row.address),
                proof="message" if row.by_message else "total" if row.by_total else "",
                tls=f"{row.tls_version} {row.tls_cipher}".strip(),
                subject=row.subject_mask,
                names=row.subject_names,
                part=row.part,
                **(seen[row.pk].__dict__ if row.pk in seen else {}),
            )
        )
    return looks, pinned


def senders_of(
    account: Account, looks: list[Look], pinned: dict[int, int], place_of: dict[str, str]
) -> dict[int, tuple[Sender, list[Look]]]:
    """{sender: (sender, its looks)} of one account, with the fingerprints moved to them."""
    known = list(Sender.objects.filter(account=account).select_related("item"))
    by_key = {sender.key: sender for sender in known}
    by_pk = {sender.pk: sender for sender in known}
    free = [look for look in looks if look.pk not in pinned]
    keys = keep_keys(linking.group(free, place_of), known)
    found: dict[int, tuple[Sender, list[Look]]] = {}
    for look in looks:
        if look.pk in pinned:
            sender = end_of_merge(by_pk[pinned[look.pk]], by_pk)
        elif look.pk in keys:
            key = keys[look.pk][:255]
            if key not in by_key:
                by_key[key] = Sender.objects.create(
                    tenant=account.tenant, account=account, key=key, name=f"{account} · {key}"
                )
            sender = end_of_merge(by_key[key], by_pk)
        else:
            continue
        found.setdefault(sender.pk, (sender, []))[1].append(look)
    for pk, (_, its_looks) in found.items():
        mine = Fingerprint.objects.filter(pk__in=[look.pk for look in its_looks])
        mine.exclude(sender=pk).update(sender=pk)
    kept = {*found, *(sender.merged_into_id for sender in known)}
    orphans = [sender.pk for sender in known if sender.pk not in kept and is_disposable(sender)]
    Sender.objects.filter(pk__in=orphans).delete()
    return found


def keep_keys(keys: dict[int, str], known: list[Sender]) -> dict[int, str]:
    """The keys, with those that no sender has yet replaced by that of the sender which most of
    its fingerprints are with: a sender keeps its place while more is learned of it, and what a
    person merged stays together when more tells it apart."""
    taken = set(keys.values())
    free = {sender.pk: sender.key for sender in known if sender.key not in taken}
    held = Fingerprint.objects.filter(sender__in=list(free), pk__in=list(keys))
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for pk, sender in held.values_list("pk", "sender"):
        votes[keys[pk]][sender] += 1
    had = {sender.key for sender in known}
    merged = {sender.merged_into_id for sender in known}
    renamed: dict[str, str] = {}
    for key, found in sorted(votes.items(), key=lambda pair: -pair[1].most_common(1)[0][1]):
        best = next((sender for sender, _ in found.most_common() if sender in free), None)
        if key not in had and best is not None:
            renamed[key] = free[best] if best in merged else free.pop(best)
    return {pk: renamed.get(key, key) for pk, key in keys.items()}


def end_of_merge(sender: Sender, by_pk: dict[int, Sender]) -> Sender:
    """The sender into which a person merged this one, or itself."""
    while sender.merged_into_id is not None and sender.merged_into_id in by_pk:
        sender = by_pk[sender.merged_into_id]
    return sender


def is_disposable(sender: Sender) -> bool:
    """Nothing is lost with a sender that rules made, no fingerprint has and no person touched."""
    return not (sender.is_settled or sender.merged_into_id or sender.rejected_items)


# -- senders into items ------------------------------------------------------------------------


def settle(tenant: Tenant, account: Account, sender: Sender, proposal: Proposal) -> list[Happened]:
    """Link a sender to its item, unless a person has; new senders and items are told."""
    happened: list[Happened] = []
    if not sender.link_reason:
        happened.append(("sender.discovered", sender.pk, {"name": sender.name}))
    if sender.is_settled:
        return happened
    if sender.item is None or is_better(proposal, sender.item):
        item, is_new = allowed(sender, account, *item_for(tenant, account, proposal))
        if is_new:
            happened.append(discovered(item))
        if sender.item_id != item.pk:
            sender.item = item
            happened.append(linked(sender))
    if sender.item_id != account.pk or proposal.category == Item.Category.ACCOUNT:
        keep_kind(sender, proposal.kind)
    sender.kind = proposal.kind
    reason, confidence = proposal.reason, proposal.confidence
    if sender.script_id is not None and sender.item_id == sender.script_id:
        reason, confidence = sender.script_reason, sender.script_confidence
    sender.link = link_of(sender, confidence)
    if sender.link != Sender.Link.REJECTED:
        sender.link_reason = reason[:300]
    sender.link_confidence = confidence
    sender.doubt = proposal.settle_by[:300]
    told = ["item", "kind", "link", "link_reason", "link_confidence", "doubt"]
    sender.save(update_fields=told)
    return happened


def allowed(sender: Sender, account: Account, item: Item, is_new: bool) -> tuple[Item, bool]:
    """The item, unless a person ruled it out for the sender: then the account it logs in with."""
    return (account, False) if item.pk in sender.rejected_items else (item, is_new)


def link_of(sender: Sender, confidence: int) -> str:
    """Linked from the stated confidence on, below it suggested. What was rejected asks no more
    until the rules have another item to propose."""
    if sender.rejected_items and sender.item_id == sender.account_id:
        return Sender.Link.REJECTED
    return Sender.Link.INFERRED if confidence >= linking.LINKED_FROM else Sender.Link.SUGGESTED


def keep_kind(sender: Sender, kind: str) -> None:
    """The item's kind follows what its sender shows, until a person sets another."""
    item = sender.item
    if item is not None and kind and item.kind in ("", sender.kind) and item.kind != kind:
        item.kind = kind
        item.save(update_fields=["kind"])


def linked(sender: Sender, by: str = "") -> Happened:
    data = {"sender": sender.name, "item_id": sender.item_id, "item": str(sender.item), "by": by}
    return "item.linked", sender.pk, data


def is_better(proposal: Proposal, item: Item) -> bool:
    """An account gives way to the device or script behind it; anything else stays linked, for
    people rename items and fill them in."""
    account = Item.Category.ACCOUNT
    return item.category == account and proposal.category != account


def item_for(tenant: Tenant, account: Account, proposal: Proposal) -> tuple[Item, bool]:
    """(the item that stands behind the sender, whether it was made for it)."""
    if proposal.category == Item.Category.ACCOUNT:
        if proposal.kind and not account.kind:
            account.kind = proposal.kind
            account.save(update_fields=["kind"])
        return account, False
    if proposal.category == Item.Category.SCRIPT:
        return Script.objects.get_or_create(
            tenant=tenant,
            name=proposal.item_name,
            defaults={
                "kind": proposal.kind,
                "host_name": proposal.host,
                "library": proposal.library,
            },
        )
    name = proposal.item_name
    if proposal.host and name == proposal.host:  # Not one of two by that name.
        known = Device.objects.filter(tenant=tenant, host_name__iexact=proposal.host).first()
        if known is not None and is_same_device(known, account):
            return known, False
        name = f"{name} ({account.name.partition('@')[0]})" if known else name
    return Device.objects.get_or_create(
        tenant=tenant,
        name=name,
        defaults={
            "kind": proposal.kind,
            "host_name": proposal.host,
            "vendor": proposal.vendor or proposal.library,
        },
    )


def is_same_device(device: Device, account: Account) -> bool:
    """A name as many devices leave the factory with says nothing about two accounts: one word
    without a number. What sends with several names or accounts is for a person to say."""
    if any(not letter.isalpha() for letter in device.host_name):
        return True
    senders = device.linked_senders.all()
    return senders.filter(account=account).exists() or not senders.exists()


# -- what is kept on senders and items ---------------------------------------------------------


def refresh(
    account: Account,
    senders: dict[int, tuple[Sender, list[Look]]],
    times: trails.Times,
    reach: trails.Reach,
) -> dict[int, Rhythm]:
    """Counts and times of an account's senders, from what proved SMTP AUTH; their rhythms.

    Kinds of report tell of the same messages: the detail report counts where there is one, else
    the latest grid total.
    """
    observed = Observation.objects.filter(fingerprint__sender__in=list(senders))
    by_message = observed.filter(report__reader__in=MESSAGE_READERS)
    totals = observed.filter(report__reader__in=TOTALS)
    rows = summed(by_message)
    # By what was observed, for the report that is just being stored has no period yet.
    if latest := totals.order_by("-last_at", "-report_id").first():
        rows = {**summed(totals.filter(report=latest.report_id)), **rows}
    rhythms: dict[int, Rhythm] = {}
    for pk, (sender, its_looks) in senders.items():
        its_times = [times[look.pk] for look in its_looks if look.pk in times]
        found = rhythms[pk] = rhythm_of(its_times)
        sender.cadence, sender.next_at = found.cadence, found.next_at
        sender.quiet_days = found.quiet_days
        bits = functools.reduce(operator.or_, (reach.get(look.pk, 0) for look in its_looks), 0)
        sender.writes_to = WRITES_TO[bits]
        row: dict[str, Any] = rows.get(pk, {})
        sender.message_count = row.get("messages") or 0
        sender.first_seen_at = row.get("first")
        sender.last_seen_at = row.get("last")
        sender.last_basic_at = row.get("basic")
        sender.last_oauth_at = row.get("oauth")
    Sender.objects.bulk_update(
        [sender for sender, _ in senders.values()],
        KEPT,
        batch_size=200,
    )
    return rhythms


def rhythm_of(times: list[pd.Series[pd.Timestamp]]) -> Rhythm:
    """Of the latest messages, for what something did a year ago says little."""
    together = (
        pd.concat(times).sort_values().tail(MOST_TIMES) if times else pd.Series(dtype="M8[s]")
    )
    return rhythm([moment.to_pydatetime().replace(tzinfo=dt.UTC) for moment in together])


def summed(observed: ScopedQuerySet) -> dict[int, dict[str, object]]:
    rows = observed.values("fingerprint__sender").annotate(
        messages=Sum("message_count"),
        first=Min("first_at"),
        last=Max("last_at"),
        basic=Max("last_at", filter=Q(auth_method="basic")),
        oauth=Max("last_at", filter=Q(auth_method="oauth")),
    )
    return {row.pop("fingerprint__sender"): row for row in rows}


def refresh_items(pks: Iterable[int]) -> None:
    """Counts and times of items from the senders behind them.

    An account has all senders that log in with it, whatever item they are linked to.
    """
    for item in Item.objects.filter(pk__in=list(pks)):
        behind = Q(item=item) | Q(account=item.pk)
        row = Sender.objects.filter(behind, merged_into=None).aggregate(
            messages=Sum("message_count"),
            first=Min("first_seen_at"),
            last=Max("last_seen_at"),
            basic=Max("last_basic_at"),
            oauth=Max("last_oauth_at"),
            next_at=Min("next_at"),
            never_quiet=Count("pk", filter=Q(quiet_days=None)),
            longest_quiet=Max("quiet_days"),
        )
        busiest = Sender.objects.filter(behind, merged_into=None).order_by("-message_count").first()
        item.cadence = busiest.cadence if busiest else ""
        told = set(
            Sender.objects.filter(behind, merged_into=None).values_list("writes_to", flat=True)
        )
        item.writes_to = together(told - {""})
        item.next_at = row["next_at"]
        # It is silent when all behind it are, and where one may be silent for ever, never.
        item.quiet_days = None if row["never_quiet"] else row["longest_quiet"]
        item.message_count = row["messages"] or 0
        item.first_seen_at, item.last_seen_at = row["first"], row["last"]
        item.last_basic_at, item.last_oauth_at = row["basic"], row["oauth"]
        item.save(update_fields=KEPT)


def together(told: set[str]) -> str:
    """Whom an item writes to, by its senders; never the inside alone while one is not known."""
    if len(told) == 1:
        return next(iter(told))
    known = told - {WritesTo.UNKNOWN}
    if known == {WritesTo.INSIDE}:
        return WritesTo.UNKNOWN
    return next(iter(known)) if len(known) == 1 else WritesTo.BOTH if known else WritesTo.UNKNOWN
