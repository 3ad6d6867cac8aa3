from __future__ import annotations

from django.conf import settings
from django.db import models

from inventory.models.sender import Sender
from inventory.models.tenant import Scoped, Tenant


class Correction(Scoped):
    """What a person said of senders or of a known asset, with all that undoing it needs."""

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", "the link is right"
        REJECTED = "rejected", "the link is wrong"
        CORRECTED = "corrected", "another item stands behind it"
        MERGED = "merged", "one sender"
        SPLIT = "split", "several senders"
        UNITED = "united", "all one item"
        ASSET_CONFIRMED = "asset_confirmed", "the asset is this item"
        ASSET_REJECTED = "asset_rejected", "the asset is not this item"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=15, choices=Kind)
    summary = models.CharField(max_length=700)
    senders = models.ManyToManyField(Sender, blank=True, related_name="corrections")
    asset_key = models.CharField(
        max_length=400, blank=True, help_text="What an asset is known by from list to list."
    )
    item_key = models.BigIntegerField(
        null=True, blank=True, help_text="Of the item that the asset is, or is not."
    )
    before = models.JSONField(default=dict, editable=False, help_text="Restored by undoing.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="corrections",
    )
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="undone_corrections",
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["tenant", "asset_key"])]

    def __str__(self) -> str:
        return self.summary
