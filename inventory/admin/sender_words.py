"""What pages say of a sender and of what a person did with it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from inventory.admin.any_item import item_link
from inventory.models import Item, Sender
from inventory.people import correct


def linked_to(sender: Sender) -> str:
    sure = f"{sender.link_confidence} % sure"
    return (
        f"It is linked to {sender.item or 'nothing'}, {sure}: {sender.link_reason or 'no reason'}."
    )


def is_before(sender: Sender, other: Sender) -> bool:
    last, first = sender.last_seen_at, other.first_seen_at
    return last is not None and first is not None and last < first


def in_turn(sender: Sender) -> Callable[[Sender], str]:
    """Tells of another sender by the same name, before it or since."""

    def told(other: Sender) -> str:
        url = reverse("admin:inventory_sender_change", args=[other.pk])
        link = format_html('<a href="{}" class="text-link">{}</a>', url, other)
        if is_before(sender, other):
            text = "Since {}, {} goes by its name: it may have replaced it."
            return format_html(text, f"{other.first_seen_at:%Y-%m-%d}", link)
        text = "Until {}, {} went by its name: it may be what this replaced."
        return format_html(text, f"{other.last_seen_at:%Y-%m-%d}", link)

    return told


def left_behind(item: Item | None) -> str:
    """What is to do about an item that the last sender left; nobody's work on it is dropped."""
    if item is None or item.category == Item.Category.ACCOUNT:
        return ""
    if item.linked_senders.filter(merged_into=None).exists():
        return ""
    said = "No sender is behind {} any more: retire its cutover if it has one."
    return format_html(said, item_link(item))


def undo_link() -> str:
    url = reverse("admin:inventory_correction_changelist")
    return format_html(
        'It can be undone under <a href="{}" class="underline">Corrections</a>.', url
    )


def confirmed(sender: Sender, request: HttpRequest) -> str:
    """Why the link could not be confirmed, or ""."""
    try:
        correct.confirm(sender, request.user)  # type: ignore[arg-type]
    except correct.CorrectionRefused as error:
        return str(error)
    return ""


def rejected(sender: Sender, request: HttpRequest, reason: str = "") -> str:
    """Why the link could not be rejected, or ""."""
    try:
        correct.reject(sender, request.user, reason)  # type: ignore[arg-type]
    except correct.CorrectionRefused as error:
        return str(error)
    return ""
