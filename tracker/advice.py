"""What is known of an item that bears on its route."""

from __future__ import annotations

import re

from django.db.models import Max, Sum

from inventory.models import Item, Observation
from inventory.readers import PROVING
from tracker.models.capability import capability_of
from tracker.routes import Facts, Option, options


def advise(item: Item) -> list[Option]:
    """The routes with their verdicts, those that fit first."""
    return options(facts_of(item))


def facts_of(item: Item) -> Facts:
    vendor, model = product_of(item)
    seen = Observation.objects.filter(fingerprint__sender__item=item, report__reader__in=PROVING)
    days = seen.values("day").annotate(count=Sum("message_count"))
    versions = " ".join(seen.values_list("tls_version", flat=True).distinct())
    addresses = seen.exclude(fingerprint__address="").values("fingerprint__address").distinct()
    return Facts(
        can_change_code=item.category == Item.Category.SCRIPT and item.kind == Item.Kind.SCRIPT,
        capability=capability_of(vendor, model) if vendor else None,
        most_per_day=days.aggregate(most=Max("count"))["most"] or 0,
        address_count=addresses.count(),
        tls_versions=frozenset(re.findall(r"\d\.\d", versions)),
    )


def product_of(item: Item) -> tuple[str, str]:
    """Vendor and model, as far as a person or the traffic has named them."""
    if item.category == Item.Category.DEVICE:
        return item.device.vendor, item.device.model
    if item.category == Item.Category.SCRIPT:
        return item.script.library, ""
    return "", ""
