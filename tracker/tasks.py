"""Celery's way in. Tasks take ids and hold no logic."""

from celery import shared_task
from django.utils import timezone

from tracker import delivery, waivers
from tracker.pace import slips
from tracker.routes import probe_runs


@shared_task(name="tracker.publish_events")
def publish_events() -> None:
    delivery.publish(timezone.now())


# A receiver that sends its answer a byte at a time stays below every timeout of a socket.
@shared_task(name="tracker.attempt_delivery", time_limit=delivery.TIME_LIMIT_SECONDS)
def attempt_delivery(delivery_id: int) -> None:
    delivery.attempt(delivery_id, timezone.now())


@shared_task(name="tracker.sweep_deliveries")
def sweep_deliveries() -> None:
    delivery.sweep(timezone.now())


@shared_task(name="tracker.expire_waivers")
def expire_waivers() -> None:
    waivers.expire(timezone.now())


@shared_task(name="tracker.record_slips")
def record_slips() -> None:
    slips.record_slips(timezone.now())


@shared_task(name="tracker.run_probe", time_limit=probe_runs.TIME_LIMIT_SECONDS)
def run_probe(run_id: int) -> None:
    probe_runs.run(run_id, timezone.now())


@shared_task(name="tracker.sweep_probes")
def sweep_probes() -> None:
    probe_runs.sweep(timezone.now())
