"""Saying who owns what: on an item's page, in a list, and in the queue of what nobody owns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from inventory.admin.any_item import item_link
from inventory.admin.asked_once import once
from inventory.admin.pages import form_page, query_of
from inventory.admin.scoped import AssetFilter, ReadOnlyAdmin, TenantFilter
from inventory.admin.traffic import TrafficPages
from inventory.models import Item, Ownerless, Sender
from inventory.people.owners import set_owner, suggest
from inventory.queries import nobody_owns

BUTTON = (
    '<li>{} ({} %): {}. <button type="submit" name="owner_taken" value="{}" formaction="{}" '
    'formmethod="post" formnovalidate class="text-primary-600 cursor-pointer">Take</button></li>'
)

SHOWN = 5
NOBODY = "Nobody is suggested: no list, mailbox or site names anybody, nor does its mail go to one."


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

    @display(description="who may own it")
    @once
    def shown_suggestions(self, item: Item) -> str:
        url = reverse(f"admin:inventory_{self.opts.model_name}_take_owner", args=[item.pk])
        rows = [
            (each.owner, each.confidence, each.reason, each.owner, url) for each in suggest(item)
        ]
        return format_html("<ul>{}</ul>", format_html_join("", BUTTON, rows)) if rows else NOBODY

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

    @admin.action(description="Give to who is suggested", permissions=["own"])
    def own_as_suggested(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """The likeliest of each, shown before; those without a suggestion stay as they are."""
        chosen = [(item, clues[0]) for item in queryset if (clues := suggest(item))]
        if not chosen:
            messages.warning(request, "Nobody is suggested for any of these.")
            return None
        form = forms.Form(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            for item, clue in chosen:
                set_owner([item], clue.owner, request.user)  # type: ignore[arg-type]
            messages.success(request, f"{len(chosen)} of {queryset.count()} items have an owner.")
            name = f"admin:inventory_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(f"{reverse(name)}{query_of(request)}")
        rows = [(item, each.owner, each.confidence, each.reason) for item, each in chosen]
        lines = format_html_join("", "<li><b>{}</b>: {} ({} %): {}.</li>", rows)
        left = queryset.count() - len(chosen)
        more = f"Of {left} more nobody is suggested: they stay as they are." if left else ""
        return form_page(
            self,  # type: ignore[arg-type]
            request,
            form,
            title=f"Give these {len(chosen)} items to who is suggested?",
            button="Set the owners",
            intro=format_html("<ul class='list-disc pl-5'>{}</ul>{}", lines, more),
            action="own_as_suggested",
        )

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
            return HttpResponseRedirect(f"{reverse(name)}{query_of(request)}")
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
    actions = ("own", "own_as_suggested")
    actions_detail = ("take_owner",)
    fields = (
        "shown_item",
        "tenant",
        "category",
        "kind",
        "contact",
        "site",
        "shown_suggestions",
        "shown_senders",
        "message_count",
        "shown_rhythm",
        "last_basic_at",
        "last_oauth_at",
    )

    @display(description="item")
    def shown_item(self, item: Item) -> str:
        return item_link(item)

    @display(description="what is behind it")
    @once
    def shown_senders(self, item: Item) -> str:
        """Senders that are linked with it, or that log in with it."""
        behind = Q(account=item.pk) if item.category == Item.Category.ACCOUNT else Q(item=item)
        rows = Sender.objects.filter(behind, merged_into=None).order_by("-message_count", "pk")
        links = [
            (reverse("admin:inventory_sender_change", args=[each.pk]), each)
            for each in rows[:SHOWN]
        ]
        told = format_html_join(mark_safe("<br>"), '<a href="{}" class="text-link">{}</a>', links)
        more = rows.count() - len(links)
        return format_html("{}<br>and {} more", told, more) if more > 0 else told or "nothing seen"

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
