"""Where and when mail was submitted and passwords were let in, collected for `lockdown_claims`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max, Min

from inventory.keeping import MESSAGE_READERS
from inventory.models import Observation, SignIn, Tenant
from inventory.models.tenant import ScopedQuerySet

LOGIN_COUNTS = 100
"""Days. A login of somebody who sends under another address holds for a quarter and some."""
DAY = dt.timedelta(days=1)

Place = tuple[str, dt.date]
"""Source address and day."""


@dataclass
class Mail:
    """Where and when mail of a tenant was seen, by mailbox."""

    last_at: dict[tuple[str, str], dt.date] = field(default_factory=dict)
    """{(mailbox, source address): last day}."""
    last_of_host: dict[str, dt.date] = field(default_factory=dict)
    """{host: last day}."""
    last_as: dict[tuple[str, str], dt.date] = field(default_factory=dict)
    """{(mailbox, host): last day}."""
    accounts_of_host: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    first_oauth: dict[tuple[str, str], dt.date] = field(default_factory=dict)
    """{(mailbox, source address): first day with OAuth}."""
    last_basic_from: dict[tuple[str, str], dt.date] = field(default_factory=dict)
    """{(mailbox, source address): last day with Basic}."""
    basic_from: dict[Place, dict[str, list[dt.datetime]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """{(source address, day): {mailbox that mail was sent as with Basic: when}}; of each kind of
    its mail the first and the last of the day."""
    last_basic: dict[str, dt.date] = field(default_factory=dict)

    @property
    def addresses(self) -> set[str]:
        return {address for _, address in self.last_at}


def mail_of(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> Mail:
    """From detail reports of SMTP AUTH. The database finds the last days: there are far more."""
    rows = Observation.objects.filter(
        fingerprint__tenant=tenant, report__reader__in=MESSAGE_READERS, day__lte=on
    ).order_by()
    basic = rows.exclude(auth_method="oauth")
    found = Mail()
    for account, address, day in last_days(rows.exclude(fingerprint__address=""), "address"):
        place = (primary.get(account, account), address)
        found.last_at[place] = max(day, found.last_at.get(place, day))
    for account, address, day in last_days(basic.exclude(fingerprint__address=""), "address"):
        place = (primary.get(account, account), address)
        found.last_basic_from[place] = max(day, found.last_basic_from.get(place, day))
    for account, address, day in first_oauth_days(rows):
        place = (primary.get(account, account), address)
        found.first_oauth[place] = min(day, found.first_oauth.get(place, day))
    for account, named, day in last_days(
        rows.exclude(fingerprint__message_id_host=""), "message_id_host"
    ):
        host = named.lower()
        found.last_of_host[host] = max(day, found.last_of_host.get(host, day))
        mailbox = primary.get(account, account)
        found.last_as[mailbox, host] = max(day, found.last_as.get((mailbox, host), day))
        found.accounts_of_host[host].add(mailbox)
    for account, day in basic.values_list("fingerprint__account").annotate(last=Max("day")):
        mailbox = primary.get(account, account)
        found.last_basic[mailbox] = max(day, found.last_basic.get(mailbox, day))
    columns = ("fingerprint__account", "fingerprint__address", "day", "first_at", "last_at")
    for account, address, day, *moments in basic.filter(
        day__gt=on - LOGIN_COUNTS * DAY,
        fingerprint__address__in=successes(tenant, on).values("address"),
    ).values_list(*columns):
        found.basic_from[address, day][primary.get(account, account)] += moments
    return found


def last_days(rows: ScopedQuerySet, name: str) -> Iterable[tuple[str, str, dt.date]]:
    """(account, what the fingerprint tells under the name, last day)."""
    pairs = rows.values_list("fingerprint__account", f"fingerprint__{name}")
    found: Iterable[tuple[str, str, dt.date]] = pairs.annotate(last=Max("day"))
    return found


def first_oauth_days(rows: ScopedQuerySet) -> Iterable[tuple[str, str, dt.date]]:
    oauth = rows.filter(auth_method="oauth").exclude(fingerprint__address="")
    pairs = oauth.values_list("fingerprint__account", "fingerprint__address")
    found: Iterable[tuple[str, str, dt.date]] = pairs.annotate(first=Min("day"))
    return found


def successes(tenant: Tenant, on: dt.date) -> ScopedQuerySet:
    return SignIn.objects.filter(
        tenant=tenant,
        is_smtp=True,
        result=SignIn.Result.SUCCESS,
        day__gt=on - LOGIN_COUNTS * DAY,
        day__lte=on,
    )
