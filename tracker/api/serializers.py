from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from tracker.models import Cutover, CutoverMove, Deadline, Waiver, Wave
from tracker.waves.planning import plan, wave_refusal


class CutoverSerializer(serializers.ModelSerializer[Cutover]):
    tenant = serializers.IntegerField(source="item.tenant_id", read_only=True)
    item_name = serializers.CharField(source="item.name", read_only=True)
    last_basic_at = serializers.DateTimeField(source="item.last_basic_at", read_only=True)
    last_oauth_at = serializers.DateTimeField(source="item.last_oauth_at", read_only=True)
    wave = serializers.PrimaryKeyRelatedField(
        queryset=Wave.objects.none(), allow_null=True, required=False
    )

    class Meta:
        model = Cutover
        fields = (
            "id",
            "tenant",
            "item",
            "item_name",
            "status",
            "route",
            "owner",
            "due_on",
            "deadline",
            "wave",
            "notes",
            "last_basic_at",
            "last_oauth_at",
            "opened_at",
            "moved_at",
            "cut_over_at",
        )
        read_only_fields = ("item", "status", "deadline", "opened_at", "moved_at", "cut_over_at")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            wave: Any = fields["wave"]
            wave.queryset = Wave.objects.visible_to(request.user)
        return fields

    def validate_wave(self, wave: Wave | None) -> Wave | None:
        if self.instance is not None and (why := wave_refusal(self.instance, wave)):
            raise serializers.ValidationError(why)
        return wave

    def update(self, instance: Cutover, validated_data: dict[str, Any]) -> Cutover:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        return plan(instance, validated_data, timezone.now().date())


class CutoverMoveSerializer(serializers.ModelSerializer[CutoverMove]):
    moved_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = CutoverMove
        fields = ("id", "from_status", "to_status", "moved_at", "moved_by", "reason", "evidence")


class MoveSerializer(serializers.Serializer[Any]):
    to = serializers.ChoiceField(Cutover.Status.choices)
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class DeadlineSerializer(serializers.ModelSerializer[Deadline]):
    class Meta:
        model = Deadline
        fields = (
            "id",
            "tenant",
            "name",
            "on",
            "stated_as",
            "is_binding",
            "lead_days",
            "notes",
            "source_url",
            "as_of",
        )
        read_only_fields = ("tenant",)


class WaiverSerializer(serializers.ModelSerializer[Waiver]):
    asked_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    decided_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Waiver
        fields = (
            "id",
            "cutover",
            "reason",
            "expires_on",
            "state",
            "asked_by",
            "asked_at",
            "decided_by",
            "decided_at",
        )


class AskSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)
    expires_on = serializers.DateField()
