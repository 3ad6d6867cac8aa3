"""The senders of each mailbox: when each was seen with what, and what shows that it has moved."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from inventory.exchange.settings import Snapshot
from inventory.models import Item, Observation, Sender, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import PROVING, TOTALS
from inventory.senders.keeping import MESSAGE_READERS
from inventory.senders.kind_words import APPLIANCE, CLIENT, MFP
from tracker.lockdown.devices import own_devices
from tracker.lockdown.moves import Moved, is_one_voice
from tracker.lockdown.moves_facts import moves_of
from tracker.lockdown.quiet import Use
from tracker.lockdown.sources import Last, true_roots
from tracker.lockdown.sources_facts import Sources, moved_in_source
from tracker.lockdown.verdict import COVERED, Coverage
from tracker.models import Cutover

Status = Cutover.Status
MANY = 500
"""From so many on it is cheaper to ask for all."""
NO_SCRIPT = {MFP, APPLIANCE, CLIENT}


@dataclass
class Seen:
    """Days on which a sender was seen, by what it logged in with."""

    basic: set[dt.date] = field(default_factory=set)
    oauth: set[dt.date] = field(default_factory=set)

    def add(self, auth_method: str, day: dt.date) -> None:
        if auth_method != "oauth":
            self.basic.add(day)
        if auth_method != "basic":
            self.oauth.add(day)

    @property
    def is_once_turned(self) -> bool:
        """Whether all of its OAuth, if any, came after all of its Basic."""
        return bool(self.basic) and min(self.oauth, default=dt.date.max) > max(self.basic)


SenderKey = tuple[str, int | None]
"""Mailbox, primary key of the sender."""


def uses_by_account(
    tenant: Tenant,
    told: Snapshot,
    seen: dict[SenderKey, Seen],
    sources: Sources,
    sent_by: Mapping[str, str],
    on: dt.date,
    coverage: Coverage,
) -> dict[str, list[Use]]:
    """`sent_by`: {From address: the mailbox that all its mail is submitted with}."""
    asked = {pk for _, pk in seen if pk}
    rows = Sender.objects.filter(tenant=tenant).select_related("item__cutover")
    other = observed(tenant, on)
    if len(asked) < MANY:
        rows = rows.filter(pk__in=asked)
        other = other.filter(fingerprint__sender__in=asked)
    senders = {sender.pk: sender for sender in rows}
    other_days = traced(other)
    linked = {(account, pk): pk for account, pk in seen if pk and pk in senders}
    elsewhere = {
        pk: {
            day
            for day in other_days.get(pk, set()) - seen[key].basic - seen[key].oauth
            if not coverage.gaps(day, day)
        }
        for key, pk in linked.items()
    }
    both = {pk: elsewhere[pk] for key, pk in linked.items() if is_both(seen[key], elsewhere[pk])}
    moves = moves_of(both, on)
    alone = {
        account: senders[pk]
        for account, pk in alone_with_basic(seen).items()
        if pk in senders and not elsewhere[pk]
    }
    moved_by = {
        **moved_devices(tenant, told, seen, alone, moves, sources),
        **moved_sources(tenant, seen, alone, sources, sent_by, coverage.until or on),
    }
    found: dict[str, list[Use]] = defaultdict(list)
    for (account, pk), each in seen.items():
        if pk and (sender := senders.get(pk)):
            use = use_of(each, sender, on, elsewhere[pk])
            if account in moved_by:
                found[account].append(replace(use, moved_by=moved_by[account]))
            else:
                found[account] += parted(use, moves[pk]) if pk in moves else [use]
        else:
            found[account].append(unlinked_use(account, each))
    return found


# -- what was seen -------------------------------------------------------------------------------


class Total(NamedTuple):
    """What only a grid export tells: sent at some time in the ninety days before it was taken."""

    account: str
    auth_method: str
    day: dt.date


def accounts_seen(tenant: Tenant, on: dt.date, primary: Mapping[str, str]) -> set[str]:
    """In detail reports."""
    rows = observed(tenant, on).filter(report__reader__in=MESSAGE_READERS)
    names = rows.order_by().values_list("fingerprint__account", flat=True).distinct()
    return {primary.get(name, name) for name in names}


def totals_of(
    tenant: Tenant,
    on: dt.date,
    primary: Mapping[str, str],
    coverage: Coverage,
    detailed: Collection[str],
) -> Iterator[Total]:
    """Where detail reports cover those days they tell when, and the grid has nothing to add."""
    rows = observed(tenant, on).filter(report__reader__in=TOTALS, message_count__gt=0)
    columns = ("fingerprint__account", "auth_method", "day")
    for account, auth_method, day in rows.values_list(*columns).distinct().order_by():
        mailbox = primary.get(account, account)
        first = day - dt.timedelta(days=COVERED - 1)
        last = min(day, coverage.until or day)
        if mailbox not in detailed or coverage.gaps(first, last):
            yield Total(mailbox, auth_method, day)


def senders_seen(
    tenant: Tenant,
    on: dt.date,
    primary: Mapping[str, str],
    totals: Iterable[Total],
    reach: Collection[str] | None,
) -> dict[SenderKey, Seen]:
    """Of all mailboxes, or of those within reach."""
    rows = observed(tenant, on).filter(report__reader__in=MESSAGE_READERS)
    if reach is not None and len(reach) < MANY:
        names = [*reach, *(alias for alias, mailbox in primary.items() if mailbox in reach)]
        rows = rows.filter(fingerprint__account__in=names)
    columns = ("fingerprint__account", "fingerprint__sender", "auth_method", "day")
    seen: dict[SenderKey, Seen] = defaultdict(Seen)
    for account, sender, auth_method, day in rows.values_list(*columns).distinct().order_by():
        mailbox = primary.get(account, account)
        if reach is None or mailbox in reach:
            seen[mailbox, sender].add(auth_method, day)
    for each in totals:
        if reach is None or each.account in reach:
            seen[each.account, None].add(each.auth_method, each.day)
    return seen


# -- what has moved though too little was seen since ---------------------------------------------


def alone_with_basic(seen: Mapping[SenderKey, Seen]) -> dict[str, int]:
    """{mailbox: the sender} where that is all that was ever seen of it, and uses OAuth since its
    last Basic if at all."""
    by_account: dict[str, list[tuple[int | None, Seen]]] = defaultdict(list)
    for (account, pk), each in seen.items():
        by_account[account].append((pk, each))
    return {
        account: pk
        for account, its in by_account.items()
        if len(its) == 1 and (pk := its[0][0]) and its[0][1].is_once_turned
    }


def moved_devices(
    tenant: Tenant,
    told: Snapshot,
    seen: Mapping[SenderKey, Seen],
    alone: Mapping[str, Sender],
    moves: Mapping[int, Moved],
    sources: Sources,
) -> dict[str, str]:
    """{mailbox: words} of those that are named after the one device that uses them.

    What sends nothing but its own alarms logs in for all of them alike, so that one of them with
    OAuth tells of the rest; a printer may scan the new way and raise alarms the old one.
    """
    likely = {
        account: seen[account, sender.pk]
        for account, sender in alone.items()
        if account not in sources
        and sender.kind == APPLIANCE
        and sender.cadence == Item.Cadence.ON_ALARM
        and sender.pk in moves
        and is_one_voice(moves[sender.pk], account.partition("@")[0])
    }
    own = own_devices(tenant, told) if likely else {}
    return {
        account: f"{own[account]}, the one device that the mailbox is named after, has sent the "
        f"same with OAuth since {min(each.oauth)}"
        for account, each in likely.items()
        if account in own
    }


def moved_sources(
    tenant: Tenant,
    seen: Mapping[SenderKey, Seen],
    alone: Mapping[str, Sender],
    sources: Sources,
    sent_by: Mapping[str, str],
    until: dt.date,
) -> dict[str, str]:
    """{account: words} of those whose mail one script sends that logs in with OAuth now."""
    logins = {account: sent_by.get(account, account) for account, _ in seen}
    roots = true_roots(sources, last_seen(seen, logins, sources), until)
    likely = {
        account: (logins[account], sender.pk)
        for account, sender in alone.items()
        if (its := sources.get(logins[account]))
        and sender.kind not in NO_SCRIPT
        and max(seen[account, sender.pk].basic) < min(each.found_on for each in its)
    }
    return {
        account: turned(where, seen[account, alone[account].pk])
        for account, where in moved_in_source(sources, likely, roots).items()
    }


def turned(where: str, seen: Seen) -> str:
    if seen.oauth:
        return f"what sent it, {where}, has logged in with OAuth since {min(seen.oauth)}"
    return (
        f"what sent it, {where}, logs in with OAuth now: make sure that this version is the one "
        "that runs"
    )


def last_seen(
    seen: Mapping[SenderKey, Seen], logins: Mapping[str, str], asked: Collection[str]
) -> dict[str, Last]:
    days: dict[str, Seen] = defaultdict(Seen)
    for (account, _), each in seen.items():
        if (login := logins[account]) in asked:
            days[login].basic |= each.basic
            days[login].oauth |= each.oauth
    return {
        login: Last(max(each.basic, default=None), max(each.oauth, default=None))
        for login, each in days.items()
    }


# -- one sender --------------------------------------------------------------------------------


def is_both(seen: Seen, elsewhere: set[dt.date]) -> bool:
    """Whether it was seen on another way at all since its last Basic."""
    last = max(seen.basic, default=dt.date.max)
    return any(day >= last for day in seen.oauth | elsewhere)


def parted(use: Use, move: Moved) -> list[Use]:
    """What was seen on the new way since, and what was not, which is as before."""
    left = [
        Use(f"{use.name}, “{words}”", days, is_on_alarm=use.is_on_alarm)
        for words, days in sorted(move.left.items())
    ]
    days = set(use.basic_on).difference(*move.left.values())
    basic_on = tuple(sorted(days | move.told))
    rest = replace(use, basic_on=basic_on, is_one_machine=move.is_one_machine)
    return [rest, *left] if rest.has_moved else [use]


def traced(rows: ScopedQuerySet) -> dict[int, set[dt.date]]:
    """{sender: days on which traces show mail of it}."""
    linked = rows.exclude(report__reader__in=PROVING).exclude(fingerprint__sender=None)
    found: dict[int, set[dt.date]] = defaultdict(set)
    for sender, day in linked.values_list("fingerprint__sender", "day").distinct().order_by():
        found[sender].add(day)
    return found


def use_of(seen: Seen, sender: Sender, on: dt.date, elsewhere: Iterable[dt.date]) -> Use:
    basic_on = tuple(sorted(seen.basic))
    last = basic_on[-1] if basic_on else dt.date.min
    return Use(
        name=name_of(sender),
        basic_on=basic_on,
        oauth_on=tuple(sorted(seen.oauth)),
        other_on=tuple(sorted(day for day in elsewhere if day > last)),
        quiet_days=sender.quiet_days,
        next_on=sender.next_at.date() if sender.next_at else None,
        is_on_alarm=sender.cadence == Item.Cadence.ON_ALARM,
        is_done=is_done(sender, basic_on, on),
    )


def unlinked_use(account: str, seen: Seen) -> Use:
    return Use(
        name=f"{account} in the grid export",
        basic_on=tuple(sorted(seen.basic)),
        oauth_on=tuple(sorted(seen.oauth)),
    )


def name_of(sender: Sender) -> str:
    """Several senders of an account that has no other item are told apart by their own names."""
    is_told = sender.item is not None and sender.item.category != Item.Category.ACCOUNT
    return sender.item.name if sender.item and is_told else sender.name


def is_done(sender: Sender, basic_on: tuple[dt.date, ...], on: dt.date) -> bool:
    is_linked = sender.item is not None and sender.link != Sender.Link.SUGGESTED
    cutover = getattr(sender.item, "cutover", None) if is_linked else None
    if cutover is None or cutover.status not in (Status.VERIFIED, Status.RETIRED):
        return False
    if cutover.moved_at.date() > on:
        return False
    since = (cutover.cut_over_at or cutover.moved_at).date()
    return not basic_on or basic_on[-1] <= since


def observed(tenant: Tenant, on: dt.date) -> ScopedQuerySet:
    return Observation.objects.filter(fingerprint__tenant=tenant, day__lte=on)
