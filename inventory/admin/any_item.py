"""Where a link to an item leads: to the page of the device, script or account that it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.models import Item, KnownAsset, Sender, Tenant

PERMISSIONS = [
    f"inventory.{what}_{name}"
    for what in ("view", "change")
    for name in ("item", "device", "script", "account")
]


def item_url(item: Item) -> str:
    return reverse(f"admin:inventory_{item.category}_change", args=[item.pk])


def item_link(item: Item | None) -> str:
    if item is None:
        return "nothing"
    return format_html('<a href="{}" class="text-link">{}</a>', item_url(item), item)


class ItemSelect(AutocompleteSelect):
    """Finds one of a tenant's items by a part of its name, however many there are."""

    def __init__(self, model: type[Sender | KnownAsset], tenant: Tenant) -> None:
        super().__init__(model._meta.get_field("item"), admin.site)
        self.tenant = tenant

    def get_url(self) -> str:
        return f"{super().get_url()}?of={self.tenant.pk}"


def choose_item(form: forms.Form, model: type[Sender | KnownAsset], tenant: Tenant) -> None:
    """Let its field `item` take one of the tenant's."""
    field: Any = form.fields["item"]
    field.widget = ItemSelect(model, tenant)
    field.widget.is_required = field.required
    field.queryset = Item.objects.filter(tenant=tenant)


@admin.register(Item)
class AnyItemAdmin(ReadOnlyAdmin):
    """Of no entry in the sidebar: devices, scripts and accounts have one each."""

    list_display = ("name", "category", "kind", "owner", "site")
    list_filter = (TenantFilter, "category", "kind")
    list_select_related = ("site",)
    search_fields = ("name", "owner")
    ordering = ("name", "pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        of = request.GET.get("of", "")
        rows = queryset.filter(tenant=int(of)) if of.isdecimal() else queryset
        return super().get_search_results(request, rows, search_term)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(map(request.user.has_perm, PERMISSIONS))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request)
        pk = object_id if object_id.isdecimal() else "0"
        return HttpResponseRedirect(item_url(get_object_or_404(rows, pk=pk)))
