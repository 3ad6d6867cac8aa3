"""Waves, their burn-up, and the forecast."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, DestroyModelMixin, UpdateModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.api.base import KeyFilter, MayWrite, ScopedViewSet, VisibleKeyField
from inventory.models import Tenant
from tracker.models import Cutover, Deadline, Wave
from tracker.pace.burn_up import burn_up, paths_of
from tracker.pace.forecast import Cause, Outlook, Risk
from tracker.pace.prospects import (
    Prospect,
    forecast_of,
    prospects,
    quiet_days_of,
    wave_prospect,
    wave_prospects,
)
from tracker.waves import members as waves
from tracker.waves.filters import FilterRefused, cleaned

MOST_MISSES = 500
"""Of a date; the counts tell of the others."""


class WaveSerializer(serializers.ModelSerializer[Wave]):
    tenant = VisibleKeyField(queryset=Tenant.objects.all())
    cutover_count = serializers.SerializerMethodField()
    warning = serializers.SerializerMethodField()

    class Meta:
        model = Wave
        fields = (
            "id",
            "tenant",
            "name",
            "start_on",
            "due_on",
            "goal",
            "goal_percent",
            "filter",
            "notes",
            "cutover_count",
            "warning",
        )

    @cached_property
    def deadlines(self) -> dict[int, Deadline | None]:
        """The next of each tenant, asked for once in a list."""
        return {}

    def get_cutover_count(self, wave: Wave) -> int:
        known: int | None = getattr(wave, "cutover_count", None)
        return wave.cutovers.count() if known is None else known

    def get_warning(self, wave: Wave) -> str:
        """What is wrong with its date, or ""."""
        if wave.tenant_id not in self.deadlines:
            today = timezone.now().date()
            self.deadlines[wave.tenant_id] = Deadline.objects.next_for(wave.tenant, today)
        return waves.warning(wave, self.deadlines[wave.tenant_id])

    def validate_filter(self, told: Any) -> dict[str, list[str]]:
        try:
            return cleaned(told)
        except FilterRefused as error:
            raise serializers.ValidationError(str(error)) from None

    def validate_tenant(self, tenant: Tenant) -> Tenant:
        if self.instance is not None and self.instance.tenant_id != tenant.pk:
            raise serializers.ValidationError("A wave stays with its tenant.")
        return tenant

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start_on = attrs.get("start_on", getattr(self.instance, "start_on", None))
        due_on = attrs.get("due_on", getattr(self.instance, "due_on", None))
        if start_on and due_on and due_on < start_on:
            raise serializers.ValidationError({"due_on": "A wave is not due before it starts."})
        return attrs


class PointSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    planned = serializers.FloatField()
    done = serializers.IntegerField(allow_null=True)
    proven = serializers.IntegerField(allow_null=True)


class MissSerializer(serializers.Serializer[Any]):
    cutover = serializers.IntegerField(source="key")
    item = serializers.CharField(source="name")
    due_on = serializers.DateField(allow_null=True)
    cause = serializers.ChoiceField([each.value for each in Cause])
    is_sure = serializers.BooleanField()
    reason = serializers.CharField()


class ForecastSerializer(serializers.Serializer[Any]):
    outlook = serializers.ChoiceField([each.value for each in Outlook])
    reason = serializers.CharField()
    left = serializers.IntegerField()
    per_week = serializers.FloatField(source="pace.per_week")
    early_on = serializers.DateField(allow_null=True)
    likely_on = serializers.DateField(allow_null=True)
    late_on = serializers.DateField(allow_null=True)


class ProspectSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="target.pk")
    name = serializers.CharField(source="target.name")
    on = serializers.DateField()
    risk = serializers.ChoiceField([each.value for each in Risk])
    forecast = ForecastSerializer()
    counts = serializers.DictField(child=serializers.IntegerField())
    misses = serializers.SerializerMethodField()

    @extend_schema_field(MissSerializer(many=True))
    def get_misses(self, found: Prospect) -> Any:
        return MissSerializer(found.misses[:MOST_MISSES], many=True).data


class BurnUpSerializer(serializers.Serializer[Any]):
    wave = serializers.IntegerField()
    name = serializers.CharField()
    total = serializers.IntegerField()
    goal = serializers.IntegerField()
    points = PointSerializer(many=True)
    prospect = ProspectSerializer()


class ForecastQuery(serializers.Serializer[Any]):
    tenant = serializers.IntegerField(min_value=1)


class TenantForecastSerializer(serializers.Serializer[Any]):
    tenant = serializers.IntegerField()
    as_of = serializers.DateField()
    forecast = ForecastSerializer()
    deadlines = ProspectSerializer(many=True)
    waves = ProspectSerializer(many=True)


class WaveFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    search = filters.CharFilter("name", lookup_expr="icontains")

    class Meta:
        model = Wave
        fields = ("tenant",)


class WaveViewSet(CreateModelMixin, UpdateModelMixin, DestroyModelMixin, ScopedViewSet):
    queryset = Wave.objects.select_related("tenant").annotate(cutover_count=Count("cutovers"))
    serializer_class = WaveSerializer
    filterset_class = WaveFilter
    http_method_names = ["get", "head", "options", "post", "patch", "delete"]

    def check_permissions(self, request: Request) -> None:
        verb = {"create": "add", "destroy": "delete"}.get(self.action or "", "change")
        self.write_permission = f"tracker.{verb}_wave"
        super().check_permissions(request)

    def perform_create(self, serializer: Any) -> None:
        waves.saved(serializer.save(), timezone.now().date())

    def perform_update(self, serializer: Any) -> None:
        wave = serializer.save()
        waves.saved(wave, timezone.now().date())
        wave.cutover_count = wave.cutovers.count()

    def perform_destroy(self, instance: Wave) -> None:
        waves.dissolve(instance, timezone.now().date())

    @extend_schema(responses=BurnUpSerializer, filters=False)
    @action(detail=True, url_path="burn-up", filterset_class=None)
    def burn_up(self, request: Request, pk: str) -> Response:
        """Planned against done against what the traffic proves, and when the goal is reached."""
        wave: Wave = self.get_object()
        today = timezone.now().date()
        found = burn_up(
            paths_of(members_of(wave)), wave.start_on, wave.due_on, wave.goal_percent, today
        )
        answer = {
            "wave": wave.pk,
            "name": wave.name,
            "total": found.total,
            "goal": found.goal,
            "points": found.points,
            "prospect": wave_prospect(wave, today, quiet_days_of(wave.tenant)),
        }
        return Response(BurnUpSerializer(answer).data)


def members_of(wave: Wave) -> QuerySet[Cutover]:
    members = Cutover.objects.filter(wave=wave)
    return members.select_related("item").prefetch_related("moves")


class ForecastView(APIView):
    """When the rest will be done at the pace so far, and what will miss which date."""

    permission_classes = [IsAuthenticated, MayWrite]

    @extend_schema(parameters=[ForecastQuery], responses=TenantForecastSerializer)
    def get(self, request: Request) -> Response:
        query = ForecastQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        visible = Tenant.objects.visible_to(request.user)
        tenant = get_object_or_404(visible, pk=query.validated_data["tenant"])
        return Response(TenantForecastSerializer(answer_of(tenant, timezone.now().date())).data)


def answer_of(tenant: Tenant, today: dt.date) -> dict[str, Any]:
    found, quiet = forecast_of(tenant, today), quiet_days_of(tenant)
    return {
        "tenant": tenant.pk,
        "as_of": today,
        "forecast": found,
        "deadlines": prospects(tenant, today, found, quiet),
        "waves": wave_prospects(tenant, today, quiet),
    }
