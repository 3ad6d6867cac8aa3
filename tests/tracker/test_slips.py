from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Event, Tenant
from tests.factories import (
    NOW,
    TODAY,
    CutoverFactory,
    CutoverMoveFactory,
    DeadlineFactory,
    FingerprintFactory,
    ObservationFactory,
    SenderFactory,
    TenantFactory,
    UserFactory,
    WaiverFactory,
    WaveFactory,
)
from tracker.models import Cutover, Deadline, Slip, Waiver
from tracker.pace.forecast import Cause, Outlook, Risk
from tracker.pace.prospects import (
    forecast_of,
    forecast_of_wave,
    prospects,
    quiet_days_of,
    wave_prospect,
)
from tracker.pace.slips import record_slips

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LONG_AGO = NOW - 60 * DAY


@pytest.fixture
def tenant() -> Tenant:
    Deadline.objects.all().delete()
    return TenantFactory.create(name="Contoso")


def opened(tenant: Tenant, **values: Any) -> Cutover:
    return CutoverFactory.create(item__tenant=tenant, opened_at=LONG_AGO, **values)


def done(tenant: Tenant, ago: int, **values: Any) -> Cutover:
    at = NOW - ago * DAY
    cutover = opened(tenant, status="cut_over", cut_over_at=at, **values)
    CutoverMoveFactory.create(
        cutover=cutover, from_status="in_progress", to_status="cut_over", moved_at=at
    )
    return cutover


def steady(tenant: Tenant, **values: Any) -> None:
    """One a week for eight weeks."""
    for week in range(8):
        done(tenant, 7 * week + 1, **values)


def slipped() -> list[Event]:
    return list(Event.objects.filter(kind="forecast.slipped"))


def test_counts_the_pace_from_the_moves(tenant: Tenant) -> None:
    steady(tenant)
    steady(TenantFactory.create())
    opened(tenant)
    found = forecast_of(tenant, TODAY)
    assert found.pace.weekly == (1,) * 8
    assert (found.left, found.outlook) == (1, Outlook.DATED)


def test_counts_from_when_the_first_was_opened(tenant: Tenant) -> None:
    CutoverFactory.create(item__tenant=tenant, opened_at=NOW - 3 * DAY)
    assert forecast_of(tenant, TODAY).outlook == Outlook.CANNOT_SAY


def test_cannot_say_anything_of_nothing(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant)
    for found in (forecast_of(tenant, TODAY), forecast_of_wave(wave, TODAY)):
        assert (found.outlook, found.left) == (Outlook.CANNOT_SAY, 0)
    assert record_slips(NOW) == 0


def test_counts_a_wave_from_its_start_and_to_its_goal(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, start_on=TODAY - 21 * DAY, goal_percent=50)
    steady(tenant, wave=wave)
    for _ in range(12):
        opened(tenant, wave=wave)
    found = forecast_of_wave(wave, TODAY)
    assert (found.left, found.pace.weekly) == (2, (1, 1, 1))


def test_tells_once_that_a_deadline_slips(tenant: Tenant) -> None:
    deadline = DeadlineFactory.create(on=TODAY + 20 * DAY, name="Freeze")
    steady(tenant)
    for _ in range(30):
        opened(tenant)
    assert record_slips(NOW) == 1
    assert record_slips(NOW + DAY) == 0
    (event,) = slipped()
    assert (event.tenant, event.subject_id) == (tenant, deadline.pk)
    told = event.data
    assert (told["of"], told["name"], told["risk"]) == ("deadline", "Freeze", "will_miss")
    assert (told["left"], told["per_week"]) == (30, 1.0)
    assert told["likely_on"] > told["on"] == (TODAY + 20 * DAY).isoformat()
    assert told["misses"]["pace"] > 20


def test_tells_again_after_it_was_in_time_for_a_while(tenant: Tenant) -> None:
    deadline = DeadlineFactory.create(on=TODAY + 20 * DAY)
    steady(tenant)
    for _ in range(30):
        opened(tenant)
    record_slips(NOW)
    Deadline.objects.update(on=TODAY + 3000 * DAY)
    record_slips(NOW)
    assert not Slip.objects.exists()
    Deadline.objects.filter(pk=deadline.pk).update(on=TODAY + 20 * DAY)
    record_slips(NOW)
    assert len(slipped()) == 2


