"""What was seen of a cut-over item since its cut, collected for `findings`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from inventory.keeping import MESSAGE_READERS
from inventory.models import (
    DeviceReply,
    Fingerprint,
    Item,
    KnownAsset,
    Observation,
    Report,
    Sender,
    SignIn,
    Tenant,
)
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import PROVING, TOTALS
from inventory.replies import meaning_of
from tracker.findings import Facts, Sign
from tracker.lockdown import Coverage
from tracker.lockdown_facts import coverage_of
from tracker.models import Cutover
from tracker.quiet import MOVED_QUIET, derived_quiet

Status = Cutover.Status
AWAY = (Status.CUT_OVER, Status.VERIFIED, Status.RETIRED)
"""Nothing of these should log in with Basic any more."""


WORDS = {
    "basic": "mail with Basic, or with a method that was not told",
    "oauth": "mail with OAuth",
    "other": "mail in a trace, without SMTP AUTH",
}


@dataclass(frozen=True)
class Reports:
    """The reports of SMTP AUTH of a tenant, as they stand today."""

    today: dt.date
    coverage: Coverage
    partial: tuple[str, ...]


@dataclass(frozen=True)
class Traces:
    """What an item is known by, beside its mail."""

    accounts: frozenset[str]
    addresses: frozenset[str]
    """Source addresses of its own: no other item logs in from there as the same account."""
    hosts: frozenset[str]
    """In lower case."""
    is_alone: bool
    """Nothing else that has not left Basic logs in as its accounts."""


def reports_of(tenant: Tenant, today: dt.date) -> Reports:
    coverage, partial = coverage_of(tenant, today)
    refused = Report.objects.filter(
        tenant=tenant, state=Report.State.REFUSED, reader__in=PROVING - TOTALS
    )
    names = [*partial, *refused.values_list("file_name", flat=True)]
    return Reports(today, coverage, tuple(names))


def watched_until(cutover: Cutover, today: dt.date) -> dt.datetime | None:
    """What a person's word that it is verified is held against."""
    coverage, _ = coverage_of(cutover.item.tenant, today)
    return covered_since_cut(cutover, coverage)


def covered_since_cut(cutover: Cutover, coverage: Coverage) -> dt.datetime | None:
    """To when detail reports that were read whole cover every day since its cut; None if they
    do not cover that day."""
    if cutover.cut_over_at is None:
        return None
    cut_on = cutover.cut_over_at.date()
    holding = (each for each in coverage.periods if each.first <= cut_on <= each.last)
    last = max((each.last for each in holding), default=None)
    return dt.datetime.combine(last, dt.time.max, dt.UTC) if last else None


def facts_of(cutover: Cutover, reports: Reports) -> Facts:
    cut_at = cutover.cut_over_at or cutover.moved_at
    senders = senders_of(cutover.item)
    seen = Observation.objects.filter(fingerprint__sender__in=senders)
    detail = seen.filter(report__reader__in=MESSAGE_READERS)
    since = detail.filter(last_at__gt=cut_at)
    known = traces_of(cutover.item, senders)
    basic = [*signs(since.exclude(auth_method="oauth"), "basic"), *logins(cutover, known, cut_at)]
    new_way = [
        *signs(since.filter(auth_method="oauth"), "oauth"),
        *other_way(seen, detail, cut_at, reports.coverage),
    ]
    failures = [*failed_logins(cutover, known, cut_at), *refusals(cutover, known, cut_at)]
    return Facts(
        cut_on=cut_at.date(),
        today=reports.today,
        basic=in_order(basic),
        new_way=in_order(new_way),
        failures=in_order(failures),
        quiet_days=quiet_days(detail.filter(last_at__lte=cut_at), senders),
        coverage=reports.coverage,
        partial=reports.partial,
    )


def in_order(found: list[Sign]) -> tuple[Sign, ...]:
    return tuple(sorted(found, key=lambda sign: (sign.at, sign.where)))


# -- mail --------------------------------------------------------------------------------------


def senders_of(item: Item) -> ScopedQuerySet:
    """Those linked to it; for an account those that log in with it."""
    behind = Q(item=item) | Q(account=item.pk)
    return Sender.objects.filter(behind, merged_into=None)


def signs(rows: ScopedQuerySet, kind: str) -> Iterator[Sign]:
    for row in rows.select_related("fingerprint").order_by("last_at"):
        yield Sign(
            kind,
            row.last_at,
            row.fingerprint.address,
            WORDS[kind],
            row.message_count,
            row.pk,
            row.report_id,
        )


