from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.mixins import UpdateModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from inventory.api.base import KeyFilter, KeysetPages, KnowingPages, MayWrite, ScopedViewSet
from inventory.models import Item, Tenant
from tracker import waivers
from tracker.api import runbook
from tracker.api.cutover_facts import CutoverFacts
from tracker.api.runbook import RunbookSerializer, TickSerializer
from tracker.api.serializers import (
    AskSerializer,
    CutoverMoveSerializer,
    CutoverSerializer,
    DeadlineSerializer,
    MoveSerializer,
    WaiverSerializer,
)
from tracker.evidence.facts import watched_until
from tracker.models import Cutover, Deadline, Waiver
from tracker.queries import overdue
from tracker.runbooks import ticks
from tracker.waves import deadlines
from tracker.workflow import MoveRefused, StaleStatus, move


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "move_refused"


class CutoverFilter(filters.FilterSet):
    tenant = KeyFilter("item__tenant_id")
    wave = KeyFilter("wave_id")
    item = KeyFilter("item_id")
    category = filters.ChoiceFilter(field_name="item__category", choices=Item.Category.choices)
    overdue = filters.BooleanFilter(method="filter_overdue")
    moved_since = filters.IsoDateTimeFilter("moved_at", lookup_expr="gte")
    search = filters.CharFilter("item__name", lookup_expr="icontains")

    class Meta:
        model = Cutover
        fields = ("tenant", "item", "status", "route", "owner")

    def filter_overdue(self, rows: QuerySet[Cutover], name: str, value: bool) -> QuerySet[Cutover]:
        late = overdue(rows, timezone.now().date())
        return late if value else rows.exclude(pk__in=late.values("pk"))


class CutoverViewSet(UpdateModelMixin, CutoverFacts):
    queryset = Cutover.objects.select_related("item")
    serializer_class = CutoverSerializer
    pagination_class = KnowingPages
    filterset_class = CutoverFilter
    http_method_names = ["get", "head", "options", "patch", "post"]
    write_permission = "tracker.change_cutover"

    @extend_schema(
        request=MoveSerializer, responses={200: CutoverSerializer, 409: None}, filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def move(self, request: Request, pk: str) -> Response:
        """Move a cutover on; 409 says in words why the workflow does not allow it."""
        form = MoveSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        cutover: Cutover = self.get_object()
        user: Any = request.user
        now = timezone.now()
        try:
            move(
                cutover,
                form.validated_data["to"],
                now=now,
                by=user,
                reason=form.validated_data["reason"],
                covered_until=watched_until(cutover, now.date()),
            )
        except StaleStatus as error:
            raise Conflict(str(error), "stale_status") from None
        except MoveRefused as error:
            raise Conflict(str(error)) from None
        return Response(CutoverSerializer(cutover).data)

    @extend_schema(request=AskSerializer, responses={201: WaiverSerializer, 409: None})
    @action(detail=True, methods=["post"], filterset_class=None)
    def waive(self, request: Request, pk: str) -> Response:
        """Ask for a delay; somebody else has to approve it."""
        form = AskSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user: Any = request.user
        try:
            waiver = waivers.ask(
                self.get_object(), **form.validated_data, by=user, now=timezone.now()
            )
        except waivers.WaiverRefused as error:
            raise Conflict(str(error), "waiver_refused") from None
        return Response(WaiverSerializer(waiver).data, status.HTTP_201_CREATED)

    @extend_schema(responses=RunbookSerializer, filters=False)
    @action(detail=True, filterset_class=None)
    def runbook(self, request: Request, pk: str) -> Response:
        """The steps of the cutover's route, with who has done them."""
        return Response(runbook.told(self.get_object()))

    @extend_schema(
        request=TickSerializer,
        responses={200: RunbookSerializer, 409: None},
        filters=False,
        parameters=[OpenApiParameter("step", str, OpenApiParameter.PATH)],
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="runbook/(?P<step>[a-z_]+)",
        url_name="runbook-step",
        filterset_class=None,
    )
    def tick(self, request: Request, pk: str, step: str) -> Response:
        """Mark a step as done, or take that back."""
        form = TickSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        cutover: Cutover = self.get_object()
        user: Any = request.user
        now = timezone.now()
        try:
            if form.validated_data["done"]:
                ticks.tick(cutover, step, by=user, now=now, note=form.validated_data["note"])
            else:
                ticks.untick(cutover, step, by=user, now=now)
        except ticks.TickRefused as error:
            raise Conflict(str(error), "tick_refused") from None
        return Response(runbook.told(cutover))

    @extend_schema(responses=CutoverMoveSerializer(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def moves(self, request: Request, pk: str) -> Response:
        """The history of a cutover, oldest first."""
        rows = self.get_object().moves.select_related("moved_by").order_by("id")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(CutoverMoveSerializer(page, many=True).data)


class DeadlineViewSet(UpdateModelMixin, ReadOnlyModelViewSet[Deadline]):
    """Those of everybody, and those of the person's tenants, which they may change."""

    queryset = Deadline.objects.all()
    serializer_class = DeadlineSerializer
    pagination_class = KeysetPages
    permission_classes = [IsAuthenticated, MayWrite]
    http_method_names = ["get", "head", "options", "patch"]
    write_permission = "tracker.change_deadline"

    def get_queryset(self) -> QuerySet[Deadline]:
        visible = Tenant.objects.visible_to(self.request.user)
        return super().get_queryset().filter(Q(tenant=None) | Q(tenant__in=visible))

    def perform_update(self, serializer: Any) -> None:
        deadline: Deadline = serializer.instance
        if deadline.tenant_id is None and not self.request.user.is_superuser:
            raise PermissionDenied("A deadline of every tenant is for superusers to change.")
        for name, value in serializer.validated_data.items():
            setattr(deadline, name, value)
        deadlines.change(deadline, timezone.now())


class WaiverFilter(filters.FilterSet):
    tenant = KeyFilter("cutover__item__tenant_id")
    cutover = KeyFilter("cutover_id")

    class Meta:
        model = Waiver
        fields = ("tenant", "cutover", "state")


class WaiverViewSet(ScopedViewSet):
    write_permission = "tracker.change_waiver"
    queryset = Waiver.objects.select_related("cutover__item__tenant", "asked_by", "decided_by")
    serializer_class = WaiverSerializer
    filterset_class = WaiverFilter

    @extend_schema(request=None, responses={200: WaiverSerializer, 409: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def approve(self, request: Request, pk: str) -> Response:
        """Let the delay take effect; never the one who asked."""
        return self.decided(waivers.approve)

    @extend_schema(request=None, responses={200: WaiverSerializer, 409: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def decline(self, request: Request, pk: str) -> Response:
        """Refuse the delay; never the one who asked."""
        return self.decided(waivers.decline)

    def decided(self, decide: Callable[..., Waiver]) -> Response:
        try:
            waiver = decide(self.get_object(), by=self.request.user, now=timezone.now())
        except waivers.WaiverRefused as error:
            raise Conflict(str(error), "waiver_refused") from None
        return Response(WaiverSerializer(waiver).data)
