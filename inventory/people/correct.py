"""What people say of senders. Their word outlives every later import.

Each function is one change in one transaction, with its event and the row that undoes it
(`inventory.people.undo`); `by` is who said it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from inventory import events
from inventory.assets import matches as asset_matches
from inventory.models import Correction, Device, Fingerprint, Item, Script, Sender, Tenant
from inventory.people import snapshots
from inventory.senders.discovery import link_accounts
from inventory.senders.keeping import refresh_items
from inventory.senders.settling import discovered, linked

By = AbstractBaseUser | None
Kind = Correction.Kind


class CorrectionRefused(Exception):
    """The correction makes no sense; the message says why to the person."""


# -- one sender's link -------------------------------------------------------------------------


def confirm(sender: Sender, by: By) -> Correction:
    """The sender's item is right."""
    if sender.item is None:
        raise CorrectionRefused(f"{sender} is linked to nothing that could be confirmed")
    return settle(sender, sender.item, Kind.CONFIRMED, by, "confirmed")


def correct(sender: Sender, item: Item, by: By, reason: str = "") -> Correction:
    """Another item stands behind the sender."""
    if item.tenant_id != sender.tenant_id:
        raise CorrectionRefused("the item belongs to another tenant")
    return settle(sender, item, Kind.CORRECTED, by, reason or "corrected")


def settle(sender: Sender, item: Item, kind: Kind, by: By, reason: str) -> Correction:
    with transaction.atomic():
        lock(sender.tenant_id)
        before, was = snapshots.take([sender]), sender.item_id
        attach(sender, item, kind, by, reason)
        refresh_items({item.pk, was or item.pk})
        summary = f"{sender}: {reason}, {item}"
        return recorded(kind, [sender], before, summary, by, [linked(sender, name_of(by))])


def attach(sender: Sender, item: Item, kind: Kind, by: By, reason: str) -> None:
    is_confirmed = kind == Kind.CONFIRMED
    sender.item = item
    sender.link = Sender.Link.CONFIRMED if is_confirmed else Sender.Link.CORRECTED
    sender.link_confidence = 100
    sender.link_reason = f"{reason} by {name_of(by)}"[:300]
    sender.rejected_items = [pk for pk in sender.rejected_items if pk != item.pk]
    if sender.one_with is not None and sender.one_with.item_id != item.pk:
        stand_alone(sender)
    sender.save(update_fields=SAID)


SAID = [
    "item", "link", "link_confidence", "link_reason", "rejected_items",
    "one_with", "one_confidence", "one_reason",
]  # fmt: skip


def stand_alone(sender: Sender) -> None:
    """It is one with nothing seen under another From address."""
    sender.one_with, sender.one_confidence, sender.one_reason = None, 0, ""


def reject(sender: Sender, by: By, reason: str = "") -> Correction:
    """The sender's item is wrong: it falls back to its account, and the rules never propose
    that item for it again."""
    item = sender.item
    if item is None or item.pk == sender.account_id:
        raise CorrectionRefused(
            f"{sender} is linked to no more than the account it logs in with; correct it instead"
        )
    with transaction.atomic():
        lock(sender.tenant_id)
        before = snapshots.take([sender])
        sender.rejected_items = sorted({*sender.rejected_items, item.pk})
        sender.item_id, sender.link = sender.account_id, Sender.Link.REJECTED
        told = f"{name_of(by)} says that it is not {item}" + (f": {reason}" if reason else "")
        sender.link_reason, sender.link_confidence = told[:300], 0
        stand_alone(sender)
        sender.save(update_fields=SAID)
        sender.refresh_from_db()
        refresh_items({item.pk, sender.account_id})
        summary = f"{sender}: not {item}"
        return recorded(Kind.REJECTED, [sender], before, summary, by, [linked(sender, name_of(by))])


def apart(sender: Sender, by: By) -> Correction:
    """It is not the same thing as the one that the rules suggest; they never suggest it again."""
    other = sender.one_with
    if other is None or other.item_id is None:
        raise CorrectionRefused(f"nothing says that {sender} is one with another")
    if other.item_id == sender.item_id:
        return reject(sender, by, f"not one with {other}")
    with transaction.atomic():
        lock(sender.tenant_id)
        before = snapshots.take([sender])
        sender.rejected_items = sorted({*sender.rejected_items, other.item_id})
        stand_alone(sender)
        sender.save(update_fields=SAID)
        return recorded(Kind.REJECTED, [sender], before, f"{sender}: not one with {other}", by, [])


# -- several senders ---------------------------------------------------------------------------


def merge(senders: Iterable[Sender], into: Sender, by: By) -> Correction:
    """These senders are all one: their fingerprints, now and later, go to `into`."""
    others = [sender for sender in senders if sender.pk != into.pk]
    if any(sender.account_id != into.account_id for sender in others):
        raise CorrectionRefused(
            "senders of different accounts cannot be merged; link them to the same item instead"
        )
    return unite([*others, into], into, by, kind=Kind.MERGED)


