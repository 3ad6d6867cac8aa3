"""The page on which people upload reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from inventory.admin.pages import form_page
from inventory.intake.receive import NotReceived, receive
from inventory.models import Report, Tenant


class ManyFiles(forms.FileField):
    """One or more files; `clean` gives a list."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        one = super().clean
        return [one(each, initial) for each in data] if data else [one(None, initial)]


class ManyFilesWidget(UnfoldAdminFileFieldWidget):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[Any]]:
        found: list[UploadedFile[Any]] = files.getlist(name)
        return found


class UploadForm(forms.Form):
    tenant = forms.ModelChoiceField(
        Tenant.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    date_order = forms.ChoiceField(
        choices=Report.DateOrder.choices,
        required=False,
        label="Dates such as 05/10/2026",
        widget=UnfoldAdminSelectWidget,
        help_text="Counts only where a file itself does not tell.",
    )
    reports = ManyFiles(
        widget=ManyFilesWidget(attrs={"multiple": True}),
        help_text="As they were exported: CSV in any encoding, Excel, logs, or archives of them.",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tenant: Any = self.fields["tenant"]
        tenant.queryset = Tenant.objects.visible_to(user)


def upload_page(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = UploadForm(user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        for file in chosen["reports"]:
            take(request, chosen["tenant"], file, user, chosen["date_order"])
        url = reverse("admin:inventory_report_changelist")
        is_watched = is_script(request)
        return JsonResponse({"url": url}) if is_watched else HttpResponseRedirect(url)
    if request.method == "POST" and is_script(request):
        said = [text for texts in form.errors.values() for text in texts]
        return JsonResponse({"errors": said}, status=400)
    return form_page(
        model_admin,
        request,
        form,
        title="Upload reports",
        button="Upload",
        script="offramp/upload.js",
        size_limit=settings.REPORT_SIZE_LIMIT,
        intro="The SMTP AUTH detail report, the SMTP AUTH clients grid, message traces of any "
        "shape, sign-in logs, lists of devices and sites, or logs of devices. "
        "A file that came in before, or that overlaps another, counts nothing twice.",
    )


def is_script(request: HttpRequest) -> bool:
    """Whether the script that shows the progress of an upload asks, instead of the form."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def take(
    request: HttpRequest, tenant: Tenant, file: UploadedFile[Any], user: User, date_order: str
) -> None:
    name = file.name or "unnamed"
    stream: Any = file
    origin = Report.Origin.UPLOAD
    try:
        found = receive(tenant, stream, name, origin=origin, sent_by=user, date_order=date_order)
    except NotReceived as error:
        messages.error(request, f"{name}: {error}")
        return
    for received in found:
        report = received.report
        if report.state == Report.State.REFUSED:
            messages.error(request, f"{report.file_name}: refused, {report.refusal}")
        elif received.is_known:
            messages.warning(request, f"{report.file_name}: known already, nothing changed")
        else:
            messages.success(request, f"{report.file_name}: received, it is being read")
