from __future__ import annotations

from django.db import models

from inventory.models.item import Account, Script
from inventory.models.tenant import Scoped, Tenant


class Submission(Scoped):
    """A place in a source file that submits mail to Exchange Online with a login.

    Holds where a login stands, never what it is.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="submissions")
    script = models.ForeignKey(Script, on_delete=models.CASCADE, related_name="submissions")
    root = models.CharField(max_length=500, help_text="The folder that was scanned.")
    path = models.CharField(max_length=500, help_text="The file, from that folder.")
    line = models.PositiveIntegerField()
    technique = models.CharField(max_length=60)
    mail_host = models.CharField("mail server", max_length=255, blank=True)
    login = models.CharField(max_length=320, blank=True, help_text="Empty when not known.")
    login_source = models.CharField(max_length=520, blank=True)
    auth = models.CharField(max_length=10)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="submissions"
    )
    found_at = models.DateTimeField(help_text="When a scan first saw it.")
    gone_at = models.DateTimeField(
        null=True, blank=True, help_text="When a scan of the same folder no longer saw it."
    )

    class Meta:
        ordering = ["path", "line"]
        verbose_name = "place that submits mail"
        verbose_name_plural = "places that submit mail"
        indexes = [models.Index(fields=["tenant", "login"])]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"
