from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from inventory.models import Event
from tests.factories import (
    DeliveryFactory,
    DeviceFactory,
    EventFactory,
    SubscriptionFactory,
    TenantFactory,
)
from tests.receiver import Receiver, receiving
from tests.tracker.at_once import at_once
from tracker import delivery
from tracker.channels import webhook
from tracker.models import Cutover, Delivery, Subscription

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def now() -> dt.datetime:
    """The real one: receivers refuse signatures that are not of the last minutes."""
    return timezone.now()


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    with receiving() as found:
        yield found


@pytest.fixture
def subscription(receiver: Receiver) -> Subscription:
    found = SubscriptionFactory.create(url=receiver.url)
    receiver.secret = found.secret
    return found


@pytest.fixture
def waiting(subscription: Subscription, now: dt.datetime) -> Delivery:
    return DeliveryFactory.create(subscription=subscription, next_attempt_at=now)


def poison() -> Event:
    """An event that no reaction can make sense of."""
    return EventFactory.create(kind="item.linked", data={})


# -- publishing --------------------------------------------------------------------------------


def test_makes_a_delivery_for_each_active_matching_subscription(now: dt.datetime) -> None:
    event = EventFactory.create(kind="item.discovered")
    tenant = event.tenant
    wanted = [
        SubscriptionFactory.create(tenant=tenant),
        SubscriptionFactory.create(tenant=tenant, kinds=["item.linked", "item.discovered"]),
    ]
    SubscriptionFactory.create(tenant=tenant, kinds=["cutover.moved"])
    SubscriptionFactory.create(tenant=tenant, is_active=False)
    SubscriptionFactory.create()
    assert delivery.publish(now) == 1
    made = Delivery.objects.all()
    assert {row.subscription_id for row in made} == {row.pk for row in wanted}
    assert {(row.event_id, row.state, row.next_attempt_at) for row in made} == {
        (event.pk, State.WAITING, now)
    }


def test_stamps_what_it_published_and_publishes_it_once(now: dt.datetime) -> None:
    event = EventFactory.create()
    SubscriptionFactory.create(tenant=event.tenant)
    assert delivery.publish(now) == 1
    event.refresh_from_db()
    assert event.published_at == now
    assert delivery.publish(now + dt.timedelta(seconds=1)) == 0
    assert Delivery.objects.count() == 1


