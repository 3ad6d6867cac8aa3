"""Stores which senders of several From addresses are one thing. Part of linking."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Max, Min, Q

from inventory import bulk
from inventory.events import Happened
from inventory.models import DeviceReply, Fingerprint, Item, Sender, SignIn, Tenant, Trail
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import PROVING
from inventory.senders import messages, trails
from inventory.senders.from_grouping import (
    BEFORE,
    DEVICES,
    MOST_OF_A_HABIT,
    Attempt,
    Login,
    One,
    Seen,
    decide,
    is_own_habit,
    is_telling,
    logins_of,
    said_by_refusal,
)
from inventory.senders.kind_words import APPLICATION
from inventory.senders.linking import LINKED_FROM
from inventory.senders.networks import network
from inventory.sites import Sites

MOST_WITHOUT_LOGIN = 300
"""Accounts that write and never log in: more of them say that the log of logins is not whole."""
MOST_ATTEMPTS = 50_000

Moments = dict[int, list[dt.datetime]]


class Grouped(NamedTuple):
    happened: list[Happened]
    items: set[int]
    """Those that senders went to or left."""
    parted: set[str]
    """Accounts of senders that are one with no other any more: they need an item again."""


def group(tenant: Tenant, accounts: Iterable[str]) -> Grouped:
    """Decide anew what is one with the senders of these accounts."""
    scope = sharing_hosts(tenant, set(accounts))
    silent = without_login(tenant)
    replies = refusals(tenant)
    wide = silent | replies.keys() | set(replies.values())
    logged_in = SignIn.objects.filter(tenant=tenant, name__in=scope, **SUCCESS)
    if wide and (scope & wide or logged_in.exists()):
        scope = sharing_hosts(tenant, scope | wide)
    habits = sharing_habits(tenant, set(accounts))
    habits |= sharing_words(tenant, set(accounts))
    scope |= habits | already_one(tenant, scope)
    told = who_logs_in(tenant, silent & scope, replies)
    own = {login.name: Login(login.name, "") for login in told.values()}
    senders = senders_of(tenant, scope & {*related(tenant, scope), *habits, *told, *own})
    logins = {
        pk: login
        for pk, sender in senders.items()
        if (login := told.get(sender.account.name) or own.get(sender.account.name))
    }
    times = times_of(tenant, logins, {senders[pk].account.name for pk in logins})
    found = decide(seen(tenant, senders, logins), logins, times)
    return store(senders, found)


def senders_of(tenant: Tenant, accounts: Iterable[str]) -> dict[int, Sender]:
    rows = Sender.objects.filter(tenant=tenant, account__name__in=list(accounts), merged_into=None)
    return {sender.pk: sender for sender in rows.select_related("account", "item")}


# -- what is known -----------------------------------------------------------------------------

SUCCESS: dict[str, Any] = {"is_smtp": True, "result": SignIn.Result.SUCCESS}


def sharing_hosts(tenant: Tenant, accounts: set[str]) -> set[str]:
    """These accounts and those whose Message-IDs name the same hosts."""
    hosts = named(tenant).filter(account__in=accounts).values("message_id_host")
    near = named(tenant).filter(message_id_host__in=hosts).values_list("account", flat=True)
    return accounts | set(near.distinct())


def sharing_habits(tenant: Tenant, accounts: set[str]) -> set[str]:
    """Accounts of applications whose Message-IDs are put together in one way of their own, these
    among them."""
    bare = Fingerprint.objects.filter(tenant=tenant, message_id_host="")
    bare = bare.exclude(sender=None).exclude(sender__kind__in=DEVICES)
    return sharing(bare, "message_id_shape", is_own_habit, accounts)


def sharing_words(tenant: Tenant, accounts: set[str]) -> set[str]:
    """Accounts of applications that name no host and say the same, these among them."""
    bare = Fingerprint.objects.filter(
        tenant=tenant, message_id_host="", sender__kind=APPLICATION
    ).exclude(subject_mask="")
    return sharing(bare, "subject_mask", is_telling, accounts)


def sharing(
    rows: ScopedQuerySet, field: str, is_own: Callable[[str], bool], accounts: set[str]
) -> set[str]:
    """Accounts that have with these, in this field, what only a few senders have."""
    marks: set[str] = set()
    for part in bulk.batches(sorted(accounts)):
        its = rows.filter(account__in=part).order_by().values_list(field, flat=True)
        marks |= set(filter(is_own, its.distinct()))
    users: dict[str, dict[int, str]] = defaultdict(dict)
    for part in bulk.batches(sorted(marks)):
        near = rows.filter(**{f"{field}__in": part}).order_by()
        for mark, sender, account in near.values_list(field, "sender", "account").distinct():
            users[mark][sender] = account
    few = (set(its.values()) for its in users.values() if len(its) <= MOST_OF_A_HABIT)
    return {name for names in few if len(names) > 1 for name in names}


def named(tenant: Tenant) -> ScopedQuerySet:
    marks: ScopedQuerySet = Fingerprint.objects.filter(tenant=tenant)
    return marks.exclude(message_id_host="").order_by()


def related(tenant: Tenant, accounts: set[str]) -> set[str]:
    """Of these accounts and others, those that share a host, or were taken for one with another."""
    pairs = named(tenant).filter(account__in=accounts).values_list("message_id_host", "account")
    users: dict[str, set[str]] = defaultdict(set)
    for host, account in pairs.distinct().iterator():
        users[host].add(account)
    found = {name for names in users.values() if len(names) > 1 for name in names}
    told = Sender.objects.filter(tenant=tenant, account__name__in=accounts, one_confidence__gt=0)
    names = set(told.order_by().values_list("account__name", flat=True).distinct())
    return found | names | already_one(tenant, accounts)


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


def who_logs_in(
    tenant: Tenant, silent: Iterable[str], replies: Mapping[str, str]
) -> dict[str, Login]:
    """By account; a refusal speaks for what no log of logins explains."""
    at_address = sent(tenant, silent)
    found = {
        name: Login(login, "a logged refusal says that it sends as")
        for name, login in replies.items()
    }
    return found | logins_of(attempts(tenant, at_address), at_address)


def sent(tenant: Tenant, accounts: Iterable[str]) -> dict[str, list[tuple[dt.datetime, str]]]:
    """When these accounts sent, by address, within the time that the log of logins covers."""
    found: dict[str, list[tuple[dt.datetime, str]]] = defaultdict(list)
    covered = SignIn.objects.filter(tenant=tenant, **SUCCESS).aggregate(
        first=Min("first_at"), last=Max("last_at")
    )
    if covered["first"] is None:
        return {}
    rows = Trail.objects.filter(
        report__tenant=tenant, report__reader__in=PROVING, account__in=list(accounts)
    )
    for account, packed in rows.values_list("account", "rows"):
        frame, _ = messages.unpack([bytes(packed)])
        frame = frame[frame["is_first"]]
        for address, moment in zip(frame["address"], frame["at"], strict=True):
            at = moment.to_pydatetime().replace(tzinfo=dt.UTC)
            if covered["first"] <= at <= covered["last"] + BEFORE:
                found[address].append((at, account))
    return {address: sorted(its) for address, its in found.items()}


def attempts(tenant: Tenant, places: Iterable[str]) -> list[Attempt]:
    """Of a day the first and the last login from an address are known to the second."""
    rows = SignIn.objects.filter(tenant=tenant, address__in=list(places), **SUCCESS)
    fields = ("name", "address", "first_at", "last_at")
    found = set()
    for name, address, first, last in rows.order_by("-day").values_list(*fields)[:MOST_ATTEMPTS]:
        found |= {Attempt(name, address, first), Attempt(name, address, last)}
    return sorted(found)


def times_of(tenant: Tenant, senders: Iterable[int], accounts: Iterable[str]) -> Moments:
    """When each of these senders sent, as reports of SMTP AUTH tell."""
    names = list(accounts)
    rows = trails.load(tenant, names) if names else None
    if rows is None:
        return {}
    marks = Fingerprint.objects.filter(tenant=tenant, sender__in=list(senders))
    home = dict(marks.values_list("digest", "sender"))
    codes, known = messages.fingerprints(rows)
    homes = [home.get(each.digest) for each in known]
    rows = rows.assign(sender=[homes[code] for code in codes])
    rows = rows[rows["proves"] & rows["is_first"] & rows["sender"].notna()].sort_values("at")
    found: Moments = defaultdict(list)
    for sender, moment in zip(rows["sender"], rows["at"], strict=True):
        found[int(sender)].append(moment.to_pydatetime().replace(tzinfo=dt.UTC))
    return found


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
        if marks[pk]["hosts"]
        or pk in logins
        or any(map(is_own_habit, marks[pk]["shapes"]))
        or sender.kind == APPLICATION
    ]


# -- what was decided --------------------------------------------------------------------------


def store(senders: Mapping[int, Sender], found: Iterable[One]) -> Grouped:
    """Those that are one get one item; a person's word on an item stands."""
    told = as_people_said(senders, found)
    happened: list[Happened] = []
    touched: set[int] = set()
    parted: set[str] = set()
    for pk, sender in senders.items():
        one = told.get(pk)
        if sender.is_settled:
            continue
        old, was = sender.item, sender.item_id
        if one and one.is_linked:
            join(sender, senders[one.head], one)
        elif sender.one_with_id and sender.one_confidence >= LINKED_FROM:
            sender.item = sender.account
            parted.add(sender.account.name)
        tell(sender, one)
        if sender.item_id != was:
            happened.append(moved(sender, old))
            touched |= {each for each in (was, sender.item_id) if each}
    return Grouped(happened, touched, parted)


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
    was = (sender.one_with_id, sender.one_confidence, sender.one_reason)
    now = (one.head, one.confidence, one.reason) if one else (None, 0, "")
    sender.one_with_id, sender.one_confidence, sender.one_reason = now
    if now != was or one is not None:
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
