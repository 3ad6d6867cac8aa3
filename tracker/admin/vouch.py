from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from inventory.admin.pages import form_page
from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.models import Tenant
from tracker.lockdown import vouching
from tracker.models import Vouch

INTRO = (
    "Where no report tells what a mailbox is there for, somebody who knows may say that nothing "
    "logs in as it. The answer names you, and your word, until its last day. It counts for less "
    "than anything that reports, logs, scripts or lists show."
)


class VouchForm(forms.Form):
    tenant = forms.ModelChoiceField(Tenant.objects.none(), widget=UnfoldAdminSelectWidget)
    account = forms.CharField(
        max_length=320, widget=UnfoldAdminTextInputWidget, label="Mailbox that nothing uses"
    )
    reason = forms.CharField(
        max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), label="How you know"
    )
    expires_on = forms.DateField(
        widget=UnfoldAdminSingleDateWidget,
        label="Until",
        help_text="Within a year; then it is not known again.",
    )


@admin.register(Vouch)
class VouchAdmin(ReadOnlyAdmin):
    when_empty = (
        "Nobody has said so of any mailbox. “Can we turn it off?” offers it where no report tells "
        "what a mailbox is there for."
    )
    list_display = ("account", "shown_state", "expires_on", "reason", "said_by", "said_at")
    list_filter = (TenantFilter,)
    list_select_related = ("said_by",)
    search_fields = ("account", "reason")
    actions_list = ("say",)
    actions_detail = ("withdraw",)
    fields = (
        ("account", "tenant"),
        "reason",
        "shown_state",
        "expires_on",
        ("said_by", "said_at"),
        ("withdrawn_by", "withdrawn_at"),
    )

    @display(description="state", label={"stands": "warning", "over": "", "taken back": ""})
    def shown_state(self, row: Vouch) -> str:
        if row.expires_on < timezone.now().date():
            return "over"
        return "stands" if row.withdrawn_at is None else "taken back"

    def has_say_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("tracker.add_vouch"))

    def has_withdraw_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("tracker.change_vouch"))

    @action(
        description="Say that nothing uses a mailbox",
        url_path="say",
        icon="unpublished",
        permissions=["say"],
    )
    def say(self, request: HttpRequest) -> HttpResponse:
        tenants = Tenant.objects.visible_to(request.user)
        asked = {name: request.GET.get(name, "") for name in ("tenant", "account")}
        first = {**asked, "tenant": asked["tenant"] or tenants.first()}
        form = VouchForm(request.POST or None, initial=first)
        field: Any = form.fields["tenant"]
        field.queryset = tenants
        if form.is_valid():
            user: Any = request.user
            try:
                row = vouching.vouch(**form.cleaned_data, by=user, now=timezone.now())
            except vouching.VouchRefused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"{row.account}: your word counts until it is over.")
                url = reverse("admin:tracker_cutover_lockdown")
                return HttpResponseRedirect(f"{url}?tenant={row.tenant_id}&account={row.account}")
        title = "Say that nothing uses a mailbox"
        back = reverse("admin:tracker_cutover_lockdown") if asked["account"] else ""
        return form_page(
            self, request, form, title=title, button="Nothing uses it", intro=INTRO, back=back
        )

    @action(description="Take it back", icon="undo", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            user: Any = request.user
            try:
                vouching.withdraw(row, by=user, now=timezone.now())
                messages.success(request, f"{row.account} is not said to be unused any more.")
                return HttpResponseRedirect(reverse("admin:tracker_vouch_changelist"))
            except vouching.VouchRefused as error:
                form.add_error(None, str(error))
        title = f"Take back that nothing uses {row.account}?"
        return form_page(self, request, form, title=title, button="Take it back")