def test_publishes_in_order_up_to_the_limit(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    events = EventFactory.create_batch(7)
    assert delivery.publish(now, limit=4) == 4
    left = Event.objects.filter(published_at=None)
    assert set(left.values_list("pk", flat=True)) == {event.pk for event in events[4:]}


def test_lets_what_an_event_leads_to_happen_with_it(now: dt.datetime) -> None:
    item = DeviceFactory.create()
    EventFactory.create(tenant=item.tenant, kind="report.read")
    SubscriptionFactory.create(tenant=item.tenant, kinds=["cutover.opened"])
    assert delivery.publish(now) == 2
    assert Cutover.objects.get().item_id == item.pk
    assert Delivery.objects.get().event.kind == "cutover.opened"


def test_keeps_a_poisonous_event_and_publishes_the_others(
    now: dt.datetime, caplog: pytest.LogCaptureFixture
) -> None:
    before, bad, after = EventFactory.create(), poison(), EventFactory.create()
    SubscriptionFactory.create(tenant=bad.tenant)
    assert delivery.publish(now) == 2
    left = Event.objects.filter(published_at=None)
    assert list(left) == [bad]
    assert not Delivery.objects.exists()
    assert f"event {bad.pk} could not be published" in caplog.text
    assert {before.tenant_id, after.tenant_id}.isdisjoint(left.values_list("tenant", flat=True))


def test_gets_past_more_poison_than_the_limit(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    for _ in range(5):
        poison()
    good = EventFactory.create()
    assert delivery.publish(now, limit=1) == 1
    good.refresh_from_db()
    assert good.published_at == now


def test_leaves_nothing_half_done_when_it_is_killed(now: dt.datetime) -> None:
    class Killed(BaseException):
        """What a worker does not survive."""

    event = EventFactory.create()
    SubscriptionFactory.create(tenant=event.tenant)
    with suppress(Killed), transaction.atomic():
        delivery.publish(now)
        raise Killed
    assert not Delivery.objects.exists()
    assert delivery.publish(now) == 1
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishes_every_event_once_when_workers_do_it_at_once(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 10)
    tenant = TenantFactory.create()
    DeviceFactory.create_batch(5, tenant=tenant)
    SubscriptionFactory.create(tenant=tenant, kinds=["report.read"])
    EventFactory.create_batch(60, tenant=tenant, kind="report.read")
    at_once(4, lambda: delivery.publish(now))
    delivery.publish(now)  # What the reactions led to after a worker had passed it.
    assert not Event.objects.filter(published_at=None).exists()
    assert Delivery.objects.count() == 60
    assert Cutover.objects.count() == 5


# -- sending -----------------------------------------------------------------------------------


def test_delivers_a_signed_event(waiting: Delivery, receiver: Receiver, now: dt.datetime) -> None:
    event = waiting.event
    done = delivery.attempt(waiting.pk, now)
    assert done is not None
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_code, waiting.attempt_count) == (State.DELIVERED, 200, 1)
    assert waiting.last_attempt_at == now
    (got,) = receiver.requests
    assert got.headers["webhook-id"] == str(event.uid)
    assert got.event == {
        "type": event.kind,
        "timestamp": event.occurred_at.isoformat(),
        "data": {"tenant": event.tenant.name, "subject_id": event.subject_id, **event.data},
    }
    assert receiver.forgeries == []


def test_is_taken_for_a_forgery_with_another_secret(
    waiting: Delivery, receiver: Receiver, now: dt.datetime
) -> None:
    Subscription.objects.update(secret="whsec_" + "A" * 32)
    delivery.attempt(waiting.pk, now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_code) == (State.WAITING, 401)
    assert receiver.forgeries == ["No matching signature found"]


def test_tries_again_on_the_schedule_and_gives_up_after_the_last(
    waiting: Delivery, receiver: Receiver, subscription: Subscription, now: dt.datetime
) -> None:
    receiver.answers = [500] * 20
    seconds, minutes, hours = 1, 60, 3600
    expected = [5 * seconds, 5 * minutes, 30 * minutes]
    expected += [hours * count for count in (2, 5, 10, 14, 20, 24)]
    for pause in expected:
        with time_machine.travel(now, tick=False):
            assert delivery.attempt(waiting.pk, now) is not None
        waiting.refresh_from_db()
        assert (waiting.state, waiting.last_code, waiting.last_error) == (
            State.WAITING,
            500,
            "HTTP 500",
        )
        waited = (waiting.next_attempt_at - now).total_seconds()
        assert pause <= waited <= 1.1 * pause
        assert delivery.attempt(waiting.pk, now) is None
        now = waiting.next_attempt_at
    with time_machine.travel(now, tick=False):
        delivery.attempt(waiting.pk, now)
    waiting.refresh_from_db()
    subscription.refresh_from_db()
    assert (waiting.state, waiting.attempt_count) == (State.FAILED, 10)
    assert not subscription.is_active
    assert subscription.disabled_reason == "10 attempts failed, the last: HTTP 500"
    assert len({got.headers["webhook-id"] for got in receiver.requests}) == 1


def test_delivers_after_a_failure(waiting: Delivery, receiver: Receiver, now: dt.datetime) -> None:
    receiver.answers = [503, 204]
    delivery.attempt(waiting.pk, now)
    delivery.attempt(waiting.pk, now + dt.timedelta(seconds=6))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_code, waiting.last_error) == (State.DELIVERED, 204, "")
    assert waiting.attempt_count == 2


def test_switches_a_subscription_off_that_is_gone(
    waiting: Delivery, receiver: Receiver, subscription: Subscription, now: dt.datetime
) -> None:
    receiver.answers = [410]
    other = DeliveryFactory.create(subscription=subscription, next_attempt_at=now)
    delivery.attempt(waiting.pk, now)
    subscription.refresh_from_db()
    assert not subscription.is_active
    assert subscription.disabled_reason == "the receiver answered 410 Gone"
    assert delivery.attempt(other.pk, now) is None
    assert delivery.sweep(now) == 0
    assert len(receiver.requests) == 1


