"""What logins say that mail does not: who sends under another address, and who only checks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from inventory.models import Tenant
from tracker.lockdown.mail import DAY, BasicFrom, Mail, Place, basic_from, successes
from tracker.lockdown.verdict import Coverage

CHECKED_ON = 14
"""Days with logins and no mail from which they are taken for checks of the login."""

WITHIN = dt.timedelta(minutes=2)
"""A login comes so shortly before its mail; clocks differ a little."""
NOW_AND_THEN = 0.1
"""Share of the days on which mail comes right after a login by chance."""

Claims = dict[str, list[str]]
"""{mailbox: what speaks for a use}."""


@dataclass(frozen=True)
class Logins:
    """Successful logins with a password, by mailbox: the days, and from where."""

    days: dict[dt.date, set[str]]

    @property
    def last(self) -> dt.date:
        return max(self.days)

    times: dict[Place, tuple[dt.datetime, dt.datetime]]
    """The first and the last of a day from an address."""

    def places(self, days: Iterable[dt.date] | None = None) -> Iterator[Place]:
        for day in self.days if days is None else days:
            yield from ((address, day) for address in self.days[day])


def logins_of(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> dict[str, Logins]:
    found: dict[str, Logins] = {}
    columns = ("name", "day", "address", "first_at", "last_at")
    for name, day, address, first, last in successes(tenant, on).values_list(*columns):
        logins = found.setdefault(primary.get(name, name), Logins(defaultdict(set), {}))
        logins.days[day].add(address)
        was = logins.times.get((address, day), (first, last))
        logins.times[address, day] = (min(first, was[0]), max(last, was[1]))
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


def logged_in_otherwise(
    account: str, day: dt.date, logins: Mapping[str, Logins], known: Collection[str]
) -> bool:
    """Whether who was let in as a mailbox on a day did not use its password, so OAuth: the log has
    logins of that day and of those beside it, each of a known mailbox, and none is its own."""
    days = {day - DAY, day, day + DAY}
    by_name = {name: days & each.days.keys() for name, each in logins.items()}
    names = {name for name, its in by_name.items() if its}
    is_told = days == set().union(*by_name.values())
    return is_told and account not in names and names <= set(known)


def login_checks(
    tenant: Tenant,
    on: dt.date,
    primary: Mapping[str, str],
    logins: dict[str, Logins],
    mail: Mail,
    coverage: Coverage,
) -> dict[str, str]:
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
    sent = basic_from(tenant, on, primary, addresses_of(logins[each] for each in likely))
    return {
        account: (
            f"It logged in on {len(covered[account])} days, last on {logins[account].last}, and "
            "no mail goes with its logins: they check the login, and that check will fail"
        )
        for account in sorted(likely)
        if not goes_with_mail(logins[account], covered[account], sent, at)
        and not any(
            is_unexplained(set(sent.get(place, ())), at[place], likely)
            for place in logins[account].places(covered[account])
        )
    }


def addresses_of(logins: Iterable[Logins]) -> set[str]:
    return {address for each in logins for address, _ in each.places()}


def goes_with_mail(
    logins: Logins, days: list[dt.date], sent: BasicFrom, at: dict[Place, set[str]]
) -> bool:
    """Whether its logins come right before mail as somebody who did not log in there, more often
    than now and then: it sends as them."""
    places = list(logins.places(days))
    hits = 0
    for place in places:
        sent_as = sent.get(place, {})
        moments = [each for name in sent_as.keys() - at[place] for each in sent_as[name]]
        hits += any(
            dt.timedelta(seconds=-5) <= moment - login <= WITHIN
            for login in logins.times[place]
            for moment in moments
        )
    return hits > NOW_AND_THEN * len(places)


def explained(logins: dict[str, Logins], sent: BasicFrom, checks: Collection[str]) -> set[str]:
    """Addresses that mail was sent as from where, on that day, somebody else logged in who sent
    nothing as themselves: whoever it was, the login holds their mailbox."""
    at = accounts_by_place(logins)
    return {
        address
        for place, sent_as in sent.items()
        if at[place] - sent_as.keys() - set(checks)
        for address in sent_as.keys() - at[place]
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
