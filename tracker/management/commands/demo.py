"""The whole product on this machine with a sample tenant, until Ctrl-C."""

from __future__ import annotations

import secrets
import signal
import socket
import time
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

import inventory
from inventory.intake.receive import receive
from inventory.models import Event, Report, Tenant
from tracker.management import sample_story
from tracker.management.processes import ProcessDied, Processes
from tracker.models import Delivery
from tracker.queries import standing

SAMPLE = Path(inventory.__file__).parent / "sample"
TENANT = "Contoso (sample)"
USER = "admin"
PATIENCE_SECONDS = 180


class Command(BaseCommand):
    help = "Serve Offramp here with a sample tenant; Ctrl-C stops it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="load, report and exit")
        parser.add_argument("--port", type=int, default=8000, help="first port to try")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("the demo runs in the embedded mode only; unset OFFRAMP_MODE")
        for number in (signal.SIGTERM, signal.SIGHUP):  # Told to end, or the terminal is closed.
            signal.signal(number, interrupt)
        call_command("migrate", verbosity=0)
        self.port = free_port(options["port"])
        self.processes = Processes(settings.VAR / "log")
        try:
            self.start()
            changed = self.load()
            self.tell(changed)
            if not options["once"]:
                self.serve()
        except ProcessDied as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            if options["once"]:
                raise CommandError("interrupted", returncode=130) from None
        finally:
            self.processes.stop()

    def start(self) -> None:
        celery = ("celery", "-A", "config", "--workdir", str(settings.BASE_DIR))
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        self.processes.start("worker", *celery, "worker", "-c", "2", "-l", "INFO", *quiet)
        pid_file = settings.VAR / "celerybeat.pid"
        pid_file.unlink(missing_ok=True)
        self.processes.start("beat", *celery, "beat", "-l", "INFO", "--pidfile", str(pid_file))
        self.processes.start(
            "web",
            *("gunicorn", "config.wsgi", "--chdir", str(settings.BASE_DIR)),
            *("--bind", f"127.0.0.1:{self.port}", "--threads", "4"),
        )

    def load(self) -> bool:
        """Send the sample's reports the way an upload does, and what people did with them; whether
        any of it was new."""
        tenant, _ = Tenant.objects.get_or_create(name=TENANT)
        changed = False
        for path in sorted(SAMPLE.glob("*.gz")):
            with path.open("rb") as stream:
                found = receive(tenant, stream, path.name, origin=Report.Origin.COMMAND)
            changed |= any(not received.is_known for received in found)
        self.wait_for(lambda: not is_busy(tenant), "the sample's reports to be read")
        self.check_all_read(tenant)
        folder = settings.VAR / "sample" / "scripts"
        changed |= sample_story.scan_sources(tenant, SAMPLE / "scripts.zip", folder)
        changed |= sample_story.tell(tenant, timezone.now())
        self.wait_for(lambda: not is_busy(tenant), "the sample's events to be published")
        self.wait_for(self.is_answering, "the web server")
        return changed

    def check_all_read(self, tenant: Tenant) -> None:
        refused = Report.objects.filter(tenant=tenant, state=Report.State.REFUSED)
        if report := refused.first():
            raise CommandError(f"{report.file_name} was refused: {report.refusal}")

    def wait_for(self, is_done: Any, what: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_done():
            self.processes.check()
            if time.monotonic() > end:
                raise CommandError(f"waited {PATIENCE_SECONDS} s for {what}; see {self.logs()}")
            time.sleep(0.3)

    def is_answering(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return True
        except OSError:
            return False

    def tell(self, changed: bool) -> None:
        tenants = Tenant.objects.filter(name=TENANT)
        self.stdout.write("")
        for label, value in table(tenants):
            self.stdout.write(f"  {label:<24}{value}")
        self.stdout.write("")
        if not changed:
            self.stdout.write("  Nothing changed: every report of the sample was known already.")
        self.stdout.write(f"  Admin                   http://localhost:{self.port}/admin/")
        self.stdout.write(f"  User                    {USER}")
        self.stdout.write(f"  Password                {password_once()}")
        self.stdout.write("")

    def serve(self) -> None:
        self.stdout.write(f"Serving; logs are in {self.logs()}. Ctrl-C stops it.")
        try:
            self.processes.watch()
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")

    def logs(self) -> str:
        return f"{self.processes.folder}"


def interrupt(*args: object) -> None:
    raise KeyboardInterrupt


def is_busy(tenant: Tenant) -> bool:
    waiting = [Report.State.RECEIVED, Report.State.READING]
    return (
        Report.objects.filter(tenant=tenant, state__in=waiting).exists()
        or Event.objects.filter(tenant=tenant, published_at=None).exists()
        or Delivery.objects.filter(
            subscription__tenant=tenant, attempt_count=0, state=Delivery.State.WAITING
        ).exists()
    )


def free_port(first: int) -> int:
    for port in range(first, first + 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise CommandError(f"no free port from {first} to {first + 19}; choose another with --port")


def password_once() -> str:
    """A generated password on the first run; afterwards where to get a new one."""
    if User.objects.filter(username=USER).exists():
        return f"shown on the first run; new one: manage.py changepassword {USER}"
    password = secrets.token_urlsafe(9)
    User.objects.create_superuser(USER, password=password)
    return f"{password}   (shown this once)"


def table(tenants: QuerySet[Tenant]) -> list[tuple[str, str]]:
    found = standing(tenants, timezone.now().date())
    deadline = found.deadline
    if deadline is None:
        left = "no deadline is known"
    else:
        left = f"{found.days_left} to {deadline.stated_as}: {deadline.name}"
    return [
        ("Reports read", str(found.reports.get(Report.State.READ, 0))),
        ("Rows accepted", f"{found.rows_accepted:,}"),
        ("Rows rejected", f"{found.rows_rejected:,}"),
        ("Senders", f"{found.senders:,}"),
        ("Items by kind", in_words(found.items)),
        ("Cutovers by status", in_words(found.cutovers)),
        ("Days left", left),
    ]


def in_words(counts: dict[str, int]) -> str:
    words = (f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    return ", ".join(words) or "none"
