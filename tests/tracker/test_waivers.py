from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from celery import current_app

from inventory.models import Event
from tests.factories import CutoverFactory, UserFactory
from tracker import waivers
from tracker.models import Cutover, Waiver
from tracker.tasks import expire_waivers
from tracker.waivers import WaiverRefused
from tracker.workflow import MoveRefused, move

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
UNTIL = TODAY + 60 * DAY
State = Waiver.State
Status = Cutover.Status


def asked(status: str = Status.PLANNED) -> Waiver:
    cutover = CutoverFactory.create(status=status, route="oauth")
    return waivers.ask(cutover, "firmware comes in spring", UNTIL, by=UserFactory.create(), now=NOW)


def told() -> list[str]:
    found = Event.objects.filter(kind__startswith="waiver.").order_by("pk")
    return list(found.values_list("kind", flat=True))


def status_of(waiver: Waiver) -> str:
    return Cutover.objects.get(pk=waiver.cutover_id).status


def test_changes_nothing_before_somebody_approves() -> None:
    waiver = asked()
    assert status_of(waiver) == Status.PLANNED
    with pytest.raises(MoveRefused, match="somebody else has to approve"):
        move(waiver.cutover, Status.WAIVED, now=NOW, reason="because")


def test_waives_when_somebody_else_approves() -> None:
    waiver = waivers.approve(asked(), by=UserFactory.create(username="chief"), now=NOW)
    assert (waiver.state, status_of(waiver)) == (State.APPROVED, Status.WAIVED)
    last = waiver.cutover.moves.first()
    assert last is not None
    assert last.reason == "firmware comes in spring (until 2027-01-23, approved by chief)"
    assert Event.objects.filter(kind="cutover.moved").count() == 1
    assert told() == ["waiver.asked", "waiver.approved"]


@pytest.mark.parametrize("decide", [waivers.approve, waivers.decline])
def test_is_not_decided_by_the_one_who_asked(decide: object) -> None:
    waiver = asked()
    with pytest.raises(WaiverRefused, match="somebody else"):
        decide(waiver, by=waiver.asked_by, now=NOW)  # type: ignore[operator]
    waiver.refresh_from_db()
    assert (waiver.state, status_of(waiver)) == (State.ASKED, Status.PLANNED)


@pytest.mark.parametrize(
    ("reason", "expires_on", "why"),
    [
        (" ", UNTIL, "say why"),
        ("x", TODAY, "after today"),
        ("x", TODAY + 400 * DAY, "within 366 days"),
    ],
)
def test_refuses_a_waiver_without_reason_or_end(reason: str, expires_on: dt.date, why: str) -> None:
    with pytest.raises(WaiverRefused, match=why):
        waivers.ask(CutoverFactory.create(), reason, expires_on, by=UserFactory.create(), now=NOW)


def test_has_one_open_waiver_at_a_time() -> None:
    waiver = asked()
    with pytest.raises(WaiverRefused, match="already"):
        waivers.ask(waiver.cutover, "more", UNTIL, by=UserFactory.create(), now=NOW)
    waivers.decline(waiver, by=UserFactory.create(), now=NOW)
    waivers.ask(waiver.cutover, "more", UNTIL, by=UserFactory.create(), now=NOW)


def test_reopens_where_it_stood_the_day_after_it_expired() -> None:
    waiver = waivers.approve(asked(), by=UserFactory.create(), now=NOW)
    last_day = dt.datetime.combine(UNTIL, dt.time(23, 59), dt.UTC)
    assert waivers.expire(last_day) == 0
    assert status_of(waiver) == Status.WAIVED
    assert waivers.expire(last_day + dt.timedelta(minutes=1)) == 1
    waiver.refresh_from_db()
    assert (waiver.state, status_of(waiver)) == (State.EXPIRED, Status.PLANNED)
    assert waivers.expire(last_day + DAY) == 0


def test_reopens_one_that_was_cut_over_as_assessed() -> None:
    waiver = waivers.approve(asked(Status.CUT_OVER), by=UserFactory.create(), now=NOW)
    waivers.expire(NOW + 61 * DAY)
    assert status_of(waiver) == Status.ASSESSED


def test_ends_when_a_person_moves_it_on() -> None:
    waiver = waivers.approve(asked(), by=UserFactory.create(), now=NOW)
    move(Cutover.objects.get(pk=waiver.cutover_id), Status.IN_PROGRESS, now=NOW)
    waiver.refresh_from_db()
    assert waiver.state == State.ENDED
    assert waivers.expire(NOW + 61 * DAY) == 0
    assert status_of(waiver) == Status.IN_PROGRESS


def test_drops_what_nobody_decided() -> None:
    waiver = asked()
    waivers.expire(NOW + 61 * DAY)
    waiver.refresh_from_db()
    assert waiver.state == State.EXPIRED
    assert told() == ["waiver.asked", "waiver.expired"]


def test_tells_who_asked_for_what_and_until_when() -> None:
    waiver = asked()
    waivers.decline(waiver, by=UserFactory.create(username="chief"), now=NOW)
    asking, declining = Event.objects.filter(kind__startswith="waiver.").order_by("pk")
    assert asking.subject_id == declining.subject_id == waiver.pk
    assert asking.tenant == waiver.cutover.item.tenant
    assert asking.data == {
        "cutover_id": waiver.cutover_id,
        "item": waiver.cutover.item.name,
        "expires_on": "2027-01-23",
        "by": waiver.asked_by.username if waiver.asked_by else "",
        "reason": "firmware comes in spring",
    }
    assert (declining.kind, declining.data["by"]) == ("waiver.declined", "chief")


def test_tells_nothing_of_what_was_refused() -> None:
    waiver = asked()
    with pytest.raises(WaiverRefused):
        waivers.approve(waiver, by=waiver.asked_by, now=NOW)  # type: ignore[arg-type]
    assert told() == ["waiver.asked"]


def test_reopens_by_itself_when_the_beat_runs() -> None:
    waiver = waivers.approve(asked(), by=UserFactory.create(), now=NOW)
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    assert expire_waivers.name in scheduled
    with time_machine.travel(NOW + 61 * DAY, tick=False):
        expire_waivers()
    assert status_of(waiver) == Status.PLANNED
    event = Event.objects.get(kind="waiver.expired")
    assert (event.data["was_approved"], event.data["is_reopened"]) == (True, True)
