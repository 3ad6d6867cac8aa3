"""Saying who owns what: on an item's page, in a list, and in the queue of what nobody owns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from inventory.admin.pages import form_page
from inventory.admin.scoped import AssetFilter, ReadOnlyAdmin, TenantFilter
from inventory.admin.traffic import TrafficPages
from inventory.models import Item, Ownerless
from inventory.owners import set_owner, suggest
from inventory.queries import nobody_owns

BUTTON = (
    '<li>{} ({} %): {}. <button type="submit" name="owner_taken" value="{}" formaction="{}" '
    'formmethod="post" formnovalidate class="text-primary-600 cursor-pointer">Take</button></li>'
)


class OwnerForm(forms.Form):
    owner_taken = forms.CharField(
        max_length=320,
        widget=UnfoldAdminTextInputWidget,
        label="Owner",
        help_text="A person or a team, best by a mail address.",
    )


class OwningPages(TrafficPages):
    """For the admin of items: suggestions with one click, and one owner for many."""

    opts: Any
    get_queryset: Any

    @display(description="who may own it", empty_value="nobody is suggested")
    def shown_suggestions(self, item: Item) -> str:
        url = reverse(f"admin:inventory_{self.opts.model_name}_take_owner", args=[item.pk])
        rows = [
            (each.owner, each.confidence, each.reason, each.owner, url) for each in suggest(item)
        ]
        return format_html("<ul>{}</ul>", format_html_join("", BUTTON, rows)) if rows else ""

    def has_own_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        names = ("item", self.opts.model_name)
        return any(request.user.has_perm(f"inventory.change_{name}") for name in names)

    @action(description="Set the owner", icon="person_add", permissions=["own"])
    def take_owner(self, request: HttpRequest, object_id: int) -> HttpResponse:
        item = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = OwnerForm(request.POST if "owner_taken" in request.POST else None)
        if form.is_valid():
            owner = form.cleaned_data["owner_taken"]
            set_owner([item], owner, request.user)  # type: ignore[arg-type]
            messages.success(request, f"{item} belongs to {owner}.")
            return HttpResponseRedirect(self.after_owning(item))
        admin_of: Any = self
        title = f"Who owns {item}?"
        return form_page(admin_of, request, form, title=title, button="Set the owner")

    def after_owning(self, item: Item) -> str:
        return reverse(f"admin:inventory_{self.opts.model_name}_change", args=[item.pk])

    @admin.action(description="Set the owner", permissions=["own"])
    def own(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        form = OwnerForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            items, owner = list(queryset), form.cleaned_data["owner_taken"]
            set_owner(items, owner, request.user)  # type: ignore[arg-type]
            messages.success(request, f"{len(items)} items belong to {owner}.")
            name = f"admin:inventory_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(name))
        admin_of: Any = self
        title = f"Who owns these {queryset.count()} items?"
        return form_page(admin_of, request, form, title=title, button="Set the owner", action="own")


@admin.register(Ownerless)
class OwnerlessAdmin(OwningPages, ReadOnlyAdmin):
    when_empty = "No item waits for an owner."
    list_display = (
        "name",
        "category",
        "kind",
        "site",
        "message_count",
        "shown_cadence",
        "last_basic_on",
    )
    list_filter = (TenantFilter, "category", "kind", AssetFilter)
    list_select_related = ("site",)
    search_fields = ("name",)
    ordering = ("-message_count", "name")
    actions = ("own",)
    actions_detail = ("take_owner",)
    fields = (
        "name",
        "tenant",
        "category",
        "kind",
        "contact",
        "site",
        "shown_suggestions",
        "message_count",
        "shown_rhythm",
        "last_basic_at",
        "last_oauth_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        return nobody_owns(rows)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.has_perm("inventory.view_item") or user.has_perm("inventory.change_item")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def after_owning(self, item: Item) -> str:
        return reverse("admin:inventory_ownerless_changelist")
