"""How many rows wait for a person, for the sidebar."""

from __future__ import annotations

from django.http import HttpRequest

from inventory.models import Item, KnownAsset, Sender
from inventory.queries import nobody_owns, to_review
from tracker.models import Waiver


def review_count(request: HttpRequest) -> str:
    return waiting(to_review(Sender.objects.visible_to(request.user)).count())


def ownerless_count(request: HttpRequest) -> str:
    return waiting(nobody_owns(Item.objects.visible_to(request.user)).count())


def suggested_assets_count(request: HttpRequest) -> str:
    assets = KnownAsset.objects.visible_to(request.user)
    return waiting(assets.filter(match=KnownAsset.Match.SUGGESTED).count())


def waiver_count(request: HttpRequest) -> str:
    waivers = Waiver.objects.visible_to(request.user)
    return waiting(waivers.filter(state=Waiver.State.ASKED).count())


def waiting(count: int) -> str:
    """Nothing waits: there is nothing to say."""
    return f"{count:,}" if count else ""
