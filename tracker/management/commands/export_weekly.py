"""Write a tenant's inventory and cutovers as CSV and Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inventory.management.tenants import add_tenant_argument, tenant_named
from tracker.exports.weekly import export_weekly


class Command(BaseCommand):
    help = "Write a tenant's inventory and cutovers as CSV and Excel; prints the paths."

    def add_arguments(self, parser: CommandParser) -> None:
        add_tenant_argument(parser)
        parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="a folder")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = tenant_named(options["tenant"])
        try:
            paths = export_weekly(tenant, options["output"], timezone.now())
        except OSError as error:
            raise CommandError(f"cannot write to {options['output']}: {error}") from None
        for path in paths:
            self.stdout.write(str(path))
