"""Addresses that mail is sent as while some other mailbox logs in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from inventory.models import Fingerprint, Tenant
from tracker.lockdown.lending_facts import Lender
from tracker.lockdown.logins import Logins
from tracker.lockdown.quiet import Use

Place = tuple[str, str]
"""Source address, host in the Message-IDs."""
Uses = Mapping[str, Sequence[Use]]
"""By mailbox."""


def borrowed(tenant: Tenant, uses: Uses, able: Collection[str], now: dt.date) -> Iterator[str]:
    """Addresses sent as with Basic whose own mailbox cannot have logged in, when nothing tells
    which mailbox did. `able`: the mailboxes that may log in.

    Reports name who a message is from. With the right to send as another, that is not who logged
    in. Another mailbox with the same host behind the same address explains it.
    """
    likely = {account for account, its in uses.items() if account not in able and is_live(its, now)}
    if not likely:
        return
    places = places_by_account(tenant, now)
    explained = set[Place]().union(*(places.get(account, ()) for account in able))
    for account in sorted(likely):
        if not places.get(account, set()) & explained:
            yield account


def is_live(uses: Sequence[Use], now: dt.date) -> bool:
    return any(use.quiet_until and use.quiet_until > now for use in uses)


def places_by_account(tenant: Tenant, on: dt.date) -> dict[str, set[Place]]:
    """Where both are told."""
    seen = Fingerprint.objects.filter(tenant=tenant, observations__day__lte=on)
    rows = seen.exclude(address="").distinct()
    found: dict[str, set[Place]] = defaultdict(set)
    columns = ("account", "address", "message_id_host")
    for account, address, host in rows.exclude(message_id_host="").values_list(*columns):
        found[account].add((address, host))
    return found


def sent_for(
    uses: Uses, logins: Mapping[str, Logins], primary: Mapping[str, str], now: dt.date
) -> set[str]:
    """Addresses with Basic that holds, and with which nobody logged in."""
    return {
        account
        for account, its in uses.items()
        if account not in logins and account not in primary.values() and is_live(its, now)
    }


def lent(
    uses: Sequence[Use], account: str, lenders: Mapping[str, Lender], able: Collection[str]
) -> tuple[Use, ...]:
    """Its uses, with whose login stands behind them where that is another mailbox, which may log
    in. A login that names no mailbox may be another name of this one."""
    lender = lenders.get(account)
    if lender is None or not lender.is_for_all or lender.login not in able:
        return tuple(uses)
    return tuple(replace(use, sent_by=lender.login) for use in uses)


def as_another(uses: Sequence[Use], address: str) -> list[Use]:
    """Uses of an address that a refusal says somebody else sends as."""
    return [replace(use, name=f"{use.name} as {address}") for use in uses]
