from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from inventory import correct
from inventory.admin.pages import form_page
from inventory.admin.scoped import ReadOnlyAdmin, ReadOnlyInline, TenantFilter
from inventory.models import Fingerprint, Item, Sender
from inventory.queries import looks_behind
from inventory.stories import story


class FingerprintInline(ReadOnlyInline):
    model = Fingerprint
    fields = readonly_fields = (
        "address",
        "message_id_shape",
        "message_id_host",
        "subject_mask",
        "tls_cipher",
        "is_pinned",
    )
    tab = True
    per_page = 50
    ordering = ("pk",)


class CorrectForm(forms.Form):
    item = forms.ModelChoiceField(Item.objects.none(), widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        required=False, max_length=200, widget=UnfoldAdminTextInputWidget, help_text="How you know."
    )


class SplitForm(forms.Form):
    fingerprints = forms.ModelMultipleChoiceField(
        Fingerprint.objects.none(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="These become another sender with an item of its own.",
    )


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Sender.objects.none(), widget=UnfoldAdminSelectWidget, label="Keep as one sender"
    )


def choices(form: forms.Form, name: str, rows: Any) -> None:
    field: Any = form.fields[name]
    field.queryset = rows


@admin.register(Sender)
class SenderAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "kind",
        "item",
        "shown_link",
        "shown_confidence",
        "message_count",
        "last_basic_at",
        "last_oauth_at",
        "last_seen_at",
    )
    list_filter = (TenantFilter, "link", "kind")
    list_select_related = ("item", "account")
    search_fields = ("name", "item__name")
    inlines = (FingerprintInline,)
    actions = ("confirm", "merge")
    actions_detail = ("confirm_one", "correct", "split")
    fieldsets = (
        (None, {"fields": ("name", "tenant", "account", "kind", "merged_into")}),
        (
            "What stands behind it",
            {"fields": ("item", "shown_link", "link_confidence", "link_reason", "doubt")},
        ),
        ("Its story", {"fields": ("shown_story",)}),
        (
            "Traffic with SMTP AUTH",
            {
                "fields": (
                    "message_count",
                    ("first_seen_at", "last_seen_at"),
                    ("cadence", "next_at", "quiet_days"),
                    ("last_basic_at", "last_oauth_at"),
                )
            },
        ),
    )

    @display(
        description="link",
        ordering="link",
        label={"inferred": "info", "confirmed": "success", "corrected": "success"},
    )
    def shown_link(self, sender: Sender) -> str:
        return sender.link

    @display(description="confidence", ordering="link_confidence")
    def shown_confidence(self, sender: Sender) -> str:
        return f"{sender.link_confidence} %"

    @display(description="day by day")
    def shown_story(self, sender: Sender) -> str:
        lines = [(line,) for line in story(looks_behind(sender))]
        return format_html_join(mark_safe("<br>"), "{}", lines) or "-"

    def has_correct_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("inventory.change_sender"))

    def done(self, request: HttpRequest, text: str, pk: int | None = None) -> HttpResponse:
        messages.success(request, text)
        if pk is None:
            return HttpResponseRedirect(reverse("admin:inventory_sender_changelist"))
        return HttpResponseRedirect(reverse("admin:inventory_sender_change", args=[pk]))

    @admin.action(description="Confirm the links", permissions=["correct"])
    def confirm(self, request: HttpRequest, queryset: Any) -> None:
        refusals = [confirmed(sender, request) for sender in list(queryset)]
        for why in filter(None, refusals):
            messages.error(request, why)
        told = messages.success if "" in refusals else messages.warning
        told(request, f"{refusals.count('')} of {len(refusals)} confirmed.")

    @admin.action(description="Merge: these are all one", permissions=["correct"])
    def merge(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        form = MergeForm(request.POST if "confirmed" in request.POST else None)
        choices(form, "into", queryset)
        if form.is_valid():
            try:
                correct.merge(queryset, form.cleaned_data["into"], request.user)  # type: ignore[arg-type]
                return self.done(request, "Merged.")
            except correct.CorrectionRefused as error:
                form.add_error(None, str(error))
        title = f"Merge {queryset.count()} senders"
        return form_page(self, request, form, title=title, button="Merge", action="merge")

    @action(description="Confirm", icon="check", permissions=["correct"])
    def confirm_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            if why := confirmed(sender, request):
                form.add_error(None, why)
            else:
                return self.done(request, f"{sender}: confirmed.", sender.pk)
        title = f"Is {sender} rightly linked?"
        intro = f"It is linked to {sender.item or 'nothing'}: {sender.link_reason or 'no reason'}."
        return form_page(self, request, form, title=title, button="Yes, confirm", intro=intro)

    @action(description="Correct", icon="edit", permissions=["correct"])
    def correct(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = CorrectForm(request.POST or None)
        choices(form, "item", Item.objects.filter(tenant=sender.tenant))
        if form.is_valid():
            data = form.cleaned_data
            correct.correct(sender, data["item"], request.user, data["reason"])  # type: ignore[arg-type]
            return self.done(request, f"{sender} is linked to {data['item']}.", sender.pk)
        title = f"What stands behind {sender}?"
        return form_page(self, request, form, title=title, button="Link to this item")

    @action(description="Split", icon="call_split", permissions=["correct"])
    def split(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = SplitForm(request.POST or None)
        choices(form, "fingerprints", sender.fingerprints.order_by("pk"))
        if form.is_valid():
            try:
                part = correct.split(sender, form.cleaned_data["fingerprints"], request.user)  # type: ignore[arg-type]
                return self.done(request, f"Split off as {part.item}.", part.pk)
            except correct.CorrectionRefused as error:
                form.add_error(None, str(error))
        return form_page(self, request, form, title=f"Split {sender}", button="Split off")


def confirmed(sender: Sender, request: HttpRequest) -> str:
    """Why the link could not be confirmed, or ""."""
    try:
        correct.confirm(sender, request.user)  # type: ignore[arg-type]
    except correct.CorrectionRefused as error:
        return str(error)
    return ""
