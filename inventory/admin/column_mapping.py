from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from inventory.admin.scoped import ReadOnlyAdmin, TenantFilter
from inventory.models import ColumnMapping
from inventory.readers.list_fields import FIELDS


@admin.register(ColumnMapping)
class ColumnMappingAdmin(ReadOnlyAdmin):
    """Shown here, corrected on the page of a list that has these columns."""

    when_empty = (
        "When somebody says what the columns of a list are, it is remembered here for the next one."
    )
    list_display = ("kind", "shown_names", "shown_standing", "confirmed_by", "current", "tenant")
    list_filter = (TenantFilter, "kind")
    list_select_related = ("tenant", "current_report", "confirmed_by")
    fields = ("tenant", "kind", "shown_fields", ("confirmed_by", "confirmed_at"), "current")
    readonly_fields = ("shown_fields", "current")

    @display(description="columns")
    def shown_names(self, mapping: ColumnMapping) -> str:
        return ", ".join(mapping.names)[:120]

    @display(description="standing", label={"guessed": "warning", "said by a person": "success"})
    def shown_standing(self, mapping: ColumnMapping) -> str:
        return "said by a person" if mapping.confirmed_at else "guessed"

    @display(description="columns")
    def shown_fields(self, mapping: ColumnMapping) -> str:
        titles = FIELDS[mapping.kind]
        pairs = zip(mapping.names, mapping.fields, strict=True)
        return "; ".join(f"{name}: {titles.get(known, 'left out')}" for name, known in pairs)

    @display(description="newest list")
    def current(self, mapping: ColumnMapping) -> str:
        report = mapping.current_report
        if report is None:
            return "none"
        address = reverse("admin:inventory_report_change", args=[report.pk])
        return format_html('<a href="{}">{}</a>', address, report.file_name)
