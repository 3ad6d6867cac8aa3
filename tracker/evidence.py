"""What reports say of a cut-over item: seen again, gone for good, or what is missing to know.

Basic after the cut reopens it at once. It is verified when it was seen on its new way, and Basic
has been silent for longer than its own quiet period in reports that cover all of that time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from inventory.discovery import MESSAGE_READERS
from inventory.models import Item, Observation, Sender, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.queries import covered_until
from inventory.readers import PROVING
from tracker.lockdown import Coverage, days_of, derived_quiet, listed
from tracker.lockdown_facts import coverage_of
from tracker.models import Cutover
from tracker.workflow import MoveRefused, move

Status = Cutover.Status
CUT = (Status.CUT_OVER, Status.VERIFIED)
REASON_LENGTH = 500
NOTHING_COVERED = Coverage()


@dataclass(frozen=True)
class Facts:
    """What was seen of an item, and for which days reports tell at all."""

    cut_on: dt.date
    basic_since: tuple[tuple[dt.date, str], ...] = ()
    """(day, source address) with Basic after the cut, in order."""
    oauth_since: tuple[dt.date, ...] = ()
    other_since: tuple[dt.date, ...] = ()
    """Days after the cut with mail in traces while detail reports show none of it."""
    quiet_days: int = 0
    coverage: Coverage = NOTHING_COVERED
    partial: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    to: str
    """The status that the evidence calls for; "" while it calls for none."""
    reason: str


def find(facts: Facts) -> Finding:
    if facts.basic_since:
        days = sorted({day for day, _ in facts.basic_since})
        places = sorted({address or "no address told" for _, address in facts.basic_since})
        span = f"on {days[0]}" if len(days) == 1 else f"on {len(days)} days, last on {days[-1]}"
        return Finding(Status.IN_PROGRESS, f"Basic was seen after the cut {span}: {listed(places)}")
    due = facts.cut_on + dt.timedelta(days=facts.quiet_days)
    if facts.coverage.until is None:
        return Finding("", "no detail report of SMTP AUTH was read")
    gaps = facts.coverage.gaps(facts.cut_on, min(due, facts.coverage.until))
    if gaps:
        return Finding(
            "", f"no detail report covers {listed(map(days_of, gaps))}{cut_short(facts)}"
        )
    if facts.coverage.until < due:
        return Finding("", f"Basic is silent; reports up to {due} have to say so{cut_short(facts)}")
    if not facts.oauth_since and not facts.other_since:
        return Finding("", "Basic is silent, but nothing was seen on the new way either")
    return Finding(
        Status.VERIFIED, f"{seen_on_new_way(facts)}; no Basic for {facts.quiet_days} days"
    )


def seen_on_new_way(facts: Facts) -> str:
    if facts.oauth_since:
        return f"OAuth on {len(facts.oauth_since)} days, last on {facts.oauth_since[-1]}"
    days = facts.other_since
    return f"Mail without SMTP AUTH on {len(days)} days, last on {days[-1]}"


def cut_short(facts: Facts) -> str:
    return f" (not read whole: {listed(facts.partial)})" if facts.partial else ""


# -- collecting and applying -------------------------------------------------------------------


def apply_evidence(tenants: Iterable[Tenant], now: dt.datetime) -> list[Cutover]:
    """Move what the reports speak for; returns the cutovers moved."""
    return [cutover for tenant in tenants for cutover in apply_to(tenant, now)]


def apply_to(tenant: Tenant, now: dt.datetime) -> list[Cutover]:
    coverage, partial = coverage_of(tenant, now.date())
    until = covered_until(tenant)
    cutovers = Cutover.objects.filter(
        item__tenant=tenant, status__in=CUT, cut_over_at__isnull=False
    ).select_related("item__tenant")
    moved = []
    for cutover in cutovers:
        finding = find(facts_of(cutover, coverage, tuple(partial)))
        if finding.to and finding.to != cutover.status:
            try:
                reason = finding.reason[:REASON_LENGTH]
                moved.append(move(cutover, finding.to, now=now, reason=reason, covered_until=until))
            except MoveRefused:  # Somebody else moved it, or a guard knows more.
                continue
    return moved


def finding_for(cutover: Cutover, now: dt.datetime) -> Finding | None:
    """What the reports say of one cutover; None before it is cut over."""
    if cutover.status not in CUT or cutover.cut_over_at is None:
        return None
    coverage, partial = coverage_of(cutover.item.tenant, now.date())
    return find(facts_of(cutover, coverage, tuple(partial)))


def facts_of(cutover: Cutover, coverage: Coverage, partial: tuple[str, ...]) -> Facts:
    cut_at = cutover.cut_over_at or cutover.moved_at
    seen = Observation.objects.filter(fingerprint__sender__in=senders_of(cutover.item))
    detail = seen.filter(report__reader__in=MESSAGE_READERS)
    since = detail.filter(last_at__gt=cut_at)
    submitted = set(detail.values_list("day", flat=True))
    # The day of the cut has mail of both ways; a trace does not tell them apart.
    traced = seen.exclude(report__reader__in=PROVING).filter(day__gt=cut_at.date())
    return Facts(
        cut_on=cut_at.date(),
        basic_since=tuple(
            since.exclude(auth_method="oauth")
            .order_by("day", "fingerprint__address")
            .values_list("day", "fingerprint__address")
            .distinct()
        ),
        oauth_since=days(since.filter(auth_method="oauth")),
        other_since=tuple(
            day for day in days(traced) if day not in submitted and not coverage.gaps(day, day)
        ),
        quiet_days=quiet_days(detail.filter(last_at__lte=cut_at), senders_of(cutover.item)),
        coverage=coverage,
        partial=partial,
    )


def senders_of(item: Item) -> ScopedQuerySet:
    """Those linked to it; for an account those that log in with it."""
    behind = Q(item=item) | Q(account=item.pk)
    return Sender.objects.filter(behind, merged_into=None)


def days(rows: ScopedQuerySet) -> tuple[dt.date, ...]:
    return tuple(sorted(set(rows.values_list("day", flat=True))))


def quiet_days(before: ScopedQuerySet, senders: ScopedQuerySet) -> int:
    """The longest quiet period of the senders, from what they did with Basic before the cut."""
    basic = before.exclude(auth_method="oauth")
    return max(
        (
            max(
                sender.quiet_days or 0,
                # Whatever verifies it was seen on its new way.
                derived_quiet(days(basic.filter(fingerprint__sender=sender)), has_moved=True),
            )
            for sender in senders
        ),
        default=0,
    )
