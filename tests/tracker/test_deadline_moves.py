from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import ApiToken, Event, Tenant
from tests.factories import (
    NOW,
    TODAY,
    CutoverFactory,
    DeadlineFactory,
    TenantFactory,
    UserFactory,
    WaveFactory,
)
from tracker.models import Cutover, Deadline
from tracker.waves import deadlines

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def tenant() -> Tenant:
    Deadline.objects.all().delete()
    return TenantFactory.create()


@pytest.fixture
def microsofts(tenant: Tenant) -> Deadline:
    return DeadlineFactory.create(on=TODAY + 30 * DAY, lead_days=7)


def due_for(deadline: Deadline, tenant: Tenant, **values: object) -> Cutover:
    found: dict[str, object] = {"due_on": deadline.due_on(TODAY), "deadline": deadline} | values
    return CutoverFactory.create(item__tenant=tenant, **found)


def moved_to(deadline: Deadline, on: dt.date | None) -> int:
    deadline.on = on
    return deadlines.change(deadline, NOW)


def due_of(cutover: Cutover) -> dt.date | None:
    return Cutover.objects.get(pk=cutover.pk).due_on


def test_takes_along_what_was_due_for_it(tenant: Tenant, microsofts: Deadline) -> None:
    cutover = due_for(microsofts, tenant)
    assert moved_to(microsofts, TODAY + 90 * DAY) == 1
    assert due_of(cutover) == TODAY + 83 * DAY


def test_leaves_what_a_person_planned_what_is_in_a_wave_and_what_is_closed(
    tenant: Tenant, microsofts: Deadline
) -> None:
    wave = WaveFactory.create(tenant=tenant, due_on=TODAY + 11 * DAY)
    planned = due_for(microsofts, tenant, due_on=TODAY, is_due_planned=True)
    in_wave = due_for(microsofts, tenant, due_on=wave.due_on, wave=wave)
    verified = due_for(microsofts, tenant, status="verified")
    assert moved_to(microsofts, TODAY + 90 * DAY) == 0
    assert due_of(planned) == TODAY
    assert due_of(in_wave) == TODAY + 11 * DAY
    assert due_of(verified) == TODAY + 23 * DAY


def test_makes_nothing_due_in_the_past(tenant: Tenant, microsofts: Deadline) -> None:
    cutover = due_for(microsofts, tenant)
    moved_to(microsofts, TODAY + 2 * DAY)
    assert due_of(cutover) == TODAY


def test_tells_each_tenant_what_moved(tenant: Tenant, microsofts: Deadline) -> None:
    other = TenantFactory.create()
    for _ in range(2):
        due_for(microsofts, tenant)
    due_for(microsofts, tenant, due_on=TODAY, is_due_planned=True)
    WaveFactory.create(tenant=tenant, name="Late", due_on=TODAY + 60 * DAY)
    moved_to(microsofts, TODAY + 40 * DAY)
    told = {event.tenant: event.data for event in Event.objects.filter(kind="deadline.moved")}
    assert set(told) == {tenant, other}
    assert told[tenant] == {
        "name": microsofts.name,
        "stated_as": "end of December 2026",
        "was": (TODAY + 30 * DAY).isoformat(),
        "now": (TODAY + 40 * DAY).isoformat(),
        "cutover_count": 3,
        "moved_count": 2,
        "planned_count": 1,
        "late_waves": ["Late"],
    }
    assert told[other]["cutover_count"] == 0


def test_tells_of_a_tenants_own_to_that_tenant_alone(tenant: Tenant) -> None:
    TenantFactory.create()
    own = DeadlineFactory.create(tenant=tenant, on=TODAY + 30 * DAY)
    moved_to(own, TODAY + 31 * DAY)
    assert [event.tenant for event in Event.objects.all()] == [tenant]


def test_tells_nothing_when_the_date_stays(tenant: Tenant, microsofts: Deadline) -> None:
    cutover = due_for(microsofts, tenant)
    microsofts.notes = "confirmed"
    assert deadlines.change(microsofts, NOW) == 0
    microsofts.lead_days = 10
    assert deadlines.change(microsofts, NOW) == 1
    assert due_of(cutover) == TODAY + 20 * DAY
    assert not Event.objects.exists()


