from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from inventory.models import Tenant


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def for_tenant(self, tenant: Tenant) -> Self:
        return self.filter(Q(tenant=tenant) | Q(tenant=None))

    def next_for(self, tenant: Tenant, today: dt.date) -> Deadline | None:
        """The nearest date from today on by which Basic has to be gone; None when none is known."""
        binding = self.for_tenant(tenant).filter(is_binding=True, on__gte=today)
        return binding.order_by("on", "pk").first()


class Deadline(models.Model):
    """A dated milestone, Microsoft's or the team's own. Data, because the dates move."""

    tenant = models.ForeignKey(
        Tenant,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="deadlines",
        help_text="Empty: it holds for every tenant.",
    )
    name = models.CharField(max_length=200)
    on = models.DateField(
        "date", null=True, blank=True, help_text="The last day it can mean; empty if not announced."
    )
    stated_as = models.CharField(
        max_length=100, help_text="The date in its source's words, such as 'end of December 2026'."
    )
    is_binding = models.BooleanField(
        "cutovers are due before it",
        default=True,
        help_text="Off for announcements and for milestones of other services.",
    )
    lead_days = models.PositiveSmallIntegerField(
        default=7, help_text="How many days before it a cutover is due."
    )
    notes = models.TextField(blank=True)
    source_url = models.URLField("source", max_length=500)
    as_of = models.DateField("as of", help_text="When the source said so.")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = [models.F("on").asc(nulls_last=True), "name"]

    def __str__(self) -> str:
        return self.name

    def due_on(self, today: dt.date) -> dt.date | None:
        """The day a cutover is due for this deadline: before it, but not before today."""
        if self.on is None:
            return None
        return max(today, self.on - dt.timedelta(days=self.lead_days))
