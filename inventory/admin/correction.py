from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from unfold.decorators import display

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.correct import CorrectionRefused
from inventory.models import Correction
from inventory.undo import undo


class StandingFilter(admin.SimpleListFilter):
    title = "undone"
    parameter_name = "undone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "no"), ("yes", "yes")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(undone_at__isnull=self.value() == "no")


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    when_empty = "What people confirm, reject, merge or split is kept here, and can be undone."
    list_display = ("summary", "kind", "by", "at", "shown_undone")
    list_filter = (TenantFilter, "kind", StandingFilter)
    list_select_related = ("by", "undone_by")
    search_fields = ("summary",)
    actions = ("undo",)
    fields = ("summary", "tenant", "kind", "by", "at", "undone_by", "undone_at")

    @display(description="undone")
    def shown_undone(self, correction: Correction) -> str:
        if correction.undone_at is None:
            return "no"
        return f"{correction.undone_at:%Y-%m-%d} by {correction.undone_by or 'a command'}"

    def has_correct_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("inventory.change_sender"))

    @admin.action(description="Undo", permissions=["correct"])
    def undo(self, request: HttpRequest, queryset: Any) -> None:
        done = 0
        for correction in list(queryset.order_by("-pk")):
            try:
                undo(correction, request.user)  # type: ignore[arg-type]
                done += 1
            except CorrectionRefused as error:
                messages.error(request, f"{correction}: {error}")
        messages.info(request, f"{done} of {queryset.count()} undone.")
