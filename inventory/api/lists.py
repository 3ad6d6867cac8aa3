"""A read-only list of what devices logged."""

from __future__ import annotations

import django_filters as filters
from rest_framework import serializers

from inventory.api.base import KeyFilter, ScopedViewSet
from inventory.models import DeviceReply


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
