"""Give a person a token for the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.models import ApiToken


class Command(BaseCommand):
    help = "Print a new API token for a person; it is shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="which program will use it")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default="read")
        parser.add_argument("--days", type=int, default=365, help="how long it is good for")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"nobody is called {options['username']!r}")
        _, token = ApiToken.objects.create(
            user=user,
            expiry=dt.timedelta(days=options["days"]),
            name=options["name"],
            scope=options["scope"],
        )
        self.stdout.write(token)
