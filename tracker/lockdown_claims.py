"""What else than mail says that something logs in with Basic as a mailbox, in a fixed number of
queries: logins, failed logins, replies that devices logged, scripts, lists of devices.

None of it is a sender. Each keeps a mailbox from being called safe, as long as mail does not
show what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q

from inventory.discovery import MESSAGE_READERS
from inventory.models import (
    DeviceReply,
    Fingerprint,
    Item,
    KnownAsset,
    Observation,
    SignIn,
    Submission,
    Tenant,
)
from inventory.replies import meaning_of
from tracker.lockdown import NAMED, ONCE_QUIET, Coverage, listed
from tracker.places import is_inside, networks_of

LOGIN_COUNTS = 100
"""Days. A login of somebody who sends under another address holds for a quarter and some."""
CHECKED_ON = 14
"""Days with logins and no mail from which they are taken for checks of the login."""
SPRAYED = 5
"""Accounts at which one address failed, from which it guesses passwords."""
NO_LOGIN = {"direct_send", "relay", "not_authenticated"}
"""Families of replies to somebody who did not log in."""
DAY = dt.timedelta(days=1)

Place = tuple[str, dt.date]
"""Source address and day."""
Claims = dict[str, list[str]]
"""{mailbox: what speaks for a use}."""


@dataclass
class Mail:
    """Where and when mail of a tenant was seen, by mailbox."""

    last_at: dict[tuple[str, str], dt.date] = field(default_factory=dict)
    """{(mailbox, source address): last day}."""
    last_of_host: dict[str, dt.date] = field(default_factory=dict)
    """{host: last day}."""
    accounts_of_host: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    basic_from: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    """{(source address, day): mailboxes that mail was sent as with Basic}."""
    last_basic: dict[str, dt.date] = field(default_factory=dict)

    @property
    def addresses(self) -> set[str]:
        return {address for _, address in self.last_at}

    def add(self, account: str, address: str, host: str, auth_method: str, day: dt.date) -> None:
        if address:
            place = (account, address)
            self.last_at[place] = max(day, self.last_at.get(place, day))
        if host:
            self.last_of_host[host] = max(day, self.last_of_host.get(host, day))
            self.accounts_of_host[host].add(account)
        if auth_method != "oauth":
            self.basic_from[address, day].add(account)
            self.last_basic[account] = max(day, self.last_basic.get(account, day))


@dataclass(frozen=True)
class Logins:
    """Successful logins with a password, by mailbox: the days, and from where."""

    days: dict[dt.date, set[str]]

    @property
    def last(self) -> dt.date:
        return max(self.days)

    def places(self, days: Iterable[dt.date] | None = None) -> Iterator[Place]:
        for day in self.days if days is None else days:
            yield from ((address, day) for address in self.days[day])


def mail_of(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> Mail:
    """From detail reports of SMTP AUTH."""
    rows = Observation.objects.filter(
        fingerprint__tenant=tenant, report__reader__in=MESSAGE_READERS, day__lte=on
    )
    columns = ("account", "address", "message_id_host")
    found = Mail()
    for account, address, host, auth_method, day in (
        rows.values_list(*(f"fingerprint__{name}" for name in columns), "auth_method", "day")
        .distinct()
        .order_by()
    ):
        found.add(primary.get(account, account), address, host.lower(), auth_method, day)
    return found


# -- logins ------------------------------------------------------------------------------------


def logins_of(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> dict[str, Logins]:
    rows = SignIn.objects.filter(
        tenant=tenant,
        is_smtp=True,
        result=SignIn.Result.SUCCESS,
        day__gt=on - LOGIN_COUNTS * DAY,
        day__lte=on,
    )
    found: dict[str, Logins] = {}
    for name, day, address in rows.values_list("name", "day", "address"):
        logins = found.setdefault(primary.get(name, name), Logins(defaultdict(set)))
        logins.days[day].add(address)
    return found


def login_claims(logins: dict[str, Logins], mail: Mail, checks: dict[str, str]) -> Claims:
    """Logins that no mail of the mailbox explains: its mail goes out under another address."""
    return {
        account: [
            f"It logged in to SMTP AUTH with its password, last on {each.last}, and no mail of "
            "its own explains that: it may send as another"
        ]
        for account, each in logins.items()
        if account not in checks
        and (account not in mail.last_basic or mail.last_basic[account] < each.last - DAY)
    }


def login_checks(logins: dict[str, Logins], mail: Mail, coverage: Coverage) -> dict[str, str]:
    """{mailbox: words} of those that log in by the clock, and never with any mail.

    A sender that uses another address is told apart by that mail: on some day of its logins, mail
    comes from where it logs in that nobody else who logged in there on that day accounts for.
    """
    covered = {
        account: [day for day in each.days if not coverage.gaps(day, day)]
        for account, each in logins.items()
        if account not in mail.last_basic
    }
    likely = {account for account, days in covered.items() if is_by_the_clock(days)}
    at = accounts_by_place(logins)
    return {
        account: (
            f"It logged in on {len(covered[account])} days, last on {logins[account].last}, and "
            "no mail goes with its logins: they check the login, and that check will fail"
        )
        for account in sorted(likely)
        if not any(
            is_unexplained(mail.basic_from.get(place, set()), at[place], likely)
            for place in logins[account].places(covered[account])
        )
    }


def explained(logins: dict[str, Logins], mail: Mail, checks: dict[str, str]) -> set[str]:
    """Addresses that mail was sent as from where, on that day, somebody else logged in who sent
    nothing as themselves: whoever it was, the login holds their mailbox."""
    at = accounts_by_place(logins)
    return {
        address
        for place, sent_as in mail.basic_from.items()
        if at[place] - sent_as - checks.keys()
        for address in sent_as - at[place]
    }


def accounts_by_place(logins: dict[str, Logins]) -> dict[Place, set[str]]:
    at: dict[Place, set[str]] = defaultdict(set)
    for account, each in logins.items():
        for place in each.places():
            at[place].add(account)
    return at


def is_unexplained(sent_as: set[str], logged_in: set[str], likely: set[str]) -> bool:
    """Whether mail came as somebody who did not log in, while nobody else logged in who sent
    nothing as themselves."""
    return bool(sent_as - logged_in) and not (logged_in - sent_as - likely)


def is_by_the_clock(days: list[dt.date]) -> bool:
    """Checks run by the clock; who logs in only now and then may send only now and then."""
    return len(days) >= CHECKED_ON and len(days) >= 0.9 * ((max(days) - min(days)).days + 1)


# -- failed logins -----------------------------------------------------------------------------


def failure_claims(tenant: Tenant, on: dt.date, primary: dict[str, str], mail: Mail) -> Claims:
    """Failed logins from where the organisation sends, later than the mail from there.

    Passwords are guessed at many mailboxes and from addresses that never sent anything.
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
    own = own_places(tenant, mail, failures)
    found: dict[tuple[str, str], str] = {}
    for name, address, day, reason, code in failures:
        account = primary.get(name, name)
        seen = mail.last_at.get((account, address))
        if address in own and (seen is None or seen < day):
            why = reason.rstrip(".") or f"error {code}"
            found[account, address] = (
                f"Something at {address} still tries to log in, last on {day}: {why}"
            )
    claims: Claims = defaultdict(list)
    for (account, _), words in found.items():
        claims[account].append(words)
    return claims


