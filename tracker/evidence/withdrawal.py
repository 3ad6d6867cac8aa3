"""What the tracker does when a report was taken back: proof that rested on it holds no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from inventory.models import Event, Tenant
from inventory.senders import orphans
from tracker.evidence.moving import CALLS_FOR, apply_evidence, evidence_for
from tracker.models import Cutover, CutoverMove
from tracker.workflow import MoveRefused, move

Status = Cutover.Status
OPENED_WITH = {"id", "item", "status", "owner", "due_on", "deadline", "opened_at", "moved_at"}
"""Fields that a cutover has from its opening; any other that is filled in is somebody's word."""


def after_removal(happened: list[Event], now: dt.datetime) -> None:
    for event in happened:
        let_go(event.tenant, event.data.get("orphans", []))
    tenants = Tenant.objects.filter(pk__in={event.tenant_id for event in happened})
    for tenant in tenants:
        withdraw(tenant, now)
    apply_evidence(tenants, now)


def let_go(tenant: Tenant, items: Iterable[int]) -> None:
    """Close what was opened for items that nothing explains any more, unless a person has taken
    it up."""
    cutovers = Cutover.objects.filter(item__tenant=tenant, item__in=list(items))
    for cutover in cutovers.select_related("item"):
        if not is_taken_up(cutover):
            cutover.delete()
    orphans.drop(tenant, items)


def is_taken_up(cutover: Cutover) -> bool:
    if cutover.status != Status.DISCOVERED or cutover.owner not in ("", cutover.item.owner):
        return True
    if cutover.moves.exclude(moved_by=None, to_status=Status.DISCOVERED).exists():
        return True
    return has_more(cutover) or is_held(cutover) or is_logged(cutover)


def has_more(cutover: Cutover) -> bool:
    """Whether a field is filled in that opening leaves empty."""
    fields = (field for field in Cutover._meta.concrete_fields if field.name not in OPENED_WITH)
    return any(getattr(cutover, field.attname) != field.get_default() for field in fields)


def is_held(cutover: Cutover) -> bool:
    """Whether anything but its moves hangs on it, such as a waiver."""
    for relation in Cutover._meta.related_objects:
        rows: Any = relation.related_model
        if rows is not CutoverMove:
            found = rows._default_manager.filter(**{relation.field.name: cutover.pk})
            if found.exists():
                return True
    return False


def is_logged(cutover: Cutover) -> bool:
    kind = ContentType.objects.get_for_model(Cutover)
    return bool(LogEntry.objects.filter(content_type=kind, object_id=str(cutover.pk)).exists())


def withdraw(tenant: Tenant, now: dt.datetime) -> None:
    """What reports had verified waits for its proof again, if they prove it no more.

    A person's word that it is done stands.
    """
    verified = Cutover.objects.filter(item__tenant=tenant, status=Status.VERIFIED)
    for cutover in verified.select_related("item__tenant"):
        last = cutover.moves.filter(to_status=Status.VERIFIED).first()
        evidence = evidence_for(cutover, now)
        if last is None or last.moved_by_id or evidence is None:
            continue
        if evidence["verdict"] in CALLS_FOR:
            continue
        reason = f"not proved since a report was taken back: {evidence['reason']}"
        try:
            move(
                cutover,
                Status.CUT_OVER,
                now=now,
                reason=reason[:500],
                evidence=evidence,
            )
        except MoveRefused:  # Somebody else moved it.
            continue
