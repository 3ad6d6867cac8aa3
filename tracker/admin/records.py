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

    when_empty = "Test a route from the page of a cutover: its results are listed here."
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
    fields = (
        ("cutover", "tenant"),
        ("host", "port"),
        ("account", "has_oauth"),
        ("shown_state", "error"),
        ("asked_by", "asked_at"),
        ("started_at", "finished_at"),
        ("shown_versions", "tls_used"),
        "shown_mechanisms",
        ("basic_reply", "basic_family"),
        ("oauth_reply", "oauth_family"),
        ("message_reply", "message_family"),
    )

    @display(description="TLS versions offered")
    def shown_versions(self, run: ProbeRun) -> str:
        return ", ".join(run.tls_versions) or "not known"

    @display(description="AUTH mechanisms")
    def shown_mechanisms(self, run: ProbeRun) -> str:
        return ", ".join(run.mechanisms) or "none, or not known"

    @display(
        description="state",
        ordering="state",
        label={"done": "success", "failed": "danger", "waiting": "warning", "running": "warning"},
    )
    def shown_state(self, run: ProbeRun) -> str:
        return run.state
