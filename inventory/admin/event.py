from django.contrib import admin

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("occurred_at", "kind", "data", "tenant", "published_at")
    list_filter = (TenantFilter, "kind")
    list_select_related = ("tenant",)
    ordering = ("-pk",)
