from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from inventory.admin.scoped import ScopedMixin
from inventory.models import Tenant
from tracker.models import Deadline
from tracker.waves import deadlines


@admin.register(Deadline)
class DeadlineAdmin(ScopedMixin, ModelAdmin):
    """Microsoft's milestones are for all tenants and for superusers to edit."""

    list_display = ("name", "stated_as", "on", "is_binding", "tenant", "as_of")
    list_filter = ("is_binding",)
    search_fields = ("name", "notes")
    list_fullwidth = True
    list_select_related = ("tenant",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deadline]:
        visible = Tenant.objects.visible_to(request.user)
        return Deadline.objects.filter(Q(tenant=None) | Q(tenant__in=visible))

    def may_edit(self, request: HttpRequest, deadline: Deadline | None) -> bool:
        shared = deadline is not None and deadline.tenant_id is None
        return bool(request.user.is_superuser) or not shared

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.may_edit(request, obj)

    def save_model(self, request: HttpRequest, obj: Deadline, form: Any, change: bool) -> None:
        moved = deadlines.change(obj, timezone.now())
        if moved:
            messages.info(request, f"{moved} cutovers got another due date.")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "tenant":
            field.required = not request.user.is_superuser
        return field