def unite(
    senders: Iterable[Sender], into: Sender, by: By, *, kind: Kind = Kind.UNITED
) -> Correction:
    """These are all one: senders of its account are merged into `into`, those of other accounts
    are linked to its item."""
    others = [sender for sender in senders if sender.pk != into.pk]
    same = [sender for sender in others if sender.account_id == into.account_id]
    rest = [sender for sender in others if sender.account_id != into.account_id]
    refuse_to_unite(others, rest, into)
    with transaction.atomic():
        lock(into.tenant_id)
        before = snapshots.take([into, *others], with_fingerprints=True)
        items = {sender.item_id for sender in (*others, into) if sender.item_id}
        happened = absorb(same, into, by) if same else []
        into.refresh_from_db()
        for sender in rest:
            assert into.item is not None  # noqa: S101  refused above
            attach(sender, into.item, Kind.CORRECTED, by, f"one with {into}")
            say_one(sender, into, by)
        refresh_items(items)
        happened += [linked(sender, name_of(by)) for sender in (into, *rest)]
        names = ", ".join(map(str, others))
        return recorded(kind, [into, *others], before, f"{into}: one with {names}", by, happened)


def say_one(sender: Sender, into: Sender, by: By) -> None:
    sender.one_with, sender.one_confidence = into, 100
    sender.one_reason = f"said by {name_of(by)}"
    sender.save(update_fields=SAID)


def refuse_to_unite(others: list[Sender], rest: list[Sender], into: Sender) -> None:
    if not others:
        raise CorrectionRefused("choose at least two senders")
    if any(sender.tenant_id != into.tenant_id for sender in others):
        raise CorrectionRefused("the senders belong to different tenants")
    if any(sender.merged_into_id is not None for sender in (into, *others)):
        named = next(each for each in (into, *others) if each.merged_into_id is not None)
        raise CorrectionRefused(f"{named} is itself merged into another sender")
    if rest and into.item is None:
        raise CorrectionRefused(f"{into} is linked to nothing that the others could be linked to")


def absorb(same: list[Sender], into: Sender, by: By) -> list[events.Happened]:
    for sender in same:
        sender.merged_into, sender.link = into, Sender.Link.CORRECTED
        sender.link_reason = f"merged by {name_of(by)}"
        sender.message_count = 0
        sender.save(update_fields=["merged_into", "link", "link_reason", "message_count"])
    return link_accounts(into.tenant, [into.account.name])


def split(sender: Sender, fingerprints: Iterable[Fingerprint], by: By) -> Sender:
    """These fingerprints are another sender, with an item of its own; returns it."""
    chosen = {fingerprint.pk for fingerprint in fingerprints}
    own = set(sender.fingerprints.values_list("pk", flat=True))
    if not chosen or not chosen < own:
        raise CorrectionRefused("choose some of the sender's fingerprints, but not all")
    with transaction.atomic():
        lock(sender.tenant_id)
        before = snapshots.take([sender], with_fingerprints=True)
        item = item_like(sender)
        before["made_item"] = item.pk
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
        happened += [discovered(item), linked(part, name_of(by))]
        summary = f"{sender}: {len(chosen)} of {len(own)} fingerprints split off as {item}"
        recorded(Kind.SPLIT, [sender, part], before, summary, by, happened)
    return part


def item_like(sender: Sender) -> Item:
    """A new item of the kind that the sender is linked to, with a free name."""
    model = Script if sender.item and sender.item.category == Item.Category.SCRIPT else Device
    base = sender.item.name if sender.item else sender.account.name
    number = 2
    while model.objects.filter(tenant=sender.tenant, name=f"{base} ({number})").exists():
        number += 1
    return model.objects.create(tenant=sender.tenant, name=f"{base} ({number})", kind=sender.kind)


# -- what all of them leave behind -------------------------------------------------------------


def recorded(
    kind: Kind,
    senders: Sequence[Sender],
    before: dict[str, Any],
    summary: str,
    by: By,
    happened: list[events.Happened],
) -> Correction:
    """The row that undoes it, and its events; `senders`: the first is what it is about."""
    first: Any = senders[0]
    correction = Correction.objects.create(
        tenant=first.tenant, kind=kind, summary=summary[:700], before=before, by=user_of(by)
    )
    correction.senders.set(senders)
    items = items_of(before) | {each.item_id for each in senders if each.item_id}
    asset_matches.match(first.tenant, items)
    data = {
        "kind": str(kind),
        "sender": first.name,
        "item_id": first.item_id,
        "correction_id": correction.pk,
        "by": name_of(by),
    }
    events.record_all([*happened, ("sender.corrected", first.pk, data)], first.tenant)
    return correction


def items_of(before: dict[str, Any]) -> set[int]:
    return {row["item_id"] for row in before["senders"].values() if row["item_id"]}


def lock(tenant_id: int) -> None:
    """Corrections and imports of a tenant take turns."""
    Tenant.objects.select_for_update().get(pk=tenant_id)


def name_of(by: By) -> str:
    return by.get_username() if by else "a command"


def user_of(by: By) -> Any:
    return by if by is not None and by.pk else None
