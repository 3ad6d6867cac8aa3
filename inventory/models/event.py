from __future__ import annotations

import uuid

from django.db import models

from inventory.models.tenant import Scoped, Tenant


class Event(Scoped):
    """The outbox: something that happened, written in the transaction that made it happen."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="events")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(help_text="Primary key of what it is about.")
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(published_at=None), name="unpublished_events"
            ),
            models.Index(fields=["tenant", "kind"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
