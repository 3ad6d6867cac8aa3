"""What lockdown decides on, collected for one tenant and one day, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from inventory.effective import BASIC_BLOCKED, BLOCKED
from inventory.exchange_settings import Snapshot, snapshot
from inventory.keeping import MESSAGE_READERS
from inventory.models import Fingerprint, Item, Report, Sender, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.queries import unproven_days
from inventory.readers import PROVING, TOTALS
from tracker.lockdown import (
    COVERED,
    Coverage,
    Mailbox,
    Organisation,
    Period,
    Verdict,
    covered,
    decide,
    is_unused,
)
from tracker.lockdown_claims import asset_claims, failure_claims, joined, reply_claims
from tracker.lockdown_lending import (
    Lender,
    lenders_of,
    lending_claims,
    named_by_refusals,
    sole_logins,
)
from tracker.lockdown_logins import Logins, explained, login_checks, login_claims, logins_of
from tracker.lockdown_mail import mail_of
from tracker.lockdown_settings import (
    effective_of,
    mailboxes_known,
    primary_addresses,
    switched_on_again,
    with_note,
)
from tracker.lockdown_sources import oauth_logins, script_claims, sources_by_account
from tracker.lockdown_uses import Seen, SenderKey, observed, uses_by_account
from tracker.models import Waiver
from tracker.quiet import Use

REFUSED_SHARE = 0.01
"""A report of which more rows than this could not be taken covers nothing."""
NO_BASIC = (BLOCKED, BASIC_BLOCKED)


def lockdown(tenant: Tenant, on: dt.date) -> list[Verdict]:
    """A verdict for every mailbox that settings or traffic know of, by what was told up to `on`."""
    moment = dt.datetime.combine(on, dt.time.max, dt.UTC)
    told = snapshot(tenant, moment)
    primary = primary_addresses(told)
    coverage, partial = coverage_of(tenant, on)
    seen = senders_seen(tenant, on, primary)
    add_totals(seen, tenant, on, primary, coverage)
    mail = mail_of(tenant, on, primary)
    logins = logins_of(tenant, on, primary)
    checks = login_checks(logins, mail, coverage)
    logged_in_for = explained(logins, mail, checks)
    sources = sources_by_account(tenant, on, primary)
    named = named_by_refusals(tenant, on, primary)
    basic_seen = last_basic(seen)
    sole = {
        address: login
        for address, login in sole_logins(tenant, on, named, told).items()
        if effective_of(address, told, basic_seen=basic_seen, on=on).state in NO_BASIC
    }
    uses = uses_by_account(tenant, told, seen, sources, sole, on, coverage)
    until = coverage.until or on
    lenders = lenders_of(tenant, moment, sent_for(uses, logins, primary, until))
    lent_out = {address for address, lender in lenders.items() if lender.is_for_all}
    refused, oauth_replies = reply_claims(tenant, on, told, mail, logins, lent_out)
    for address, login in named.items():
        if login in oauth_replies or address in sole:
            uses[login] = [*uses.get(login, []), *as_another(uses.get(address, []), address)]
    oauth = {**oauth_replies, **oauth_logins(sources)}
    claims = joined(
        lending_claims(lenders, primary),
        login_claims(logins, mail, checks),
        failure_claims(tenant, on, primary, mail, lent_out),
        refused,
        script_claims(sources),
        asset_claims(tenant, on, primary, mail),
    )
    was_off = switched_on_again(tenant, moment, told)
    named = mailboxes_known(told) or claims.keys()
    accounts = named | {account for account, _ in seen} | logins.keys()
    settings = {
        account: effective_of(account, told, basic_seen=basic_seen, on=on) for account in accounts
    }
    able = {
        account
        for account in mailboxes_known(told) & settings.keys()
        if settings[account].state not in NO_BASIC
    }
    waivers = waivers_by_account(tenant, primary, on)
    other = other_mail(tenant, on, primary, coverage)
    mailboxes = [
        Mailbox(
            account=account,
            effective=with_note(settings[account], told),
            uses=lent(uses.get(account, []), account, lenders, able),
            waivers=tuple(sorted(waivers.get(account, ()))),
            other_mail_on=len(other.get(account, ())),
            claims=claims.get(account, ()),
            oauth=oauth.get(account, ""),
            off_until=was_off.get(account),
            login_check=checks.get(account, ""),
        )
        for account in sorted(accounts)
    ]
    organisation = Organisation(
        on=on,
        coverage=coverage,
        partial=tuple(partial),
        borrowed=tuple(
            address
            for address in borrowed(tenant, mailboxes, told, until)
            if address not in logged_in_for and address not in sole
        ),
        suspects=frozenset(
            mailbox.account for mailbox in mailboxes if can_log_in(mailbox) and is_unused(mailbox)
        ),
    )
    return [decide(mailbox, organisation) for mailbox in mailboxes]


# -- traffic -----------------------------------------------------------------------------------


def senders_seen(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> dict[SenderKey, Seen]:
    rows = observed(tenant, on).filter(report__reader__in=MESSAGE_READERS)
    columns = ("fingerprint__account", "fingerprint__sender", "auth_method", "day")
    seen: dict[SenderKey, Seen] = defaultdict(Seen)
    for account, sender, auth_method, day in rows.values_list(*columns).distinct().order_by():
        seen[primary.get(account, account), sender].add(auth_method, day)
    return seen


def add_totals(
    seen: dict[SenderKey, Seen],
    tenant: Tenant,
    on: dt.date,
    primary: dict[str, str],
    coverage: Coverage,
) -> None:
    """What only a grid export tells: sent at some time in the ninety days before it was taken.

    Where detail reports cover those days they tell when, and the grid has nothing to add.
    """
    rows = observed(tenant, on).filter(report__reader__in=TOTALS, message_count__gt=0)
    columns = ("fingerprint__account", "auth_method", "day")
    known = {account for account, _ in seen}
    for account, auth_method, day in rows.values_list(*columns).distinct().order_by():
        mailbox = primary.get(account, account)
        first = day - dt.timedelta(days=COVERED - 1)
        last = min(day, coverage.until or day)
        is_told = not coverage.gaps(first, last)
        if mailbox not in known or not is_told:
            seen[mailbox, None].add(auth_method, day)


def last_basic(seen: dict[SenderKey, Seen]) -> dt.date | None:
    return max((max(each.basic) for each in seen.values() if each.basic), default=None)


def coverage_of(tenant: Tenant, on: dt.date) -> tuple[Coverage, list[str]]:
    """(the days that detail reports cover, the names of reports that were not read whole and
    that no other covers)."""
    reports = Report.objects.filter(
        tenant=tenant, state=Report.State.READ, reader__in=PROVING - TOTALS
    )
    whole, partial = [], []
    for report in reports.exclude(period_start=None).filter(period_start__date__lte=on):
        if report.period_start is None or report.period_end is None:
            continue
        period = Period(report.period_start.date(), min(report.period_end.date(), on))
        if is_partial(report):
            partial.append((report.file_name, period))
        else:
            whole.append(period)
    coverage = covered(whole)
    return coverage, [name for name, period in partial if coverage.gaps(period.first, period.last)]


def is_partial(report: Report) -> bool:
    return bool(report.cut_reasons) or report.rejected_count > report.row_count * REFUSED_SHARE


def other_mail(
    tenant: Tenant, on: dt.date, primary: dict[str, str], coverage: Coverage
) -> dict[str, set[dt.date]]:
    """{mailbox: days on which traces show mail of it, among those that detail reports cover}."""
    rows = observed(tenant, on).exclude(report__reader__in=PROVING)
    found: dict[str, set[dt.date]] = defaultdict(set)
    proven = rows.values_list("fingerprint__account", "day").distinct().order_by()
    for account, day in itertools.chain(proven, unproven_days(tenant, on)):
        if not coverage.gaps(day, day):
            found[primary.get(account, account)].add(day)
    return found


def borrowed(
    tenant: Tenant, mailboxes: list[Mailbox], told: Snapshot, now: dt.date
) -> Iterator[str]:
    """Addresses sent as with Basic whose own mailbox cannot have logged in, when nothing tells
    which mailbox did.

    Reports name who a message is from. With the right to send as another, that is not who logged
    in. Another mailbox with the same host behind the same address explains it.
    """
    places = places_by_account(tenant, now)
    known = mailboxes_known(told)
    able = {each.account for each in mailboxes if can_log_in(each)} & (known or set())
    for mailbox in mailboxes:
        is_live = any(use.quiet_until and use.quiet_until > now for use in mailbox.uses)
        if not is_live or not known or mailbox.account in able:
            continue
        mine = places.get(mailbox.account, set())
        if not any(mine & places.get(other, set()) for other in able):
            yield mailbox.account


def can_log_in(mailbox: Mailbox) -> bool:
    """With Basic, as far as is known."""
    return mailbox.effective.state not in NO_BASIC


def places_by_account(tenant: Tenant, on: dt.date) -> dict[str, set[tuple[str, str]]]:
    """{account: (source address, host in the Message-IDs)}, where both are told."""
    seen = Fingerprint.objects.filter(tenant=tenant, observations__day__lte=on)
    rows = seen.exclude(address="").distinct()
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    columns = ("account", "address", "message_id_host")
    for account, address, host in rows.exclude(message_id_host="").values_list(*columns):
        found[account].add((address, host))
    return found


# -- sent as another ---------------------------------------------------------------------------


def sent_for(
    uses: dict[str, list[Use]], logins: dict[str, Logins], primary: dict[str, str], now: dt.date
) -> set[str]:
    """Addresses with Basic that holds, and with which nobody logged in."""
    return {
        account
        for account, its in uses.items()
        if account not in logins
        and account not in primary.values()
        and any(use.quiet_until and use.quiet_until > now for use in its)
    }


def lent(
    uses: list[Use], account: str, lenders: dict[str, Lender], able: set[str]
) -> tuple[Use, ...]:
    """Its uses, with whose login stands behind them where that is another mailbox, which may log
    in. A login that names no mailbox may be another name of this one."""
    lender = lenders.get(account)
    if lender is None or not lender.is_for_all or lender.login not in able:
        return tuple(uses)
    return tuple(replace(use, sent_by=lender.login) for use in uses)


def as_another(uses: list[Use], address: str) -> list[Use]:
    """Uses of an address that a refusal says somebody else sends as."""
    return [replace(use, name=f"{use.name} as {address}") for use in uses]


def waivers_by_account(tenant: Tenant, primary: dict[str, str], on: dt.date) -> dict[str, set[str]]:
    """{mailbox: items behind its senders that may wait on that day, each with its last day}."""
    until = {
        waiver.cutover.item_id: f"{waiver.cutover.item} until {waiver.expires_on}"
        for waiver in holding(on)
        .filter(cutover__item__tenant=tenant)
        .select_related("cutover__item")
    }
    senders = Sender.objects.filter(tenant=tenant, merged_into=None, item__in=until)
    own = Item.objects.filter(pk__in=until, category=Item.Category.ACCOUNT)
    found: dict[str, set[str]] = defaultdict(set)
    for account, item in [
        *senders.values_list("account__name", "item"),
        *own.values_list("name", "pk"),
    ]:
        found[primary.get(account, account)].add(until[item])
    return found


def holding(on: dt.date) -> ScopedQuerySet:
    """Waivers that were approved by the day and end on it or later, whether or not anything has
    noticed the end of those that have expired since."""
    held = (Waiver.State.APPROVED, Waiver.State.EXPIRED)
    return Waiver.objects.filter(state__in=held, decided_at__date__lte=on, expires_on__gte=on)
