"""Celery's way in. Tasks take ids and hold no logic."""

from celery import shared_task
from django.utils import timezone

from inventory.intake import awaiting, collect, ingest, removal, watch


@shared_task(name="inventory.read_report")
def read_report(report_id: int) -> None:
    ingest.read_report(report_id)


@shared_task(name="inventory.sweep_reports")
def sweep_reports() -> None:
    ingest.sweep()
    awaiting.sweep()
    removal.sweep()


@shared_task(name="inventory.collect")
def collect_all() -> None:
    collect.plan_all(timezone.now())


@shared_task(name="inventory.run_pull")
def run_pull(pull_id: int) -> None:
    collect.run_pull(pull_id)


@shared_task(name="inventory.sweep_pulls")
def sweep_pulls() -> None:
    collect.sweep()


@shared_task(name="inventory.watch")
def watch_inbox() -> None:
    watch.sweep()
