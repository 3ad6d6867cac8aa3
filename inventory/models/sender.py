from __future__ import annotations

from django.db import models

from inventory.models.item import Account, Item, Script, WritesTo
from inventory.models.tenant import Scoped, Tenant


class Sender(Scoped):
    """An observed sending identity: an account and the fingerprints that belong together."""

    class Link(models.TextChoices):
        INFERRED = "inferred", "by the rules"
        SUGGESTED = "suggested", "suggested, to be reviewed"
        REJECTED = "rejected", "suggestion rejected by a person"
        CONFIRMED = "confirmed", "confirmed by a person"
        CORRECTED = "corrected", "corrected by a person"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="senders")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="senders")
    key = models.CharField(
        max_length=255, help_text="What its fingerprints share; unique within the account."
    )
    name = models.CharField(max_length=600)
    kind = models.CharField(max_length=12, choices=Item.Kind, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged"
    )

    item = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="linked_senders"
    )
    link = models.CharField(max_length=10, choices=Link, default=Link.INFERRED)
    link_reason = models.CharField(max_length=300, blank=True)
    link_confidence = models.PositiveSmallIntegerField(
        "confidence", default=0, help_text="Percent."
    )
    doubt = models.CharField(
        "what would settle it",
        max_length=300,
        blank=True,
        help_text="What to look at to be surer of the link; blank where nothing is in doubt.",
    )

    rejected_items = models.JSONField(
        default=list, editable=False, help_text="Keys of items that a person ruled out."
    )

    one_with = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="also",
        help_text="The same thing, seen under another From address.",
    )
    one_confidence = models.PositiveSmallIntegerField(default=0, help_text="Percent.")
    one_reason = models.CharField(max_length=300, blank=True)

    script = models.ForeignKey(
        Script,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="seen_senders",
        help_text="Found in source files; what composes this sender's mail.",
    )
    script_confidence = models.PositiveSmallIntegerField(default=0, help_text="Percent.")
    script_reason = models.CharField(max_length=300, blank=True)

    # Kept from its observations of SMTP AUTH.
    message_count = models.BigIntegerField("messages", default=0)
    first_seen_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    last_basic_at = models.DateTimeField("last Basic", null=True, blank=True)
    last_oauth_at = models.DateTimeField("last OAuth", null=True, blank=True)
    writes_to = models.CharField(max_length=7, choices=WritesTo, blank=True, editable=False)
    cadence = models.CharField(max_length=12, choices=Item.Cadence, blank=True, editable=False)
    next_at = models.DateTimeField(
        "next expected", null=True, blank=True, editable=False, help_text="None if on alarm only."
    )
    quiet_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="Days of silence after which it means something; blank if it never does.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="one_sender_per_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_settled(self) -> bool:
        """A person has spoken: no import changes its item."""
        return self.link in (self.Link.CONFIRMED, self.Link.CORRECTED)


class Suggestion(Sender):
    """A sender whose item is a suggestion, for the page where people review them."""

    class Meta:
        proxy = True
        ordering = ["-message_count", "name"]
        verbose_name = "suggestion"
        verbose_name_plural = "suggestions"
