from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from inventory.admin.pages import form_page
from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from tracker import waivers
from tracker.models import Waiver


@admin.register(Waiver)
class WaiverAdmin(ReadOnlyAdmin):
    when_empty = (
        "Whoever needs more time asks for a waiver on the page of a cutover; somebody "
        "else approves it."
    )
    list_display = ("cutover", "state", "expires_on", "reason", "asked_by", "decided_by")
    list_filter = (TenantFilter, "state")
    list_select_related = ("cutover__item", "asked_by", "decided_by")
    actions_detail = ("approve", "decline")

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("tracker.change_waiver"))

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> Any:
        """What is decided is decided."""
        offered: Any = super().get_actions_detail(request, object_id)
        waits = self.get_queryset(request).filter(pk=object_id, state=Waiver.State.ASKED).exists()
        return offered if waits else []

    @action(description="Approve", icon="check", permissions=["decide"])
    def approve(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.decided(request, object_id, waivers.approve, "Approve")

    @action(description="Decline", icon="close", permissions=["decide"])
    def decline(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.decided(request, object_id, waivers.decline, "Decline")

    def decided(
        self, request: HttpRequest, object_id: int, decide: Callable[..., Waiver], verb: str
    ) -> HttpResponse:
        waiver = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                decide(waiver, by=request.user, now=timezone.now())
                messages.success(request, f"{waiver}: {waiver.get_state_display()}.")
                return HttpResponseRedirect(reverse("admin:tracker_waiver_changelist"))
            except waivers.WaiverRefused as error:
                form.add_error(None, str(error))
        by = waiver.asked_by or "Somebody who has left"
        intro = f"{by} asks to wait until {waiver.expires_on}: {waiver.reason}"
        title = f"{verb} the delay of {waiver.cutover.item}?"
        return form_page(self, request, form, title=title, button=verb, intro=intro)
