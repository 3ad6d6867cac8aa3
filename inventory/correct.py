"""What people say of senders. Their word outlives every later import.

Each function is one change in one transaction, with its event; `by` is who said it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from inventory import events
from inventory.discovery import discovered, link_accounts, linked, refresh_items
from inventory.models import Device, Fingerprint, Item, Script, Sender, Tenant


class CorrectionRefused(Exception):
    """The correction makes no sense; the message says why to the person."""


def confirm(sender: Sender, by: AbstractBaseUser | None) -> None:
    """The sender's item is right."""
    if sender.item is None:
        raise CorrectionRefused(f"{sender} is linked to nothing that could be confirmed")
    settle(sender, sender.item, Sender.Link.CONFIRMED, by, "confirmed")


def correct(sender: Sender, item: Item, by: AbstractBaseUser | None, reason: str = "") -> None:
    """Another item stands behind the sender."""
    if item.tenant_id != sender.tenant_id:
        raise CorrectionRefused("the item belongs to another tenant")
    settle(sender, item, Sender.Link.CORRECTED, by, reason or "corrected")


def settle(sender: Sender, item: Item, link: str, by: AbstractBaseUser | None, reason: str) -> None:
    with transaction.atomic():
        lock(sender.tenant_id)
        before = sender.item_id
        sender.item, sender.link = item, link
        sender.link_confidence = 100
        sender.link_reason = f"{reason} by {name_of(by)}"[:300]
        sender.save(update_fields=["item", "link", "link_confidence", "link_reason"])
        refresh_items({item.pk, before or item.pk})
        events.record_all([linked(sender, name_of(by))], sender.tenant)


def merge(senders: Iterable[Sender], into: Sender, by: AbstractBaseUser | None) -> None:
    """These senders are all one: their fingerprints, now and later, go to `into`."""
    others = [sender for sender in senders if sender.pk != into.pk]
    if any(sender.account_id != into.account_id for sender in others):
        raise CorrectionRefused(
            "senders of different accounts cannot be merged; link them to the same item instead"
        )
    if into.merged_into_id is not None:
        raise CorrectionRefused(f"{into} is itself merged into another sender")
    with transaction.atomic():
        lock(into.tenant_id)
        items = {sender.item_id for sender in (*others, into) if sender.item_id}
        for sender in others:
            sender.merged_into, sender.link = into, Sender.Link.CORRECTED
            sender.link_reason = f"merged by {name_of(by)}"
            sender.message_count = 0
            sender.save(update_fields=["merged_into", "link", "link_reason", "message_count"])
        happened = link_accounts(into.tenant, [into.account.name])
        refresh_items(items)
        into.refresh_from_db()
        events.record_all([*happened, linked(into, name_of(by))], into.tenant)


def split(
    sender: Sender, fingerprints: Iterable[Fingerprint], by: AbstractBaseUser | None
) -> Sender:
    """These fingerprints are another sender, with an item of its own; returns it."""
    chosen = {fingerprint.pk for fingerprint in fingerprints}
    own = set(sender.fingerprints.values_list("pk", flat=True))
    if not chosen or not chosen < own:
        raise CorrectionRefused("choose some of the sender's fingerprints, but not all")
    with transaction.atomic():
        lock(sender.tenant_id)
        item = item_like(sender)
        part = Sender.objects.create(
            tenant=sender.tenant,
            account=sender.account,
            key=f"split {uuid.uuid4()}",
            name=f"{sender.name} · split off as {item.name}"[:600],
            kind=sender.kind,
            item=item,
            link=Sender.Link.CORRECTED,
            link_confidence=100,
            link_reason=f"split off by {name_of(by)}",
        )
        Fingerprint.objects.filter(pk__in=chosen).update(sender=part, is_pinned=True)
        # The rest stays where it is, whatever later imports bring.
        Fingerprint.objects.filter(pk__in=own - chosen).update(is_pinned=True)
        happened = link_accounts(sender.tenant, [sender.account.name])
        part.refresh_from_db()
        told = [discovered(item), linked(part, name_of(by))]
        events.record_all([*happened, *told], sender.tenant)
    return part


def item_like(sender: Sender) -> Item:
    """A new item of the kind that the sender is linked to, with a free name."""
    model = Script if sender.item and sender.item.category == Item.Category.SCRIPT else Device
    base = sender.item.name if sender.item else sender.account.name
    number = 2
    while model.objects.filter(tenant=sender.tenant, name=f"{base} ({number})").exists():
        number += 1
    return model.objects.create(tenant=sender.tenant, name=f"{base} ({number})", kind=sender.kind)


def lock(tenant_id: int) -> None:
    """Corrections and imports of a tenant take turns."""
    Tenant.objects.select_for_update().get(pk=tenant_id)


def name_of(by: AbstractBaseUser | None) -> str:
    return by.get_username() if by else "a command"
