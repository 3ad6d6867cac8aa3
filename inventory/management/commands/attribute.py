"""Name the sender and the item of every message of a detail report."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.attribution import COLUMNS, attribute
from inventory.management.tenants import add_tenant_argument, tenant_named
from inventory.records import NotThisReport


class Command(BaseCommand):
    help = "Write one CSV row for each message of a detail report: who sent it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", type=Path, metavar="REPORT")
        add_tenant_argument(parser)
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = tenant_named(options["tenant"])
        try:
            rows = list(attribute(tenant, options["report"], dt.datetime.now(dt.UTC).date()))
        except (NotThisReport, OSError) as error:
            raise CommandError(f"{options['report']}: {error}") from None
        with options["output"].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
        self.stdout.write(f"{len(rows):,} messages written to {options['output']}")
