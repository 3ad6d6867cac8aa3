from __future__ import annotations

from django.db import models
from django.db.models import Q

from inventory.models import Tenant
from inventory.models.tenant import Scoped
from tracker.models.deadline import Deadline
from tracker.models.wave import Wave


class Slip(Scoped):
    """A date that the pace so far does not keep, told of once; gone when it keeps it again."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="slips")
    deadline = models.ForeignKey(Deadline, null=True, on_delete=models.CASCADE, related_name="+")
    wave = models.ForeignKey(Wave, null=True, on_delete=models.CASCADE, related_name="+")
    on = models.DateField("the date that is at risk")
    likely_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "date at risk"
        verbose_name_plural = "dates at risk"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "deadline"], name="one_slip_per_deadline"),
            models.UniqueConstraint(fields=["wave"], name="one_slip_per_wave"),
            models.CheckConstraint(
                condition=Q(deadline=None) ^ Q(wave=None), name="slip_of_a_deadline_or_a_wave"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave or self.deadline}: {self.on}"
