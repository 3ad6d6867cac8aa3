from __future__ import annotations

from django.db import models

from inventory.models.item import Account
from inventory.models.report import Report
from inventory.models.tenant import Scoped, Tenant


class SignIn(Scoped):
    """Attempts to log in with SMTP AUTH that one report told of, counted once.

    A success proves that the account uses SMTP AUTH. A failure is something that still tries, or
    somebody who guesses passwords: never a sender.
    """

    class Result(models.TextChoices):
        SUCCESS = "success", "success"
        FAILURE = "failure", "failure"
        INTERRUPTED = "interrupted", "interrupted"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sign_ins")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sign_ins")
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="sign_ins"
    )
    name = models.CharField("logged in as", max_length=320)
    address = models.CharField("source address", max_length=45, blank=True)
    day = models.DateField(help_text="UTC")
    client = models.CharField(max_length=60, blank=True, help_text="As the log names it.")
    is_smtp = models.BooleanField(
        "SMTP AUTH for certain",
        help_text="Else a password checked for a protocol that the log does not name.",
    )
    result = models.CharField(max_length=11, choices=Result)
    error_code = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    attempt_count = models.BigIntegerField("attempts")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at"]
        verbose_name = "sign-in"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "name", "address", "day", "client", "result", "error_code"],
                name="one_sign_in_per_day_and_result",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "name"])]

    def __str__(self) -> str:
        return f"{self.name} from {self.address} on {self.day}: {self.attempt_count} {self.result}"
