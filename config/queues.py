"""How many rows wait for a person, for the sidebar."""

from __future__ import annotations

from django.http import HttpRequest

from inventory.models import Item, KnownAsset, Sender
from inventory.queries import nobody_owns, to_review


def review_count(request: HttpRequest) -> str:
    return f"{to_review(Sender.objects.visible_to(request.user)).count():,}"


def ownerless_count(request: HttpRequest) -> str:
    return f"{nobody_owns(Item.objects.visible_to(request.user)).count():,}"


def suggested_assets_count(request: HttpRequest) -> str:
    assets = KnownAsset.objects.visible_to(request.user)
    return f"{assets.filter(match=KnownAsset.Match.SUGGESTED).count():,}"
