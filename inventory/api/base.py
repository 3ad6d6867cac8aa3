"""What every list of the API has in common: scoped rows, keyset pages, token scopes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from inventory.models import ApiToken, Tenant
from inventory.models.tenant import Scoped


class KeysetPages(CursorPagination):
    """Pages by primary key: the deepest costs what the first does, and nothing is counted."""

    ordering = "id"
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 500


class TokenScope(BasePermission):
    """A token of scope `read` changes nothing."""

    message = "This token may only read."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS or not isinstance(request.auth, ApiToken):
            return True
        return request.auth.scope == ApiToken.Scope.WRITE


class ScopedViewSet(ReadOnlyModelViewSet[Any]):
    """List and read what the person's tenants own; anything else does not exist."""

    pagination_class = KeysetPages
    permission_classes = [IsAuthenticated, TokenScope]

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        if not issubclass(rows.model, (Scoped, Tenant)):
            raise TypeError(f"{rows.model.__name__} belongs to no tenant")
        visible: QuerySet[Any] = rows.visible_to(self.request.user)
        return visible
