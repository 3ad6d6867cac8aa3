"""Lets reports move cutovers: what they say of each cut-over item is decided in `findings`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from inventory import events
from inventory.models import Tenant
from tracker.evidence.facts import covered_since_cut, facts_of, facts_of_all, reports_of
from tracker.evidence.findings import Facts, Finding, Sign, Verdict, find
from tracker.models import Cutover
from tracker.workflow import MoveRefused, move

Status = Cutover.Status
CUT = (Status.CUT_OVER, Status.VERIFIED)
CALLS_FOR = {
    Verdict.VERIFIED: Status.VERIFIED,
    Verdict.BASIC_AGAIN: Status.IN_PROGRESS,
    Verdict.BROKEN: Status.IN_PROGRESS,
}
REASON_LENGTH = 500
KEPT = 50
"""So many signs of a finding are kept with a move, the latest; all are counted."""


def apply_evidence(tenants: Iterable[Tenant], now: dt.datetime) -> list[Cutover]:
    """Move what the reports speak for; returns the cutovers moved."""
    return [cutover for tenant in tenants for cutover in apply_to(tenant, now)]


def apply_to(tenant: Tenant, now: dt.datetime) -> list[Cutover]:
    cutovers = Cutover.objects.filter(
        item__tenant=tenant, status__in=CUT, cut_over_at__isnull=False
    ).select_related("item__tenant", "item__device", "item__script")
    waiting = list(cutovers)
    if not waiting:
        return []
    reports = reports_of(tenant, now.date())
    found = zip(waiting, facts_of_all(waiting, reports), strict=True)
    return [cutover for cutover, facts in found if applied(cutover, facts, now)]


def applied(cutover: Cutover, facts: Facts, now: dt.datetime) -> bool:
    finding = find(facts)
    to = CALLS_FOR.get(finding.verdict)
    if to is None or to == cutover.status:
        return False
    kept = told(finding, facts)
    try:
        with transaction.atomic():
            reason = finding.reason[:REASON_LENGTH]
            until = covered_since_cut(cutover, facts.coverage)
            move(cutover, to, now=now, reason=reason, covered_until=until, evidence=kept)
            if finding.verdict == Verdict.BROKEN:
                record_broken(cutover, finding)
    except MoveRefused:  # Somebody else moved it, or a guard knows more.
        return False
    return True


def record_broken(cutover: Cutover, finding: Finding) -> None:
    """Once for each reopening: what is in progress again is not looked at before the next cut."""
    last = finding.proof[-1]
    events.record(
        "cutover.broken",
        cutover.item.tenant,
        cutover.pk,
        item=cutover.item.name,
        reason=finding.reason,
        failure_count=sum(sign.count for sign in finding.proof),
        last_at=last.at.isoformat(),
        where=last.where,
    )


def evidence_for(cutover: Cutover, now: dt.datetime) -> dict[str, Any] | None:
    """What reports say of one cutover, as it is kept with a move and told by the API; None
    before it is cut over."""
    if cutover.status not in CUT or cutover.cut_over_at is None:
        return None
    facts = facts_of(cutover, reports_of(cutover.item.tenant, now.date()))
    return told(find(facts), facts)


# -- what is kept ------------------------------------------------------------------------------


def told(finding: Finding, facts: Facts) -> dict[str, Any]:
    """JSON, so that it stands as it was seen when the rows it names are long gone."""
    return {
        "verdict": finding.verdict.value,
        "reason": finding.reason,
        "cut_on": facts.cut_on.isoformat(),
        "quiet_days": facts.quiet_days,
        "silent_until": facts.due_on.isoformat(),
        "covered": [period_told(each) for each in facts.coverage.periods],
        "missing": [period_told(each) for each in finding.missing],
        "not_read_whole": list(facts.partial),
        "sign_count": len(finding.proof),
        "signs": [sign_told(sign) for sign in finding.proof[-KEPT:]],
    }


def period_told(period: Any) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def sign_told(sign: Sign) -> dict[str, Any]:
    return {
        "kind": sign.kind,
        "at": sign.at.isoformat(),
        "where": sign.where,
        "what": sign.what,
        "count": sign.count,
        "row": sign.row,
        "report": sign.report,
    }
