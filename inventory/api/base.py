"""What every list of the API has in common: scoped rows, keyset pages, token scopes."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.db.models import BigIntegerField, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.relations import PrimaryKeyRelatedField
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from inventory.models import ApiToken, Tenant
from inventory.models.tenant import Scoped
from inventory.queries import unknown_tenants


class VisibleKeyField(PrimaryKeyRelatedField[Any]):
    """The key of a row that this person may see; any other is no key at all."""

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        request = self.context.get("request")
        return rows.none() if request is None else rows.visible_to(request.user)


class KeysetPages(CursorPagination):
    """Pages by primary key: the deepest costs what the first does, and nothing is counted."""

    ordering = "id"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 500

    def decode_cursor(self, request: Request) -> Any:
        cursor: Any = super().decode_cursor(request)
        if cursor and cursor.position is not None and not cursor.position.isdecimal():
            raise NotFound(self.invalid_cursor_message)
        return cursor


class KnowingPages(KeysetPages):
    """Pages that say of which tenants nothing is known: a list without rows looks like clean."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        self.unknown = unknown_of(request)
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data["unknown_tenants"] = self.unknown
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = super().get_paginated_response_schema(schema)
        found["properties"]["unknown_tenants"] = {
            "type": "array",
            "items": {"type": "integer"},
            "description": "Tenants of which no report of SMTP AUTH was read: that nothing is "
            "listed of them does not mean that nothing sends.",
        }
        return found


def unknown_of(request: Request) -> list[int]:
    tenants = Tenant.objects.visible_to(request.user)
    asked = request.query_params.get("tenant", "")
    if asked.isdecimal():
        tenants = tenants.filter(pk=min(int(asked), BigIntegerField.MAX_BIGINT))
    return list(unknown_tenants(tenants).order_by("pk").values_list("pk", flat=True))


class KeyFilter(filters.NumberFilter):
    """Rows by a foreign key; a number that no key can be is refused before it gets to SQL."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name, min_value=1, max_value=BigIntegerField.MAX_BIGINT)


class MayWrite(BasePermission):
    """A token writes if its scope says so; a session if the person may do it in the admin."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS:
            return True
        if isinstance(request.auth, ApiToken):
            self.message = "This token may only read."
            return request.auth.scope == ApiToken.Scope.WRITE
        by_method: dict[str | None, str] = getattr(view, "method_permissions", {})
        needed = by_method.get(request.method, getattr(view, "write_permission", ""))
        return bool(needed) and bool(request.user.has_perm(needed))


class ScopedViewSet(ReadOnlyModelViewSet[Any]):
    """List and read what the person's tenants own; anything else does not exist."""

    pagination_class = KeysetPages
    permission_classes = [IsAuthenticated, MayWrite]
    write_permission = ""
    """What the admin asks of people who write here; empty where nothing is written."""
    method_permissions: ClassVar[dict[str, str]] = {}
    """The same for the methods that need another."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        if not issubclass(rows.model, (Scoped, Tenant)):
            raise TypeError(f"{rows.model.__name__} belongs to no tenant")
        visible: QuerySet[Any] = rows.visible_to(self.request.user)
        return visible