def own_places(
    tenant: Tenant, mail: Mail, failures: list[tuple[str, str, dt.date, str, str]]
) -> set[str]:
    """The addresses among those of failures that are the organisation's, and do not guess."""
    networks = networks_of(tenant)
    known = mail.addresses
    tried: dict[str, set[str]] = defaultdict(set)
    for name, address, *_ in failures:
        tried[address].add(name)
    return {
        address
        for address, names in tried.items()
        if is_inside(address, networks) or (address in known and len(names) < SPRAYED)
    }


# -- replies -----------------------------------------------------------------------------------


def reply_claims(tenant: Tenant, on: dt.date, primary: dict[str, str], mail: Mail) -> Claims:
    """The last reply that each device logged for a mailbox, if no later mail of it is known."""
    hosts = accounts_by_host(tenant, primary, mail)
    rows = DeviceReply.objects.filter(tenant=tenant).exclude(family__in=NO_LOGIN)
    known = Q(at__date__gt=on - ONCE_QUIET * DAY, at__date__lte=on) | Q(at=None)
    columns = ("host", "account", "at", "family", "text")
    last: dict[tuple[str, str], tuple[dt.date | None, str]] = {}
    for host, named, at, family, text in rows.filter(known).values_list(*columns).order_by("at"):
        day = at.date() if at else None
        accounts = {primary.get(named, named)} if named else hosts.get(host.lower(), set())
        for account in accounts:
            last[account, host] = (day, meaning_of(family, text))
    claims: Claims = defaultdict(list)
    for (account, host), (day, said) in last.items():
        seen = mail.last_of_host.get(host.lower())
        if day is None or seen is None or seen <= day:
            when = f" on {day}" if day else ""
            claims[account].append(
                f"{host or 'A device'} still tries; it logged a refusal{when}: {said}"
            )
    return claims


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


# -- scripts and lists -------------------------------------------------------------------------


def script_claims(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> Claims:
    """A script that holds a login uses it whenever it runs, be that once a year."""
    rows = Submission.objects.filter(tenant=tenant, auth="basic").exclude(login="")
    still = rows.filter(Q(gone_at=None) | Q(gone_at__date__gt=on)).select_related("script")
    places: Claims = defaultdict(list)
    for each in still.order_by("path", "line"):
        login = each.login.lower()
        host = f"{each.script.host_name}:" if each.script.host_name else ""
        places[primary.get(login, login)].append(f"{host}{each.path}:{each.line}")
    return {
        account: [
            f"{'Scripts log' if len(where) > 1 else 'A script logs'} in with it: {listed(where)}"
        ]
        for account, where in places.items()
    }


def asset_claims(tenant: Tenant, on: dt.date, primary: dict[str, str], mail: Mail) -> Claims:
    """Devices that a list says send with a mailbox, and that mail does not show at all."""
    seen_items = set(
        Fingerprint.objects.filter(
            tenant=tenant, sender__item__isnull=False, observations__day__lte=on
        ).values_list("sender__item", flat=True)
    )
    named: Claims = defaultdict(list)
    for asset in current_assets(tenant):
        is_seen = asset.item_id in seen_items or asset.host_name.lower() in mail.last_of_host
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
