"""Takes a person's correction back: everything is again what it was before."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from inventory import events
from inventory.assets import matches as asset_matches
from inventory.models import Correction, Sender
from inventory.people import snapshots
from inventory.people.correct import By, CorrectionRefused, lock, name_of, user_of
from inventory.senders.discovery import link_accounts
from inventory.senders.keeping import refresh_items
from inventory.senders.settling import linked


def undo(correction: Correction, by: By) -> None:
    """Restore what was before, unless a later correction of the same senders stands on it."""
    with transaction.atomic():
        lock(correction.tenant_id)
        correction.refresh_from_db()
        if why := why_not(correction):
            raise CorrectionRefused(why)
        correction.undone_at, correction.undone_by = timezone.now(), user_of(by)
        correction.save(update_fields=["undone_at", "undone_by"])
        happened = restore(correction, by)
        data = {
            "kind": correction.kind,
            "summary": correction.summary,
            "by": name_of(by),
            # What a split made stands empty now; whoever has no work on it may drop it.
            "left_item_id": correction.before.get("made_item"),
        }
        events.record_all(
            [*happened, ("correction.undone", correction.pk, data)], correction.tenant
        )


def why_not(correction: Correction) -> str:
    """Why it cannot be undone, or ""."""
    if correction.undone_at is not None:
        return "it is undone already"
    if correction.asset_key:
        same = Correction.objects.filter(tenant=correction.tenant_id, undone_at=None)
        found = same.filter(asset_key=correction.asset_key, pk__gt=correction.pk)
        return stands_on(found.order_by("-pk").first())
    later = Correction.objects.filter(
        senders__in=correction.senders.all(), pk__gt=correction.pk, undone_at=None
    )
    return stands_on(later.order_by("-pk").first())


def stands_on(later: Correction | None) -> str:
    if later is None:
        return ""
    return f"a later correction stands on it ({later.summary}); undo that one first"


def restore(correction: Correction, by: By) -> list[events.Happened]:
    if correction.asset_key:
        asset_matches.match(correction.tenant)
        return []
    now = list(correction.senders.all())
    stood_at = {sender.pk: sender.item_id for sender in now}
    senders = snapshots.restore(correction.before, now)
    happened: list[events.Happened] = []
    if "placed" in correction.before:
        accounts = {sender.account.name for sender in senders}
        happened += link_accounts(correction.tenant, accounts)
    items = {*stood_at.values()}
    for sender in Sender.objects.filter(pk__in=[sender.pk for sender in senders]):
        items.add(sender.item_id)
        if sender.item_id != stood_at[sender.pk]:
            happened.append(linked(sender, name_of(by)))
    refresh_items({pk for pk in items if pk} | {sender.account_id for sender in senders})
    asset_matches.match(correction.tenant, {pk for pk in items if pk})
    return happened
