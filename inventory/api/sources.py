from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.api.base import MayWrite
from inventory.models import Tenant
from inventory.sources.facts import health
from inventory.sources.health import State


class SourcesQuery(serializers.Serializer[Any]):
    tenant = serializers.IntegerField(min_value=1)


class CoveredDaysSerializer(serializers.Serializer[Any]):
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    day_count = serializers.IntegerField()


class HealthSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(source="source.name")
    title = serializers.CharField(source="source.title")
    state = serializers.ChoiceField([state.value for state in State])
    last_good_at = serializers.DateTimeField(allow_null=True)
    covered = CoveredDaysSerializer(many=True, help_text="Days it tells of for certain.")
    as_of = serializers.DateField(
        allow_null=True, help_text="The last day told of by a source that covers no days."
    )
    gaps = CoveredDaysSerializer(many=True)
    findings = serializers.ListField(
        child=serializers.CharField(), help_text="What is missing, and what to do."
    )


class SourcesSerializer(serializers.Serializer[Any]):
    tenant = serializers.IntegerField()
    name = serializers.CharField()
    sources = HealthSerializer(many=True)


class SourcesView(APIView):
    """What a tenant's numbers rest on: each source, what it covers and what is missing."""

    permission_classes = [IsAuthenticated, MayWrite]

    @extend_schema(parameters=[SourcesQuery], responses=SourcesSerializer)
    def get(self, request: Request) -> Response:
        query = SourcesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        visible = Tenant.objects.visible_to(request.user)
        tenant = get_object_or_404(visible, pk=query.validated_data["tenant"])
        found = health(tenant, timezone.now())
        answer = {"tenant": tenant.pk, "name": tenant.name, "sources": found}
        return Response(SourcesSerializer(answer).data)
