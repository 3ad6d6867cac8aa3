from __future__ import annotations

from django.conf import settings
from django.db import models

from inventory.models.tenant import Scoped
from tracker.models.cutover import Cutover


class RunbookTick(Scoped):
    """A step of a cutover's runbook, done by somebody. Taken back, it stays as history."""

    tenant_path = "cutover__item__tenant"

    cutover = models.ForeignKey(Cutover, on_delete=models.CASCADE, related_name="ticks")
    route = models.CharField(max_length=20, choices=Cutover.Route)
    step = models.CharField(max_length=40)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField("taken back", null=True, blank=True)

    class Meta:
        verbose_name = "runbook tick"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cutover", "route", "step"],
                condition=models.Q(undone_at=None),
                name="one_tick_per_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cutover.item}: {self.step}"
