"""From the outbox to those who want to know. Every step can be repeated after a crash.

`publish` turns events into their reactions and one delivery for each subscription, in one
transaction; `attempt` sends one delivery and writes down what came of it; `sweep` picks up what
a lost nudge or a killed worker left behind.
"""

from __future__ import annotations

import datetime as dt
import logging
import random

from django.db import OperationalError, transaction
from django.db.models import F, Q

from inventory.models import Event
from inventory.nudge import nudge
from tracker.channels import webhook
from tracker.models import Delivery, Subscription
from tracker.reactions import react

logger = logging.getLogger(__name__)

BATCH = 2_000
PAUSES = [
    dt.timedelta(seconds=5),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    *(dt.timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
"""Between attempts, as the Standard Webhooks specification advises:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""
JITTER = 0.1
"""The part by which a pause may grow, so that receivers which failed together are not all tried
again together."""
TIME_LIMIT_SECONDS = 60
SENDING_LEASE = dt.timedelta(seconds=3 * TIME_LIMIT_SECONDS)
"""After this a delivery that is still being sent has lost its worker."""
KILLED = webhook.Answer(None, "the worker ended while it was sending")
State = Delivery.State


class AlreadyPublished(Exception):
    """Another worker was faster with some of the events; nothing was done with the others."""


# -- publishing --------------------------------------------------------------------------------


def publish(now: dt.datetime, limit: int = 10_000) -> int:
    """Publish up to about `limit` waiting events in their order; returns how many.

    One that fails is logged, stays unpublished and holds up no other. Several workers may
    publish at once: each takes events that no other has taken.
    """
    done = last = 0
    while done < limit:
        waiting = Event.objects.filter(published_at=None, pk__gt=last).order_by("pk")
        batch = list(waiting.values_list("pk", flat=True)[:BATCH])
        if not batch:
            break
        done += publish_batch(batch, now)
        last = batch[-1]
    return done


def publish_batch(batch: list[int], now: dt.datetime) -> int:
    """All of them in one transaction, or one by one when one of them fails."""
    try:
        return publish_together(batch, now)
    except AlreadyPublished:
        return 0
    except OperationalError:
        raise  # It is the database that fails, not an event.
    except Exception:
        if len(batch) > 1:
            return sum(publish_batch([event_id], now) for event_id in batch)
        logger.exception("event %s could not be published", batch[0])
        return 0


def publish_together(batch: list[int], now: dt.datetime) -> int:
    """Stamp the events, react to them and make their deliveries, all or nothing."""
    waiting = Event.objects.filter(pk__in=batch, published_at=None)
    with transaction.atomic():
        taken = list(waiting.select_for_update(skip_locked=True).order_by("pk"))
        stamped = waiting.filter(pk__in=[event.pk for event in taken]).update(published_at=now)
        if stamped != len(taken):
            raise AlreadyPublished
        react(taken, now)
        for delivery in Delivery.objects.bulk_create(deliveries_of(taken, now)):
            nudge("tracker.attempt_delivery", delivery.pk)
    return stamped


def deliveries_of(happened: list[Event], now: dt.datetime) -> list[Delivery]:
    tenants = {event.tenant_id for event in happened}
    subscriptions = list(Subscription.objects.filter(tenant__in=tenants, is_active=True))
    return [
        Delivery(event=event, subscription=subscription, next_attempt_at=now)
        for event in happened
        for subscription in subscriptions
        if subscription.tenant_id == event.tenant_id
        and (not subscription.kinds or event.kind in subscription.kinds)
    ]


# -- sending -----------------------------------------------------------------------------------


def due(now: dt.datetime) -> Q:
    """Waiting, its time has come, and its subscription is not switched off."""
    # A subquery instead of a join: with a join, an update of two workers would not be a
    # compare-and-set, for PostgreSQL does not look again at what was joined.
    active = Subscription.objects.filter(is_active=True).values("pk")
    return Q(state=State.WAITING, next_attempt_at__lte=now, subscription__in=active)


def attempt(delivery_id: int, now: dt.datetime) -> Delivery | None:
    """Send one delivery if it is due; None when it is not, or another worker has it."""
    claimed = Delivery.objects.filter(due(now), pk=delivery_id).update(
        state=State.SENDING, last_attempt_at=now, attempt_count=F("attempt_count") + 1
    )
    if not claimed:
        return None
    delivery: Delivery = Delivery.objects.select_related("event__tenant", "subscription").get(
        pk=delivery_id
    )
    answer = webhook.send(delivery.subscription, delivery.event, now)
    return conclude(delivery, answer, now)


def conclude(delivery: Delivery, answer: webhook.Answer, now: dt.datetime) -> Delivery | None:
    """Write down what came of an attempt; None when the sweep has given it to another."""
    delivery.last_code, delivery.last_error = answer.code, answer.error[:300]
    reason = ""
    if answer.is_delivered:
        delivery.state = State.DELIVERED
    elif answer.is_gone:
        delivery.state, reason = State.FAILED, "the receiver answered 410 Gone"
    elif delivery.attempt_count > len(PAUSES):
        reason = f"{delivery.attempt_count} attempts failed, the last: {answer.error}"
        delivery.state = State.FAILED
    else:
        delivery.state = State.WAITING
        delivery.next_attempt_at = now + pause_after(delivery.attempt_count)
    written = ("state", "next_attempt_at", "last_code", "last_error")
    with transaction.atomic():
        # The number of the attempt tells ours from one that was begun after we seemed dead.
        ours = Delivery.objects.filter(
            pk=delivery.pk, state=State.SENDING, attempt_count=delivery.attempt_count
        )
        if not ours.update(**{name: getattr(delivery, name) for name in written}):
            return None
        if reason:
            disable(delivery.subscription, reason)
    return delivery


def pause_after(attempt_count: int) -> dt.timedelta:
    """How long to wait after this many failed attempts."""
    return PAUSES[attempt_count - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311 - no secret


def disable(subscription: Subscription, reason: str) -> None:
    """Send it nothing more until a person has seen to it."""
    Subscription.objects.filter(pk=subscription.pk).update(
        is_active=False, disabled_reason=reason[:300]
    )
    logger.warning("subscription %s is switched off: %s", subscription.pk, reason)


# -- sweeping ----------------------------------------------------------------------------------


def sweep(now: dt.datetime) -> int:
    """Nudge every delivery that is due; returns how many."""
    release_stuck(now)
    waiting = Delivery.objects.filter(due(now)).order_by("next_attempt_at")
    for delivery_id in (found := list(waiting.values_list("pk", flat=True)[:BATCH])):
        nudge("tracker.attempt_delivery", delivery_id)
    return len(found)


def release_stuck(now: dt.datetime) -> None:
    """Deliveries whose worker died while it sent go back to waiting, unless it was the last try."""
    stuck = Delivery.objects.filter(state=State.SENDING, last_attempt_at__lt=now - SENDING_LEASE)
    stuck.filter(attempt_count__lte=len(PAUSES)).update(
        state=State.WAITING, last_code=KILLED.code, last_error=KILLED.error
    )
    for delivery in stuck.select_related("subscription"):
        conclude(delivery, KILLED, now)
