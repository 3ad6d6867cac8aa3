from __future__ import annotations

from typing import Any, ClassVar

import django_filters as filters
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.base import KeyFilter, KnowingPages, ScopedViewSet
from inventory.api.days import DaysQuery, DaysSerializer
from inventory.api.serializers import (
    ItemSerializer,
    ReceivedSerializer,
    ReportSerializer,
    RowErrorSerializer,
    TenantSerializer,
    UploadSerializer,
)
from inventory.intake.receive import NotReceived, receive
from inventory.intake.removal import remove
from inventory.models import Item, Report, RowError, Tenant
from inventory.queries import nobody_owns, with_asset
from inventory.sources.counted import counted


class TenantViewSet(ScopedViewSet):
    queryset = Tenant.objects.all()
    serializer_class = TenantSerializer


class ReportFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")

    class Meta:
        model = Report
        fields = ("tenant", "state", "reader")


class ReportViewSet(ScopedViewSet):
    queryset = Report.objects.all()
    serializer_class = ReportSerializer
    filterset_class = ReportFilter
    parser_classes = [MultiPartParser]
    write_permission = "inventory.add_report"
    method_permissions: ClassVar[dict[str, str]] = {"DELETE": "inventory.delete_report"}

    @extend_schema(request=UploadSerializer, responses={201: ReceivedSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """Upload a report, or a zip of reports. It is read by a worker: ask for its state."""
        form = UploadSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        user: Any = request.user
        try:
            found = receive(
                form.validated_data["tenant"],
                file,
                file.name,
                origin=Report.Origin.API,
                sent_by=user,
                date_order=form.validated_data["date_order"],
            )
        except NotReceived as error:
            raise ValidationError({"file": str(error)}) from None
        return Response(ReceivedSerializer(found, many=True).data, status.HTTP_201_CREATED)

    @extend_schema(responses=ReportSerializer)
    def destroy(self, request: Request, pk: str) -> Response:
        """Take a report back, with what only it had led to. It stays listed as `removed`, or as
        `removing` until reports that hold the same rows are read again."""
        report = self.get_object()
        user: Any = request.user
        remove(report, user)
        report.refresh_from_db()
        return Response(ReportSerializer(report).data)

    @extend_schema(responses=RowErrorSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def errors(self, request: Request, pk: str) -> Response:
        """The rows of a report that were not taken, and why."""
        rows = RowError.objects.filter(report=self.get_object()).order_by("id")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(RowErrorSerializer(page, many=True).data)


class ItemFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    search = filters.CharFilter("name", lookup_expr="icontains")
    owner = filters.CharFilter(method="filter_owner", help_text="`none` for what nobody owns.")
    has_asset = filters.BooleanFilter(method="filter_assets")

    class Meta:
        model = Item
        fields = ("tenant", "category", "kind", "criticality", "owner", "cadence")

    def filter_owner(self, rows: Any, name: str, value: str) -> Any:
        return nobody_owns(rows) if value == "none" else rows.filter(owner=value)

    def filter_assets(self, rows: Any, name: str, value: bool) -> Any:
        return with_asset(rows, has_asset=value)


class ItemViewSet(ScopedViewSet):
    queryset = Item.objects.select_related("device", "script", "tenant")
    serializer_class = ItemSerializer
    pagination_class = KnowingPages
    filterset_class = ItemFilter

    @extend_schema(parameters=[DaysQuery], responses=DaysSerializer, filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def days(self, request: Request, pk: str) -> Response:
        """Messages by day, each from the best source that tells of it; others beside it."""
        item = self.get_object()
        query = DaysQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = counted(item.tenant, item, **query.validated_data)
        answer = {"item": item.pk, "name": item.name, "days": found}
        return Response(DaysSerializer(answer).data)
