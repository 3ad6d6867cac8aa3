from __future__ import annotations

from django.conf import settings
from django.db import models

from inventory.models.report import Report
from inventory.models.tenant import Scoped, Tenant


class ColumnMapping(Scoped):
    """What the columns of a list hold: guessed from a file, or said by a person.

    Every list with the same columns is read by it, and the newest of them stands for them all.
    """

    class Kind(models.TextChoices):
        DEVICES = "known_devices", "a list of devices"
        SITES = "known_sites", "a list of sites"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="column_mappings")
    kind = models.CharField(max_length=40, choices=Kind)
    signature = models.CharField(max_length=64, editable=False)
    names = models.JSONField("columns", default=list, help_text="As the list writes them.")
    fields = models.JSONField(
        "taken for", default=list, help_text="For each column a field, or blank to leave it out."
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="Blank for a guess.")
    current_report = models.ForeignKey(
        Report,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The newest list that was read by it.",
    )

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "signature"], name="one_mapping_per_signature"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {', '.join(self.names)}"[:200]
