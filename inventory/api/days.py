from __future__ import annotations

from typing import Any

from rest_framework import serializers


class DaysQuery(serializers.Serializer[Any]):
    first = serializers.DateField(required=False, help_text="The first day to tell of, UTC.")
    last = serializers.DateField(required=False)


class OtherCountSerializer(serializers.Serializer[Any]):
    source = serializers.CharField()
    message_count = serializers.IntegerField()

    def to_representation(self, instance: tuple[str, int]) -> dict[str, Any]:
        return {"source": instance[0], "message_count": instance[1]}


class CountedDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    message_count = serializers.IntegerField()
    source = serializers.CharField(help_text="Which source the count is of.")
    is_total = serializers.BooleanField(help_text="A total up to the day, not of it.")
    others = OtherCountSerializer(
        many=True, help_text="What other sources say of the same messages: never add them up."
    )
    remark = serializers.CharField()


class DaysSerializer(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    name = serializers.CharField()
    days = CountedDaySerializer(many=True)
