"""Stores which senders of several From addresses are one thing. Part of linking."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from inventory import messages, orphans, trails
from inventory.events import Happened
from inventory.from_grouping import (
    BEFORE,
    Attempt,
    Login,
    One,
    Seen,
    decide,
    logins_of,
    said_by_refusal,
    siblings,
)
from inventory.grouping import network
from inventory.linking import LINKED_FROM
from inventory.models import DeviceReply, Fingerprint, Item, Sender, SignIn, Tenant
from inventory.sites import Sites

MOST_WITHOUT_LOGIN = 300
"""Accounts that write and never log in: more of them say that the log of logins is not whole."""
MOST_ATTEMPTS = 50_000

Moments = dict[int, list[dt.datetime]]


def group(tenant: Tenant, accounts: Iterable[str]) -> tuple[list[Happened], set[int]]:
    """Decide anew what is one with the senders of these accounts; (events, items touched)."""
    scope = sharing_hosts(tenant, set(accounts))
    silent = without_login(tenant)
    replies = refusals(tenant)
    wide = silent | replies.keys() | set(replies.values())
    logged_in = SignIn.objects.filter(tenant=tenant, name__in=scope, **SUCCESS)
    if wide and (scope & wide or logged_in.exists()):
        scope = sharing_hosts(tenant, scope | wide)
    scope |= already_one(tenant, scope)
    senders = {
        sender.pk: sender
        for sender in Sender.objects.filter(
            tenant=tenant, account__name__in=scope, merged_into=None
        ).select_related("account", "item")
    }
    times, at_address = sent(tenant, senders, silent & scope)
    logins = logins_of(attempts(tenant, at_address), at_address)
    logins |= by_refusal(senders.values(), replies, logins)
    logins |= siblings(unseen(senders, silent | replies.keys()), logins)
    logins |= themselves(tenant, senders, logins, times)
    found = decide(seen(tenant, senders, logins), logins, times)
    return store(tenant, senders, found)


# -- what is known -----------------------------------------------------------------------------

SUCCESS: dict[str, Any] = {"is_smtp": True, "result": SignIn.Result.SUCCESS}


def sharing_hosts(tenant: Tenant, accounts: set[str]) -> set[str]:
    """These accounts and those whose Message-IDs name the same hosts."""
    named = Fingerprint.objects.filter(tenant=tenant).exclude(message_id_host="")
    hosts = named.filter(account__in=accounts).values("message_id_host")
    return accounts | set(named.filter(message_id_host__in=hosts).values_list("account", flat=True))


def already_one(tenant: Tenant, accounts: set[str]) -> set[str]:
    """Accounts of what was taken for one with senders of these."""
    rows = Sender.objects.filter(tenant=tenant).exclude(one_with=None)
    near = rows.filter(Q(account__name__in=accounts) | Q(one_with__account__name__in=accounts))
    pairs = near.values_list("account__name", "one_with__account__name")
    return {name for pair in pairs for name in pair}


def without_login(tenant: Tenant) -> set[str]:
    """Accounts with messages from where others logged in, while they never did."""
    logged_in = SignIn.objects.filter(tenant=tenant, **SUCCESS)
    known = set(logged_in.values_list("name", flat=True))
    if not known:
        return set()
    places = logged_in.exclude(address="").values("address")
    rows = Fingerprint.objects.filter(tenant=tenant, address__in=places).exclude(sender=None)
    found = set(rows.values_list("account", flat=True)) - known
    return found if len(found) <= MOST_WITHOUT_LOGIN else set()


def refusals(tenant: Tenant) -> dict[str, str]:
    """{From address: who logs in}, as refusals name them; none where they differ."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = DeviceReply.objects.filter(tenant=tenant, family="send_as")
    for text in rows.values_list("text", flat=True):
        if pair := said_by_refusal(text):
            found[pair[1]].add(pair[0])
    return {name: logins.pop() for name, logins in found.items() if len(logins) == 1}


