from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from inventory.admin.columns import ColumnsMixin
from inventory.admin.pages import form_page
from inventory.admin.scoped import ReadOnlyAdmin, ReadOnlyInline, TenantFilter
from inventory.ingest import read_again
from inventory.models import Report, RowError, Tenant
from inventory.receive import NotReceived, receive

SHOWN_ERRORS = 200


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


class RowErrorInline(ReadOnlyInline):
    model = RowError
    fields = readonly_fields = ("line", "column", "reason", "raw")
    verbose_name_plural = "rows that were not taken"
    tab = True
    per_page = 50


@admin.register(Report)
class ReportAdmin(ColumnsMixin, ReadOnlyAdmin):
    list_display = (
        "file_name",
        "tenant",
        "reader",
        "shown_state",
        "row_count",
        "accepted_count",
        "rejected_count",
        "duplicate_count",
        "period",
        "received_at",
        "sent_by",
    )
    list_filter = (TenantFilter, "state", "reader")
    list_select_related = ("tenant", "sent_by")
    search_fields = ("file_name",)
    inlines = (RowErrorInline,)
    actions = ("read_again", "read_day_first", "read_month_first")
    actions_list = ("upload",)
    actions_detail = ("columns",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "file_name",
                    "tenant",
                    "shown_state",
                    "refusal",
                    "date_order",
                    "shown_warnings",
                )
            },
        ),
        (
            "What it says",
            {
                "fields": (
                    "reader",
                    "period",
                    ("row_count", "accepted_count", "rejected_count", "duplicate_count"),
                )
            },
        ),
        (
            "Where it comes from",
            {"fields": ("origin", "sent_by", "received_at", "read_at", "byte_count", "sha256")},
        ),
    )

    @display(
        description="state",
        ordering="state",
        label={
            "read": "success",
            "refused": "danger",
            "reading": "info",
            "received": "warning",
            "asks for the date order": "warning",
            "asks for its columns": "warning",
        },
    )
    def shown_state(self, report: Report) -> str:
        if report.asks_columns:
            return "asks for its columns"
        return "asks for the date order" if report.asks_date_order else report.state

    @display(description="warnings", empty_value="none")
    def shown_warnings(self, report: Report) -> str:
        return "; ".join(report.warnings)

    @display(description="period (UTC)", ordering="period_end")
    def period(self, report: Report) -> str:
        if report.period_end is None:
            return "none"
        start = f"{report.period_start:%Y-%m-%d}" if report.period_start else "?"
        return f"{start} – {report.period_end:%Y-%m-%d}"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)
        return refreshed(response, self.get_queryset(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return refreshed(response, self.get_queryset(request).filter(pk=object_id))

    @admin.action(description="Read refused reports again", permissions=["upload"])
    def read_again(self, request: HttpRequest, queryset: Any) -> None:
        self.queue(request, queryset)

    @admin.action(description="Read again: dates start with the day", permissions=["upload"])
    def read_day_first(self, request: HttpRequest, queryset: Any) -> None:
        self.queue(request, queryset, Report.DateOrder.DAY_FIRST)

    @admin.action(description="Read again: dates start with the month", permissions=["upload"])
    def read_month_first(self, request: HttpRequest, queryset: Any) -> None:
        self.queue(request, queryset, Report.DateOrder.MONTH_FIRST)

    def queue(self, request: HttpRequest, queryset: Any, date_order: str = "") -> None:
        user: Any = request.user
        queued = [read_again(report, user, date_order=date_order) for report in queryset]
        messages.info(request, f"{sum(queued)} of {len(queued)} will be read again.")

    def has_upload_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("inventory.add_report"))

    @action(description="Upload reports", url_path="upload", icon="upload", permissions=["upload"])
    def upload(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        form = UploadForm(user, request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            chosen = form.cleaned_data
            for file in chosen["reports"]:
                take(request, chosen["tenant"], file, user, chosen["date_order"])
            return HttpResponseRedirect(reverse("admin:inventory_report_changelist"))
        return form_page(
            self,
            request,
            form,
            title="Upload reports",
            button="Upload",
            intro="The SMTP AUTH detail report, the SMTP AUTH clients grid, message traces of any "
            "shape, sign-in logs, lists of devices and sites, or logs of devices. "
            "A file that came in before, or that overlaps another, counts nothing twice.",
        )


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


def refreshed(response: HttpResponse, reports: Any) -> HttpResponse:
    """A page that shows unfinished work asks again by itself; no script is needed for that."""
    if reports.filter(state__in=[Report.State.RECEIVED, Report.State.READING]).exists():
        response["Refresh"] = "3"
    return response