def test_tells_nothing_of_what_is_in_time_or_not_known(tenant: Tenant) -> None:
    DeadlineFactory.create(on=TODAY + 300 * DAY)
    other = TenantFactory.create()
    CutoverFactory.create(item__tenant=other, opened_at=NOW)
    steady(tenant)
    opened(tenant)
    assert record_slips(NOW) == 0
    assert not slipped()


def test_tells_that_a_wave_slips(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, name="Oslo", due_on=TODAY + 9 * DAY)
    opened(tenant, wave=wave)
    assert record_slips(NOW) == 1
    (event,) = slipped()
    assert (event.data["of"], event.data["name"]) == ("wave", "Oslo")
    assert event.data["likely_on"] is None
    assert event.data["reason"] == "nothing was done in the last 4 weeks"


def test_names_what_is_held_up_and_what_cannot_be_proven(tenant: Tenant) -> None:
    DeadlineFactory.create(on=TODAY + 60 * DAY)
    opened(tenant, status="blocked", item__name="mfp-blocked")
    waived = opened(tenant, status="waived", item__name="mfp-waived")
    WaiverFactory.create(
        cutover=waived, state=Waiver.State.APPROVED, expires_on=dt.date(2027, 3, 31)
    )
    rare = opened(tenant, item__name="quarterly")
    sender = SenderFactory.create(tenant=tenant, item=rare.item)
    mark = FingerprintFactory.create(tenant=tenant, sender=sender)
    for days in (180, 90):
        ObservationFactory.create(fingerprint=mark, day=TODAY - days * DAY)
    quiet = quiet_days_of(tenant)
    assert quiet == {rare.item_id: 400, sender.account_id: 400}
    (found,) = prospects(tenant, TODAY, forecast_of(tenant, TODAY), quiet)
    told = {(miss.name, miss.cause): miss.reason for miss in found.misses}
    assert told["mfp-blocked", Cause.HELD] == "blocked"
    assert told["mfp-waived", Cause.HELD] == "waived until 2027-03-31"
    assert "400 days of silence" in told["quarterly", Cause.PROOF]
    assert found.counts["held"] == 2


def test_judges_a_wave_by_its_own_members(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, start_on=TODAY - 60 * DAY, due_on=TODAY + 90 * DAY)
    steady(tenant, wave=wave)
    opened(tenant, wave=wave)
    for _ in range(50):
        opened(tenant)
    assert wave_prospect(wave, TODAY).risk == Risk.ON_TRACK


# -- pages and API -----------------------------------------------------------------------------


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(UserFactory.create(is_superuser=True))
    return client


def test_says_on_a_page_when_it_will_be_done(browser: Client, tenant: Tenant) -> None:
    DeadlineFactory.create(on=dt.date(2099, 1, 1), name="Freeze of ours")
    WaveFactory.create(tenant=tenant, name="Oslo", due_on=dt.date(2099, 1, 1))
    opened(tenant)
    page = browser.get(reverse("admin:tracker_cutover_changelist") + "forecast", follow=True)
    text = page.content.decode()
    assert "Freeze of ours" in text
    assert "Oslo" in text
    assert "nothing was done in the last 8 weeks" in text


def test_answers_by_the_api(browser: Client, tenant: Tenant) -> None:
    DeadlineFactory.create(on=dt.date(2099, 1, 1), name="Freeze of ours")
    cutover = opened(tenant)
    answer = browser.get("/api/v1/forecast", {"tenant": tenant.pk}).json()
    assert answer["forecast"]["outlook"] == "stalled"
    (deadline,) = answer["deadlines"]
    assert (deadline["name"], deadline["risk"]) == ("Freeze of ours", "will_miss")
    assert deadline["counts"] == {"pace": 1, "held": 0, "proof": 0}
    assert deadline["misses"][0]["cutover"] == cutover.pk


def test_shows_it_on_the_start_page(browser: Client, tenant: Tenant) -> None:
    opened(tenant)
    assert "It stands still" in browser.get(reverse("admin:index")).content.decode()
