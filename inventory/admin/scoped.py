"""What keeps one tenant's people from another's rows, on every page of the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from inventory.models import Tenant
from inventory.models.tenant import Scoped
from inventory.queries import unknown_tenants, with_asset


class ScopedMixin:
    """Rows, and the choices of every relation, are those that the person may see."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)  # type: ignore[misc]
        visible: QuerySet[Any] = rows.visible_to(request.user)
        return visible

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        related = db_field.related_model
        if isinstance(related, type) and issubclass(related, (Scoped, Tenant)):
            kwargs["queryset"] = related._default_manager.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ScopedAdmin(ScopedMixin, ModelAdmin):
    list_filter_submit = False
    list_fullwidth = True
    warn_unsaved_form = True
    when_empty = ""
    """What to say of a list without rows: how rows come in, or what that means."""


class KnowingMixin:
    """A list of what was seen says above it of whom nothing is known: empty looks like clean."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        rows: QuerySet[Any] = self.get_queryset(request)  # type: ignore[attr-defined]
        tenants = unknown_tenants(Tenant.objects.visible_to(request.user))
        listed = rows.order_by().values(rows.model.tenant_path)
        unknown = list(tenants.exclude(pk__in=listed).values_list("name", flat=True))
        if unknown and request.method == "GET":
            messages.warning(
                request,
                f"No report of SMTP AUTH with a row in it was read of {', '.join(unknown)}: that "
                "nothing is listed does not mean that nothing sends.",
            )
        return super().changelist_view(request, extra_context)  # type: ignore[misc]


class ReadOnlyAdmin(ScopedAdmin):
    """Rows that only the product itself writes."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        # The admin's own history tells of nobody's work here.
        context = {"show_history": False, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Rows below their parent, which is scoped already."""

    hide_title = True  # Its columns say the same, and its name leads on.
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class TenantFilter(admin.SimpleListFilter):
    """The tenants that the person may see; nothing at all when there is one."""

    title = "tenant"
    parameter_name = "tenant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        tenants = Tenant.objects.visible_to(request.user)
        found = [(str(tenant.pk), tenant.name) for tenant in tenants]
        return found if len(found) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value or not value.isdecimal():
            return queryset
        return queryset.filter(**{queryset.model.tenant_path: int(value)})


class AssetFilter(admin.SimpleListFilter):
    """What lists of devices know, and what no list does."""

    title = "in a list"
    parameter_name = "in_a_list"
    item = "pk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "yes"), ("no", "no")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("yes", "no"):
            return queryset
        return with_asset(queryset, self.item, has_asset=self.value() == "yes")
