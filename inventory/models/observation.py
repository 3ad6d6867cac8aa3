from django.db import models

from inventory.models.report import Report
from inventory.models.sender import Sender
from inventory.models.tenant import Scoped, Tenant


class Fingerprint(Scoped):
    """What makes two messages look like one sender; every field blank where not told."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="fingerprints")
    digest = models.BigIntegerField(editable=False, help_text="Hash of the fields below.")
    account = models.CharField(max_length=320)
    address = models.CharField("source address", max_length=45, blank=True)
    message_id_shape = models.CharField(max_length=80, blank=True)
    message_id_host = models.CharField(max_length=255, blank=True)
    subject_mask = models.CharField(max_length=120, blank=True)
    tls_cipher = models.CharField(max_length=60, blank=True)
    tls_version = models.CharField(max_length=40, blank=True)
    subject_names = models.CharField(
        max_length=80, blank=True, help_text="Hashes of what the subject names."
    )
    part = models.CharField(
        max_length=40, blank=True, help_text="Which of several that differ in nothing constant."
    )
    sender = models.ForeignKey(
        Sender, null=True, blank=True, on_delete=models.SET_NULL, related_name="fingerprints"
    )
    is_pinned = models.BooleanField(
        default=False, help_text="A person placed it: no import moves it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "digest"], name="one_row_per_fingerprint"),
        ]
        indexes = [
            models.Index(fields=["tenant", "account"]),
            models.Index(fields=["tenant", "address"]),
            models.Index(fields=["tenant", "message_id_host"]),
        ]

    def __str__(self) -> str:
        parts = (self.account, self.address, self.message_id_shape, self.message_id_host)
        return " · ".join(part for part in parts if part)


class AuthMethod(models.TextChoices):
    BASIC = "basic", "Basic"
    OAUTH = "oauth", "OAuth"
    UNKNOWN = "unknown", "not known"
    NONE = "", "not told"


class Observation(Scoped):
    """What one report said of one fingerprint on one UTC day, counted once.

    A message that two reports of a kind hold is counted on the first of them only, so sums over
    the reports of a kind are right. Sums over kinds are not: they tell of the same messages.
    """

    tenant_path = "fingerprint__tenant"

    fingerprint = models.ForeignKey(
        Fingerprint, on_delete=models.CASCADE, related_name="observations"
    )
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="observations")
    day = models.DateField(help_text="UTC; for a grid export the day it was taken.")
    auth_method = models.CharField(max_length=10, choices=AuthMethod, blank=True)
    tls_version = models.CharField(max_length=40, blank=True)
    message_count = models.BigIntegerField("messages")
    byte_count = models.BigIntegerField("bytes", default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "fingerprint", "day", "auth_method", "tls_version"],
                name="one_observation_per_day_and_method",
            ),
        ]
        indexes = [models.Index(fields=["fingerprint", "day"])]

    def __str__(self) -> str:
        return f"{self.fingerprint} on {self.day}: {self.message_count}"
