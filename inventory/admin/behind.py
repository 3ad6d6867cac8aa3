"""What an item's page says where no sender is behind it: where its mail is told of instead."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.html import format_html

from inventory.admin.any_item import item_link
from inventory.models import Item, Sender

SHOWN = 5


def lines(item: Item) -> Iterator[str]:
    if item.category == Item.Category.ACCOUNT:
        return
    has_senders = item.linked_senders.filter(merged_into=None).exists()
    seen = [] if item.category != Item.Category.SCRIPT else list(written_by(item))
    yield from map(seen_as, seen)
    if not has_senders and not seen:
        yield (
            "No sender is behind it: no report shows mail of it. That is no proof that it sends "
            "none."
        )


def written_by(item: Item) -> list[Sender]:
    """Senders whose mail a script writes, that are linked with another item."""
    rows = Sender.objects.filter(script=item.pk, merged_into=None).exclude(item=item)
    return list(rows.select_related("item").order_by("-message_count", "pk")[:SHOWN])


def seen_as(sender: Sender) -> str:
    url = reverse("admin:inventory_sender_change", args=[sender.pk])
    return format_html(
        'Its mail is seen as <a href="{}" class="text-link">{}</a>, {} % sure, which is linked to '
        "{}. “It is this script” on the sender's page makes one of both.",
        *(url, sender, sender.script_confidence, item_link(sender.item)),
    )
