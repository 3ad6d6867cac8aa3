"""People's word that nothing logs in as a mailbox: with a reason, until a day, or taken back."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from inventory import events
from inventory.models import Tenant
from tracker.lockdown.facts import lockdown
from tracker.lockdown.verdict import Action, Verdict
from tracker.models import Vouch

LONGEST = dt.timedelta(days=366)


class VouchRefused(Exception):
    """It may not be said; the message says why to the person."""


def vouch(
    tenant: Tenant,
    account: str,
    reason: str,
    expires_on: dt.date,
    *,
    by: AbstractBaseUser,
    now: dt.datetime,
) -> Vouch:
    """Say that nothing logs in as the mailbox. Whatever is seen of it after all counts for more."""
    reason, today = reason.strip(), now.date()
    if not reason:
        raise VouchRefused("say how you know")
    if not today < expires_on <= today + LONGEST:
        raise VouchRefused(f"it must end after today and within {LONGEST.days} days")
    verdicts = lockdown(tenant, today, [account.strip().lower()])
    if why := why_not(verdicts):
        raise VouchRefused(why)
    account = verdicts[0].account
    end_expired(tenant, account, now)
    try:
        with transaction.atomic():
            row = Vouch.objects.create(
                tenant=tenant,
                account=account,
                reason=reason,
                expires_on=expires_on,
                said_by_id=by.pk,
                said_at=now,
            )
            record("mailbox.vouched", row, by, reason=reason)
            return row
    except IntegrityError:
        raise VouchRefused("somebody has said so already; take that back first") from None


def why_not(verdicts: list[Verdict]) -> str:
    """Why a word would change nothing, or "". It is not for what reports show, nor for what they
    have still to show."""
    if not verdicts:
        return "no such mailbox is known"
    [verdict] = verdicts
    if verdict.action == Action.KEEP:
        return f"something tells otherwise. {verdict.reason}"
    if verdict.is_by_word:
        return "somebody has said so already; take that back first"
    if verdict.action != Action.UNKNOWN:
        return f"it needs nobody's word. {verdict.reason}"
    if not verdict.is_unused:
        return f"a word settles nothing of this. {verdict.reason}"
    return ""


def withdraw(row: Vouch, *, by: AbstractBaseUser, now: dt.datetime) -> Vouch:
    """Take it back; compare and set, so that two who do it at once do it once."""
    with transaction.atomic():
        stands = Vouch.objects.filter(pk=row.pk, withdrawn_at=None)
        if not stands.update(withdrawn_at=now, withdrawn_by=by.pk):
            raise VouchRefused("it has been taken back already")
        record("vouch.withdrawn", row, by)
    row.refresh_from_db()
    return row


def end_expired(tenant: Tenant, account: str, now: dt.datetime) -> None:
    """What is over holds nothing, and stands in the way of no new word."""
    over = Vouch.objects.filter(tenant=tenant, account=account, expires_on__lt=now.date())
    over.filter(withdrawn_at=None).update(withdrawn_at=now)


def record(kind: str, row: Vouch, by: AbstractBaseUser, **data: object) -> None:
    told = {"account": row.account, "expires_on": row.expires_on.isoformat(), **data}
    events.record(kind, row.tenant, row.pk, by=by.get_username(), **told)