def other_way(
    seen: ScopedQuerySet, detail: ScopedQuerySet, cut_at: dt.datetime, coverage: Coverage
) -> list[Sign]:
    """Mail in traces on days of which detail reports show none of it.

    The day of the cut has mail of both ways; a trace does not tell them apart.
    """
    submitted = set(detail.values_list("day", flat=True))
    traced = seen.exclude(report__reader__in=PROVING).filter(day__gt=cut_at.date())
    return [
        sign
        for sign in signs(traced, "other")
        if sign.at.date() not in submitted and not coverage.gaps(sign.at.date(), sign.at.date())
    ]


def quiet_days(before: ScopedQuerySet, senders: ScopedQuerySet) -> int:
    """The longest quiet period of the senders, from what they did with Basic before the cut.

    Whatever verifies an item was seen on its new way, so its silence need not be as long as that
    of one which may just be away.
    """
    basic = before.exclude(auth_method="oauth")
    found = [MOVED_QUIET]
    for sender in senders:
        days = sorted(set(basic.filter(fingerprint__sender=sender).values_list("day", flat=True)))
        if days:
            found.append(max(sender.quiet_days or 0, derived_quiet(days, has_moved=True)))
    return max(found)


# -- logins and replies ------------------------------------------------------------------------


def traces_of(item: Item, senders: ScopedQuerySet) -> Traces:
    marks = Fingerprint.objects.filter(sender__in=senders)
    accounts = set(marks.values_list("account", flat=True))
    accounts |= set(senders.values_list("account__name", flat=True))
    others = others_on_basic(item, accounts)
    addresses = set(marks.exclude(address="").values_list("address", flat=True))
    addresses -= set(others.values_list("address", flat=True))
    return Traces(
        accounts=frozenset(accounts),
        addresses=frozenset(addresses),
        hosts=hosts_of(item, marks) - hosts_in(others),
        is_alone=not others.exists(),
    )


def others_on_basic(item: Item, accounts: set[str]) -> ScopedQuerySet:
    """Fingerprints of what else logs in as these accounts and may still do it with Basic.

    Behind one address nothing tells whose failed login it was.
    """
    mine = Q(sender__item=item) | Q(sender__account=item.pk) | Q(sender=None)
    rows = Fingerprint.objects.filter(tenant=item.tenant_id, account__in=accounts).exclude(mine)
    return rows.exclude(sender__item__cutover__status__in=AWAY)


def hosts_of(item: Item, marks: ScopedQuerySet) -> frozenset[str]:
    names = [item.name]
    if item.category == Item.Category.DEVICE:
        names.append(item.device.host_name)
    elif item.category == Item.Category.SCRIPT:
        names.append(item.script.host_name)
    names += KnownAsset.objects.filter(item=item).values_list("host_name", flat=True)
    return frozenset(name.lower() for name in names if name) | hosts_in(marks)


def hosts_in(marks: ScopedQuerySet) -> frozenset[str]:
    hosts = marks.exclude(message_id_host="").values_list("message_id_host", flat=True)
    return frozenset(host.lower() for host in hosts)


def sign_ins_of(cutover: Cutover, known: Traces, cut_at: dt.datetime) -> ScopedQuerySet:
    """From where the item is known to send: guessed passwords come from anywhere else."""
    return SignIn.objects.filter(
        tenant=cutover.item.tenant_id,
        is_smtp=True,
        name__in=known.accounts,
        address__in=known.addresses,
        first_at__gt=cut_at,
    )


def logins(cutover: Cutover, known: Traces, cut_at: dt.datetime) -> Iterator[Sign]:
    rows = sign_ins_of(cutover, known, cut_at).filter(result=SignIn.Result.SUCCESS)
    for row in rows:
        what = f"logged in as {row.name} with a password"
        yield Sign(
            "login", row.last_at, row.address, what, row.attempt_count, row.pk, row.report_id
        )


def failed_logins(cutover: Cutover, known: Traces, cut_at: dt.datetime) -> Iterator[Sign]:
    rows = sign_ins_of(cutover, known, cut_at).filter(result=SignIn.Result.FAILURE)
    for row in rows:
        why = row.reason.rstrip(".") or f"error {row.error_code}"
        what = f"login as {row.name} failed: {why}"
        yield Sign(
            "failure", row.last_at, row.address, what, row.attempt_count, row.pk, row.report_id
        )


def refusals(cutover: Cutover, known: Traces, cut_at: dt.datetime) -> Iterator[Sign]:
    """Replies that its host logged, or that name its account when nothing else uses that."""
    named = Q(account__in=known.accounts) if known.is_alone else Q(pk=None)
    rows = DeviceReply.objects.filter(tenant=cutover.item.tenant_id, is_refusal=True, at__gt=cut_at)
    for row in rows.filter(named | ~Q(host="")):
        if row.host.lower() in known.hosts or (known.is_alone and row.account in known.accounts):
            what = f"refused: {meaning_of(row.family, row.text)}"
            where = row.host or row.account
            yield Sign("reply", row.at, where, what, 1, row.pk, row.report_id)
