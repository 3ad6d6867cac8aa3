"""What else than mail says that something logs in with Basic as a mailbox, in a fixed number of
queries: failed logins, replies that devices logged, scripts, lists of devices.

None of it is a sender. Each keeps a mailbox from being called safe, as long as mail does not
show what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from django.db.models import Q

from inventory.exchange.settings import Snapshot
from inventory.models import (
    DeviceReply,
    Fingerprint,
    Item,
    KnownAsset,
    SignIn,
    Tenant,
)
from inventory.replies import meaning_of
from tracker.lockdown.logins import Claims, Logins, logged_in_otherwise
from tracker.lockdown.mail import DAY, Mail, Span
from tracker.lockdown.quiet import ONCE_QUIET
from tracker.lockdown.settings import mailboxes_known, primary_addresses
from tracker.lockdown.verdict import NAMED, listed
from tracker.places import is_inside, networks_of

SPRAYED = 5
"""Accounts that never sent from an address and failed there, from which it guesses passwords."""
NO_LOGIN = {"direct_send", "relay", "not_authenticated"}
"""Families of replies to somebody who did not log in."""
OF_PASSWORDS = {"retired", "basic", "security_defaults", "password"}
"""Families of replies that only a login with a password gets."""
AFTER_LOGIN = {"send_as", "spam", "limit", "connections", "rate"}
"""Families of replies to somebody who was let in, with whatever."""


# -- failed logins -----------------------------------------------------------------------------


def failure_claims(
    tenant: Tenant,
    on: dt.date,
    primary: dict[str, str],
    mail: Mail,
    lent: Collection[str] = (),
) -> Claims:
    """Failed logins from where the organisation sends, later than the mail from there.

    Passwords are guessed at many mailboxes and from addresses that never sent anything. Mail as
    one of `lent`, with which another logs in, shows nothing of a login as that one.
    """
    rows = SignIn.objects.filter(
        tenant=tenant,
        is_smtp=True,
        result=SignIn.Result.FAILURE,
        day__gt=on - ONCE_QUIET * DAY,
        day__lte=on,
    )
    columns = ("name", "address", "day", "reason", "error_code")
    failures = list(rows.order_by("day").values_list(*columns))
    own = own_places(tenant, mail, failures, primary)
    found: dict[tuple[str, str], str] = {}
    for name, address, day, reason, code in failures:
        account = primary.get(name, name)
        span = mail.from_address.get((account, address))
        is_settled = span and span.settles(day) and account not in lent
        if (address in own or span) and not is_settled:
            why = reason.rstrip(".") or f"error {code}"
            found[account, address] = (
                f"Something at {address} still tries to log in, last on {day}: {why}"
            )
    claims: Claims = defaultdict(list)
    for (account, _), words in found.items():
        claims[account].append(words)
    return claims


def own_places(
    tenant: Tenant,
    mail: Mail,
    failures: list[tuple[str, str, dt.date, str, str]],
    primary: dict[str, str],
) -> set[str]:
    """The addresses among those of failures that are the organisation's, and do not guess."""
    networks = networks_of(tenant)
    known = mail.addresses
    tried: dict[str, set[str]] = defaultdict(set)
    for name, address, *_ in failures:
        if (primary.get(name, name), address) not in mail.from_address:
            tried[address].add(name)
    return {
        address
        for _, address, *_ in failures
        if is_inside(address, networks) or (address in known and len(tried[address]) < SPRAYED)
    }


# -- replies -----------------------------------------------------------------------------------


