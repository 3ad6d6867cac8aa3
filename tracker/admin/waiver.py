from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

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

    @action(description="Approve", icon="check", permissions=["decide"])
    def approve(self, request: HttpRequest, object_id: int) -> HttpResponseRedirect:
        return self.decided(request, object_id, waivers.approve)

    @action(description="Decline", icon="close", permissions=["decide"])
    def decline(self, request: HttpRequest, object_id: int) -> HttpResponseRedirect:
        return self.decided(request, object_id, waivers.decline)

    def decided(
        self, request: HttpRequest, object_id: int, decide: Callable[..., Waiver]
    ) -> HttpResponseRedirect:
        waiver = get_object_or_404(self.get_queryset(request), pk=object_id)
        try:
            decide(waiver, by=request.user, now=timezone.now())
            messages.success(request, f"{waiver}: {waiver.get_state_display()}.")
        except waivers.WaiverRefused as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:tracker_waiver_changelist"))
