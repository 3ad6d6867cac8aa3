"""Celery's way in. Tasks take ids and hold no logic."""

from celery import shared_task

from inventory import ingest


@shared_task(name="inventory.read_report")
def read_report(report_id: int) -> None:
    ingest.read_report(report_id)


@shared_task(name="inventory.sweep_reports")
def sweep_reports() -> None:
    ingest.sweep()
