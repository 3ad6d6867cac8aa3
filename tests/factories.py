"""Rows for tests, with sequences instead of random data.

`DeviceFactory.create(...)` and `create_batch(count, ...)` are typed, a plain call is not. What
hangs on a tenant takes it from the row it belongs to: `CutoverFactory.create(item__tenant=tenant)`.
"""

# mypy: disable-error-code="no-untyped-call,untyped-decorator"
# factory-boy types its factories, but not their declarations.

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

from inventory.models import (
    Account,
    ColumnMapping,
    CountedDay,
    Device,
    DeviceReply,
    EgressNetwork,
    Event,
    Fingerprint,
    KnownAsset,
    Observation,
    Report,
    RowError,
    Script,
    Sender,
    Site,
    Tenant,
)
from tracker.models import (
    Cutover,
    CutoverMove,
    Deadline,
    Delivery,
    ProbeRun,
    Subscription,
    Vouch,
    Waiver,
    Wave,
)

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
"""The moment at which these rows make sense; hand it to what wants `now`."""
TODAY = NOW.date()
YESTERDAY = NOW - dt.timedelta(days=1)
A_MONTH_AGO = NOW - dt.timedelta(days=30)
PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory[User]):
    """`UserFactory.create(tenants=[tenant])` may see that tenant."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"person{n}")
    email = LazyAttribute(lambda user: f"{user.username}@contoso.example")
    password = Password(PASSWORD)
    is_staff = True

    @post_generation
    def tenants(self, create: bool, extracted: list[Tenant] | None, **kwargs: object) -> None:
        if create and extracted:
            self.tenants.set(extracted)


class TenantFactory(DjangoModelFactory[Tenant]):
    class Meta:
        model = Tenant

    name = Sequence(lambda n: f"Contoso {n}")
    domains = Sequence(lambda n: [f"contoso{n}.example"])


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    tenant = SubFactory(TenantFactory)
    name = Sequence(lambda n: f"Site {n}")


class EgressNetworkFactory(DjangoModelFactory[EgressNetwork]):
    class Meta:
        model = EgressNetwork

    site = SubFactory(SiteFactory)
    cidr = Sequence(lambda n: f"203.0.113.{n % 256}/32")


class ReportFactory(DjangoModelFactory[Report]):
    """A report of SMTP AUTH that was read."""

    class Meta:
        model = Report

    tenant = SubFactory(TenantFactory)
    file_name = Sequence(lambda n: f"SmtpCSReport_{n}.csv")
    content = LazyAttribute(lambda report: ContentFile(report.file_name.encode(), report.file_name))
    byte_count = LazyAttribute(lambda report: len(report.file_name.encode()))
    sha256 = LazyAttribute(lambda report: hashlib.sha256(report.file_name.encode()).hexdigest())
    origin = Report.Origin.UPLOAD
    state = Report.State.READ
    reader = "smtp_cs_report"
    period_start = A_MONTH_AGO
    period_end = YESTERDAY
    row_count = 12
    accepted_count = 9
    rejected_count = 1
    duplicate_count = 2
    read_at = NOW


class RowErrorFactory(DjangoModelFactory[RowError]):
    class Meta:
        model = RowError

    report = SubFactory(ReportFactory)
    line = Sequence(lambda n: n + 2)
    column = "date"
    reason = "not a date"
    raw = "yesterday,scan,contoso.example"


class CountedDayFactory(DjangoModelFactory[CountedDay]):
    class Meta:
        model = CountedDay

    report = SubFactory(ReportFactory)
    day = Sequence(lambda n: A_MONTH_AGO.date() + dt.timedelta(days=n))
    row_keys = b""
    message_keys = b""


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account

    tenant = SubFactory(TenantFactory)
    name = Sequence(lambda n: f"account{n}@contoso.example")
    first_seen_at = A_MONTH_AGO
    last_seen_at = YESTERDAY
    last_basic_at = YESTERDAY
    message_count = 20


class DeviceFactory(DjangoModelFactory[Device]):
    """A printer last seen with Basic yesterday."""

    class Meta:
        model = Device

    tenant = SubFactory(TenantFactory)
    name = Sequence(lambda n: f"mfp-{n}")
    kind = Device.Kind.MFP
    first_seen_at = A_MONTH_AGO
    last_seen_at = YESTERDAY
    last_basic_at = YESTERDAY
    message_count = 20


class ScriptFactory(DjangoModelFactory[Script]):
    class Meta:
        model = Script

    tenant = SubFactory(TenantFactory)
    name = Sequence(lambda n: f"nightly-{n}")
    kind = Script.Kind.SCRIPT
    first_seen_at = A_MONTH_AGO
    last_seen_at = YESTERDAY
    last_basic_at = YESTERDAY
    message_count = 20


class SenderFactory(DjangoModelFactory[Sender]):
    """A sender linked to no item: `create(item=item, tenant=item.tenant)` links it."""

    class Meta:
        model = Sender

    tenant = SubFactory(TenantFactory)
    account = SubFactory(AccountFactory, tenant=SelfAttribute("..tenant"))
    key = Sequence(lambda n: f"host:mfp-{n}")
    name = LazyAttribute(lambda sender: f"{sender.account.name} · {sender.key}")
    link_reason = "Message-IDs name the host"
    link_confidence = 90
    first_seen_at = A_MONTH_AGO
    last_seen_at = YESTERDAY
    last_basic_at = YESTERDAY
    message_count = 20


class FingerprintFactory(DjangoModelFactory[Fingerprint]):
    class Meta:
        model = Fingerprint

    tenant = SubFactory(TenantFactory)
    digest = Sequence(lambda n: n)
    sender = SubFactory(SenderFactory, tenant=SelfAttribute("..tenant"))
    account = LazyAttribute(
        lambda mark: mark.sender.account.name if mark.sender else "scan@contoso.example"
    )
    address = Sequence(lambda n: f"203.0.113.{n % 256}")


class ColumnMappingFactory(DjangoModelFactory[ColumnMapping]):
    class Meta:
        model = ColumnMapping

    tenant = SubFactory(TenantFactory)
    kind = ColumnMapping.Kind.DEVICES
    signature = Sequence(lambda n: f"{n:064}")
    names = Sequence(lambda n: ["Hostname", f"Column {n}"])
    fields = ["host_name", ""]


class KnownAssetFactory(DjangoModelFactory[KnownAsset]):
    """A row of a list that stands."""

    class Meta:
        model = KnownAsset

    report = SubFactory(ReportFactory, reader="known_devices")
    tenant = SelfAttribute("report.tenant")
    mapping = SubFactory(
        ColumnMappingFactory,
        tenant=SelfAttribute("..tenant"),
        current_report=SelfAttribute("..report"),
    )
    line = Sequence(lambda n: n + 2)
    host_name = Sequence(lambda n: f"mfp-{n}")
    serial_number = Sequence(lambda n: f"A{n:06}")

    @classmethod
    def create(cls, **kwargs: Any) -> KnownAsset:
        if "tenant" in kwargs and "report" not in kwargs:
            kwargs["report__tenant"] = kwargs.pop("tenant")
        return super().create(**kwargs)


class DeviceReplyFactory(DjangoModelFactory[DeviceReply]):
    class Meta:
        model = DeviceReply

    report = SubFactory(ReportFactory, reader="smtp_replies")
    tenant = SelfAttribute("report.tenant")
    line = Sequence(lambda n: n + 1)
    row_key = Sequence(lambda n: n)
    at = YESTERDAY
    host = Sequence(lambda n: f"mfp-{n}")
    family = "tenant"
    code = 535
    enhanced_code = "5.7.139"
    is_refusal = True
    text = "535 5.7.139 Authentication unsuccessful"


class ObservationFactory(DjangoModelFactory[Observation]):
    class Meta:
        model = Observation

    fingerprint = SubFactory(FingerprintFactory)
    report = SubFactory(ReportFactory, tenant=SelfAttribute("..fingerprint.tenant"))
    day = Sequence(lambda n: A_MONTH_AGO.date() + dt.timedelta(days=n))
    auth_method = "basic"
    tls_version = "TLS1.2"
    message_count = 2
    byte_count = 2048
    first_at = LazyAttribute(lambda row: dt.datetime.combine(row.day, dt.time(7), dt.UTC))
    last_at = LazyAttribute(lambda row: dt.datetime.combine(row.day, dt.time(17), dt.UTC))


class EventFactory(DjangoModelFactory[Event]):
    """An event that waits to be published and makes nothing happen by itself."""

    class Meta:
        model = Event

    tenant = SubFactory(TenantFactory)
    kind = "item.discovered"
    subject_id = Sequence(lambda n: n + 1)
    data = Sequence(lambda n: {"name": f"mfp-{n}", "category": "device"})


class DeadlineFactory(DjangoModelFactory[Deadline]):
    class Meta:
        model = Deadline

    tenant = None
    name = Sequence(lambda n: f"Milestone {n}")
    on = dt.date(2026, 12, 31)
    stated_as = "end of December 2026"
    source_url = "https://example.com/roadmap"
    as_of = dt.date(2026, 1, 27)


class CutoverFactory(DjangoModelFactory[Cutover]):
    class Meta:
        model = Cutover

    item = SubFactory(DeviceFactory)
    owner = "print-team@contoso.example"
    due_on = dt.date(2026, 12, 24)
    opened_at = YESTERDAY
    moved_at = YESTERDAY


class WaveFactory(DjangoModelFactory[Wave]):
    class Meta:
        model = Wave

    tenant = SubFactory(TenantFactory)
    name = Sequence(lambda n: f"Wave {n}")
    start_on = A_MONTH_AGO.date()
    due_on = dt.date(2026, 12, 20)


class ProbeRunFactory(DjangoModelFactory[ProbeRun]):
    class Meta:
        model = ProbeRun

    tenant = SubFactory(TenantFactory)
    host = "smtp.office365.com"
    port = 587
    asked_at = NOW


class CutoverMoveFactory(DjangoModelFactory[CutoverMove]):
    class Meta:
        model = CutoverMove

    cutover = SubFactory(CutoverFactory)
    to_status = Cutover.Status.DISCOVERED
    moved_at = YESTERDAY


class WaiverFactory(DjangoModelFactory[Waiver]):
    class Meta:
        model = Waiver

    cutover = SubFactory(CutoverFactory)
    reason = "the vendor sends new firmware in spring"
    expires_on = dt.date(2027, 3, 31)
    asked_by = SubFactory(UserFactory)
    asked_at = YESTERDAY


class VouchFactory(DjangoModelFactory[Vouch]):
    class Meta:
        model = Vouch

    tenant = SubFactory(TenantFactory)
    account = Sequence(lambda n: f"spare{n}@contoso.com")
    reason = "it was made for a project that never began"
    expires_on = dt.date(2027, 3, 31)
    said_by = SubFactory(UserFactory)
    said_at = YESTERDAY


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    class Meta:
        model = Subscription

    tenant = SubFactory(TenantFactory)
    name = Sequence(lambda n: f"Ticket system {n}")
    url = Sequence(lambda n: f"https://hooks.example/{n}")


class DeliveryFactory(DjangoModelFactory[Delivery]):
    """A delivery that is due now."""

    class Meta:
        model = Delivery

    subscription = SubFactory(SubscriptionFactory)
    event = SubFactory(
        EventFactory, tenant=SelfAttribute("..subscription.tenant"), published_at=YESTERDAY
    )
    next_attempt_at = NOW
