from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action, display

from inventory.admin.any_item import choose_item
from inventory.admin.pages import form_page
from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.admin.value_filter import ValueFilter
from inventory.models import Item, KnownAsset
from inventory.people import asset_decisions
from inventory.people.correct import CorrectionRefused

NONE = "none"
Match = KnownAsset.Match


class MatchFilter(admin.SimpleListFilter):
    """Also those that match nothing, which a plain filter calls empty."""

    title = "match"
    parameter_name = "match"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        named = KnownAsset.Match.choices
        return [
            (value or NONE, "matches nothing" if not value else label) for value, label in named
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset.filter(match="" if value == NONE else value) if value else queryset


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


class AssetForm(forms.Form):
    item = forms.ModelChoiceField(Item.objects.none())


@admin.register(KnownAsset)
class KnownAssetAdmin(ReadOnlyAdmin):
    when_empty = (
        "Upload a list of devices under Reports: CSV or Excel, from a CMDB, a printer "
        "fleet or DHCP."
    )
    list_display = (
        "shown_name",
        "shown_match",
        "item",
        "match_reason",
        "shown_what",
        "owner",
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
        "item__name",
    )
    actions = ("confirm", "reject")
    actions_detail = ("confirm_one", "reject_one")
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
        label={
            "nothing": "default",
            "suggested": "warning",
            "linked": "info",
            "confirmed": "success",
            "rejected": "danger",
        },
    )
    def shown_match(self, asset: KnownAsset) -> tuple[str, str]:
        if asset.match in (Match.LINKED, Match.SUGGESTED):
            return asset.match, f"{asset.match}, {asset.match_confidence} %"
        return asset.match or "nothing", asset.match or "no match"

    @display(description="what the list says", ordering="vendor")
    def shown_what(self, asset: KnownAsset) -> str:
        named = " ".join(filter(None, (asset.vendor, asset.model)))
        told = (named, asset.kind, asset.site_name, asset.address, asset.status)
        return ", ".join(filter(None, told)) or "no more than that"

    def has_correct_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("inventory.change_knownasset"))

    @admin.action(description="Confirm the matches", permissions=["correct"])
    def confirm(self, request: HttpRequest, queryset: Any) -> None:
        user: Any = request.user
        self.decide(request, queryset, lambda each: asset_decisions.confirm(each, None, user))

    @admin.action(description="Reject the matches", permissions=["correct"])
    def reject(self, request: HttpRequest, queryset: Any) -> None:
        user: Any = request.user
        self.decide(request, queryset, lambda each: asset_decisions.reject(each, user))

    def decide(self, request: HttpRequest, queryset: Any, say: Callable[[Any], Any]) -> None:
        done = 0
        for asset in list(queryset):
            try:
                say(asset)
                done += 1
            except CorrectionRefused as error:
                messages.error(request, str(error))
        messages.info(request, f"{done} of {queryset.count()} done. Corrections can be undone.")

    @action(description="It is …", icon="check", permissions=["correct"])
    def confirm_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        asset = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = AssetForm(request.POST or None, initial={"item": asset.item_id})
        choose_item(form, KnownAsset, asset.tenant)
        if form.is_valid():
            item = form.cleaned_data["item"]
            asset_decisions.confirm(asset, item, request.user)  # type: ignore[arg-type]
            return self.done(request, f"{asset} is {item}.", asset)
        title = f"Which item is {asset}?"
        return form_page(self, request, form, title=title, button="It is this one")

    @action(description="It is not", icon="close", permissions=["correct"])
    def reject_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        asset = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                asset_decisions.reject(asset, request.user)  # type: ignore[arg-type]
                return self.done(request, f"{asset}: rejected.", asset)
            except CorrectionRefused as error:
                form.add_error(None, str(error))
        title = f"Is {asset} not {asset.item or 'anything'}?"
        why = f"The rules say: {asset.match_reason or 'nothing'}."
        return form_page(self, request, form, title=title, button="It is not", intro=why)

    def done(self, request: HttpRequest, text: str, asset: KnownAsset) -> HttpResponse:
        messages.success(request, text)
        return HttpResponseRedirect(reverse("admin:inventory_knownasset_change", args=[asset.pk]))
