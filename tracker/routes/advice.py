"""What is known of an item that bears on its route."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Max, Sum
from django.utils import timezone

from inventory.exchange.settings import snapshot
from inventory.models import Item, Observation, Sender
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import PROVING
from tracker.models.capability import capability_of
from tracker.routes.choice import Address, Facts, Option, options

TOLD_FOR = 14
"""Days over which an item has to be seen before its address is called static."""
RECENT = 7
FEW_ADDRESSES = 3
"""A site with two lines, or a host with two addresses."""


def advise(item: Item) -> list[Option]:
    """The routes with their verdicts, those that fit first."""
    return options(facts_of(item))


def facts_of(item: Item) -> Facts:
    vendor, model = product_of(item)
    seen = Observation.objects.filter(fingerprint__sender__item=item, report__reader__in=PROVING)
    days = seen.values("day").annotate(count=Sum("message_count"))
    versions = " ".join(seen.values_list("tls_version", flat=True).distinct())
    addresses = days_by_address(seen)
    return Facts(
        can_change_code=item.category == Item.Category.SCRIPT and item.kind == Item.Kind.SCRIPT,
        capability=capability_of(vendor, model) if vendor else None,
        writes_to=writes_to(item),
        most_per_day=days.aggregate(most=Max("count"))["most"] or 0,
        address=steadiness(addresses),
        address_count=len(addresses),
        site=item.site.name if item.site else "",
        tls_versions=frozenset(re.findall(r"\d\.\d", versions)),
        rejects_direct_send=rejects_direct_send(item),
    )


def product_of(item: Item) -> tuple[str, str]:
    """Vendor and model, as far as a person or the traffic has named them."""
    if item.category == Item.Category.DEVICE:
        return item.device.vendor, item.device.model
    if item.category == Item.Category.SCRIPT:
        return item.script.library, ""
    return "", ""


def writes_to(item: Item) -> str:
    """The item's own, else what its senders say together; "" as soon as one is not told."""
    if item.writes_to:
        return item.writes_to
    senders = Sender.objects.filter(item=item, merged_into=None)
    told = set(senders.values_list("writes_to", flat=True))
    if not told or "" in told:
        return "both" if "both" in told or {"inside", "outside"} <= told else ""
    return told.pop() if len(told) == 1 else "both"


def rejects_direct_send(item: Item) -> bool | None:
    told = snapshot(item.tenant, timezone.now()).organisation.get("reject_direct_send", "")
    return {"true": True, "false": False}.get(told)


# -- addresses ---------------------------------------------------------------------------------


def days_by_address(seen: ScopedQuerySet) -> dict[str, set[dt.date]]:
    found: dict[str, set[dt.date]] = defaultdict(set)
    rows = seen.exclude(fingerprint__address="")
    for address, day in rows.values_list("fingerprint__address", "day").distinct().order_by():
        found[address].add(day)
    return found


def steadiness(days: Mapping[str, set[dt.date]]) -> Address:
    """Static when it is still seen from where it was seen all along.

    A site that moved to another line has one address now and will keep it; one whose line gives
    it a new address every other day has many.
    """
    every = sorted(set().union(*days.values()))
    if len(days) > FEW_ADDRESSES:
        home = max(days.values(), key=len)
        is_home = len(home) >= len(every) / 2 and (every[-1] - max(home)).days <= RECENT
        return Address.STATIC if is_home else Address.CHANGING
    if not every or (every[-1] - every[0]).days < TOLD_FOR:
        return Address.UNKNOWN
    return Address.STATIC
