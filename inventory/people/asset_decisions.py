"""What people say of which item a row of an asset list is. Undone by `inventory.people.undo`."""

from __future__ import annotations

from django.db import transaction

from inventory import events
from inventory.assets import matches as asset_matches
from inventory.models import Correction, Item, KnownAsset
from inventory.people.correct import By, CorrectionRefused, lock, name_of, user_of

Kind = Correction.Kind


def confirm(asset: KnownAsset, item: Item | None, by: By) -> Correction:
    """The row is this item; without one, the item that the rules suggest."""
    item = item or asset.item
    if item is None:
        raise CorrectionRefused(f"{asset} matches no item that could be confirmed")
    if item.tenant_id != asset.tenant_id:
        raise CorrectionRefused("the item belongs to another tenant")
    return decide(asset, item, Kind.ASSET_CONFIRMED, f"{asset}: it is {item}", by)


def reject(asset: KnownAsset, by: By) -> Correction:
    """The row is not the item that the rules found; they may find another."""
    if asset.item is None:
        raise CorrectionRefused(f"{asset} matches no item that could be rejected")
    return decide(asset, asset.item, Kind.ASSET_REJECTED, f"{asset}: it is not {asset.item}", by)


def decide(asset: KnownAsset, item: Item, kind: Kind, summary: str, by: By) -> Correction:
    with transaction.atomic():
        lock(asset.tenant_id)
        correction = Correction.objects.create(
            tenant=asset.tenant,
            kind=kind,
            summary=summary[:700],
            asset_key=asset_matches.key_of(asset),
            item_key=item.pk,
            by=user_of(by),
        )
        # What was rejected may be another item; what was confirmed concerns these alone.
        concerned = {item.pk, asset.item_id or item.pk}
        asset_matches.match(asset.tenant, concerned if kind == Kind.ASSET_CONFIRMED else None)
        data = {
            "kind": str(kind),
            "asset": str(asset),
            "item_id": item.pk,
            "correction_id": correction.pk,
            "by": name_of(by),
        }
        events.record_all([("asset.corrected", asset.pk, data)], asset.tenant)
    asset.refresh_from_db()
    return correction
