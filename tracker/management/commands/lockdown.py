"""Say for every mailbox whether SMTP AUTH can be turned off."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from inventory.management.tenants import add_tenant_argument, tenant_named
from inventory.models import Site, Tenant
from tracker.exports import powershell
from tracker.exports.csv_file import cell
from tracker.lockdown.facts import lockdown
from tracker.lockdown.groups import Group, chosen
from tracker.lockdown.sources_facts import homeless_scripts
from tracker.lockdown.verdict import Verdict

COLUMNS = ["account", "effective", "action", "reason"]


class Command(BaseCommand):
    help = "Say for every mailbox whether SMTP AUTH can be turned off, or write the PowerShell."

    def add_arguments(self, parser: CommandParser) -> None:
        add_tenant_argument(parser)
        parser.add_argument(
            "--as-of", type=dt.date.fromisoformat, metavar="DATE", help="the last day to look at"
        )
        parser.add_argument("--domain", default="", help="its mailboxes alone")
        parser.add_argument("--site", default="", metavar="NAME", help="what stands there alone")
        parser.add_argument(
            "--account", action="append", default=[], metavar="ADDRESS", help="these alone"
        )
        parser.add_argument("--format", choices=["json", "csv", "powershell"], default="json")
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="write there instead; with powershell the roll-back goes beside it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = tenant_named(options["tenant"])
        on = options["as_of"] or timezone.now().date()
        group = group_of(tenant, options)
        verdicts = chosen(tenant, lockdown(tenant, on, group.named), group)
        if options["format"] == "powershell":
            lock = powershell.lockdown_script(
                tenant.name,
                on,
                verdicts,
                is_whole=group.is_whole,
                homeless_scripts=homeless_scripts(tenant, on),
            )
            back = powershell.rollback_script(tenant.name, on, verdicts, is_whole=group.is_whole)
            self.write_scripts(lock, back, options["output"])
        else:
            text = as_json(verdicts) if options["format"] == "json" else as_csv(verdicts)
            self.give(text, options["output"])

    def write_scripts(self, lock: str, back: str, output: Path | None) -> None:
        self.give(lock, output)
        self.give(back, output.with_stem(f"{output.stem}-rollback") if output else None)

    def give(self, text: str, output: Path | None) -> None:
        if output is None:
            self.stdout.write(text)
            return
        try:
            # Windows PowerShell reads a script without this mark in the code page of the country.
            mark = "utf-8-sig" if output.suffix == ".ps1" else "utf-8"
            output.write_text(text, encoding=mark, newline="")
        except OSError as error:
            raise CommandError(f"cannot write {output}: {error}") from None
        self.stdout.write(str(output))


def group_of(tenant: Tenant, options: dict[str, Any]) -> Group:
    site = None
    if name := options["site"]:
        site = Site.objects.filter(tenant=tenant, name=name).first()
        if site is None:
            raise CommandError(f"{tenant} has no site {name}")
    return Group(options["domain"], site, options["account"])


def row(verdict: Verdict) -> dict[str, str]:
    return {name: getattr(verdict, name) for name in COLUMNS}


def as_json(verdicts: list[Verdict]) -> str:
    return json.dumps([row(verdict) for verdict in verdicts], indent=2, ensure_ascii=False)


def as_csv(verdicts: list[Verdict]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for verdict in verdicts:
        writer.writerow({name: cell(value) for name, value in row(verdict).items()})
    return text.getvalue()
