"""One row of every kind for a tenant, each with the tenant's mark in what people would read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from inventory.models import (
    Account,
    ApiToken,
    ColumnMapping,
    Connection,
    Correction,
    Device,
    DeviceReply,
    Event,
    Fingerprint,
    Item,
    KnownAsset,
    Ownerless,
    Pull,
    Report,
    RowError,
    Script,
    Sender,
    Site,
    Suggestion,
    Tenant,
)
from inventory.people import snapshots
from tests.factories import (
    NOW,
    AccountFactory,
    CutoverFactory,
    CutoverMoveFactory,
    DeadlineFactory,
    DeliveryFactory,
    DeviceFactory,
    DeviceReplyFactory,
    EgressNetworkFactory,
    EventFactory,
    FingerprintFactory,
    KnownAssetFactory,
    ProbeRunFactory,
    ReportFactory,
    RowErrorFactory,
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
from tracker.models import (
    Capability,
    Cutover,
    CutoverMove,
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

World = dict[type[Model], Any]


def world(mark: str) -> World:
    """A tenant called `mark` with one row of every model, and a person who may see it."""
    tenant = TenantFactory.create(name=mark, domains=[f"{mark}.example"])
    person = UserFactory.create(username=f"{mark}-person", tenants=[tenant])
    site = SiteFactory.create(tenant=tenant, name=f"{mark} site", city=f"{mark} city")
    EgressNetworkFactory.create(site=site)
    device = DeviceFactory.create(
        tenant=tenant, name=f"{mark}-mfp", owner=f"{mark}-owner", site=site, model=f"{mark} model"
    )
    sender = sender_of(tenant, device, mark)
    report = ReportFactory.create(tenant=tenant, file_name=f"{mark}.csv", sent_by=person)
    wave = WaveFactory.create(tenant=tenant, name=f"{mark} wave")
    cutover = CutoverFactory.create(
        item=device, owner=f"{mark}-owner", notes=f"{mark} notes", route="oauth", wave=wave
    )
    event = EventFactory.create(tenant=tenant, data={"name": f"{mark}-mfp"}, published_at=NOW)
    subscription = SubscriptionFactory.create(
        tenant=tenant, name=f"{mark} hook", url=f"https://{mark}.example/hook"
    )
    token, _ = ApiToken.objects.create(user=person, name=f"{mark} token")
    asset = KnownAssetFactory.create(
        report=report,
        host_name=f"{mark}-mfp",
        vendor=f"{mark} vendor",
        site=site,
        item=device,
        match=KnownAsset.Match.SUGGESTED,
        mapping__names=[f"{mark} column", "IP"],
    )
    script = ScriptFactory.create(tenant=tenant, name=f"{mark}-nightly", host_name=f"{mark}-host")
    return {
        Tenant: tenant,
        User: person,
        Site: site,
        Item: device,
        Device: device,
        Ownerless: Ownerless.objects.get(
            pk=DeviceFactory.create(tenant=tenant, name=f"{mark}-nobodys").pk
        ),
        Script: script,
        Account: sender.account,
        Sender: sender,
        Suggestion: suggestion_of(sender, mark),
        Correction: correction_of(sender, mark),
        Fingerprint: sender.fingerprints.earliest("pk"),
        Report: report,
        RowError: RowErrorFactory.create(report=report, raw=f"{mark} raw", reason=f"{mark} why"),
        KnownAsset: asset,
        ColumnMapping: asset.mapping,
        DeviceReply: DeviceReplyFactory.create(
            report=report, host=f"{mark}-mfp", account=f"scan@{mark}.example"
        ),
        Event: event,
        ApiToken: token,
        Deadline: DeadlineFactory.create(tenant=tenant, name=f"{mark} freeze"),
        Wave: wave,
        RunbookTick: RunbookTick.objects.create(
            cutover=cutover, route="oauth", step="clock", done_at=NOW, note=f"{mark} note"
        ),
        Slip: Slip.objects.create(tenant=tenant, wave=wave, on=wave.due_on, recorded_at=NOW),
        Cutover: cutover,
        ProbeRun: ProbeRunFactory.create(
            tenant=tenant, cutover=cutover, host=f"{mark}-relay.example", error=f"{mark} error"
        ),
        Vouch: VouchFactory.create(
            tenant=tenant, account=f"spare@{mark}.example", reason=f"{mark} reason"
        ),
        Waiver: WaiverFactory.create(cutover=second_cutover(tenant, mark), reason=f"{mark} reason"),
        Connection: Connection.objects.create(
            tenant=tenant, directory_id=uuid.uuid4(), client_id=uuid.uuid4(), credential=mark
        ),
        Pull: Pull.objects.create(
            tenant=tenant, source=Pull.Source.MESSAGE_TRACE, next_at=NOW, error=f"{mark} error"
        ),
        Capability: Capability.objects.earliest("pk"),
        CutoverMove: CutoverMoveFactory.create(cutover=cutover, reason=f"{mark} reason"),
        Subscription: subscription,
        Delivery: DeliveryFactory.create(
            subscription=subscription, event=event, last_error=f"{mark} error"
        ),
    }


def second_cutover(tenant: Tenant, mark: str) -> Cutover:
    device = DeviceFactory.create(tenant=tenant, name=f"{mark}-ups", owner=f"{mark}-owner")
    return CutoverFactory.create(item=device, owner=f"{mark}-owner")


def sender_of(tenant: Tenant, device: Device, mark: str) -> Sender:
    account = AccountFactory.create(tenant=tenant, name=f"scan@{mark}.example")
    sender = SenderFactory.create(
        tenant=tenant, account=account, item=device, name=f"{mark} sender", key=f"host:{mark}"
    )
    FingerprintFactory.create_batch(
        2, tenant=tenant, sender=sender, account=account.name, message_id_host=f"{mark}-host"
    )
    return sender


def suggestion_of(sender: Sender, mark: str) -> Suggestion:
    """Another sender of the account, with an item that nobody has confirmed."""
    other = SenderFactory.create(
        tenant=sender.tenant,
        account=sender.account,
        item=sender.item,
        name=f"{mark} other sender",
        key=f"host:{mark}-other",
        link=Sender.Link.SUGGESTED,
    )
    return Suggestion.objects.get(pk=other.pk)


def correction_of(sender: Sender, mark: str) -> Correction:
    correction = Correction.objects.create(
        tenant=sender.tenant,
        kind=Correction.Kind.CONFIRMED,
        summary=f"{mark} sender: confirmed",
        before=snapshots.take([sender]),
    )
    correction.senders.set([sender])
    return correction
