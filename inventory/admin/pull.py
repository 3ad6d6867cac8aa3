from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from inventory import collect
from inventory.admin.scoped import ReadOnlyAdmin, ScopedAdmin, TenantFilter
from inventory.models import Connection, Pull


@admin.register(Connection)
class ConnectionAdmin(ScopedAdmin):
    """For superusers: whoever names a credential can read whatever it opens."""

    list_display = ("tenant", "directory_id", "client_id", "credential", "is_active")
    list_select_related = ("tenant",)
    actions_detail = ["collect_now"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_module_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission

    @action(description="Collect now", url_path="collect", permissions=["change"])
    def collect_now(self, request: HttpRequest, object_id: int) -> HttpResponseRedirect:
        connection = self.get_object(request, str(object_id))
        pulls = collect.plan(connection.tenant, timezone.now()) if connection else []
        messages.success(request, f"{len(pulls)} pulls are on their way.")
        return HttpResponseRedirect(reverse("admin:inventory_pull_changelist"))


@admin.register(Pull)
class PullAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "source",
        "window_start",
        "window_end",
        "state",
        "row_count",
        "error",
        "report",
        "tenant",
    )
    list_filter = (TenantFilter, "source", "state")
    list_select_related = ("tenant", "report")
