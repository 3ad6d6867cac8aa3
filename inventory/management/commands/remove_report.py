"""Take an import back, here and now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.events import publish_now
from inventory.intake.ingest import read_waiting
from inventory.intake.removal import remove, sweep
from inventory.models import Report


class Command(BaseCommand):
    help = "Take an import back: what the report said, and what only it led to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", type=int, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        report = Report.objects.select_related("tenant").filter(pk=options["report"]).first()
        if report is None:
            raise CommandError(f"there is no report {options['report']}")
        if not remove(report):
            raise CommandError(f"{report.file_name} is removed already")
        read_waiting(report.tenant)
        sweep()
        read_waiting(report.tenant)
        publish_now()
        report.refresh_from_db()
        self.stdout.write(f"{report.file_name}: {report.get_state_display()}")
