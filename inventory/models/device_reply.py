from __future__ import annotations

from django.db import models

from inventory.models.report import Report
from inventory.models.tenant import Scoped, Tenant


class DeviceReply(Scoped):
    """A reply of the mail server that a device or a script wrote into its log."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="device_replies")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="device_replies")
    line = models.BigIntegerField(help_text="Line in the log, from 1.")
    at = models.DateTimeField(null=True, blank=True, help_text="UTC; blank where not told.")
    host = models.CharField(
        max_length=255, blank=True, help_text="Which device or host logged it, lower case."
    )
    account = models.CharField(max_length=320, blank=True, help_text="Named in it, lower case.")
    family = models.CharField(max_length=30, blank=True, help_text="See inventory.replies.")
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    enhanced_code = models.CharField(max_length=12, blank=True)
    is_refusal = models.BooleanField(default=False)
    row_key = models.BigIntegerField(
        default=0, editable=False, help_text="Equal for the same line of overlapping logs."
    )
    text = models.CharField(max_length=300, blank=True, help_text="The line, cut short.")

    class Meta:
        ordering = ["-at", "line"]
        verbose_name = "logged reply"
        verbose_name_plural = "logged replies"
        constraints = [
            models.UniqueConstraint(fields=["report", "line"], name="one_reply_per_line"),
        ]
        indexes = [
            models.Index(fields=["tenant", "account"]),
            models.Index(fields=["host"]),
            models.Index(fields=["tenant", "row_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.host or self.account}: {self.family or self.text}"
