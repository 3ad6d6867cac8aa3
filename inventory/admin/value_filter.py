"""Filters by the values that the person may see; a plain filter would list every tenant's."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

LISTED = 200


class ValueFilter(admin.SimpleListFilter):
    """Subclasses name the field, and the path to its text where it is a relation."""

    field = ""
    text = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.get_queryset(request).exclude(**{f"{self.field}__isnull": True})
        pairs = rows.order_by().values_list(self.field, self.text or self.field).distinct()
        found = [(str(value), str(text)) for value, text in pairs[:LISTED] if value]
        return sorted(found, key=lambda pair: pair[1].lower())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value or (self.text and not value.isdecimal()):
            return queryset
        return queryset.filter(**{self.field: value})