def sent(
    tenant: Tenant, senders: Mapping[int, Sender], accounts: Iterable[str]
) -> tuple[Moments, dict[str, list[tuple[dt.datetime, int]]]]:
    """When each sender of these accounts sent: by sender, and by address within the time that
    the log of logins covers."""
    moments: Moments = defaultdict(list)
    at_address: dict[str, list[tuple[dt.datetime, int]]] = defaultdict(list)
    first, last = covered(tenant)
    for sender, address, at in messages_of(tenant, senders, accounts):
        moments[sender].append(at)
        if first and last and first <= at <= last + BEFORE:
            at_address[address].append((at, sender))
    return moments, at_address


def covered(tenant: Tenant) -> tuple[dt.datetime | None, dt.datetime | None]:
    rows = SignIn.objects.filter(tenant=tenant, **SUCCESS)
    first, last = rows.order_by("first_at").first(), rows.order_by("-last_at").first()
    return (first and first.first_at, last and last.last_at)


def messages_of(
    tenant: Tenant, senders: Mapping[int, Sender], accounts: Iterable[str]
) -> Iterable[tuple[int, str, dt.datetime]]:
    """(sender, address, when) of what proved SMTP AUTH, in the order of times."""
    names = list(accounts)
    rows = trails.load(tenant, names) if names else None
    if rows is None:
        return
    marks = Fingerprint.objects.filter(tenant=tenant, account__in=names, sender__in=list(senders))
    home = dict(marks.values_list("digest", "sender"))
    codes, known = messages.fingerprints(rows)
    homes = [home.get(each.digest) for each in known]
    rows = rows.assign(sender=[homes[code] for code in codes])
    rows = rows[rows["proves"] & rows["is_first"] & rows["sender"].notna()].sort_values("at")
    columns = (rows["sender"], rows["address"], rows["at"])
    for sender, address, at in zip(*columns, strict=True):
        yield int(sender), address, at.to_pydatetime().replace(tzinfo=dt.UTC)


def attempts(tenant: Tenant, places: Iterable[str]) -> list[Attempt]:
    """Of a day the first and the last login from an address are known to the second."""
    rows = SignIn.objects.filter(tenant=tenant, address__in=list(places), **SUCCESS)
    fields = ("name", "address", "first_at", "last_at")
    found = set()
    for name, address, first, last in rows.order_by("-day").values_list(*fields)[:MOST_ATTEMPTS]:
        found |= {Attempt(name, address, first), Attempt(name, address, last)}
    return sorted(found)


def by_refusal(
    senders: Iterable[Sender], replies: Mapping[str, str], logins: Mapping[int, Login]
) -> dict[int, Login]:
    """A refusal speaks for what no login of its own explains."""
    found = {}
    for sender in senders:
        name = sender.account.name
        if name in replies and sender.pk not in logins:
            reason = "a logged refusal says that it sends as"
            found[sender.pk] = Login(replies[name], reason)
    return found


def unseen(senders: Mapping[int, Sender], names: Iterable[str]) -> dict[int, str]:
    """{sender: its account} of accounts that never log in themselves."""
    names = set(names)
    accounts = {pk: sender.account.name for pk, sender in senders.items()}
    return {pk: name for pk, name in accounts.items() if name in names}


def themselves(
    tenant: Tenant, senders: Mapping[int, Sender], logins: Mapping[int, Login], times: Moments
) -> dict[int, Login]:
    """What sends under the address that it logs in with; adds its times."""
    names = {login.name for login in logins.values()}
    own = {pk: sender for pk, sender in senders.items() if sender.account.name in names}
    for sender, _, at in messages_of(tenant, own, {each.account.name for each in own.values()}):
        times[sender].append(at)
    return {pk: Login(sender.account.name, "") for pk, sender in own.items()}


