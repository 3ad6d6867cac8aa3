from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from inventory.admin import behind, reclassified
from inventory.admin.asked_once import once
from inventory.admin.days import days_table
from inventory.admin.owning import OwningPages
from inventory.admin.scoped import (
    AssetFilter,
    KnowingMixin,
    ReadOnlyInline,
    ScopedAdmin,
    TenantFilter,
)
from inventory.models import (
    Account,
    Device,
    EgressNetwork,
    Item,
    Script,
    Sender,
    SignIn,
    Site,
    Submission,
    Tenant,
)
from inventory.senders.discovery import link_moved
from inventory.sites import Sites

TOLD_ELSEWHERE: list[Callable[[Item], Iterable[str]]] = []
"""What other parts of the product say of an item on its page, a line each; they add themselves."""
SEEN = (
    "message_count",
    ("first_seen_at", "last_seen_at"),
    "shown_rhythm",
    ("last_basic_at", "last_oauth_at"),
)
SEEN_FIELDS = (
    "message_count",
    "first_seen_at",
    "last_seen_at",
    "last_basic_at",
    "last_oauth_at",
)


class SendersInline(ReadOnlyInline):
    """Senders, each with the way to its page."""

    model = Sender
    tab = True
    per_page = 50

    @admin.display(description="sender")
    def shown_name(self, sender: Sender) -> str:
        url = reverse("admin:inventory_sender_change", args=[sender.pk])
        return format_html('<a href="{}" class="text-link">{}</a>', url, sender)


class SenderInline(SendersInline):
    fk_name = "item"
    fields = readonly_fields = (
        "shown_name",
        "message_count",
        "last_basic_at",
        "last_oauth_at",
        "link_reason",
    )


class LoggedInInline(SendersInline):
    """Those that are another sender now are told there."""

    fk_name = "account"
    fields = readonly_fields = (
        "shown_name",
        "item",
        "message_count",
        "last_basic_at",
        "last_oauth_at",
    )
    verbose_name_plural = "senders that log in with it"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(merged_into=None).select_related("item")


class SeenInline(SendersInline):
    fk_name = "script"
    fields = readonly_fields = (
        "shown_name",
        "item",
        "message_count",
        "last_basic_at",
        "script_confidence",
        "script_reason",
    )
    verbose_name_plural = "senders whose mail it writes"


class SignInInline(ReadOnlyInline):
    model = SignIn
    fields = readonly_fields = (
        "day",
        "address",
        "client",
        "result",
        "error_code",
        "reason",
        "attempt_count",
        "last_at",
    )
    verbose_name_plural = "sign-ins; a failure is no sign of a sender"
    tab = True
    per_page = 50


class SubmissionInline(ReadOnlyInline):
    model = Submission
    fk_name = "script"
    fields = readonly_fields = (
        "path",
        "line",
        "technique",
        "mail_host",
        "auth",
        "login",
        "account",
        "gone_at",
    )
    tab = True


