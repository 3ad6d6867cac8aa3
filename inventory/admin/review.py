"""The queue of suggestions: what the rules propose and a person decides."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from inventory.admin.scoped import TenantFilter
from inventory.admin.sender import SenderPages
from inventory.models import Sender, Suggestion
from inventory.queries import to_review


@admin.register(Suggestion)
class ReviewAdmin(SenderPages):
    list_display = (
        "name",
        "item",
        "shown_confidence",
        "message_count",
        "why",
        "shown_one",
        "last_basic_at",
    )
    list_filter = (TenantFilter, "kind", "cadence")
    ordering = ("-message_count", "name")
    list_per_page = 50
    when_empty = "No suggestion waits for a person."

    class Media:
        js = ("offramp/review.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return to_review(rows)

    @display(description="why, and what would settle it", ordering="link_reason")
    def why(self, sender: Sender) -> str:
        if not sender.doubt:
            return sender.link_reason
        return format_html(
            "<div>{}<br><span class='doubt'>{}</span></div>", sender.link_reason, sender.doubt
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see senders may see which of them are to be reviewed."""
        user = request.user
        return user.has_perm("inventory.view_sender") or user.has_perm("inventory.change_sender")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def left(self, sender: Sender) -> int | None:
        return None  # What was decided is in the queue no longer.