def test_goes_on_with_what_waited_when_a_person_switches_it_on_again(
    waiting: Delivery, receiver: Receiver, now: dt.datetime
) -> None:
    Subscription.objects.update(is_active=False)
    assert delivery.attempt(waiting.pk, now) is None
    Subscription.objects.update(is_active=True)
    assert delivery.attempt(waiting.pk, now) is not None
    assert len(receiver.requests) == 1


def test_does_not_wait_for_a_slow_receiver(
    waiting: Delivery,
    receiver: Receiver,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", (2, 0.1))
    receiver.pause = 0.5
    delivery.attempt(waiting.pk, now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_code) == (State.WAITING, None)
    assert waiting.last_error.startswith("ReadTimeout")


def test_records_that_nobody_listens(subscription: Subscription, now: dt.datetime) -> None:
    Subscription.objects.update(url="http://127.0.0.1:1/hook")
    waiting = DeliveryFactory.create(subscription=subscription, next_attempt_at=now)
    delivery.attempt(waiting.pk, now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.last_code) == (State.WAITING, None)
    assert waiting.last_error.startswith("ConnectionError")


def test_does_not_send_before_its_time(
    subscription: Subscription, receiver: Receiver, now: dt.datetime
) -> None:
    later = DeliveryFactory.create(
        subscription=subscription, next_attempt_at=now + dt.timedelta(seconds=1)
    )
    assert delivery.attempt(later.pk, now) is None
    assert receiver.requests == []


@pytest.mark.django_db(transaction=True)
def test_sends_once_when_workers_try_at_once(
    waiting: Delivery, receiver: Receiver, now: dt.datetime
) -> None:
    receiver.pause = 0.1
    done = at_once(4, lambda: delivery.attempt(waiting.pk, now))
    assert sum(found is not None for found in done) == 1
    assert len(receiver.requests) == 1


# -- sweeping ----------------------------------------------------------------------------------


def stuck(now: dt.datetime, **fields: object) -> Delivery:
    at = now - delivery.SENDING_LEASE - dt.timedelta(seconds=1)
    return DeliveryFactory.create(
        state=State.SENDING, last_attempt_at=at, next_attempt_at=at, attempt_count=1, **fields
    )


def test_takes_back_what_a_killed_worker_was_sending(now: dt.datetime) -> None:
    lost = stuck(now)
    held = DeliveryFactory.create(state=State.SENDING, last_attempt_at=now, attempt_count=1)
    assert delivery.sweep(now) == 1
    lost.refresh_from_db()
    held.refresh_from_db()
    assert (lost.state, held.state) == (State.WAITING, State.SENDING)
    assert lost.last_error == "the worker ended while it was sending"


def test_gives_up_on_what_ends_every_worker(now: dt.datetime) -> None:
    lost = stuck(now)
    Delivery.objects.update(attempt_count=len(delivery.PAUSES) + 1)
    assert delivery.sweep(now) == 0
    lost.refresh_from_db()
    lost.subscription.refresh_from_db()
    assert lost.state == State.FAILED
    assert not lost.subscription.is_active


def test_does_not_let_a_late_worker_overwrite_a_later_attempt(now: dt.datetime) -> None:
    late = stuck(now)
    Delivery.objects.update(attempt_count=2, last_attempt_at=now)
    assert delivery.conclude(late, webhook.Answer(410), now) is None
    late.refresh_from_db()
    late.subscription.refresh_from_db()
    assert (late.state, late.attempt_count) == (State.SENDING, 2)
    assert late.subscription.is_active


def test_sweeps_only_what_is_due(now: dt.datetime) -> None:
    DeliveryFactory.create(next_attempt_at=now)
    DeliveryFactory.create(next_attempt_at=now + dt.timedelta(minutes=1))
    DeliveryFactory.create(next_attempt_at=now, subscription__is_active=False)
    DeliveryFactory.create(next_attempt_at=now, state=State.DELIVERED)
    assert delivery.sweep(now) == 1