class TagsField(forms.CharField):
    """A list of words, written with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = (word.strip() for word in super().clean(value).split(","))
        return list(dict.fromkeys(word for word in words if word))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class ItemForm(forms.ModelForm[Item]):
    tags = TagsField(
        required=False, widget=UnfoldAdminTextInputWidget, help_text="Words with commas between."
    )


def is_behind_something(item: Item) -> bool:
    if item.linked_senders.exists():
        return True
    return Sender.objects.filter(account=item.pk).exists()


def is_other(item: Item | None) -> bool:
    """Whether the rules took it for something else once."""
    return item is not None and any(reclassified.lines(item))


class ItemAdmin(KnowingMixin, OwningPages, ScopedAdmin):
    when_empty = "Items come in with reports: upload one under Reports."
    list_display: tuple[str, ...] = (
        "name",
        "kind",
        "owner",
        "site",
        "messages",
        "shown_cadence",
        "last_basic_on",
        "last_oauth_on",
    )
    list_filter = (TenantFilter, "kind", "criticality", "cadence", AssetFilter)
    form = ItemForm
    actions = ("own", "own_as_suggested")
    actions_detail = ("take_owner",)
    list_select_related = ("site", "tenant")
    search_fields: tuple[str, ...] = ("name", "owner", "contact", "notes")
    readonly_fields: tuple[str, ...] = (
        *SEEN_FIELDS,
        "shown_suggestions",
        "shown_rhythm",
        "days",
        "standing",
        "taken_for",
    )
    inlines: tuple[type[ReadOnlyInline], ...] = (SenderInline,)
    own_fields: tuple[Any, ...] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Item | None = None) -> Any:
        who = (("owner", "contact"), "shown_suggestions") if obj else (("owner", "contact"),)
        return (
            (None, {"fields": ("tenant", "name", "kind", *self.own_fields)}),
            *([("What it was taken for", {"fields": ("taken_for",)})] if is_other(obj) else []),
            *([("Where it stands", {"fields": ("standing",)})] if obj else []),
            ("Who and where", {"fields": (*who, ("site", "criticality"), "tags")}),
            ("Notes", {"fields": ("notes",)}),
            ("Traffic with SMTP AUTH", {"fields": (*SEEN, *(("days",) if obj else ()))}),
        )

    @admin.display(description="off Basic?")
    @once
    def standing(self, item: Item) -> str:
        elsewhere = (behind.lines, *TOLD_ELSEWHERE)
        told = [(line,) for lines in elsewhere for line in lines(item)]
        return format_html_join("", "<p>{}</p>", told)

    @admin.display(description="since later reports")
    @once
    def taken_for(self, item: Item) -> str:
        return format_html_join("", "<p>{}</p>", ((line,) for line in reclassified.lines(item)))

    @admin.display(description="messages", ordering="message_count")
    def messages(self, item: Item) -> str:
        return f"{item.message_count:,}" if item.message_count else "none seen"

    @admin.display(description="day by day")
    @once
    def days(self, item: Item) -> str:
        return days_table(item)

    def get_readonly_fields(self, request: HttpRequest, obj: Item | None = None) -> Any:
        return (*self.readonly_fields, "tenant") if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Item | None = None) -> bool:
        """What sends would only look gone, and its cutover with its history would be."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not is_behind_something(obj))


@admin.register(Device)
class DeviceAdmin(ItemAdmin):
    own_fields = (("vendor", "model"), "host_name", ("serial_number", "mac_address"))
    search_fields = (*ItemAdmin.search_fields, "host_name", "vendor", "model", "serial_number")


@admin.register(Script)
class ScriptAdmin(ItemAdmin):
    own_fields = ("host_name", "path", "library")
    inlines = (SenderInline, SeenInline, SubmissionInline)
    search_fields = (*ItemAdmin.search_fields, "host_name", "path")


@admin.register(Account)
class AccountAdmin(ItemAdmin):
    inlines = (LoggedInInline, SignInInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Item | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "name") if obj else fields  # Its name is the address that logs in.


class EgressNetworkInline(TabularInline):
    model = EgressNetwork
    extra = 1


@admin.register(Site)
class SiteAdmin(ScopedAdmin):
    when_empty = "Upload a list of sites with their addresses under Reports, or add one."
    list_display = ("name", "code", "tenant", "city", "country", "networks")
    list_filter = (TenantFilter,)
    search_fields = ("name", "code", "city")
    inlines = (EgressNetworkInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Site]:
        return super().get_queryset(request).prefetch_related("egress_networks")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = Sites(form.instance.tenant)
        super().save_related(request, form, formsets, change)
        # What a person changed is theirs: no list that told of it takes it back.
        if form.has_changed():
            form.instance.told_by.clear()
        for formset in formsets:
            for network, _ in formset.changed_objects:
                network.told_by.clear()
        link_moved(form.instance.tenant, before)

    @admin.display(description="egress networks")
    def networks(self, site: Site) -> str:
        return ", ".join(network.cidr for network in site.egress_networks.all())


@admin.register(Tenant)
class TenantAdmin(ScopedAdmin):
    list_display = ("name", "shown_domains", "created_at")
    search_fields = ("name",)
    filter_horizontal = ("people",)

    @admin.display(description="domains")
    def shown_domains(self, tenant: Tenant) -> str:
        return ", ".join(tenant.domains)

    def get_readonly_fields(self, request: HttpRequest, obj: Tenant | None = None) -> Any:
        # Who may see a tenant is for superusers to say; the list of people names other tenants'.
        return () if request.user.is_superuser else ("people",)

    def get_exclude(self, request: HttpRequest, obj: Tenant | None = None) -> Any:
        return () if request.user.is_superuser else ("people",)
