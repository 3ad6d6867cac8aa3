from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import action, display

from inventory.admin.pages import form_page
from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.models import Correction
from inventory.people.correct import CorrectionRefused
from inventory.people.undo import undo, why_not


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
    actions_detail = ("undo_one",)
    fields = ("summary", "tenant", "kind", "by", "at", "shown_senders", "shown_undone")

    @display(description="undone")
    def shown_undone(self, correction: Correction) -> str:
        if correction.undone_at is None:
            return "no"
        return f"{correction.undone_at:%Y-%m-%d} by {correction.undone_by or 'a command'}"

    @display(description="about")
    def shown_senders(self, correction: Correction) -> str:
        links = (
            (reverse("admin:inventory_sender_change", args=[sender.pk]), sender)
            for sender in correction.senders.order_by("pk")
        )
        link = '<a href="{}" class="text-link">{}</a>'
        return format_html_join(mark_safe("<br>"), link, links) or "a row of a list of devices"

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> Any:
        offered: Any = super().get_actions_detail(request, object_id)
        stands = self.get_queryset(request).filter(pk=object_id, undone_at=None).exists()
        return offered if stands else []

    @action(description="Undo", icon="undo", permissions=["correct"])
    def undo_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        correction = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                undo(correction, request.user)  # type: ignore[arg-type]
                messages.success(request, f"Undone: {correction}.")
                return HttpResponseRedirect(reverse("admin:inventory_correction_changelist"))
            except CorrectionRefused as error:
                form.add_error(None, str(error))
        why = why_not(correction)
        intro = f"It cannot be undone: {why}." if why else "All is as before then."
        return form_page(
            self, request, form, title=f"Undo {correction}?", button="Undo", intro=intro
        )

    def has_correct_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
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
