"""Where and when mail was submitted and passwords were let in, collected for `claims`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Max, Min, Q

from inventory.bulk import batches
from inventory.models import Observation, SignIn, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.senders.keeping import MESSAGE_READERS

LOGIN_COUNTS = 100
"""Days. A login of somebody who sends under another address holds for a quarter and some."""
DAY = dt.timedelta(days=1)

Place = tuple[str, dt.date]
"""Source address and day."""
BasicFrom = dict[Place, dict[str, list[dt.datetime]]]
"""When mail was sent from there, by the mailbox that it was sent as."""


@dataclass(frozen=True)
class Span:
    """When mail of one mailbox came from one address or one host."""

    last: dt.date
    last_basic: dt.date | None = None
    first_oauth: dt.date | None = None

    def __or__(self, other: Span) -> Span:
        basic = [day for day in (self.last_basic, other.last_basic) if day]
        oauth = [day for day in (self.first_oauth, other.first_oauth) if day]
        return Span(max(self.last, other.last), max(basic, default=None), min(oauth, default=None))

    def settles(self, day: dt.date) -> bool:
        """Whether it shows what became of a password that was refused before this day.

        Mail with OAuth does if that is how it was mended; beside what had moved before, something
        else tries with a password.
        """
        return bool(
            (self.last_basic and self.last_basic >= day)
            or (self.first_oauth and self.first_oauth >= day)
        )


@dataclass
class Mail:
    """Where and when mail of a tenant was seen, by mailbox."""

    from_address: dict[tuple[str, str], Span] = field(default_factory=dict)
    """{(mailbox, source address): when}."""
    of_host: dict[tuple[str, str], Span] = field(default_factory=dict)
    """{(mailbox, host in lower case): when}."""
    hosts: dict[str, Span] = field(default_factory=dict)
    """{host in lower case: when}."""
    accounts_of_host: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    last_basic: dict[str, dt.date] = field(default_factory=dict)

    @property
    def addresses(self) -> set[str]:
        return {address for _, address in self.from_address}


def mail_of(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> Mail:
    """From detail reports of SMTP AUTH. The database finds the last days: there are far more."""
    rows = Observation.objects.filter(
        fingerprint__tenant=tenant, report__reader__in=MESSAGE_READERS, day__lte=on
    ).order_by()
    basic = rows.exclude(auth_method="oauth")
    found = Mail(spans(rows, "address", primary), spans(rows, "message_id_host", primary))
    for (mailbox, host), span in found.of_host.items():
        found.hosts[host] = found.hosts[host] | span if host in found.hosts else span
        found.accounts_of_host[host].add(mailbox)
    for account, day in basic.values_list("fingerprint__account").annotate(last=Max("day")):
        mailbox = primary.get(account, account)
        found.last_basic[mailbox] = max(day, found.last_basic.get(mailbox, day))
    return found


def basic_from(
    tenant: Tenant, on: dt.date, primary: Mapping[str, str], addresses: Collection[str]
) -> BasicFrom:
    """Of each kind of mail with Basic from these addresses the first and the last of a day."""
    found: BasicFrom = defaultdict(lambda: defaultdict(list))
    columns = ("fingerprint__account", "fingerprint__address", "day", "first_at", "last_at")
    for part in batches(addresses):
        rows = Observation.objects.filter(
            fingerprint__tenant=tenant,
            fingerprint__address__in=part,
            report__reader__in=MESSAGE_READERS,
            day__lte=on,
            day__gt=on - LOGIN_COUNTS * DAY,
        ).exclude(auth_method="oauth")
        for account, address, day, *moments in rows.order_by().values_list(*columns):
            found[address, day][primary.get(account, account)] += moments
    return found


def spans(rows: ScopedQuerySet, name: str, primary: dict[str, str]) -> dict[tuple[str, str], Span]:
    """{(mailbox, what the fingerprint tells under the name, in lower case): when}."""
    is_oauth = Q(auth_method="oauth")
    told = rows.exclude(**{f"fingerprint__{name}": ""}).values_list(
        "fingerprint__account", f"fingerprint__{name}"
    )
    found: dict[tuple[str, str], Span] = {}
    for account, value, *days in told.annotate(
        last=Max("day"),
        last_basic=Max("day", filter=~is_oauth),
        first_oauth=Min("day", filter=is_oauth),
    ):
        key, span = (primary.get(account, account), value.lower()), Span(*days)
        found[key] = found[key] | span if key in found else span
    return found


def successes(tenant: Tenant, on: dt.date) -> ScopedQuerySet:
    return SignIn.objects.filter(
        tenant=tenant,
        is_smtp=True,
        result=SignIn.Result.SUCCESS,
        day__gt=on - LOGIN_COUNTS * DAY,
        day__lte=on,
    )
