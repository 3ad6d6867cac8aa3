from __future__ import annotations

from django.contrib import admin
from unfold.decorators import display

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from tracker.models import ProbeRun


@admin.register(ProbeRun)
class ProbeRunAdmin(ReadOnlyAdmin):
    """Tries of a route; a cutover's page begins one."""

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
