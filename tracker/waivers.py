"""Delays that somebody asks for, somebody else approves, and that end by themselves."""

from __future__ import annotations

import datetime as dt
import logging

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

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
            return Waiver.objects.create(
                cutover=cutover,
                reason=reason.strip(),
                expires_on=expires_on,
                asked_by_id=by.pk,
                asked_at=now,
            )
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
    waiver.refresh_from_db()
    return waiver


def decline(waiver: Waiver, *, by: AbstractBaseUser, now: dt.datetime) -> Waiver:
    with transaction.atomic():
        decide(waiver, State.DECLINED, by, now)
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
    over = Waiver.objects.filter(expires_on__lt=now.date())
    over.filter(state=State.ASKED).update(state=State.EXPIRED)
    count = 0
    for waiver in over.filter(state=State.APPROVED).select_related("cutover__item__tenant"):
        with transaction.atomic():
            if over.filter(pk=waiver.pk, state=State.APPROVED).update(state=State.EXPIRED):
                count += reopen(waiver, now)
    return count


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