def seen(tenant: Tenant, senders: Mapping[int, Sender], logins: Mapping[int, Login]) -> list[Seen]:
    sites = Sites(tenant)
    marks: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    fields = ("sender", "message_id_host", "message_id_shape", "address", "subject_mask")
    tls = ("tls_version", "tls_cipher")
    rows = Fingerprint.objects.filter(sender__in=list(senders))
    for pk, host, shape, address, words, version, cipher in rows.values_list(
        *fields, *tls
    ).distinct():
        its = marks[pk]
        its["hosts"].update({host} - {""})
        its["shapes"].update({shape} - {""})
        its["words"].update({words} - {""})
        its["tls"].update({f"{version} {cipher}".strip()} - {""})
        its["places"].update({sites.at(address) or network(address)} - {""})
    return [
        Seen(
            pk=pk,
            account=sender.account.name,
            kind=sender.kind,
            hosts=frozenset(marks[pk]["hosts"]),
            shapes=frozenset(marks[pk]["shapes"]),
            tls=frozenset(marks[pk]["tls"]),
            places=frozenset(marks[pk]["places"]),
            words=frozenset(marks[pk]["words"]),
            count=sender.message_count,
            item=sender.item_id,
            is_settled=sender.is_settled,
            ruled_out=frozenset(sender.rejected_items),
        )
        for pk, sender in senders.items()
        if marks[pk]["hosts"] or pk in logins
    ]


# -- what was decided --------------------------------------------------------------------------


def store(
    tenant: Tenant, senders: Mapping[int, Sender], found: Iterable[One]
) -> tuple[list[Happened], set[int]]:
    """Those that are one get one item; a person's word on an item stands."""
    told = as_people_said(senders, found)
    happened: list[Happened] = []
    touched: set[int] = set()
    for pk, sender in senders.items():
        one = told.get(pk)
        if sender.is_settled:
            continue
        old, was = sender.item, sender.item_id
        if one and one.is_linked:
            join(sender, senders[one.head], one)
        elif sender.one_with_id and sender.one_confidence >= LINKED_FROM:
            sender.item = sender.account
        tell(sender, one)
        if sender.item_id != was:
            happened.append(moved(sender, old))
            touched |= {each for each in (was, sender.item_id) if each}
    return happened, touched


def as_people_said(senders: Mapping[int, Sender], found: Iterable[One]) -> dict[int, One]:
    """By sender; where a person said what its head is one with, that is its head too."""
    said = {pk: each.one_with_id for pk, each in senders.items() if each.is_settled}
    told = {}
    for one in found:
        head = said.get(one.head) or one.head
        if head in senders and head != one.sender:
            told[one.sender] = one._replace(head=head)
    return told


def join(sender: Sender, head: Sender, one: One) -> None:
    if head.item is None or head.item.category == Item.Category.ACCOUNT:
        return  # An account is not what stands behind two.
    sender.item, sender.link = head.item, Sender.Link.INFERRED
    sender.link_confidence = one.confidence
    sender.link_reason = f"one with {head.account}: {one.reason}"[:300]
    sender.doubt = ""


def tell(sender: Sender, one: One | None) -> None:
    """Keep what was decided on the sender's row, where it differs."""
    sender.one_with_id = one.head if one else None
    sender.one_confidence = one.confidence if one else 0
    sender.one_reason = one.reason if one else ""
    sender.save(update_fields=FIELDS)


FIELDS = [
    "item", "link", "link_confidence", "link_reason", "doubt",
    "one_with", "one_confidence", "one_reason",
]  # fmt: skip


def moved(sender: Sender, old: Item | None) -> Happened:
    is_left = old is not None and old.category != Item.Category.ACCOUNT
    data = {
        "sender": sender.name,
        "item_id": sender.item_id,
        "item": str(sender.item),
        "by": "",
        # Nothing may stand behind it any more; whoever has no work on it may drop it.
        "left_item_id": old.pk if old is not None and is_left else None,
    }
    return "item.linked", sender.pk, data


def drop_left(tenant: Tenant, happened: list[Happened]) -> list[Happened]:
    """Delete the items that all senders left; what happened without what is of no item now."""
    left = {int(pk) for _, _, data in happened if (pk := data.get("left_item_id"))}
    orphans.drop(tenant, left)
    kept = set(Item.objects.filter(tenant=tenant).values_list("pk", flat=True)) if left else set()
    gone = left - kept
    return [
        (kind, pk, data)
        for kind, pk, data in happened
        if not (kind == "item.discovered" and pk in gone)
        and not (kind == "item.linked" and data["item_id"] in gone)
    ]
