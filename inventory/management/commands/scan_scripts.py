"""Find the scripts and settings in a source tree that submit mail."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.intake.script_items import Stored, is_login, store
from inventory.management.tenants import add_tenant_argument, tenant_named
from inventory.scripts import Scan, scan


class Command(BaseCommand):
    help = "Read a source tree and store what in it submits mail to Exchange Online with a login."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        add_tenant_argument(parser)
        parser.add_argument("--host", default="", help="the host that these files run on")
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object for each finding"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = tenant_named(options["tenant"])
        folder: Path = options["folder"]
        if not folder.exists():
            raise CommandError(f"{folder}: no such file or folder")
        found = scan(folder)
        stored = store(
            tenant,
            found.findings,
            str(folder.resolve()),
            options["host"],
            dt.datetime.now(dt.UTC),
        )
        if options["json"]:
            for finding in found.findings:
                self.stdout.write(json.dumps(asdict(finding), ensure_ascii=False))
            self.tell_secrets(found, self.stderr)
        else:
            self.tell(found, stored)

    def tell(self, found: Scan, stored: Stored) -> None:
        for finding in found.findings:
            account = finding.account or "account not known"
            self.stdout.write(
                f"{finding.path}:{finding.line}: {finding.technique} to "
                f"{finding.host or 'a server not known'}, {finding.auth}"
                + (f", {account}" if finding.auth in ("basic", "oauth") else "")
            )
        self.tell_secrets(found, self.stdout)
        logins = Counter(finding.auth for finding in found.findings if is_login(finding))
        self.stdout.write(
            f"{found.file_count:,} files, {len(found.findings):,} places submit mail: "
            f"{logins['basic']:,} with a password to Exchange Online, {logins['oauth']:,} with "
            f"OAuth. Scripts: {stored.new} new, {stored.changed} changed, {stored.back} back, "
            f"{stored.gone} gone."
        )

    def tell_secrets(self, found: Scan, out: Any) -> None:
        for secret in found.secrets:
            out.write(f"{secret.path}:{secret.line}: {secret.kind} in clear text")
        for path, reason in found.unread:
            self.stderr.write(f"{path}: not read in full: {reason}")
