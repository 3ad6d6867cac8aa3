from __future__ import annotations

from django.core.validators import validate_slug
from django.db import models

from inventory.models.report import Report
from inventory.models.tenant import Scoped, Tenant
from inventory.outcome import of_pull


class Connection(Scoped):
    """How Offramp reads a tenant at Microsoft: an app registration with application permissions.

    The certificate or secret is never stored here, only its name.
    """

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="connection")
    directory_id = models.UUIDField("directory (tenant) ID")
    client_id = models.UUIDField("application (client) ID")
    credential = models.CharField(
        max_length=50,
        validators=[validate_slug],
        help_text="Looked for as NAME.pem (key and certificate) or NAME.secret in the folder of "
        "OFFRAMP_CREDENTIALS, then as the variable OFFRAMP_SECRET_NAME.",
    )
    reads_sign_ins = models.BooleanField(
        default=True, help_text="Needs AuditLog.Read.All and Microsoft Entra ID P1."
    )
    reads_exchange = models.BooleanField(
        default=False,
        help_text="Mailbox, transport and policy settings over an interface of Exchange Online "
        "that Microsoft has not documented. Needs Exchange.ManageAsApp and a reader role.",
    )
    is_active = models.BooleanField(default=True, help_text="Collect every night.")
    requests_sent = models.JSONField(
        default=list, editable=False, help_text="When, in Unix seconds, of the last five minutes."
    )

    def __str__(self) -> str:
        return f"{self.tenant}: {self.client_id}"


class Pull(Scoped):
    """One thing to fetch from Microsoft, page by page; goes on where it was cut off."""

    class Source(models.TextChoices):
        MESSAGE_TRACE = "message_trace", "message trace"
        SIGN_INS = "sign_ins", "interactive sign-ins"
        BACKGROUND_SIGN_INS = "background_sign_ins", "non-interactive sign-ins"
        CAS_MAILBOX = "cas_mailbox", "mailbox settings"
        TRANSPORT_CONFIG = "transport_config", "transport settings"
        AUTHENTICATION_POLICY = "authentication_policy", "authentication policies"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        EMPTY = "empty", "done: Microsoft had no rows"
        FAILED = "failed", "failed"

    OPEN = (State.WAITING, State.RUNNING)

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="pulls")
    source = models.CharField(max_length=30, choices=Source)
    window_start = models.DateTimeField("from", null=True, blank=True)
    window_end = models.DateTimeField("to", null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    error = models.TextField(blank=True)
    page_count = models.PositiveIntegerField("pages", default=0)
    row_count = models.BigIntegerField("rows", default=0)
    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.SET_NULL, related_name="pulls"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    # Where it stands: what was fetched lies in a file, of which so many bytes are good.
    next_link = models.TextField(blank=True, editable=False)
    byte_count = models.BigIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(editable=False)
    attempt_count = models.PositiveSmallIntegerField("failed attempts", default=0)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_at"])]

    @property
    def outcome(self) -> str:
        """What came of it; no rows, a failure and rows without a sender are three things."""
        report = self.report.outcome if self.report else ""
        return of_pull(self.state, error=self.error, report=report)

    def __str__(self) -> str:
        name = self.get_source_display()
        if self.window_start is None or self.window_end is None:
            return name
        return f"{name} {self.window_start:%Y-%m-%d} to {self.window_end:%Y-%m-%d}"
