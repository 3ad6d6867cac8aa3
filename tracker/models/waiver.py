from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inventory.models.tenant import Scoped
from tracker.models.cutover import Cutover


class Waiver(Scoped):
    """An accepted delay of one cutover: asked for by one person, approved by another, and over."""

    tenant_path = "cutover__item__tenant"

    class State(models.TextChoices):
        ASKED = "asked", "waits for approval"
        APPROVED = "approved", "approved"
        DECLINED = "declined", "declined"
        EXPIRED = "expired", "expired"
        ENDED = "ended", "ended before its time"

    cutover = models.ForeignKey(Cutover, on_delete=models.CASCADE, related_name="waivers")
    reason = models.CharField(max_length=500)
    expires_on = models.DateField("expires", help_text="The last day it holds.")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    back_to = models.CharField(
        max_length=12, choices=Cutover.Status, blank=True, help_text="Where it goes on afterwards."
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="nobody_decides_their_own_waiver",
            ),
            models.UniqueConstraint(
                fields=["cutover"],
                condition=Q(state__in=["asked", "approved"]),
                name="one_open_waiver_per_cutover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cutover.item}, until {self.expires_on}"
