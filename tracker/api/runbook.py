from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tracker.models import Cutover
from tracker.runbooks.ticks import Line, lines_of, runbook_of


class StepSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(source="step.key")
    title = serializers.CharField(source="step.title")
    text = serializers.CharField(source="step.text")
    commands = serializers.ListField(child=serializers.CharField(), source="step.commands")
    source_url = serializers.CharField(source="step.source")
    is_done = serializers.SerializerMethodField()
    done_by = serializers.SerializerMethodField()
    done_at = serializers.DateTimeField(source="tick.done_at", default=None)
    note = serializers.CharField(source="tick.note", default="")

    def get_is_done(self, line: Line) -> bool:
        return line.tick is not None

    def get_done_by(self, line: Line) -> str:
        return line.tick.done_by.username if line.tick and line.tick.done_by else ""


class RunbookSerializer(serializers.Serializer[Any]):
    cutover = serializers.IntegerField()
    item = serializers.CharField()
    route = serializers.CharField()
    endpoint = serializers.CharField()
    steps = StepSerializer(many=True)


class TickSerializer(serializers.Serializer[Any]):
    done = serializers.BooleanField()
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


def told(cutover: Cutover) -> dict[str, Any]:
    """The runbook as the API tells it; without a route there are no steps."""
    found = runbook_of(cutover)
    answer = {
        "cutover": cutover.pk,
        "item": cutover.item.name,
        "route": cutover.route,
        "endpoint": found.endpoint if found else "",
        "steps": lines_of(cutover, found) if found else [],
    }
    return dict(RunbookSerializer(answer).data)
