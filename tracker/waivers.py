"""Delays that somebody asks for, somebody else approves, and that end by themselves."""

from __future__ import annotations

import datetime as dt
import logging

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from inventory import events
from tracker.models import Cutover, Waiver
from tracker.workflow import MoveRefused, move

logger = logging.getLogger(__name__)

State = Waiver.State
LONGEST = dt.timedelta(days=366)


class WaiverRefused(Exception):
    """It may not be asked for or decided; the message says why to the person."""


def ask(
    cutover: Cutover, reason: str, expires_on: dt.date, *, by: AbstractBaseUser, now: dt.datetime
) -> Waiver:
    """Ask for a delay. Nothing changes for the cutover before somebody else has approved it."""
    if not reason.strip():
        raise WaiverRefused("say why")
    if not now.date() < expires_on <= now.date() + LONGEST:
        raise WaiverRefused(f"it must end after today and within {LONGEST.days} days")
    try:
        with transaction.atomic():
            waiver = Waiver.objects.create(
                cutover=cutover,
                reason=reason.strip(),
                expires_on=expires_on,
                asked_by_id=by.pk,
                asked_at=now,
            )
            record("waiver.asked", waiver, by=by.get_username(), reason=waiver.reason)
            return waiver
    except IntegrityError:
        raise WaiverRefused("it has a waiver already; end that one first") from None


def approve(waiver: Waiver, *, by: AbstractBaseUser, now: dt.datetime) -> Waiver:
    """Let it take effect: the cutover is waived until the day. Raises WaiverRefused."""
    cutover = waiver.cutover
    with transaction.atomic():
        decide(waiver, State.APPROVED, by, now)
        Waiver.objects.filter(pk=waiver.pk).update(back_to=cutover.status)
        reason = f"{waiver.reason} (until {waiver.expires_on}, approved by {by.get_username()})"
        try:
            move(cutover, Cutover.Status.WAIVED, now=now, by=by, reason=reason[:500])
        except MoveRefused as error:
            raise WaiverRefused(str(error)) from None
        record("waiver.approved", waiver, by=by.get_username())
    waiver.refresh_from_db()
    return waiver


def decline(waiver: Waiver, *, by: AbstractBaseUser, now: dt.datetime) -> Waiver:
    with transaction.atomic():
        decide(waiver, State.DECLINED, by, now)
        record("waiver.declined", waiver, by=by.get_username())
    waiver.refresh_from_db()
    return waiver


def decide(waiver: Waiver, state: str, by: AbstractBaseUser, now: dt.datetime) -> None:
    """Compare and set, so that two who decide at once do not both."""
    if waiver.asked_by_id == by.pk:
        raise WaiverRefused("somebody else than the one who asked has to decide")
    if waiver.expires_on < now.date():
        raise WaiverRefused("its day has passed; ask again")
    asked = Waiver.objects.filter(pk=waiver.pk, state=State.ASKED)
    if not asked.update(state=state, decided_by=by.pk, decided_at=now):
        raise WaiverRefused("it has been decided already")


def expire(now: dt.datetime) -> int:
    """Reopen what was waived until yesterday, and drop what nobody decided; returns how many."""
    over = Waiver.objects.filter(expires_on__lt=now.date(), state__in=(State.ASKED, State.APPROVED))
    return sum(expire_one(waiver, now) for waiver in over.select_related("cutover__item__tenant"))


def expire_one(waiver: Waiver, now: dt.datetime) -> bool:
    """Whether its cutover was reopened."""
    with transaction.atomic():
        as_found = Waiver.objects.filter(pk=waiver.pk, state=waiver.state)
        if not as_found.update(state=State.EXPIRED):
            return False
        was_approved = waiver.state == State.APPROVED
        is_reopened = was_approved and reopen(waiver, now)
        record("waiver.expired", waiver, was_approved=was_approved, is_reopened=is_reopened)
    return is_reopened


def reopen(waiver: Waiver, now: dt.datetime) -> bool:
    """Back to where it stood; nothing to do where a person has moved it on meanwhile."""
    cutover = waiver.cutover
    if cutover.status != Cutover.Status.WAIVED:
        return False
    reason = f"the waiver of {waiver.decided_at:%Y-%m-%d} expired on {waiver.expires_on}"
    for status in (waiver.back_to, Cutover.Status.ASSESSED):
        try:
            move(cutover, status, now=now, reason=reason)
        except MoveRefused as error:
            logger.info("waiver %s: %s", waiver.pk, error)
        else:
            return True
    return False


def record(kind: str, waiver: Waiver, **data: object) -> None:
    item = waiver.cutover.item
    events.record(
        kind,
        item.tenant,
        waiver.pk,
        cutover_id=waiver.cutover_id,
        item=item.name,
        expires_on=waiver.expires_on.isoformat(),
        **data,
    )
