from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class DaysQuery(serializers.Serializer[Any]):
    first = serializers.DateField(required=False, help_text="The first day to tell of, UTC.")
    last = serializers.DateField(required=False)


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"source": {"type": "string"}, "message_count": {"type": "integer"}},
        },
    }
)
class OthersField(serializers.Field[Any, Any, Any, Any]):
    """(source, count) pairs."""

    def to_representation(self, value: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
        return [{"source": source, "message_count": count} for source, count in value]


class CountedDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    message_count = serializers.IntegerField()
    counted_from = serializers.CharField(source="source", help_text="Which source the count is of.")
    is_total = serializers.BooleanField(help_text="A total up to the day, not of it.")
    others = OthersField(
        help_text="What other sources say of the same messages: never add them up."
    )
    remark = serializers.CharField()


class DaysSerializer(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    name = serializers.CharField()
    days = CountedDaySerializer(many=True)
