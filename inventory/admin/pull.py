from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from inventory import outcome
from inventory.admin.pages import form_page
from inventory.admin.scoped import ReadOnlyAdmin, ScopedAdmin, TenantFilter
from inventory.intake import collect
from inventory.microsoft.advice import advise
from inventory.models import Connection, Pull

IN_QUESTION = (outcome.NO_ROWS, outcome.NONE_TAKEN, outcome.NO_SENDERS, outcome.ASKS, "refused")


@admin.register(Connection)
class ConnectionAdmin(ScopedAdmin):
    """For superusers: whoever names a credential can read whatever it opens."""

    when_empty = (
        "With a connection to Microsoft, reports are fetched every night instead of uploaded."
    )
    list_display = ("tenant", "directory_id", "client_id", "credential", "is_active")
    list_select_related = ("tenant",)
    actions_detail = ["collect_now"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_module_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission

    @action(description="Collect now", url_path="collect", permissions=["change"])
    def collect_now(self, request: HttpRequest, object_id: int) -> HttpResponse:
        connection = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            pulls = collect.plan(connection.tenant, timezone.now())
            messages.success(request, f"{len(pulls)} pulls are on their way.")
            return HttpResponseRedirect(reverse("admin:inventory_pull_changelist"))
        title = f"Collect what is missing of {connection.tenant} now?"
        return form_page(self, request, form, title=title, button="Collect")


@admin.register(Pull)
class PullAdmin(ReadOnlyAdmin):
    when_empty = (
        "What is fetched from Microsoft is listed here, page by page; it takes a connection."
    )
    list_display = (
        "created_at",
        "source",
        "window_start",
        "window_end",
        "shown_outcome",
        "rows",
        "what_to_do",
        "report",
        "tenant",
    )
    readonly_fields = ("shown_outcome", "what_to_do")
    list_filter = (TenantFilter, "source", "state")
    list_select_related = ("tenant", "report")

    @display(
        description="outcome",
        ordering="state",
        label={
            "done": "success",
            "failed": "danger",
            "done: Microsoft had no rows": "warning",
            "waits for another try": "warning",
            **{f"done; its report: {each}": "warning" for each in IN_QUESTION},
        },
    )
    def shown_outcome(self, pull: Pull) -> str:
        return pull.outcome

    @display(description="rows", ordering="row_count")
    def rows(self, pull: Pull) -> str:
        is_told = pull.state in (Pull.State.DONE, Pull.State.EMPTY) or pull.row_count
        return f"{pull.row_count:,}" if is_told else "–"

    @display(description="what Microsoft said, and what to do")
    def what_to_do(self, pull: Pull) -> str:
        """Of warnings, too: Exchange gives them with an answer that is good otherwise."""
        todo = advise(pull.error, pull.source) if pull.error else ""
        return " → ".join(filter(None, (pull.error, todo))) or "–"
