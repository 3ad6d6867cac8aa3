from __future__ import annotations

import base64
import secrets

from django.db import models

from inventory.models import Event, Tenant
from inventory.models.tenant import Scoped


def new_secret() -> str:
    """A signing secret in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


class Subscription(Scoped):
    """An address outside that wants to be told of one tenant's events."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="subscriptions")
    name = models.CharField(max_length=100)
    url = models.URLField("URL", max_length=500)
    secret = models.CharField(max_length=100, default=new_secret)
    kinds = models.JSONField(
        default=list, blank=True, help_text="Event kinds, such as cutover.moved; empty means all."
    )
    is_active = models.BooleanField("active", default=True)
    disabled_reason = models.CharField(
        "switched off because", max_length=300, blank=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "webhook subscription"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(Scoped):
    """One event on its way to one subscription; the delivery log."""

    tenant_path = "subscription__tenant"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENDING = "sending", "sending"
        DELIVERED = "delivered", "delivered"
        FAILED = "failed", "given up"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="deliveries"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempt_count = models.PositiveSmallIntegerField("attempts", default=0)
    next_attempt_at = models.DateTimeField()
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    last_code = models.PositiveSmallIntegerField("last HTTP status", null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subscription"], name="one_delivery_per_subscription"
            ),
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"])]

    def __str__(self) -> str:
        return f"{self.event} to {self.subscription}"
