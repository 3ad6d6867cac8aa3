"""What the columns of a list hold: shown, corrected, and the list read again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from inventory.admin.pages import form_page
from inventory.intake.answer_columns import Asked, answer, asked, may_be_list
from inventory.intake.reading_lists import Columns
from inventory.models import ColumnMapping, Report
from inventory.readers.list_fields import FIELDS
from inventory.records import IDENTIFYING, NotThisReport

LEFT_OUT = [("", "leave out")]
CHOICES = [
    *LEFT_OUT,
    *(
        (kind.label, [(f"{kind}.{field}", title) for field, title in FIELDS[kind].items()])
        for kind in ColumnMapping.Kind
    ),
]
NAMING = {
    *(f"{ColumnMapping.Kind.DEVICES}.{field}" for field in IDENTIFYING),
    *(f"{ColumnMapping.Kind.SITES}.{field}" for field in ("name", "code")),
}
INTRO = (
    "Say for each column what it holds. It counts for every list with these columns, and this one "
    "is read again by it."
)


class ColumnsForm(forms.Form):
    """A choice for each column, with values from it below."""

    def __init__(self, found: Asked, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        columns = found.columns
        for number, name in enumerate(columns.names):
            known = columns.fields[number]
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=name or f"column {number + 1}",
                choices=CHOICES,
                required=False,
                initial=f"{columns.kind}.{known}" if known else "",
                help_text=", ".join(found.samples[number]) or "no value in the first rows",
                widget=UnfoldAdminSelectWidget,
            )

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        fields = {str(value) for value in chosen.values() if value}
        if len({value.partition(".")[0] for value in fields}) > 1:
            raise forms.ValidationError("A list is one of devices or one of sites, not of both.")
        if not fields & NAMING:
            raise forms.ValidationError(
                "No column names the device (name, host name, serial number, MAC or IP address) "
                "or the site."
            )
        return chosen

    def columns(self) -> Columns:
        names = self.found.columns.names
        chosen = [self.cleaned_data[f"column_{number}"] for number in range(len(names))]
        kind = next(value for value in chosen if value).partition(".")[0]
        fields = [value.partition(".")[2] for value in chosen]
        return Columns(kind, names, fields, is_confirmed=True)


class ColumnsMixin:
    """The page on a report; for people who may upload reports."""

    def has_columns_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not request.user.has_perm("inventory.add_report"):
            return False
        report = Report.objects.visible_to(request.user).filter(pk=object_id).first()
        return report is None or may_be_list(report)

    @action(description="Columns", url_path="columns", icon="table", permissions=["columns"])
    def columns(self, request: HttpRequest, object_id: int) -> HttpResponse:
        report = self.get_object(request, str(object_id))  # type: ignore[attr-defined]
        back = HttpResponseRedirect(reverse("admin:inventory_report_changelist"))
        if report is None:
            return back
        back = HttpResponseRedirect(reverse("admin:inventory_report_change", args=[report.pk]))
        try:
            found = asked(report)
        except NotThisReport as error:
            messages.error(request, f"{report.file_name}: {error}")
            return back
        form = ColumnsForm(found, request.POST or None)
        if request.method == "POST" and form.is_valid():
            answer(report, form.columns(), request.user)  # type: ignore[arg-type]
            messages.success(request, f"{report.file_name} is read again by these columns.")
            return back
        return form_page(
            self,  # type: ignore[arg-type]
            request,
            form,
            title=f"What the columns of {report.file_name} hold",
            button="Read it so",
            intro=INTRO,
        )
