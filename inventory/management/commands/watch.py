"""Look after the watched folder, for where no beat runs."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.events import publish_now
from inventory.intake import watch
from inventory.intake.ingest import read_waiting
from inventory.models import Tenant


class Command(BaseCommand):
    help = "Take in what lies in the watched folder (OFFRAMP_INBOX), and read it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once, instead of for ever")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.INBOX is None:
            raise CommandError("no folder is watched: set OFFRAMP_INBOX")
        self.look()
        while not options["once"]:
            time.sleep(settings.SWEEP_SECONDS)
            self.look()

    def look(self) -> None:
        lines = watch.sweep()
        if lines:
            for tenant in Tenant.objects.all():
                read_waiting(tenant)
            publish_now()
            lines += watch.sweep()
        for line in lines:
            self.stdout.write(line)
