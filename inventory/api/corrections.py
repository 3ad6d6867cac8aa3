"""What people say of senders, and how they take it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.base import KeyFilter, KnowingPages, ScopedViewSet
from inventory.api.serializers import SenderSerializer
from inventory.models import Correction, Fingerprint, Item, Sender
from inventory.people import correct
from inventory.people.undo import undo
from inventory.queries import with_asset


class Refused(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "correction_refused"


def or_refuse(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except correct.CorrectionRefused as error:
        raise Refused(str(error)) from None


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    undone_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = Correction
        fields = (
            "id",
            "tenant",
            "kind",
            "summary",
            "senders",
            "by",
            "at",
            "undone_by",
            "undone_at",
        )


class OfOneTenant(serializers.Serializer[Any]):
    """A form whose choices are rows of the sender's tenant."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        sender = self.context.get("sender")
        for field in fields.values():
            related = getattr(field, "child_relation", field)
            if sender is not None and hasattr(related, "queryset"):
                related.queryset = related.queryset.model.objects.filter(tenant=sender.tenant_id)
        return fields


class RejectSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class CorrectSerializer(OfOneTenant):
    item = serializers.PrimaryKeyRelatedField(queryset=Item.objects.none())
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class OthersSerializer(OfOneTenant):
    senders = serializers.PrimaryKeyRelatedField(
        queryset=Sender.objects.none(), many=True, help_text="Those that are this one too."
    )


class SplitSerializer(OfOneTenant):
    fingerprints = serializers.PrimaryKeyRelatedField(
        queryset=Fingerprint.objects.none(), many=True, help_text="Some of the sender's."
    )


class SenderFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    account = KeyFilter("account_id")
    item = KeyFilter("item_id")
    has_asset = filters.BooleanFilter(method="filter_assets")
    search = filters.CharFilter("name", lookup_expr="icontains")

    class Meta:
        model = Sender
        fields = ("tenant", "account", "item", "kind", "link", "cadence")

    def filter_assets(self, rows: Any, name: str, value: bool) -> Any:
        return with_asset(rows, "item", has_asset=value)


class SenderViewSet(ScopedViewSet):
    queryset = Sender.objects.all()
    serializer_class = SenderSerializer
    pagination_class = KnowingPages
    filterset_class = SenderFilter
    write_permission = "inventory.change_sender"

    @extend_schema(request=None, responses={200: SenderSerializer, 409: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def confirm(self, request: Request, pk: str) -> Response:
        """Its item is right; no import changes it."""
        sender, by = self.get_object(), self.who()
        or_refuse(lambda: correct.confirm(sender, by))
        return self.told(sender)

    @extend_schema(
        request=RejectSerializer, responses={200: SenderSerializer, 409: None}, filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def reject(self, request: Request, pk: str) -> Response:
        """Its item is wrong: the rules never propose it for this sender again."""
        sender, by = self.get_object(), self.who()
        form = self.form(RejectSerializer, sender)
        or_refuse(lambda: correct.reject(sender, by, form["reason"]))
        return self.told(sender)

    @extend_schema(
        request=CorrectSerializer, responses={200: SenderSerializer, 409: None}, filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def correct(self, request: Request, pk: str) -> Response:
        """Another item stands behind it."""
        sender, by = self.get_object(), self.who()
        form = self.form(CorrectSerializer, sender)
        or_refuse(lambda: correct.correct(sender, form["item"], by, form["reason"]))
        return self.told(sender)

    @extend_schema(
        request=OthersSerializer, responses={200: SenderSerializer, 409: None}, filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def merge(self, request: Request, pk: str) -> Response:
        """Other senders of its account are this one."""
        sender, by = self.get_object(), self.who()
        form = self.form(OthersSerializer, sender)
        or_refuse(lambda: correct.merge(form["senders"], sender, by))
        return self.told(sender)

    @extend_schema(
        request=OthersSerializer, responses={200: SenderSerializer, 409: None}, filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def unite(self, request: Request, pk: str) -> Response:
        """These are all one: senders of its account are merged, others get its item."""
        sender, by = self.get_object(), self.who()
        form = self.form(OthersSerializer, sender)
        or_refuse(lambda: correct.unite(form["senders"], sender, by))
        return self.told(sender)

    @extend_schema(
        request=SplitSerializer, responses={201: SenderSerializer, 409: None}, filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def split(self, request: Request, pk: str) -> Response:
        """Some of its fingerprints are another sender; answers with that one."""
        sender, by = self.get_object(), self.who()
        form = self.form(SplitSerializer, sender)
        part = or_refuse(lambda: correct.split(sender, form["fingerprints"], by))
        return Response(SenderSerializer(part).data, status.HTTP_201_CREATED)

    def who(self) -> Any:
        return self.request.user

    def form(self, kind: type[serializers.Serializer[Any]], sender: Sender) -> dict[str, Any]:
        form = kind(data=self.request.data, context={"sender": sender})
        form.is_valid(raise_exception=True)
        data: dict[str, Any] = form.validated_data
        return data

    def told(self, sender: Sender) -> Response:
        sender.refresh_from_db()
        return Response(SenderSerializer(sender).data)


class CorrectionFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    sender = KeyFilter("senders__id")
    is_undone = filters.BooleanFilter("undone_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Correction
        fields = ("tenant", "kind")


class CorrectionViewSet(ScopedViewSet):
    queryset = Correction.objects.select_related("by", "undone_by").prefetch_related("senders")
    serializer_class = CorrectionSerializer
    filterset_class = CorrectionFilter
    write_permission = "inventory.change_sender"

    @extend_schema(request=None, responses={200: CorrectionSerializer, 409: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def undo(self, request: Request, pk: str) -> Response:
        """All is again as it was before; 409 while a later correction stands on it."""
        correction: Correction = self.get_object()
        user: Any = request.user
        or_refuse(lambda: undo(correction, user))
        return Response(CorrectionSerializer(correction).data)
