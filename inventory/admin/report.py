from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from unfold.decorators import action, display

from inventory import outcome
from inventory.admin.columns import ColumnsMixin
from inventory.admin.errors import errors_file
from inventory.admin.progress import is_under_way, progress_of, under_way
from inventory.admin.removal import removal_page
from inventory.admin.scoped import ReadOnlyAdmin, ReadOnlyInline, TenantFilter
from inventory.admin.sources import sources_page
from inventory.admin.upload import upload_page
from inventory.intake.ingest import read_again
from inventory.models import Report, RowError
from inventory.sources.catalogue import title_of


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
        "shown_reader",
        "shown_state",
        "shown_rows",
        "period",
        "received_at",
    )
    list_filter = (TenantFilter, "state", "reader")
    list_select_related = ("tenant", "sent_by")
    search_fields = ("file_name",)
    when_empty = "Upload what Exchange, Entra or your own lists export, as it is."
    inlines = (RowErrorInline,)
    actions = ("read_again", "read_day_first", "read_month_first", "remove_chosen")
    actions_list = ("upload", "sources")
    actions_detail = ("columns", "errors_csv", "remove_one")
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
                    "shown_reader",
                    "real_period",
                    "is_whole",
                    ("rows", "accepted", "rejected", "already_known"),
                    "account_count",
                )
            },
        ),
        (
            "Where it comes from",
            {
                "fields": (
                    "origin",
                    "sent_by",
                    ("received_at", "read_at"),
                    "byte_count",
                    "sha256",
                    ("removed_at", "removed_by"),
                )
            },
        ),
    )

    @display(
        description="state",
        ordering="state",
        label={
            outcome.READ: "success",
            outcome.NO_ROWS: "warning",
            outcome.NONE_TAKEN: "danger",
            outcome.NO_SENDERS: "warning",
            outcome.ASKS: "warning",
            outcome.ASKS_COLUMNS: "warning",
            outcome.STATES["refused"]: "danger",
            outcome.STATES["reading"]: "info",
            outcome.STATES["received"]: "warning",
            outcome.STATES["removing"]: "warning",
        },
    )
    def shown_state(self, report: Report) -> str:
        return report.outcome

    @display(description="what it is", ordering="reader")
    def shown_reader(self, report: Report) -> str:
        return title_of(report.reader)

    @display(description="rows", ordering="row_count")
    def rows(self, report: Report) -> str:
        return under_way(report) if report.progress else counted(report, report.row_count)

    @display(description="rows", ordering="row_count")
    def shown_rows(self, report: Report) -> str:
        """How many, and what became of those that were not taken."""
        if report.progress or report.state != Report.State.READ:
            return str(self.rows(report))
        left = ((report.duplicate_count, "known"), (report.rejected_count, "rejected"))
        told = [f"{count:,} {what}" for count, what in left if count]
        return f"{report.row_count:,}" + (f", {', '.join(told)}" if told else "")

    @display(description="accepted", ordering="accepted_count")
    def accepted(self, report: Report) -> str:
        return counted(report, report.accepted_count)

    @display(description="rejected", ordering="rejected_count")
    def rejected(self, report: Report) -> str:
        return counted(report, report.rejected_count)

    @display(description="already known", ordering="duplicate_count")
    def already_known(self, report: Report) -> str:
        return counted(report, report.duplicate_count)

    @display(description="warnings")
    def shown_warnings(self, report: Report) -> str:
        return "; ".join(report.warnings) or "none"

    @display(description="covers (UTC)")
    def real_period(self, report: Report) -> str:
        """From the first row to the last, whatever was asked for."""
        if report.period_start is None or report.period_end is None:
            return str(self.period(report))
        days = (report.period_end.date() - report.period_start.date()).days + 1
        return (
            f"{report.period_start:%Y-%m-%d %H:%M} – {report.period_end:%Y-%m-%d %H:%M}, "
            f"{days:,} day{'' if days == 1 else 's'} by its first and last row"
        )

    @display(description="is it whole?")
    def is_whole(self, report: Report) -> str:
        if report.state != Report.State.READ:
            return "not known"
        if report.cut_reasons:
            return f"probably not: {'; '.join(report.cut_reasons)}"
        return "nothing speaks against it"

    @display(description="period (UTC)", ordering="period_end")
    def period(self, report: Report) -> str:
        if report.period_end is None:
            return "none"
        if report.period_start is None:
            return f"as of {report.period_end:%Y-%m-%d}"
        return f"{report.period_start:%Y-%m-%d} – {report.period_end:%Y-%m-%d}"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        more = {**(extra_context or {}), "is_under_way": is_under_way(self.get_queryset(request))}
        response: HttpResponse = super().changelist_view(request, more)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        keys = {int(object_id)} if object_id.isdecimal() else set()
        mine = self.get_queryset(request).filter(pk__in=keys)
        more = {**(extra_context or {}), "is_under_way": is_under_way(mine)}
        response: HttpResponse = super().change_view(request, object_id, form_url, more)
        return response

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.progress_view)
        return [path("progress/", view, name="inventory_report_progress"), *super().get_urls()]

    def progress_view(self, request: HttpRequest) -> JsonResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return progress_of(self.get_queryset(request), request.GET.get("ids", ""))

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

    @admin.action(description="Remove reports", permissions=["remove"])
    def remove_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        is_confirmed = "confirmed" in request.POST
        return removal_page(
            self, request, list(queryset), action="remove_chosen", is_confirmed=is_confirmed
        )

    @action(description="Remove", url_path="remove", icon="delete", permissions=["remove"])
    def remove_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        report = self.get_object(request, str(object_id))
        if report is None:
            raise Http404
        return removal_page(self, request, [report], is_confirmed=request.method == "POST")

    @action(description="Sources", url_path="sources", icon="sensors", permissions=["look"])
    def sources(self, request: HttpRequest) -> HttpResponse:
        return sources_page(self, request)

    def has_look_permission(self, request: HttpRequest, *args: Any) -> bool:
        return bool(request.user.has_perm("inventory.view_report"))

    @action(description="Rows not taken (CSV)", url_path="errors", icon="csv", permissions=["look"])
    def errors_csv(self, request: HttpRequest, object_id: int) -> Any:
        report = self.get_object(request, str(object_id))
        if report is None:
            raise Http404
        return errors_file(report)

    def has_remove_permission(self, request: HttpRequest, *args: Any) -> bool:
        return bool(request.user.has_perm("inventory.delete_report"))

    def has_upload_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("inventory.add_report"))

    @action(description="Upload reports", url_path="upload", icon="upload", permissions=["upload"])
    def upload(self, request: HttpRequest) -> HttpResponse:
        return upload_page(self, request)


def counted(report: Report, count: int) -> str:
    """A zero is said only of a report that was read; of any other nothing was counted."""
    return f"{count:,}" if report.state == Report.State.READ else "–"
