from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.base import KeyFilter, ScopedViewSet
from inventory.api.corrections import or_refuse
from inventory.models import Item, KnownAsset
from inventory.people import asset_decisions


class KnownAssetSerializer(serializers.ModelSerializer[KnownAsset]):
    class Meta:
        model = KnownAsset
        fields = (
            "id",
            "tenant",
            "report",
            "line",
            "name",
            "host_name",
            "kind",
            "vendor",
            "model",
            "serial_number",
            "mac_address",
            "address",
            "site",
            "site_name",
            "owner",
            "contact",
            "account",
            "status",
            "item",
            "match",
            "match_confidence",
            "match_reason",
        )


class ItIsSerializer(serializers.Serializer[Any]):
    item = serializers.PrimaryKeyRelatedField(
        queryset=Item.objects.none(),
        required=False,
        help_text="Which item it is; without it the one that the rules suggest.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        asset = self.context.get("asset")
        if asset is not None:
            item: Any = fields["item"]
            item.queryset = Item.objects.filter(tenant=asset.tenant_id)
        return fields


class AssetFilter(filters.FilterSet):
    tenant = KeyFilter("tenant_id")
    report = KeyFilter("report_id")
    site = KeyFilter("site_id")
    item = KeyFilter("item_id")
    is_matched = filters.BooleanFilter("item", lookup_expr="isnull", exclude=True)
    search = filters.CharFilter("host_name", lookup_expr="icontains")

    class Meta:
        model = KnownAsset
        fields = (
            "tenant",
            "report",
            "site",
            "item",
            "match",
            "vendor",
            "serial_number",
            "mac_address",
            "address",
            "account",
        )


class AssetViewSet(ScopedViewSet):
    """The list holds the newest lists alone; ask for a `report` to see those of an older one."""

    queryset = KnownAsset.objects.all()
    serializer_class = KnownAssetSerializer
    filterset_class = AssetFilter
    write_permission = "inventory.change_knownasset"

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        is_newest = self.action == "list" and "report" not in self.request.query_params
        newest: QuerySet[Any] = rows.current() if is_newest else rows
        return newest

    @extend_schema(
        request=ItIsSerializer, responses={200: KnownAssetSerializer, 409: None}, filters=False
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def confirm(self, request: Request, pk: str) -> Response:
        """It is this item, whatever later lists and reports say."""
        asset, user = self.get_object(), request.user
        form = ItIsSerializer(data=request.data, context={"asset": asset})
        form.is_valid(raise_exception=True)
        item = form.validated_data.get("item")
        or_refuse(lambda: asset_decisions.confirm(asset, item, user))  # type: ignore[arg-type]
        return Response(KnownAssetSerializer(asset).data)

    @extend_schema(request=None, responses={200: KnownAssetSerializer, 409: None}, filters=False)
    @action(detail=True, methods=["post"], filterset_class=None)
    def reject(self, request: Request, pk: str) -> Response:
        """It is not the item that the rules found."""
        asset, user = self.get_object(), request.user
        or_refuse(lambda: asset_decisions.reject(asset, user))  # type: ignore[arg-type]
        return Response(KnownAssetSerializer(asset).data)
