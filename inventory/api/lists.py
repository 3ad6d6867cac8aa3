"""Read-only lists of what devices are known and of what devices logged."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from rest_framework import serializers

from inventory.api.base import KeyFilter, ScopedViewSet
from inventory.models import DeviceReply, KnownAsset


class KnownAssetSerializer(serializers.ModelSerializer[KnownAsset]):
    class Meta:
        model = KnownAsset
        fields = (
            "id",
            "tenant",
            "report",
            "line",
            "name",
            "host_name",
            "kind",
            "vendor",
            "model",
            "serial_number",
            "mac_address",
            "address",
            "site_name",
            "site",
            "owner",
            "contact",
            "account",
            "status",
            "item",
            "match",
            "match_confidence",
            "match_reason",
        )


class KnownAssetFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    report = KeyFilter("report_id")
    site = KeyFilter("site_id")
    item = KeyFilter("item_id")
    search = filters.CharFilter("host_name", lookup_expr="icontains")

    class Meta:
        model = KnownAsset
        fields = (
            "tenant",
            "report",
            "site",
            "item",
            "match",
            "vendor",
            "serial_number",
            "mac_address",
            "address",
            "account",
        )


class KnownAssetViewSet(ScopedViewSet):
    """The list holds the newest lists alone; ask for a `report` to see those of an older one."""

    queryset = KnownAsset.objects.all()
    serializer_class = KnownAssetSerializer
    filterset_class = KnownAssetFilter

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        is_newest = self.action == "list" and "report" not in self.request.query_params
        newest: QuerySet[Any] = rows.current() if is_newest else rows
        return newest


class DeviceReplySerializer(serializers.ModelSerializer[DeviceReply]):
    class Meta:
        model = DeviceReply
        fields = (
            "id",
            "tenant",
            "report",
            "line",
            "at",
            "host",
            "account",
            "family",
            "code",
            "enhanced_code",
            "is_refusal",
            "text",
        )


class DeviceReplyFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    report = KeyFilter("report_id")
    since = filters.IsoDateTimeFilter("at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter("at", lookup_expr="lte")

    class Meta:
        model = DeviceReply
        fields = ("tenant", "report", "host", "account", "family", "code", "is_refusal")


class DeviceReplyViewSet(ScopedViewSet):
    queryset = DeviceReply.objects.all()
    serializer_class = DeviceReplySerializer
    filterset_class = DeviceReplyFilter
