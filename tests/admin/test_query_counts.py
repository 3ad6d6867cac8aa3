"""Lists in the admin ask the database as often for many rows as for few."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.urls import reverse

from inventory.models import (
    Account,
    ApiToken,
    ColumnMapping,
    Connection,
    Correction,
    Device,
    DeviceReply,
    Event,
    Item,
    KnownAsset,
    Ownerless,
    Pull,
    Report,
    Script,
    Sender,
    Site,
    Suggestion,
    Tenant,
)
from tests.admin.conftest import Login
from tests.factories import (
    NOW,
    AccountFactory,
    ColumnMappingFactory,
    CutoverFactory,
    DeadlineFactory,
    DeliveryFactory,
    DeviceFactory,
    DeviceReplyFactory,
    EgressNetworkFactory,
    EventFactory,
    KnownAssetFactory,
    ProbeRunFactory,
    ReportFactory,
    ScriptFactory,
    SenderFactory,
    SiteFactory,
    SubscriptionFactory,
    TenantFactory,
    UserFactory,
    VouchFactory,
    WaiverFactory,
    WaveFactory,
)
from tests.queries import queries_of
from tracker.models import (
    Capability,
    Cutover,
    Deadline,
    Delivery,
    ProbeRun,
    RunbookTick,
    Slip,
    Subscription,
    Vouch,
    Waiver,
    Wave,
)

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def linked_sender(tenant: Tenant) -> None:
    SenderFactory.create(tenant=tenant, item=DeviceFactory.create(tenant=tenant))


ONE_MORE: dict[type[Model], Callable[[Tenant], object]] = {
    Tenant: lambda tenant: TenantFactory.create(),
    User: lambda tenant: UserFactory.create(),
    Group: lambda tenant: Group.objects.create(name=f"Group {Group.objects.count()}"),
    Site: lambda tenant: EgressNetworkFactory.create(site=SiteFactory.create(tenant=tenant)),
    Item: lambda tenant: DeviceFactory.create(
        tenant=tenant, site=SiteFactory.create(tenant=tenant)
    ),
    Device: lambda tenant: DeviceFactory.create(
        tenant=tenant, site=SiteFactory.create(tenant=tenant)
    ),
    Script: lambda tenant: ScriptFactory.create(
        tenant=tenant, site=SiteFactory.create(tenant=tenant)
    ),
    Account: lambda tenant: AccountFactory.create(tenant=tenant),
    Sender: linked_sender,
    Suggestion: lambda tenant: SenderFactory.create(
        tenant=tenant, item=DeviceFactory.create(tenant=tenant), link=Sender.Link.SUGGESTED
    ),
    Ownerless: lambda tenant: DeviceFactory.create(
        tenant=tenant, site=SiteFactory.create(tenant=tenant)
    ),
    Correction: lambda tenant: Correction.objects.create(
        tenant=tenant, kind=Correction.Kind.CONFIRMED, summary="x", by=UserFactory.create()
    ),
    Report: lambda tenant: ReportFactory.create(tenant=tenant, sent_by=UserFactory.create()),
    KnownAsset: lambda tenant: KnownAssetFactory.create(
        report__tenant=tenant,
        item=DeviceFactory.create(tenant=tenant),
        site=SiteFactory.create(tenant=tenant),
    ),
    ColumnMapping: lambda tenant: ColumnMappingFactory.create(
        tenant=tenant,
        current_report=ReportFactory.create(tenant=tenant),
        confirmed_by=UserFactory.create(),
    ),
    DeviceReply: lambda tenant: DeviceReplyFactory.create(report__tenant=tenant),
    Event: lambda tenant: EventFactory.create(tenant=tenant),
    ApiToken: lambda tenant: ApiToken.objects.create(user=UserFactory.create(), name="t"),
    Cutover: lambda tenant: CutoverFactory.create(
        item__tenant=tenant,
        deadline=DeadlineFactory.create(tenant=tenant),
        wave=WaveFactory.create(tenant=tenant),
    ),
    Wave: lambda tenant: CutoverFactory.create(
        item__tenant=tenant, wave=WaveFactory.create(tenant=tenant)
    ),
    RunbookTick: lambda tenant: RunbookTick.objects.create(
        cutover=CutoverFactory.create(item__tenant=tenant),
        route="oauth",
        step="clock",
        done_at=NOW,
        done_by=UserFactory.create(),
    ),
    Slip: lambda tenant: Slip.objects.create(
        tenant=tenant, wave=WaveFactory.create(tenant=tenant), on=NOW.date(), recorded_at=NOW
    ),
    ProbeRun: lambda tenant: ProbeRunFactory.create(
        tenant=tenant, cutover=CutoverFactory.create(item__tenant=tenant)
    ),
    Deadline: lambda tenant: DeadlineFactory.create(tenant=TenantFactory.create()),
    Subscription: lambda tenant: SubscriptionFactory.create(tenant=tenant),
    Capability: lambda tenant: Capability.objects.create(
        vendor="Acme",
        status=Capability.Status.NO,
        evidence_url="https://acme.example",
        evidence_kind=Capability.EvidenceKind.VENDOR,
        as_of=NOW,
    ),
    Connection: lambda tenant: Connection.objects.create(
        tenant=TenantFactory.create(),
        directory_id=uuid.uuid4(),
        client_id=uuid.uuid4(),
        credential="x",
    ),
    Pull: lambda tenant: Pull.objects.create(
        tenant=tenant, source=Pull.Source.MESSAGE_TRACE, next_at=NOW
    ),
    Vouch: lambda tenant: VouchFactory.create(tenant=tenant),
    Waiver: lambda tenant: WaiverFactory.create(cutover__item__tenant=tenant),
    Delivery: lambda tenant: DeliveryFactory.create(subscription__tenant=tenant),
}


@pytest.mark.parametrize("model", [pytest.param(m, id=m._meta.label_lower) for m in MODELS])
def test_lists_30_rows_with_as_many_queries_as_3(
    model: type[Model], login: Login, tenant: Tenant
) -> None:
    client = login(UserFactory.create(is_superuser=True))
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    def listed(count: int) -> list[str]:
        for _ in range(count):
            ONE_MORE[model](tenant)
        answer: Any = client.get(url)
        assert answer.context["cl"].result_count >= count
        return queries_of(lambda: client.get(url))

    # Two tenants from the start: with one, the filter by tenant is not shown.
    TenantFactory.create()
    few, many = listed(3), listed(27)
    assert len(many) == len(few), "\n".join(many)
