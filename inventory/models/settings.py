from __future__ import annotations

from django.db import models

from inventory.models.report import Report
from inventory.models.tenant import Scoped


class Setting(Scoped):
    """One value that one export of settings told; which stands is asked by when it was taken.

    A blank value was told and is blank. What an export did not tell has no row.
    """

    class Scope(models.TextChoices):
        ORGANISATION = "organisation", "organisation"
        POLICY = "policy", "authentication policy"
        MAILBOX = "mailbox", "mailbox"

    tenant_path = "report__tenant"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="settings_told")
    scope = models.CharField(max_length=12, choices=Scope)
    subject = models.CharField(
        max_length=320, blank=True, help_text="Mailbox address or policy name, lower case."
    )
    name = models.CharField(max_length=40)
    value = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "scope", "subject", "name"], name="one_setting_per_report"
            ),
        ]
        indexes = [models.Index(fields=["scope", "subject"])]

    def __str__(self) -> str:
        return f"{self.subject or self.get_scope_display()} {self.name}: {self.value or 'blank'}"
