"""Read report files now, by the same code as the worker."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.events import publish_now
from inventory.intake import awaiting
from inventory.intake.ingest import read_report, read_waiting
from inventory.intake.receive import NotReceived, Received, receive
from inventory.management.tenants import add_tenant_argument, tenant_named
from inventory.models import Report, Tenant


class Command(BaseCommand):
    help = "Import report files, folders of them, or zip and gzip archives."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        add_tenant_argument(parser)
        parser.add_argument("--create-tenant", action="store_true", help="make it if it is new")
        order = parser.add_mutually_exclusive_group()
        for option, answer in (
            ("--day-first", Report.DateOrder.DAY_FIRST),
            ("--month-first", Report.DateOrder.MONTH_FIRST),
        ):
            order.add_argument(
                option,
                dest="date_order",
                action="store_const",
                const=answer,
                default="",
                help=f"read dates so where a file does not tell ({answer.label})",
            )
        parser.add_argument("--json", action="store_true", help="print one object a file and line")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["create_tenant"]:
            Tenant.objects.get_or_create(name=options["tenant"])
        tenant = tenant_named(options["tenant"])
        self.as_json = options["json"]
        self.date_order = options["date_order"]
        refused = 0
        received: list[tuple[Path, Received]] = []
        # All first: reports that come together are linked together.
        for path in files_in(options["paths"]):
            found = self.receive(tenant, path)
            refused += found is None
            received += [(path, each) for each in found or ()]
        refused += sum(self.read(path, each) for path, each in received)
        read_waiting(tenant)
        awaiting.sweep()
        publish_now()
        if refused:
            raise CommandError(f"{refused} refused", returncode=1)

    def receive(self, tenant: Tenant, path: Path) -> list[Received] | None:
        """What a file holds; None when it is refused as it is."""
        try:
            with path.open("rb") as stream:
                return receive(
                    tenant,
                    stream,
                    path.name,
                    origin=Report.Origin.COMMAND,
                    date_order=self.date_order,
                )
        except (OSError, NotReceived) as error:
            self.tell(refused_line(path, str(error)))
            return None

    def read(self, path: Path, received: Received) -> int:
        report = received.report
        report.refresh_from_db()
        while report.state in UNREAD:
            if read_report(report.pk) is None:
                time.sleep(PAUSE_SECONDS)  # A worker was faster: what it counts is told here.
            report.refresh_from_db()
        self.tell(line_of(path, report, is_known=received.is_known))
        return int(report.state == Report.State.REFUSED)

    def tell(self, line: dict[str, Any]) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(line, ensure_ascii=False))
            return
        counts = ", ".join(f"{line[name]:,} {name}" for name in ("rows", *COUNTS))
        self.stdout.write(
            f"{line['file']}: {line['state']} ({line['reader'] or 'no reader'}), {counts}"
        )
        for warning in line["warnings"]:
            self.stdout.write(f"  {warning}")


UNREAD = {Report.State.RECEIVED, Report.State.READING}
PAUSE_SECONDS = 0.1
COUNTS = ("accepted", "rejected", "duplicates")


def files_in(paths: list[Path]) -> Iterator[Path]:
    """The files, and those in the folders, in the order of their names."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"no such file or folder: {path}")
        if path.is_dir():
            inside = (file for file in path.rglob("*") if file.is_file())
            yield from sorted(file for file in inside if not file.name.startswith("."))
        else:
            yield path


def line_of(path: Path, report: Report, *, is_known: bool) -> dict[str, Any]:
    """What `--json` prints; a report known already counts as duplicates alone."""
    taken = report.row_count - report.rejected_count
    warnings = [*report.warnings]
    if report.refusal:
        warnings.insert(0, report.refusal)
    if is_known and report.file_name != path.name:
        warnings.append(f"the same content came in before as {report.file_name}")
    return {
        "file": report.file_name if path.suffix.lower() == ".zip" else path.name,
        "reader": report.reader,
        "state": "known" if is_known else report.state,
        "rows": report.row_count,
        "accepted": 0 if is_known else report.accepted_count,
        "rejected": report.rejected_count,
        "duplicates": taken if is_known else report.duplicate_count,
        "period_start": iso(report.period_start),
        "period_end": iso(report.period_end),
        "warnings": warnings,
    }


def refused_line(path: Path, reason: str) -> dict[str, Any]:
    zero = dict.fromkeys(("rows", *COUNTS), 0)
    period = {"period_start": None, "period_end": None}
    return {
        "file": path.name,
        "reader": "",
        "state": "refused",
        **zero,
        **period,
        "warnings": [reason],
    }


def iso(moment: Any) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
