from __future__ import annotations

from django.contrib import admin
from unfold.decorators import display

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.models import DeviceReply
from inventory.replies import FAMILIES


@admin.register(DeviceReply)
class DeviceReplyAdmin(ReadOnlyAdmin):
    when_empty = (
        "Upload the log of a device or script under Reports: the replies to its mail are "
        "listed here."
    )
    list_display = ("at", "host", "account", "family", "code", "enhanced_code", "meaning", "tenant")
    list_filter = (TenantFilter, "family", "is_refusal")
    list_select_related = ("tenant",)
    search_fields = ("host", "account", "text")
    fieldsets = (
        (None, {"fields": ("at", ("host", "account"), "text")}),
        (
            "What it means",
            {"fields": ("family", "meaning", ("code", "enhanced_code"))},
        ),
        ("Where it comes from", {"fields": ("tenant", "report", "line")}),
    )
    readonly_fields = ("meaning",)

    @display(description="meaning")
    def meaning(self, reply: DeviceReply) -> str:
        family = FAMILIES.get(reply.family)
        return family.meaning if family else "not known"
