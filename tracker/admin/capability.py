from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from tracker.models import Capability


@admin.register(Capability)
class CapabilityAdmin(ModelAdmin):
    """Common to all tenants, like deadlines of Microsoft."""

    list_display = (
        "vendor",
        "product",
        "minimum_version",
        "status",
        "flow",
        "evidence_kind",
        "as_of",
    )
    list_filter = ("status", "evidence_kind")
    search_fields = ("vendor", "product", "needs")
    list_fullwidth = True
