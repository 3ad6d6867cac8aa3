from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.models.tenant import Scoped, Tenant


class Vouch(Scoped):
    """Somebody's word that nothing logs in as a mailbox, where no report can tell: until a day."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="vouches")
    account = models.CharField("mailbox", max_length=320)
    reason = models.CharField("how they know", max_length=300)
    expires_on = models.DateField("holds until", help_text="The last day it holds.")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    said_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "mailbox said to be unused"
        verbose_name_plural = "mailboxes said to be unused"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account"],
                condition=Q(withdrawn_at=None),
                name="one_standing_word_per_mailbox",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}, until {self.expires_on}"
