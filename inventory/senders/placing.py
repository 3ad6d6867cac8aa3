"""Stores which fingerprints of an account are one sender.

Runs inside the transaction of an import or of a person's correction, for all accounts touched at
once: a fixed number of statements, however many senders there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory import bulk
from inventory.models import Account, Fingerprint, Sender, Tenant
from inventory.senders import linking
from inventory.senders.keeping import Placed
from inventory.senders.looks import Look


@dataclass
class Standing:
    """Where fingerprints are before they are grouped again, by their keys."""

    senders: dict[int, int] = field(default_factory=dict)
    pinned: dict[int, int] = field(default_factory=dict)
    """Those that a person placed."""


def senders_of(
    tenant: Tenant,
    accounts: Mapping[str, Account],
    looks: Mapping[str, list[Look]],
    standing: Standing,
    place_of: Mapping[str, str],
) -> dict[str, list[Placed]]:
    """{account: its senders}, with the fingerprints moved to them."""
    known = known_senders(accounts.values())
    found = {
        name: share_out(account, looks.get(name, []), known[account.pk], standing, place_of)
        for name, account in accounts.items()
    }
    every = [placed for those in found.values() for placed in those]
    new = [sender for sender, _ in every if sender.pk is None]
    for sender in new:
        sender.tenant = tenant
    bulk.create(Sender, new)
    move(every, standing)
    drop_orphans([sender for those in known.values() for sender in those], every)
    return found


def known_senders(accounts: Iterable[Account]) -> dict[int, list[Sender]]:
    found: dict[int, list[Sender]] = defaultdict(list)
    for part in bulk.batches(account.pk for account in accounts):
        for sender in Sender.objects.filter(account__in=part).select_related("item"):
            found[sender.account_id].append(sender)
    return found


def share_out(
    account: Account,
    looks: list[Look],
    known: list[Sender],
    standing: Standing,
    place_of: Mapping[str, str],
) -> list[Placed]:
    """The senders of one account, those not stored yet among them."""
    by_key = {sender.key: sender for sender in known}
    by_pk = {sender.pk: sender for sender in known}
    free = [look for look in looks if look.pk not in standing.pinned]
    keys = keep_keys(linking.group(free, place_of), known, standing.senders)
    found: dict[str, Placed] = {}
    for look in looks:
        if look.pk in standing.pinned:
            sender = by_pk[standing.pinned[look.pk]]
        elif look.pk in keys:
            key = keys[look.pk][:255]
            if key not in by_key:
                by_key[key] = Sender(account=account, key=key, name=f"{account} · {key}")
            sender = by_key[key]
        else:
            continue
        sender = end_of_merge(sender, by_pk)
        found.setdefault(sender.key, (sender, []))[1].append(look)
    return list(found.values())


def keep_keys(keys: dict[int, str], known: list[Sender], held: Mapping[int, int]) -> dict[int, str]:
    """The keys, with those that no sender has yet replaced by that of the sender which most of
    its fingerprints are with: a sender keeps its place while more is learned of it, and what a
    person merged stays together when more tells it apart."""
    taken = set(keys.values())
    free = {sender.pk: sender.key for sender in known if sender.key not in taken}
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for pk, key in sorted(keys.items()):
        if held.get(pk) in free:
            votes[key][held[pk]] += 1
    had = {sender.key for sender in known}
    merged = {sender.merged_into_id for sender in known}
    renamed: dict[str, str] = {}
    for key, found in sorted(votes.items(), key=lambda pair: -pair[1].most_common(1)[0][1]):
        best = next((sender for sender, _ in found.most_common() if sender in free), None)
        if key not in had and best is not None:
            renamed[key] = free[best] if best in merged else free.pop(best)
    return {pk: renamed.get(key, key) for pk, key in keys.items()}


def end_of_merge(sender: Sender, by_pk: Mapping[int, Sender]) -> Sender:
    """The sender into which a person merged this one, or itself."""
    while sender.merged_into_id is not None and sender.merged_into_id in by_pk:
        sender = by_pk[sender.merged_into_id]
    return sender


def move(placed: Iterable[Placed], standing: Standing) -> None:
    moved = [
        (sender.pk, look.pk)
        for sender, looks in placed
        for look in looks
        if standing.senders.get(look.pk) != sender.pk
    ]
    bulk.update(Fingerprint, ["sender"], moved)


def drop_orphans(known: list[Sender], placed: Iterable[Placed]) -> None:
    kept = {sender.pk for sender, _ in placed} | {sender.merged_into_id for sender in known}
    orphans = [sender.pk for sender in known if sender.pk not in kept and is_disposable(sender)]
    for part in bulk.batches(orphans):
        Sender.objects.filter(pk__in=part).delete()


def is_disposable(sender: Sender) -> bool:
    """Nothing is lost with a sender that rules made, no fingerprint has and no person touched."""
    return not (sender.is_settled or sender.merged_into_id or sender.rejected_items)
