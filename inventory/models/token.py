from __future__ import annotations

from django.db import models
from knox.models import AbstractAuthToken, AuthTokenManager


class ApiTokenManager(AuthTokenManager):  # type: ignore[misc]
    """Knox' manager; name and scope are handed through as keyword arguments."""


class ApiToken(AbstractAuthToken):  # type: ignore[misc]
    """What a program logs in with: kept as a hash, expiring, as many for a person as wanted."""

    class Scope(models.TextChoices):
        READ = "read", "read"
        WRITE = "write", "read and write"

    name = models.CharField(max_length=100, help_text="Which program uses it.")
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)

    objects = ApiTokenManager()

    class Meta:
        verbose_name = "API token"
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"
