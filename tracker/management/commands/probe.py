"""Try a route from here."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.management.tenants import add_tenant_argument, tenant_named
from tracker.routes.probe import Answer, CannotProbe, Login, Probe, probe
from tracker.routes.probe_runs import token_of

VARIABLE = "OFFRAMP_PROBE_PASSWORD"


class Command(BaseCommand):
    help = (
        "Look at a mail server from here, and try a login or a test message. "
        f"A password is asked for, or taken from {VARIABLE}; it is never stored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_tenant_argument(parser)
        parser.add_argument("--host", default="smtp.office365.com")
        parser.add_argument("--port", type=int, default=587)
        parser.add_argument("--account", default="", help="the mailbox to log in as")
        parser.add_argument("--basic", action="store_true", help="try a password")
        parser.add_argument("--oauth", action="store_true", help="try the connection's app")
        parser.add_argument("--from", dest="sender", default="", metavar="ADDRESS")
        parser.add_argument("--to", default="", metavar="ADDRESS", help="send a test message")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = tenant_named(options["tenant"])
        if (options["basic"] or options["oauth"]) and not options["account"]:
            raise CommandError("--basic and --oauth need an --account")
        if options["to"] and not (options["sender"] or options["account"]):
            raise CommandError("--to needs a --from or an --account")
        try:
            login = Login(
                account=options["account"],
                password=password() if options["basic"] else "",
                token=token_of(tenant) if options["oauth"] else "",
                sender=options["sender"],
                recipient=options["to"],
            )
            found = probe(options["host"], options["port"], login)
        except CannotProbe as error:
            raise CommandError(str(error)) from None
        told = json.dumps(dataclasses.asdict(found)) if options["json"] else in_words(found)
        self.stdout.write(told)
        answers = [found.basic, found.oauth, found.message]
        if any(answer and not answer.is_accepted for answer in answers):
            sys.exit(1)


def password() -> str:
    return os.environ.get(VARIABLE) or getpass.getpass("Password: ")


def in_words(found: Probe) -> str:
    versions = [name for name, is_offered in found.tls_versions.items() if is_offered]
    lines = [
        f"{found.host}:{found.port} is {found.greeting}",
        f"TLS: {', '.join(versions) or 'none'}",
        f"AUTH: {', '.join(found.mechanisms) or 'none'}",
    ]
    for name, answer in (
        ("Basic", found.basic),
        ("OAuth", found.oauth),
        ("Message", found.message),
    ):
        lines.append(f"{name}: {told(answer)}")
    return "\n".join(lines)


def told(answer: Answer | None) -> str:
    if answer is None:
        return "not tried"
    said = f"{answer.code or ''} {answer.text}".strip()
    if answer.is_accepted:
        return f"accepted ({said})"
    return f"refused ({said})" + (f": {answer.meaning}" if answer.meaning else "")
