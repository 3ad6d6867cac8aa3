from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from inventory.models.tenant import Scoped, Tenant
from inventory.outcome import cut_reasons, of_report
from inventory.progress import words


def kept_at(report: Report, file_name: str) -> str:
    """Kept under a name of our own: what people call their files is data, not a path."""
    return f"reports/{report.tenant_id}/{report.sha256[:2]}/{report.sha256}"


class Report(Scoped):
    """A file that came in, or a pull; kept whole so that it can be read again."""

    class State(models.TextChoices):
        RECEIVED = "received", "received"
        READING = "reading", "reading"
        READ = "read", "read"
        REFUSED = "refused", "refused"
        SKIPPED = "skipped", "skipped"
        REMOVING = "removing", "being removed"
        REMOVED = "removed", "removed"

    GONE = (State.REMOVING, State.REMOVED)
    """Taken back: the row stays and says by whom, its file and all that it told are gone."""

    class DateOrder(models.TextChoices):
        FILE = "", "as the file tells; ask if it does not"
        DAY_FIRST = "day", "day first: 13/10/2026"
        MONTH_FIRST = "month", "month first: 10/13/2026"

    class Origin(models.TextChoices):
        UPLOAD = "upload", "upload in the admin"
        API = "api", "API"
        COMMAND = "command", "import_reports"
        PULL = "pull", "collected from Microsoft"
        WATCHED = "watched", "watched folder"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="reports")
    file_name = models.CharField(max_length=255)
    content = models.FileField(upload_to=kept_at, max_length=255)
    byte_count = models.BigIntegerField("bytes")
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=10, choices=Origin)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    received_at = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    reader = models.CharField(max_length=40, blank=True)
    refusal = models.TextField(blank=True, help_text="Why nothing was stored from this file.")
    asks_date_order = models.BooleanField(
        default=False, editable=False, help_text="Its dates can be read both ways."
    )
    date_order = models.CharField(
        max_length=5,
        choices=DateOrder,
        blank=True,
        help_text="What a person said of dates that can be read both ways.",
    )
    asks_columns = models.BooleanField(
        default=False, editable=False, help_text="What its columns hold cannot be told."
    )
    warnings = models.JSONField(default=list, blank=True)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    row_count = models.BigIntegerField("rows", default=0)
    accepted_count = models.BigIntegerField("accepted", default=0)
    rejected_count = models.BigIntegerField("rejected", default=0)
    duplicate_count = models.BigIntegerField(
        "already known", default=0, help_text="Rows that this or an earlier report had told us."
    )

    account_count = models.PositiveIntegerField(
        "SMTP AUTH accounts",
        null=True,
        blank=True,
        editable=False,
        help_text="Accounts that use SMTP AUTH for certain and occur in it; blank if not told.",
    )
    is_linked = models.BooleanField(
        default=True, editable=False, help_text="False while it waits for others to be linked with."
    )
    learned_domains = models.JSONField(
        default=list, editable=False, help_text="Domains that the tenant has from this report."
    )

    # How far the reading has come; the share is a guess from the size of the file.
    progress_rows = models.BigIntegerField("rows so far", default=0, editable=False)
    progress_share = models.FloatField(null=True, blank=True, editable=False)

    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    aftermath = models.JSONField(
        default=dict, editable=False, help_text="What is left to do of a removal."
    )

    # Who is reading it: a claim that is not renewed within the lease falls to the sweep.
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempt_count = models.PositiveSmallIntegerField("attempts", default=0, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "sha256"],
                condition=~models.Q(state__in=("removing", "removed")),
                name="one_report_per_content",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "claimed_at"]),
            models.Index(
                fields=["tenant"], condition=models.Q(is_linked=False), name="reports_that_wait"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def outcome(self) -> str:
        """What came of it, in words that keep no data, bad data and no sender apart."""
        return of_report(
            self.state,
            row_count=self.row_count,
            rejected_count=self.rejected_count,
            account_count=self.account_count,
            asks_date_order=self.asks_date_order,
            asks_columns=self.asks_columns,
        )

    @property
    def progress(self) -> str:
        """How far its reading has come, in words; "" when it is not under way."""
        return words(self.state, self.progress_rows, self.progress_share)

    @property
    def cut_reasons(self) -> list[str]:
        """What speaks for a file that is not whole; empty when nothing does."""
        return cut_reasons(self.row_count, self.warnings)

    @property
    def day_first(self) -> bool | None:
        """Whether dates that can be read both ways start with the day; None when not said."""
        return self.date_order == self.DateOrder.DAY_FIRST if self.date_order else None

    @staticmethod
    def new_claim() -> uuid.UUID:
        return uuid.uuid4()


class RowError(Scoped):
    """A row that was not taken, and why."""

    tenant_path = "report__tenant"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="row_errors")
    line = models.BigIntegerField(help_text="Line in the file, from 1.")
    column = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=200)
    raw = models.CharField(max_length=200, blank=True, help_text="The row as it stood, cut short.")

    class Meta:
        ordering = ["report", "line"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class CountedDay(Scoped):
    """The rows and messages of one day that a report was the first to tell us.

    Sorted 64-bit keys (little-endian). A row is new when no report of the same kind holds its
    key for its day; so files may overlap, come in any order and be cut in any way.
    """

    tenant_path = "report__tenant"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="counted_days")
    day = models.DateField()
    row_keys = models.BinaryField()
    message_keys = models.BinaryField()
    traffic = models.BinaryField(
        default=b"",
        help_text="Mail of accounts not proven to use SMTP AUTH, as `intake.traffic` packs it.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "day"], name="one_counted_day_per_report"),
        ]
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"{self.report_id} {self.day}"