def reply_claims(
    tenant: Tenant,
    on: dt.date,
    told: Snapshot,
    mail: Mail,
    logins: Mapping[str, Logins],
    lent: Collection[str] = (),
) -> tuple[Claims, dict[str, str]]:
    """The last reply that each device logged for a mailbox, if no later mail of it is known; and
    those that only a login with OAuth can have got."""
    primary = primary_addresses(told)
    hosts = accounts_by_host(tenant, primary, mail)
    for host, accounts in named_after(told).items():
        hosts.setdefault(host, accounts)
    rows = DeviceReply.objects.filter(tenant=tenant).exclude(family__in=NO_LOGIN)
    known = Q(at__date__gt=on - ONCE_QUIET * DAY, at__date__lte=on) | Q(at=None)
    columns = ("host", "account", "at", "family", "text")
    last: dict[tuple[str, str], tuple[dt.date | None, str, str, bool]] = {}
    oauth: dict[str, str] = {}
    known_mailboxes = mailboxes_known(told)

    @cache
    def is_oauth(account: str, day: dt.date) -> bool:
        return logged_in_otherwise(account, day, logins, known_mailboxes)

    for host, named, at, family, text in rows.filter(known).values_list(*columns).order_by("at"):
        day = at.date() if at else None
        accounts = {primary.get(named, named)} if named else hosts.get(host.lower(), set())
        for account in accounts:
            if day and named and family in AFTER_LOGIN and is_oauth(account, day):
                oauth[account] = f"a refusal on {day} followed a login without its password"
            else:
                last[account, host] = (day, family, text, bool(named))
    claims: Claims = defaultdict(list)
    for (account, host), (day, family, text, is_named) in last.items():
        # A host that sends as somebody else still logs in as whom it named.
        its = mail.of_host.get((account, host.lower()))
        span = its if is_named else mail.hosts.get(host.lower())
        is_lent = is_named and account in lent
        if day is None or span is None or is_lent or not is_over(day, family, span):
            when = f" on {day}" if day else ""
            claims[account].append(
                f"{host or 'A device'} still tries; it logged a refusal{when}: "
                f"{meaning_of(family, text)}"
            )
    return claims, oauth


def is_over(day: dt.date, family: str, span: Span) -> bool:
    """Whether later mail shows what became of a refusal."""
    return span.settles(day + DAY) if family in OF_PASSWORDS else span.last > day


def named_after(told: Snapshot) -> dict[str, set[str]]:
    """{host in lower case: mailboxes that are named after it}."""
    found: dict[str, set[str]] = defaultdict(set)
    for account, values in told.mailboxes.items():
        for host in {account.partition("@")[0], values.get("host_name", "")} - {""}:
            found[host.lower()].add(account)
    return found


def accounts_by_host(tenant: Tenant, primary: dict[str, str], mail: Mail) -> dict[str, set[str]]:
    """{host in lower case: mailboxes that it is known to log in as}."""
    found = defaultdict(set, {host: set(names) for host, names in mail.accounts_of_host.items()})
    behind = Item.objects.filter(tenant=tenant, linked_senders__merged_into=None)
    columns = ("name", "device__host_name", "script__host_name", "linked_senders__account__name")
    for name, device, script, account in behind.exclude(linked_senders=None).values_list(*columns):
        for host in filter(None, (name, device, script)):
            found[host.lower()].add(primary.get(account, account))
    assets = KnownAsset.objects.filter(tenant=tenant).exclude(account="").exclude(host_name="")
    for host, account in assets.values_list("host_name", "account"):
        found[host.lower()].add(primary.get(account, account))
    return found


# -- lists ---------------------------------------------------------------------------------


def asset_claims(tenant: Tenant, on: dt.date, primary: dict[str, str], mail: Mail) -> Claims:
    """Devices that a list says send with a mailbox, and that mail does not show at all."""
    seen_items = set(
        Fingerprint.objects.filter(
            tenant=tenant, sender__item__isnull=False, observations__day__lte=on
        )
        .values_list("sender__item", flat=True)
        .distinct()
    )
    named: Claims = defaultdict(list)
    for asset in current_assets(tenant):
        is_seen = asset.item_id in seen_items or asset.host_name.lower() in mail.hosts
        if not is_seen:
            named[primary.get(asset.account, asset.account)].append(str(asset))
    return {
        account: [f"By a list of devices it is used by {listed(names)}, not seen in any report"]
        for account, names in named.items()
    }


def current_assets(tenant: Tenant) -> Iterator[KnownAsset]:
    """Of what several lists say of one device, the last; by its serial number, host or name."""
    rows = KnownAsset.objects.filter(tenant=tenant, report__state="read").exclude(account="")
    last: dict[str, KnownAsset] = {}
    for asset in rows.order_by("report__received_at", "report", "line"):
        last[(asset.serial_number or asset.host_name or asset.name).lower()] = asset
    yield from last.values()


def joined(*sources: Claims) -> dict[str, tuple[str, ...]]:
    """All that is claimed of each mailbox, no more of a kind than people read."""
    found: Claims = defaultdict(list)
    for source in sources:
        for account, words in source.items():
            found[account] += words[-NAMED:]
    return {account: tuple(words) for account, words in found.items()}
