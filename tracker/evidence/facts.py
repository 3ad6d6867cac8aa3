"""What was seen of a cut-over item since its cut, collected for `findings`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from inventory.bulk import batches
from inventory.models import Item, Report, Sender, SignIn, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import PROVING, TOTALS
from inventory.replies import meaning_of
from inventory.senders.keeping import MESSAGE_READERS
from tracker.evidence.findings import Facts, Sign
from tracker.evidence.rows import Behind, Owner, Rows, rows_of
from tracker.lockdown.coverage import coverage_of
from tracker.lockdown.quiet import MOVED_QUIET, derived_quiet
from tracker.lockdown.verdict import Coverage
from tracker.models import Cutover

AT_ONCE = 200
"""Cutovers whose rows are held at once."""
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
    return next(facts_of_all([cutover], reports))


def facts_of_all(cutovers: Iterable[Cutover], reports: Reports) -> Iterator[Facts]:
    """For each of these cutovers of one tenant."""
    for part in batches(cutovers, AT_ONCE):
        rows = rows_of(part)
        for cutover in part:
            yield facts_in(cutover, rows, reports)


def facts_in(cutover: Cutover, rows: Rows, reports: Reports) -> Facts:
    cut_at = cutover.cut_over_at or cutover.moved_at
    behind = rows.behind[cutover.item_id]
    detail = [row for row in behind.rows if row.report__reader in MESSAGE_READERS]
    since = [row for row in detail if row.last_at > cut_at]
    known = traces_of(cutover.item, rows)
    logged = sign_ins_of(known, rows, cut_at)
    basic = [
        *signs((row for row in since if row.auth_method != "oauth"), "basic"),
        *logins(logged),
    ]
    new_way = [
        *signs((row for row in since if row.auth_method == "oauth"), "oauth"),
        *other_way(behind.rows, detail, cut_at, reports.coverage),
    ]
    failures = [*failed_logins(logged), *refusals(known, rows, cut_at)]
    return Facts(
        cut_on=cut_at.date(),
        today=reports.today,
        basic=in_order(basic),
        new_way=in_order(new_way),
        failures=in_order(failures),
        quiet_days=quiet_days((row for row in detail if row.last_at <= cut_at), behind),
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


def signs(rows: Iterable[Any], kind: str) -> Iterator[Sign]:
    for row in rows:
        where, count = row.fingerprint__address, row.message_count
        yield Sign(kind, row.last_at, where, WORDS[kind], count, row.pk, row.report)


def other_way(
    seen: Iterable[Any], detail: Iterable[Any], cut_at: dt.datetime, coverage: Coverage
) -> list[Sign]:
    """Mail in traces on days of which detail reports show none of it.

    The day of the cut has mail of both ways; a trace does not tell them apart.
    """
    submitted = {row.day for row in detail}
    traced = (row for row in seen if row.report__reader not in PROVING and row.day > cut_at.date())
    return [
        sign
        for sign in signs(traced, "other")
        if sign.at.date() not in submitted and not coverage.gaps(sign.at.date(), sign.at.date())
    ]


def quiet_days(before: Iterable[Any], behind: Behind) -> int:
    """The longest quiet period of the senders, from what they did with Basic before the cut.

    Whatever verifies an item was seen on its new way, so its silence need not be as long as that
    of one which may just be away.
    """
    days: dict[int, set[dt.date]] = defaultdict(set)
    for row in before:
        if row.auth_method != "oauth":
            days[row.fingerprint__sender].add(row.day)
    return max(
        [
            MOVED_QUIET,
            *(
                max(behind.senders[pk] or 0, derived_quiet(sorted(its), has_moved=True))
                for pk, its in days.items()
            ),
        ]
    )


# -- logins and replies ------------------------------------------------------------------------


def traces_of(item: Item, rows: Rows) -> Traces:
    behind = rows.behind[item.pk]
    users = [rows.users[name] for name in behind.names if name in rows.users]

    def is_shared(groups: Iterable[Collection[Owner]]) -> bool:
        return any(item.pk not in owner for group in groups for owner in group)

    addresses = {mark.address for mark in behind.marks if mark.address}
    return Traces(
        accounts=frozenset(behind.names),
        addresses=frozenset(
            each
            for each in addresses
            if not is_shared(user.by_address.get(each, ()) for user in users)
        ),
        hosts=frozenset(
            each
            for each in hosts_of(item, behind)
            if not is_shared(user.by_host.get(each, ()) for user in users)
        ),
        is_alone=not is_shared(user.all for user in users),
    )


def hosts_of(item: Item, behind: Behind) -> set[str]:
    """In lower case."""
    names = {item.name, *behind.asset_hosts, *(mark.message_id_host for mark in behind.marks)}
    if item.category == Item.Category.DEVICE:
        names.add(item.device.host_name)
    elif item.category == Item.Category.SCRIPT:
        names.add(item.script.host_name)
    return {name.lower() for name in names if name}


def sign_ins_of(known: Traces, rows: Rows, cut_at: dt.datetime) -> list[SignIn]:
    """From where the item is known to send: guessed passwords come from anywhere else."""
    return [
        row
        for account in known.accounts
        for address in known.addresses
        for row in rows.sign_ins.get((account, address), ())
        if row.first_at > cut_at
    ]


def logins(rows: Iterable[SignIn]) -> Iterator[Sign]:
    for row in rows:
        if row.result == SignIn.Result.SUCCESS:
            what = f"logged in as {row.name} with a password"
            yield Sign(
                "login", row.last_at, row.address, what, row.attempt_count, row.pk, row.report_id
            )


def failed_logins(rows: Iterable[SignIn]) -> Iterator[Sign]:
    for row in rows:
        if row.result == SignIn.Result.FAILURE:
            why = row.reason.rstrip(".") or f"error {row.error_code}"
            what = f"login as {row.name} failed: {why}"
            yield Sign(
                "failure", row.last_at, row.address, what, row.attempt_count, row.pk, row.report_id
            )


def refusals(known: Traces, rows: Rows, cut_at: dt.datetime) -> Iterator[Sign]:
    """Replies that its host logged, or that name its account when nothing else uses that."""
    found = {row.pk: row for host in known.hosts for row in rows.replies_of_host.get(host, ())}
    for account in known.accounts if known.is_alone else ():
        found |= {row.pk: row for row in rows.replies_of_account.get(account, ())}
    for row in found.values():
        if row.at and row.at > cut_at:
            what = f"refused: {meaning_of(row.family, row.text)}"
            where = row.host or row.account
            yield Sign("reply", row.at, where, what, 1, row.pk, row.report_id)
