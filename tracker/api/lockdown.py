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
from inventory.exchange.effective import STATES
from inventory.models import Site, Tenant
from tracker.lockdown.facts import lockdown
from tracker.lockdown.groups import Group, chosen
from tracker.lockdown.sources_facts import homeless_scripts
from tracker.lockdown.summary import Answer, summary
from tracker.lockdown.verdict import Action


class LockdownQuery(serializers.Serializer[Any]):
    tenant = serializers.IntegerField(min_value=1)
    as_of = serializers.DateField(required=False, help_text="The last day to look at.")
    action = serializers.MultipleChoiceField(choices=[each.value for each in Action], default=set)
    domain = serializers.CharField(required=False, default="", help_text="Its mailboxes alone.")
    site = serializers.IntegerField(
        required=False, min_value=1, help_text="Mailboxes of what stands there alone."
    )
    account = serializers.ListField(
        child=serializers.CharField(max_length=320), default=list, help_text="These alone."
    )


class VerdictSerializer(serializers.Serializer[Any]):
    account = serializers.CharField()
    effective = serializers.ChoiceField(list(STATES))
    action = serializers.ChoiceField([each.value for each in Action])
    reason = serializers.CharField()
    is_by_word = serializers.BooleanField(
        help_text="A person's word stands in for what no report tells; the reason says whose."
    )


class LockdownSerializer(serializers.Serializer[Any]):
    tenant = serializers.IntegerField()
    as_of = serializers.DateField()
    answer = serializers.ChoiceField([each.value for each in Answer])
    reason = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    mailboxes = VerdictSerializer(many=True)


class LockdownView(APIView):
    """What breaks if SMTP AUTH is turned off: the answer for a tenant or a part of it, and a
    verdict for every mailbox."""

    permission_classes = [IsAuthenticated, MayWrite]

    @extend_schema(parameters=[LockdownQuery], responses=LockdownSerializer)
    def get(self, request: Request) -> Response:
        query = LockdownQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        visible = Tenant.objects.visible_to(request.user)
        tenant = get_object_or_404(visible, pk=asked["tenant"])
        on = asked.get("as_of") or timezone.now().date()
        group = group_of(tenant, asked)
        verdicts = chosen(tenant, lockdown(tenant, on, group.named), group)
        found = summary(verdicts, homeless_scripts(tenant, on))
        answer = {
            "tenant": tenant.pk,
            "as_of": on,
            "answer": found.answer,
            "reason": found.reason,
            "counts": found.counts,
            "mailboxes": [
                verdict
                for verdict in verdicts
                if not asked["action"] or verdict.action in asked["action"]
            ],
        }
        return Response(LockdownSerializer(answer).data)


def group_of(tenant: Tenant, asked: dict[str, Any]) -> Group:
    site = None
    if "site" in asked:
        site = get_object_or_404(Site.objects.filter(tenant=tenant), pk=asked["site"])
    return Group(asked["domain"], site, asked["account"])
