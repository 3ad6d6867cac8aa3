from __future__ import annotations

from django.db import models

from inventory.models.report import Report
from inventory.models.tenant import Scoped


class Trail(Scoped):
    """What one report said message by message of one account, as linking needs it.

    Subjects are masked, the words in them and the recipients hashed. Reports of different kinds
    tell of the same messages; joined by key they say more than each of them.
    """

    tenant_path = "report__tenant"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="trails")
    account = models.CharField(max_length=320)
    rows = models.BinaryField(help_text="As `inventory.senders.messages` packs them.")
    applied = models.BigIntegerField(
        null=True, help_text="Hash of the fingerprints that its observations were last given."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "account"], name="one_trail_per_account"),
        ]
        indexes = [models.Index(fields=["account"])]

    def __str__(self) -> str:
        return f"{self.account} in {self.report_id}"
