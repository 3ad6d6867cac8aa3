"""What the product noted by itself: ticks of runbooks, dates at risk, tries of routes."""

from __future__ import annotations

from django.contrib import admin
from unfold.decorators import display

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from tracker.models import ProbeRun, RunbookTick, Slip


@admin.register(RunbookTick)
class RunbookTickAdmin(ReadOnlyAdmin):
    list_display = ("done_at", "cutover", "route", "step", "done_by", "note", "undone_at")
    list_filter = (TenantFilter, "route")
    list_select_related = ("cutover__item", "done_by")


@admin.register(Slip)
class SlipAdmin(ReadOnlyAdmin):
    list_display = ("tenant", "deadline", "wave", "on", "likely_on", "recorded_at")
    list_filter = (TenantFilter,)
    list_select_related = ("tenant", "deadline", "wave")
    ordering = ("on", "pk")


@admin.register(ProbeRun)
class ProbeRunAdmin(ReadOnlyAdmin):
    """A cutover's page begins one."""

    list_display = (
        "asked_at",
        "cutover",
        "host",
        "port",
        "shown_state",
        "tls_used",
        "basic_reply",
        "oauth_reply",
        "error",
    )
    list_filter = (TenantFilter, "state")
    list_select_related = ("cutover__item",)

    @display(
        description="state",
        ordering="state",
        label={"done": "success", "failed": "danger", "waiting": "warning", "running": "warning"},
    )
    def shown_state(self, run: ProbeRun) -> str:
        return run.state
