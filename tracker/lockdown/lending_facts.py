"""Logins that come right before mail as another address, collected for `lending`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Max, Min

from inventory.assets.names import folded
from inventory.exchange.settings import Snapshot
from inventory.models import DeviceReply, Fingerprint, Observation, Sender, SignIn, Tenant
from inventory.senders import from_groups
from inventory.senders.from_grouping import (
    DEVICES,
    Attempt,
    Sent,
    counted,
    logins_of,
    said_by_refusal,
)
from inventory.senders.keeping import MESSAGE_READERS
from tracker.lockdown.lending import LOGGED, Look, SentAs, is_all_lent
from tracker.lockdown.logins import Claims
from tracker.lockdown.verdict import STALE, Period


@dataclass(frozen=True)
class Lender:
    """Who logs in for an address."""

    login: str
    reason: str
    last_on: dt.date
    """When mail as the address was last sent."""
    is_for_all: bool
    """Nothing of its mail goes with a login of its own."""
    is_untold: bool = False
    """No trace tells what some of its mail says, which would have to be one with the rest."""


def lenders_of(
    tenant: Tenant, moment: dt.datetime, addresses: Collection[str]
) -> dict[str, Lender]:
    """By address, of those that nobody logged in with; by what logs of logins told up to then."""
    log = log_of(tenant, moment)
    if log is None or not addresses:
        return {}
    sent = {
        place: [(at, address) for at, address in rows if at <= moment]
        for place, rows in from_groups.sent(tenant, addresses).items()
    }
    attempts = [each for each in from_groups.attempts(tenant, sent) if each.at <= moment]
    found = logins_of(attempts, sent)
    told = sent_as(tenant, found, moment.date())
    return {
        address: Lender(
            login.name,
            login.reason,
            max(day for days in told[address].looks.values() for day in days),
            is_all_lent(told[address], log, matched(attempts, sent, (address, login.name))),
            is_untold=any(not words for _, words in told[address].looks),
        )
        for address, login in found.items()
        if address in told
    }


def log_of(tenant: Tenant, moment: dt.datetime) -> Period | None:
    """The days of which logins were told, if they reach to the day asked for."""
    rows = SignIn.objects.filter(tenant=tenant, day__lte=moment.date(), **from_groups.SUCCESS)
    days = rows.aggregate(first=Min("day"), last=Max("day"))
    if days["last"] is None or (moment.date() - days["last"]).days > STALE:
        return None
    return Period(days["first"], days["last"])


def matched(attempts: Collection[Attempt], sent: Sent, pair: tuple[str, str]) -> set[dt.date]:
    """The days on which the login came right before mail as the address, and of nobody else."""
    by_day: dict[dt.date, list[Attempt]] = defaultdict(list)
    for each in attempts:
        if each.login == pair[1]:
            by_day[each.at.date()].append(each)
    return {day for day, its in by_day.items() if counted(its, sent, dt.timedelta(0))[pair]}


def sent_as(tenant: Tenant, addresses: Collection[str], on: dt.date) -> dict[str, SentAs]:
    rows = Observation.objects.filter(
        fingerprint__tenant=tenant,
        fingerprint__account__in=addresses,
        report__reader__in=MESSAGE_READERS,
        day__lte=on,
    ).exclude(auth_method="oauth")
    columns = ("account", "message_id_host", "subject_mask")
    looks: dict[str, dict[Look, set[dt.date]]] = defaultdict(lambda: defaultdict(set))
    for address, host, words, day in rows.values_list(
        *(f"fingerprint__{each}" for each in columns), "day"
    ).distinct():
        looks[address][host.lower(), words].add(day)
    devices = used_by_devices(tenant, looks)
    return {address: SentAs(its, address in devices) for address, its in looks.items()}


def used_by_devices(tenant: Tenant, accounts: Collection[str]) -> set[str]:
    rows = Sender.objects.filter(tenant=tenant, account__name__in=accounts, kind__in=DEVICES)
    return set(rows.values_list("account__name", flat=True))


def hints_of(
    tenant: Tenant, moment: dt.datetime, addresses: Collection[str], lenders: Mapping[str, Lender]
) -> dict[str, str]:
    """{address that nobody logged in with: what would tell if another mailbox does it for it}."""
    has_log = log_of(tenant, moment) is not None
    found = {}
    for address in set(addresses) - used_by_devices(tenant, addresses):
        lender = lenders.get(address)
        if not has_log:
            found[address] = (
                f"Entra's sign-in logs of {LOGGED} days (AuditLog.Read.All) would tell if another "
                "mailbox logs in for it"
            )
        elif lender and not lender.is_for_all and lender.is_untold:
            found[address] = (
                f"{lender.login} logged in right before some of its mail: a message trace of the "
                f"same days (Get-MessageTraceV2) would tell if it sends all of it"
            )
    return found


def lending_claims(lenders: Mapping[str, Lender], primary: Mapping[str, str]) -> Claims:
    """What each login holds: mail as somebody else, whose own mailbox never logs in."""
    claims: Claims = defaultdict(list)
    for address, lender in sorted(lenders.items()):
        claims[primary.get(lender.login, lender.login)].append(
            f"It sends as {address}, last on {lender.last_on}: {lender.reason} that address"
        )
    return claims


# -- named by refusals ---------------------------------------------------------------------------


def named_by_refusals(tenant: Tenant, on: dt.date, primary: Mapping[str, str]) -> dict[str, str]:
    """{From address: who logs in}, of those that refusals name one login for."""
    rows = DeviceReply.objects.filter(tenant=tenant, family="send_as", at__date__lte=on)
    found: dict[str, set[str]] = defaultdict(set)
    for text in rows.values_list("text", flat=True):
        if pair := said_by_refusal(text):
            found[pair[1]].add(primary.get(pair[0], pair[0]))
    return {address: logins.pop() for address, logins in found.items() if len(logins) == 1}


def sole_logins(
    tenant: Tenant, on: dt.date, named: Mapping[str, str], told: Snapshot
) -> dict[str, str]:
    """{From address: who logs in} where all its mail comes from the host that the mailbox of that
    login is named after, too."""
    hosts: dict[str, set[str]] = defaultdict(set)
    seen = Fingerprint.objects.filter(
        tenant=tenant,
        account__in=list(named),
        observations__day__lte=on,
        observations__report__reader__in=MESSAGE_READERS,
    )
    for address, host in seen.values_list("account", "message_id_host").distinct():
        hosts[address].add(folded(host))
    return {
        address: login
        for address, login in named.items()
        if (host := folded(told.mailboxes.get(login, {}).get("host_name", "")))
        and hosts.get(address) == {host}
    }
