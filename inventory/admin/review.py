"""The queue of suggestions: what the rules propose and a person decides."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
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
        "confidence",
        "why",
        "message_count",
        "last_basic_on",
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

    @display(description="sure", ordering="link_confidence")
    def confidence(self, sender: Sender) -> str:
        return f"{sender.link_confidence}\N{NO-BREAK SPACE}%"

    @display(description="why, and what would settle it", ordering="link_reason")
    def why(self, sender: Sender) -> str:
        """Also under which other From address it may be seen."""
        one = f"May be one with {self.shown_one(sender)}" if sender.one_with else ""
        more = [(text,) for text in (one, sender.doubt) if text]
        lines = format_html_join("", "<br><span class='doubt'>{}</span>", more)
        return format_html("<div>{}{}</div>", sender.link_reason, lines)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see senders may see which of them are to be reviewed."""
        user = request.user
        return user.has_perm("inventory.view_sender") or user.has_perm("inventory.change_sender")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def left(self, sender: Sender) -> int | None:
        return None  # What was decided is in the queue no longer.
