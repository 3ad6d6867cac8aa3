from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.admin.value_filter import ValueFilter
from inventory.models import KnownAsset

Match = KnownAsset.Match
BY_MATCH = {
    "matched": Q(match__in=[Match.LINKED, Match.CONFIRMED]),
    "suggested": Q(match=Match.SUGGESTED),
    "unmatched": Q(match__in=[Match.NONE, Match.REJECTED]),
}


class MatchFilter(admin.SimpleListFilter):
    title = "item"
    parameter_name = "matched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in BY_MATCH]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(BY_MATCH.get(self.value() or "", Q()))


class StandingFilter(admin.SimpleListFilter):
    """The newest lists, if nothing else is asked for."""

    title = "list"
    parameter_name = "lists"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "older lists too")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = queryset if self.value() == "all" else queryset.current()
        return rows


class SiteFilter(ValueFilter):
    title = "site"
    parameter_name = "at"
    field, text = "site", "site__name"


class VendorFilter(ValueFilter):
    title = "vendor"
    parameter_name = "vendor"
    field = "vendor"


@admin.register(KnownAsset)
class KnownAssetAdmin(ReadOnlyAdmin):
    list_display = (
        "shown_name",
        "kind",
        "vendor",
        "model",
        "address",
        "site_name",
        "owner",
        "status",
        "shown_match",
        "item",
    )
    list_filter = (TenantFilter, MatchFilter, StandingFilter, SiteFilter, VendorFilter)
    list_select_related = ("item", "tenant")
    search_fields = (
        "name",
        "host_name",
        "serial_number",
        "mac_address",
        "address",
        "owner",
        "account",
    )
    fieldsets = (
        (None, {"fields": (("name", "host_name"), "kind", ("vendor", "model"), "status")}),
        ("Known by", {"fields": (("serial_number", "mac_address", "address"), "account")}),
        ("Who and where", {"fields": (("owner", "contact"), ("site_name", "site"))}),
        ("Item", {"fields": ("item", "match", "match_confidence", "match_reason")}),
        ("Where it comes from", {"fields": ("tenant", "report", "line")}),
    )

    @display(description="asset", ordering="name")
    def shown_name(self, asset: KnownAsset) -> str:
        return str(asset)

    @display(
        description="match",
        ordering="match",
        label={"confirmed": "success", "linked": "info", "suggested": "warning"},
    )
    def shown_match(self, asset: KnownAsset) -> str:
        return asset.match or "none"
