"""What is known of a cutover: the evidence for it, and the routes that fit its item."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.base import ScopedViewSet
from tracker.evidence import findings
from tracker.evidence.moving import evidence_for
from tracker.models import Cutover
from tracker.routes import choice as routes
from tracker.routes.advice import advise


class PeriodSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()


class SignSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["basic", "oauth", "other", "login", "failure", "reply"])
    at = serializers.DateTimeField()
    where = serializers.CharField()
    what = serializers.CharField()
    count = serializers.IntegerField()
    row = serializers.IntegerField(help_text="Of the observation, sign-in or logged reply.")
    report = serializers.IntegerField()


class FoundSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField([each.value for each in findings.Verdict])
    reason = serializers.CharField()
    cut_on = serializers.DateField()
    quiet_days = serializers.IntegerField()
    silent_until = serializers.DateField(help_text="Up to then Basic has to be silent.")
    covered = PeriodSerializer(many=True)
    missing = PeriodSerializer(many=True)
    not_read_whole = serializers.ListField(child=serializers.CharField())
    sign_count = serializers.IntegerField()
    signs = SignSerializer(many=True, help_text="The latest of them.")


class EvidenceSerializer(serializers.Serializer[Any]):
    cutover = serializers.IntegerField()
    item = serializers.CharField()
    status = serializers.ChoiceField(Cutover.Status.choices)
    now = FoundSerializer(allow_null=True, help_text="Null unless it is cut over.")
    moved_by = FoundSerializer(
        allow_null=True, help_text="What moved it last, as it was seen then; null if none did."
    )


class RouteSerializer(serializers.Serializer[Any]):
    route = serializers.CharField()
    name = serializers.CharField(source="route.label")
    verdict = serializers.ChoiceField([each.value for each in routes.Verdict])
    pros = serializers.ListField(child=serializers.CharField())
    cons = serializers.ListField(child=serializers.CharField())


class RoutesSerializer(serializers.Serializer[Any]):
    cutover = serializers.IntegerField()
    item = serializers.CharField()
    routes = RouteSerializer(many=True)


class CutoverFacts(ScopedViewSet):
    @extend_schema(responses=EvidenceSerializer, filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def evidence(self, request: Request, pk: str) -> Response:
        """What reports say of it since its cut, with the rows that say so."""
        cutover: Cutover = self.get_object()
        last = cutover.moves.exclude(evidence={}).first()
        answer = {
            "cutover": cutover.pk,
            "item": cutover.item.name,
            "status": cutover.status,
            "now": evidence_for(cutover, timezone.now()),
            "moved_by": last.evidence if last else None,
        }
        return Response(EvidenceSerializer(answer).data)

    @extend_schema(responses=RoutesSerializer, filters=False)
    @action(detail=True, filterset_class=None, pagination_class=None)
    def routes(self, request: Request, pk: str) -> Response:
        """Every route off Basic, what speaks for it and against it; those that fit first."""
        cutover: Cutover = self.get_object()
        answer = {
            "cutover": cutover.pk,
            "item": cutover.item.name,
            "routes": advise(cutover.item),
        }
        return Response(RoutesSerializer(answer).data)
