"""What lockdown decides on, collected for one tenant and one day, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from inventory.discovery import MESSAGE_READERS
from inventory.effective import BASIC_BLOCKED, BLOCKED, Effective, Settings, effective
from inventory.exchange_settings import Snapshot, snapshot
from inventory.models import Fingerprint, Observation, Report, Sender, SignIn, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.outcome import LIKELY_CUT
from inventory.queries import unproven_days
from inventory.readers import PROVING, TOTALS
from tracker.lockdown import (
    COVERED,
    Coverage,
    Mailbox,
    Organisation,
    Period,
    Use,
    Verdict,
    covered,
    decide,
    is_unused,
)
from tracker.models import Cutover

REFUSED_SHARE = 0.01
"""A report of which more rows than this could not be taken covers nothing."""
LOGIN_COUNTS = dt.timedelta(days=100)
"""A login of somebody who sends under another address holds for a quarter and some days."""
BASIC_PROOF = dt.timedelta(days=7)
"""Basic let in so shortly before tells that the security defaults do not refuse it."""
Status = Cutover.Status


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


SenderKey = tuple[str, int | None]
"""Mailbox, primary key of the sender."""


def lockdown(tenant: Tenant, on: dt.date) -> list[Verdict]:
    """A verdict for every mailbox that settings or traffic know of, by what was told up to `on`."""
    moment = dt.datetime.combine(on, dt.time.max, dt.UTC)
    told = snapshot(tenant, moment)
    primary = primary_addresses(told)
    coverage, partial = coverage_of(tenant, on)
    seen = senders_seen(tenant, on, primary)
    add_totals(seen, tenant, on, primary, coverage)
    signed_in = last_sign_ins(tenant, on, primary)
    accounts = mailboxes_known(told) | {account for account, _ in seen} | signed_in.keys()
    settings = {
        account: effective_of(account, told, basic_seen=last_basic(seen), on=on)
        for account in accounts
    }
    uses = uses_by_account(tenant, seen, on)
    waivers = waivers_by_account(tenant, primary)
    other = other_mail(tenant, on, primary, coverage)
    mailboxes = [
        Mailbox(
            account=account,
            effective=with_note(settings[account], told),
            uses=tuple(uses.get(account, ())),
            waivers=tuple(sorted(waivers.get(account, ()))),
            other_mail_on=len(other.get(account, ())),
            claims=() if account in uses else login_claims(signed_in.get(account)),
        )
        for account in sorted(accounts)
    ]
    organisation = Organisation(
        on=on,
        coverage=coverage,
        partial=tuple(partial),
        borrowed=tuple(borrowed(tenant, mailboxes, told, coverage.until or on)),
        suspects=frozenset(
            mailbox.account for mailbox in mailboxes if can_log_in(mailbox) and is_unused(mailbox)
        ),
    )
    return [decide(mailbox, organisation) for mailbox in mailboxes]


def last_sign_ins(tenant: Tenant, on: dt.date, primary: dict[str, str]) -> dict[str, dt.date]:
    """{mailbox: last day on which it logged in to SMTP AUTH with its password}."""
    logged_in = SignIn.objects.filter(
        tenant=tenant,
        is_smtp=True,
        result=SignIn.Result.SUCCESS,
        day__gt=on - LOGIN_COUNTS,
        day__lte=on,
    )
    last: dict[str, dt.date] = {}
    for name, day in logged_in.values_list("name", "day"):
        account = primary.get(name, name)
        last[account] = max(day, last.get(account, day))
    return last


def login_claims(last: dt.date | None) -> tuple[str, ...]:
    """What stands for a mailbox whose mail goes out under another address."""
    if last is None:
        return ()
    return (
        f"It logged in to SMTP AUTH with its password, last on {last}, as who sends for others",
    )


# -- settings ----------------------------------------------------------------------------------


def primary_addresses(told: Snapshot) -> dict[str, str]:
    """{another address of a mailbox: the mailbox}."""
    return {
        alias: account
        for account, values in told.mailboxes.items()
        for alias in values.get("aliases", "").split()
        if alias not in told.mailboxes
    }


def mailboxes_known(told: Snapshot) -> set[str]:
    named = {name for name, values in told.mailboxes.items() if "is_mailbox" in values}
    if named:
        return named
    return {
        name
        for name, values in told.mailboxes.items()
        if "mailbox" in values.get("recipient_type", "mailbox").lower()
    }


def effective_of(
    account: str, told: Snapshot, *, basic_seen: dt.date | None, on: dt.date
) -> Effective:
    mailbox, organisation = told.mailboxes.get(account, {}), told.organisation
    defaults = organisation.get("security_defaults")
    if defaults is None and basic_seen and on - basic_seen <= BASIC_PROOF:
        defaults = "false"
    policies = {
        name: values["allow_basic_smtp"]
        for name, values in told.policies.items()
        if "allow_basic_smtp" in values
    }
    return effective(
        Settings(
            mailbox_disabled=mailbox.get("smtp_auth_disabled"),
            organisation_disabled=organisation.get("smtp_auth_disabled"),
            user_policy=mailbox.get("authentication_policy"),
            default_policy=organisation.get("default_authentication_policy"),
            policies=policies,
            security_defaults=defaults,
            account_disabled=mailbox.get("account_disabled"),
        )
    )


def with_note(setting: Effective, told: Snapshot) -> Effective:
    if told.later is None:
        return setting
    note = f"{setting.reason} (settings as exported later, on {told.later:%Y-%m-%d})"
    return Effective(
        setting.state, note, setting.missing, setting.is_switch_on, setting.is_basic_refused
    )


# -- traffic -----------------------------------------------------------------------------------


def observed(tenant: Tenant, on: dt.date) -> ScopedQuerySet:
    return Observation.objects.filter(fingerprint__tenant=tenant, day__lte=on)


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
    """(the days that detail reports cover, the names of reports that cover nothing)."""
    reports = Report.objects.filter(
        tenant=tenant, state=Report.State.READ, reader__in=PROVING - TOTALS
    )
    periods, partial = [], []
    for report in reports.exclude(period_start=None).filter(period_start__date__lte=on):
        if report.period_start is None or report.period_end is None:
            continue
        if is_partial(report):
            partial.append(report.file_name)
        else:
            last = min(report.period_end.date(), on)
            periods.append(Period(report.period_start.date(), last))
    return covered(periods), partial


def is_partial(report: Report) -> bool:
    is_cut = report.row_count in LIKELY_CUT
    return is_cut or report.rejected_count > report.row_count * REFUSED_SHARE


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
    return mailbox.effective.state not in (BLOCKED, BASIC_BLOCKED)


def places_by_account(tenant: Tenant, on: dt.date) -> dict[str, set[tuple[str, str]]]:
    """{account: (source address, host in the Message-IDs)}, where both are told."""
    seen = Fingerprint.objects.filter(tenant=tenant, observations__day__lte=on)
    rows = seen.exclude(address="").distinct()
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    columns = ("account", "address", "message_id_host")
    for account, address, host in rows.exclude(message_id_host="").values_list(*columns):
        found[account].add((address, host))
    return found


# -- senders and cutovers ----------------------------------------------------------------------


def uses_by_account(
    tenant: Tenant, seen: dict[SenderKey, Seen], on: dt.date
) -> dict[str, list[Use]]:
    rows = Sender.objects.filter(tenant=tenant).select_related("item__cutover")
    senders = {sender.pk: sender for sender in rows}
    found: dict[str, list[Use]] = defaultdict(list)
    for (account, pk), each in seen.items():
        sender = senders.get(pk) if pk else None
        found[account].append(use_of(account, each, sender, on))
    return found


def use_of(account: str, seen: Seen, sender: Sender | None, on: dt.date) -> Use:
    basic_on = tuple(sorted(seen.basic))
    return Use(
        name=name_of(sender) if sender else f"{account} in the grid export",
        basic_on=basic_on,
        oauth_on=tuple(sorted(seen.oauth)),
        quiet_days=getattr(sender, "quiet_days", None),
        is_done=sender is not None and is_done(sender, basic_on, on),
    )


def name_of(sender: Sender) -> str:
    return sender.item.name if sender.item else sender.name


def is_done(sender: Sender, basic_on: tuple[dt.date, ...], on: dt.date) -> bool:
    cutover = getattr(sender.item, "cutover", None) if sender.item else None
    if cutover is None or cutover.status not in (Status.VERIFIED, Status.RETIRED):
        return False
    if cutover.moved_at.date() > on:
        return False
    since = (cutover.cut_over_at or cutover.moved_at).date()
    return not basic_on or basic_on[-1] <= since


def waivers_by_account(tenant: Tenant, primary: dict[str, str]) -> dict[str, set[str]]:
    rows = Sender.objects.filter(tenant=tenant, merged_into=None).select_related("account")
    found: dict[str, set[str]] = defaultdict(set)
    waived: Iterable[tuple[str, str]] = rows.filter(
        item__cutover__status=Status.WAIVED
    ).values_list("account__name", "item__name")
    own: Iterable[str] = Cutover.objects.filter(
        item__tenant=tenant, item__category="account", status=Status.WAIVED
    ).values_list("item__name", flat=True)
    for account, item in [*waived, *((name, name) for name in own)]:
        found[primary.get(account, account)].add(item)
    return found
