"""“Test the route”: a form below a cutover, and its results."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from inventory.admin.pages import form_page
from inventory.models import Tenant
from tracker.models import Cutover, ProbeRun
from tracker.routes import probe_runs
from tracker.routes.probe import Login
from tracker.runbooks.facts import facts_of

Route = Cutover.Route
DEFAULT = ("smtp.office365.com", 587)
SERVERS: dict[str, tuple[str, int]] = {
    Route.HVE: ("smtp-hve.office365.com", 587),
    Route.ACS: ("smtp.azurecomm.net", 587),
}
TO_MX = (Route.RELAY_CONNECTOR, Route.DIRECT_SEND)
INTRO = (
    "From where Offramp runs: which versions of TLS the server offers, which logins, and whether "
    "it lets in what you give. Without a password and a recipient a worker does it. A password is "
    "used for this one test and kept nowhere."
)


class ProbeForm(forms.Form):
    host = forms.CharField(max_length=255, label="Server", widget=UnfoldAdminTextInputWidget)
    port = forms.IntegerField(min_value=1, max_value=65535, widget=UnfoldAdminIntegerFieldWidget)
    account = forms.EmailField(required=False, label="Mailbox", widget=UnfoldAdminEmailInputWidget)
    has_oauth = forms.BooleanField(
        required=False,
        label="Try OAuth",
        help_text="With the app of the tenant's connection.",
        widget=UnfoldBooleanWidget,
    )
    password = forms.CharField(
        required=False,
        label="Password, for this test only",
        strip=False,
        widget=UnfoldAdminPasswordWidget(
            attrs={"autocomplete": "new-password"}, render_value=False
        ),
    )
    recipient = forms.EmailField(
        required=False,
        label="Send a test message to",
        help_text="Somebody of the organisation, or yourself.",
        widget=UnfoldAdminEmailInputWidget,
    )

    def __init__(self, tenant: Tenant, own_address: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant, self.own_address = tenant, own_address

    def clean_account(self) -> str:
        account: str = self.cleaned_data["account"]
        if account and not self.is_inside(account):
            raise forms.ValidationError("Only mailboxes of the organisation's domains are tested.")
        return account

    def clean_recipient(self) -> str:
        recipient: str = self.cleaned_data["recipient"]
        is_own = recipient.lower() == self.own_address.lower()
        if recipient and not is_own and not self.is_inside(recipient):
            raise forms.ValidationError("Test messages go to the organisation's own domains alone.")
        return recipient

    def is_inside(self, address: str) -> bool:
        return address.rpartition("@")[2].lower() in map(str.lower, self.tenant.domains)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        wants_login = data.get("has_oauth") or data.get("password") or data.get("recipient")
        if wants_login and not data.get("account"):
            self.add_error("account", "Name the mailbox to log in or to send as.")
        if data.get("has_oauth") and (data.get("password") or data.get("recipient")):
            self.add_error("has_oauth", "Try OAuth by itself.")
        return data


def probe_page(
    model_admin: ModelAdmin[Cutover], request: HttpRequest, object_id: int
) -> HttpResponse:
    # What an error report leaves out of a request.
    request.sensitive_post_parameters = ["password"]  # type: ignore[attr-defined]
    rows = model_admin.get_queryset(request).select_related("item__tenant")
    cutover = get_object_or_404(rows, pk=object_id)
    own_address = getattr(request.user, "email", "")
    initial = {} if request.method == "POST" else initial_of(cutover)
    data = request.POST if request.method == "POST" else None
    form = ProbeForm(cutover.item.tenant, own_address, data, initial=initial)
    if form.is_valid():
        try:
            run = begun(request, cutover, form.cleaned_data)
        except probe_runs.ProbeRefused as error:
            form.add_error("host", str(error))
        else:
            tell(request, run)
            return HttpResponseRedirect(reverse("admin:tracker_proberun_change", args=[run.pk]))
    title = f"Test the route of {cutover.item}"
    return form_page(model_admin, request, form, title=title, button="Test", intro=INTRO)


def initial_of(cutover: Cutover) -> dict[str, Any]:
    """The server of the cutover's route, and the mailbox it logs in with."""
    facts = facts_of(cutover.item)
    host, port = SERVERS.get(cutover.route, DEFAULT)
    if cutover.route in TO_MX:
        host, port = facts.mx_host, 25
    return {"host": host, "port": port, "account": next(iter(facts.accounts), "")}


def begun(request: HttpRequest, cutover: Cutover, data: dict[str, Any]) -> ProbeRun:
    user: Any = request.user
    where, now = (data["host"], data["port"]), timezone.now()
    if not (data["password"] or data["recipient"]):
        account, has_oauth = data["account"], data["has_oauth"]
        return probe_runs.ask(
            cutover, *where, account=account, has_oauth=has_oauth, by=user, now=now
        )
    login = Login(account=data["account"], password=data["password"], recipient=data["recipient"])
    return probe_runs.run_at_once(cutover, *where, login, by=user, now=now)


def tell(request: HttpRequest, run: ProbeRun) -> None:
    if run.state == ProbeRun.State.WAITING:
        messages.info(request, "A worker tests it. Load this page again in a moment.")
    elif run.state == ProbeRun.State.FAILED:
        messages.error(request, run.error)
    else:
        messages.success(request, "Tested.")
