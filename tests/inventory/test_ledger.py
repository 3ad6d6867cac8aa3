"""Traces of accounts that nothing proved: every message once, in any order, split and overlap."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.models import CountedDay, Tenant
from inventory.queries import unproven_days, unproven_traffic
from tests.inventory.test_ingest import take, trace

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 1)
PEOPLE = ("a@example.net", "b@example.net", "c@example.net")


@pytest.fixture
def tenant_with_domain() -> Tenant:
    return Tenant.objects.create(name="Contoso", domains=["contoso.com"])


def mail(number: int, to: str, *, day: int = 1, second: int | None = None) -> str:
    second = number * 977 % 86_400 if second is None else second
    at = f"2026-10-{day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    sender = f"pc{number % 4}@contoso.com"
    return f"{at},{sender},{to},Hello {number},203.0.113.{number % 3},{number + 1},<{number}@pc>"


def told(tenant: Tenant) -> dict[tuple[str, str, str], tuple[int, int]]:
    """{(day, account, address): (messages, bytes)} over all reports."""
    frames = [rows.assign(day=str(day)) for day, rows in unproven_traffic(tenant)]
    by = ["day", "account", "address"]
    sums = pd.concat(frames).groupby(by)[["message_count", "byte_count"]].sum()
    lines = sums.reset_index().itertuples(index=False, name=None)
    return {(day, who, where): (count, size) for day, who, where, count, size in lines}


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), pieces=st.integers(1, 5))
def test_counts_the_same_however_a_trace_is_cut(seed: int, pieces: int) -> None:
    choose = random.Random(seed)
    rows = [mail(n, to, day=1 + n % 4) for n in range(30) for to in PEOPLE[: 1 + n % 3]]
    whole, mixed = (
        Tenant.objects.create(name=f"{name} {Tenant.objects.count()}", domains=["contoso.com"])
        for name in ("whole", "mixed")
    )
    take(whole, trace(*rows))
    files = [choose.sample(rows, choose.randint(1, len(rows))) for _ in range(pieces)]
    for file in [*files, rows]:
        take(mixed, trace(*choose.sample(file, len(file)), *file[:3]))

    assert told(mixed) == told(whole)
    assert sum(count for count, _ in told(whole).values()) == 30


def test_counts_a_message_once_over_midnight(tenant_with_domain: Tenant) -> None:
    late = mail(1, PEOPLE[0], day=1, second=86_399).replace("<1@pc>", "<same@pc>,guid-1")
    early = mail(1, PEOPLE[1], day=2, second=0).replace("<1@pc>", "<same@pc>,guid-1")
    header = trace().decode().replace("MessageId", "MessageId,MessageTraceId")
    take(tenant_with_domain, f"{header}{late}\n{early}\n".encode())
    assert sum(count for count, _ in told(tenant_with_domain).values()) == 1

    other = Tenant.objects.create(name="two files", domains=["contoso.com"])
    take(other, f"{header}{early}\n".encode())
    take(other, f"{header}{late}\n".encode())
    assert sum(count for count, _ in told(other).values()) == 1


def test_keeps_no_address_of_other_organisations(tenant_with_domain: Tenant) -> None:
    foreign = mail(1, "a@contoso.com").replace("pc1@contoso.com", "eve@example.com")
    report = take(tenant_with_domain, trace(foreign, mail(2, PEOPLE[0])))
    assert report.accepted_count == 2
    assert {account for account, _ in unproven_days(tenant_with_domain, DAY)} == {"pc2@contoso.com"}
    kept = b"".join(bytes(day.traffic) for day in CountedDay.objects.all())
    assert b"example.com" not in kept


def test_tells_the_organisation_by_the_side_that_every_row_has() -> None:
    tenant = Tenant.objects.create(name="Contoso")
    lines = [mail(n, PEOPLE[0]) for n in range(3)]
    lines += [mail(9, "x@contoso.com").replace("pc1@contoso.com", "eve@example.com")]
    take(tenant, trace(*lines))
    tenant.refresh_from_db()
    assert tenant.domains == ["contoso.com"]
