"""Fetch what Microsoft has about a tenant, and read it."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inventory.intake import collect
from inventory.intake.ingest import read_waiting
from inventory.management.tenants import add_tenant_argument, tenant_named
from inventory.models import Connection, Pull, Tenant


class Command(BaseCommand):
    help = "Fetch message traces, sign-ins and settings from Microsoft; exit 1 if any pull failed."

    def add_arguments(self, parser: CommandParser) -> None:
        add_tenant_argument(parser)
        parser.add_argument("--since", type=dt.date.fromisoformat, metavar="DATE")
        parser.add_argument("--json", action="store_true", help="one object for each pull")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = tenant_named(options["tenant"])
        if not Connection.objects.filter(tenant=tenant).exists():
            raise CommandError(f"{tenant} has no connection to Microsoft; add one in the admin")
        since = options["since"] and dt.datetime.combine(options["since"], dt.time(), dt.UTC)
        pulls = self.run(tenant, since)
        read_waiting(tenant)
        for pull in pulls:
            self.stdout.write(json.dumps(as_json(pull)) if options["json"] else in_words(pull))
        if any(pull.state == Pull.State.FAILED for pull in pulls):
            raise CommandError("not everything could be fetched")

    def run(self, tenant: Tenant, since: dt.datetime | None) -> list[Pull]:
        """Every open pull of the tenant, to its end."""
        collect.plan(tenant, timezone.now(), since)
        pulls = list(tenant.pulls.filter(state__in=Pull.OPEN).order_by("pk"))
        while open_pulls := [pull for pull in pulls if pull.state in Pull.OPEN]:
            for pull in open_pulls:
                collect.run_pull(pull.pk)
                pull.refresh_from_db()
            waiting = [pull.next_at for pull in open_pulls if pull.state in Pull.OPEN]
            if waiting:
                time.sleep(max(0.5, (min(waiting) - timezone.now()).total_seconds()))
        return pulls


def as_json(pull: Pull) -> dict[str, Any]:
    return {
        "source": pull.source,
        "from": pull.window_start and pull.window_start.isoformat(),
        "to": pull.window_end and pull.window_end.isoformat(),
        "state": pull.state,
        "rows": pull.row_count,
        "pages": pull.page_count,
        "report": pull.report_id,
        "error": pull.error,
    }


def in_words(pull: Pull) -> str:
    said = f" ({pull.error})" if pull.error else ""
    return f"{pull}: {pull.get_state_display()}, {pull.row_count:,} rows{said}"