def test_hands_over_to_the_next_when_it_moves_behind_it(
    tenant: Tenant, microsofts: Deadline
) -> None:
    own = DeadlineFactory.create(tenant=tenant, on=TODAY + 50 * DAY, lead_days=0)
    cutover = due_for(microsofts, tenant)
    moved_to(microsofts, TODAY + 90 * DAY)
    cutover.refresh_from_db()
    assert (cutover.deadline, cutover.due_on) == (own, own.on)


def test_takes_over_when_it_comes_before_the_others(tenant: Tenant, microsofts: Deadline) -> None:
    cutover, undated = (
        due_for(microsofts, tenant),
        CutoverFactory.create(item__tenant=tenant, due_on=None),
    )
    final = DeadlineFactory.create(on=None, lead_days=0)
    moved_to(final, TODAY + 20 * DAY)
    for each in (cutover, undated):
        each.refresh_from_db()
        assert (each.deadline, each.due_on) == (final, TODAY + 20 * DAY)


def test_pulls_what_is_open_when_a_nearer_one_is_entered(
    tenant: Tenant, microsofts: Deadline
) -> None:
    cutover, theirs = due_for(microsofts, tenant), due_for(microsofts, TenantFactory.create())
    freeze = DeadlineFactory.build(tenant=tenant, on=TODAY + 10 * DAY, lead_days=0)
    assert deadlines.change(freeze, NOW) == 1
    cutover.refresh_from_db()
    assert (cutover.deadline, cutover.due_on) == (freeze, TODAY + 10 * DAY)
    assert due_of(theirs) == TODAY + 23 * DAY
    assert not Event.objects.filter(kind="deadline.moved").exists()


def test_leaves_overdue_what_was_due_for_one_that_has_passed(tenant: Tenant) -> None:
    passed = DeadlineFactory.create(on=TODAY - 5 * DAY)
    final = DeadlineFactory.create(on=None)
    cutover = due_for(passed, tenant, due_on=TODAY - 12 * DAY)
    moved_to(final, TODAY + 400 * DAY)
    assert due_of(cutover) == TODAY - 12 * DAY


def test_takes_the_date_away_with_the_announcement(tenant: Tenant, microsofts: Deadline) -> None:
    cutover = due_for(microsofts, tenant)
    moved_to(microsofts, None)
    assert due_of(cutover) is None
    moved_to(microsofts, TODAY + 60 * DAY)
    assert due_of(cutover) == TODAY + 53 * DAY


def test_moves_by_the_admin(client: Client, tenant: Tenant, microsofts: Deadline) -> None:
    client.force_login(UserFactory.create(is_superuser=True))
    cutover = due_for(microsofts, tenant)
    told = {
        "name": microsofts.name,
        "on": "2027-06-30",
        "stated_as": "end of June 2027",
        "is_binding": "on",
        "lead_days": 0,
        "source_url": microsofts.source_url,
        "as_of": "2026-12-01",
    }
    url = reverse("admin:tracker_deadline_change", args=[microsofts.pk])
    page = client.post(url, told, follow=True)
    assert "1 cutovers got another due date" in page.content.decode()
    assert due_of(cutover) == dt.date(2027, 6, 30)


def test_moves_by_the_api_for_those_who_may(tenant: Tenant) -> None:
    shared = DeadlineFactory.create(on=dt.date(2099, 1, 1))
    own = DeadlineFactory.create(tenant=tenant, on=dt.date(2098, 1, 10), lead_days=0)
    cutover = due_for(own, tenant)
    token = ApiToken.objects.create(
        user=UserFactory.create(tenants=[tenant]), name="t", scope=ApiToken.Scope.WRITE
    )[1]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    url = "/api/v1/deadlines/{}"
    assert client.patch(url.format(own.pk), {"on": "2098-02-10"}, format="json").status_code == 200
    assert due_of(cutover) == dt.date(2098, 2, 10)
    refused = client.patch(url.format(shared.pk), {"on": "2098-02-10"}, format="json")
    assert refused.status_code == 403
    shared.refresh_from_db()
    assert shared.on == dt.date(2099, 1, 1)
