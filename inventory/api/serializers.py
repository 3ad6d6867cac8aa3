from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventory.api.base import VisibleKeyField
from inventory.models import Item, Report, RowError, Sender, Tenant


class TenantSerializer(serializers.ModelSerializer[Tenant]):
    class Meta:
        model = Tenant
        fields = ("id", "name", "domains")


class ReportSerializer(serializers.ModelSerializer[Report]):
    outcome = serializers.CharField(
        read_only=True, help_text="What came of it: no rows and no sender are not the same."
    )

    class Meta:
        model = Report
        fields = (
            "id",
            "tenant",
            "file_name",
            "sha256",
            "byte_count",
            "origin",
            "state",
            "outcome",
            "progress_rows",
            "progress_share",
            "reader",
            "refusal",
            "asks_date_order",
            "date_order",
            "asks_columns",
            "warnings",
            "period_start",
            "period_end",
            "row_count",
            "accepted_count",
            "rejected_count",
            "duplicate_count",
            "account_count",
            "received_at",
            "read_at",
            "removed_at",
        )
        read_only_fields = fields


class RowErrorSerializer(serializers.ModelSerializer[RowError]):
    class Meta:
        model = RowError
        fields = ("id", "line", "column", "reason", "raw")


class SenderSerializer(serializers.ModelSerializer[Sender]):
    class Meta:
        model = Sender
        fields = (
            "id",
            "tenant",
            "account",
            "name",
            "kind",
            "item",
            "link",
            "link_reason",
            "doubt",
            "link_confidence",
            "script",
            "script_confidence",
            "script_reason",
            "merged_into",
            "cadence",
            "next_at",
            "quiet_days",
            "message_count",
            "first_seen_at",
            "last_seen_at",
            "last_basic_at",
            "last_oauth_at",
        )


DETAILS = {
    Item.Category.DEVICE: ("vendor", "model", "host_name", "serial_number", "mac_address"),
    Item.Category.SCRIPT: ("host_name", "path", "library"),
    Item.Category.ACCOUNT: (),
}


class ItemSerializer(serializers.ModelSerializer[Item]):
    """Devices, scripts and accounts in one shape; what only one category has is in `details`."""

    details = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = (
            "id",
            "tenant",
            "category",
            "kind",
            "name",
            "owner",
            "contact",
            "site",
            "criticality",
            "tags",
            "notes",
            "cadence",
            "next_at",
            "quiet_days",
            "message_count",
            "first_seen_at",
            "last_seen_at",
            "last_basic_at",
            "last_oauth_at",
            "details",
        )

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_details(self, item: Item) -> dict[str, Any]:
        category = Item.Category(item.category)
        if not DETAILS[category]:
            return {}
        part = getattr(item, category.value)
        return {name: getattr(part, name) for name in DETAILS[category]}


class UploadSerializer(serializers.Serializer[Any]):
    tenant = VisibleKeyField(queryset=Tenant.objects.all())
    file = serializers.FileField(allow_empty_file=True)
    date_order = serializers.ChoiceField(
        choices=Report.DateOrder.choices,
        default="",
        help_text="How to read dates such as 05/10/2026 where the file does not tell.",
    )


class ReceivedSerializer(serializers.Serializer[Any]):
    is_known = serializers.BooleanField(
        help_text="This content had come in before; nothing is counted again."
    )
    report = ReportSerializer()
