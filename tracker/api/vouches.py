"""Mailboxes that somebody says nothing uses."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.base import KeyFilter, ScopedViewSet, VisibleKeyField
from inventory.models import Tenant
from tracker.api.views import Conflict
from tracker.lockdown import vouching
from tracker.models import Vouch


class VouchSerializer(serializers.ModelSerializer[Vouch]):
    said_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    withdrawn_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Vouch
        fields = (
            "id",
            "tenant",
            "account",
            "reason",
            "expires_on",
            "said_by",
            "said_at",
            "withdrawn_by",
            "withdrawn_at",
        )


class SaySerializer(serializers.Serializer[Any]):
    tenant = VisibleKeyField(queryset=Tenant.objects.all())
    account = serializers.CharField(max_length=320)
    reason = serializers.CharField(max_length=300)
    expires_on = serializers.DateField()


class VouchFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    is_withdrawn = filters.BooleanFilter("withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Vouch
        fields = ("tenant", "account")


class VouchViewSet(ScopedViewSet):
    write_permission = "tracker.add_vouch"
    queryset = Vouch.objects.select_related("said_by", "withdrawn_by")
    serializer_class = VouchSerializer
    filterset_class = VouchFilter

    @extend_schema(request=SaySerializer, responses={201: VouchSerializer, 409: None})
    def create(self, request: Request) -> Response:
        """Say that nothing logs in as a mailbox of which no report tells what it is there for."""
        form = SaySerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        user: Any = request.user
        try:
            row = vouching.vouch(**form.validated_data, by=user, now=timezone.now())
        except vouching.VouchRefused as error:
            raise Conflict(str(error), "vouch_refused") from None
        return Response(VouchSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: VouchSerializer, 409: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back."""
        user: Any = request.user
        try:
            row = vouching.withdraw(self.get_object(), by=user, now=timezone.now())
        except vouching.VouchRefused as error:
            raise Conflict(str(error), "vouch_refused") from None
        return Response(VouchSerializer(row).data)
