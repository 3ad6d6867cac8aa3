from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from inventory.models import Tenant
from inventory.models.tenant import Scoped


class Wave(Scoped):
    """A group of cutovers with a date, filled by hand or by a saved filter."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="waves")
    name = models.CharField(max_length=100)
    start_on = models.DateField("starts")
    due_on = models.DateField("due", help_text="Its cutovers are due then.")
    goal = models.CharField(
        max_length=200, blank=True, help_text="In words, such as 'all printers of Oslo'."
    )
    goal_percent = models.PositiveSmallIntegerField(
        "target",
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Percent of its cutovers that have to be done by the due date.",
    )
    filter = models.JSONField(
        default=dict,
        blank=True,
        help_text='Criteria of new members, such as {"kind": ["mfp"], "site": ["Oslo"]}.',
    )
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_wave_per_name"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("start_on")),
                name="no_wave_is_due_before_it_starts",
                violation_error_message="A wave is not due before it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
