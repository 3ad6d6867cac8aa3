from __future__ import annotations

from collections import Counter
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
from inventory.effective import STATES
from inventory.models import Tenant
from tracker.lockdown import Action
from tracker.lockdown_facts import lockdown


class LockdownQuery(serializers.Serializer[Any]):
    tenant = serializers.IntegerField(min_value=1)
    as_of = serializers.DateField(required=False, help_text="The last day to look at.")
    action = serializers.MultipleChoiceField(choices=[each.value for each in Action], default=set)


class VerdictSerializer(serializers.Serializer[Any]):
    account = serializers.CharField()
    effective = serializers.ChoiceField(list(STATES))
    action = serializers.ChoiceField([each.value for each in Action])
    reason = serializers.CharField()


class LockdownSerializer(serializers.Serializer[Any]):
    tenant = serializers.IntegerField()
    as_of = serializers.DateField()
    counts = serializers.DictField(child=serializers.IntegerField())
    mailboxes = VerdictSerializer(many=True)


class LockdownView(APIView):
    """What breaks if SMTP AUTH is turned off: a verdict for every mailbox of a tenant."""

    permission_classes = [IsAuthenticated, MayWrite]

    @extend_schema(parameters=[LockdownQuery], responses=LockdownSerializer)
    def get(self, request: Request) -> Response:
        query = LockdownQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        visible = Tenant.objects.visible_to(request.user)
        tenant = get_object_or_404(visible, pk=asked["tenant"])
        on = asked.get("as_of") or timezone.now().date()
        verdicts = lockdown(tenant, on)
        counts = Counter(verdict.action for verdict in verdicts)
        answer = {
            "tenant": tenant.pk,
            "as_of": on,
            "counts": {action.value: counts[action] for action in Action},
            "mailboxes": [
                verdict
                for verdict in verdicts
                if not asked["action"] or verdict.action in asked["action"]
            ],
        }
        return Response(LockdownSerializer(answer).data)
