from __future__ import annotations

from django.conf import settings
from django.db import models

from inventory.models import Tenant
from inventory.models.tenant import Scoped
from tracker.models.cutover import Cutover


class ProbeRun(Scoped):
    """One try of a route from where Offramp runs. No password and no token is ever kept."""

    class State(models.TextChoices):
        WAITING = "waiting", "waits for a worker"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="probe_runs")
    cutover = models.ForeignKey(
        Cutover, null=True, on_delete=models.CASCADE, related_name="probe_runs"
    )
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    account = models.CharField(max_length=320, blank=True)
    has_oauth = models.BooleanField("tries OAuth", default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    tls_versions = models.JSONField("TLS versions offered", default=list)
    tls_used = models.CharField("TLS used", max_length=20, blank=True)
    mechanisms = models.JSONField("AUTH mechanisms", default=list)
    basic_reply = models.CharField("Basic", max_length=600, blank=True)
    basic_family = models.CharField("kind of refusal", max_length=40, blank=True)
    oauth_reply = models.CharField("XOAUTH2", max_length=600, blank=True)
    oauth_family = models.CharField("kind of refusal", max_length=40, blank=True)
    message_reply = models.CharField("test message", max_length=600, blank=True)
    message_family = models.CharField("kind of refusal", max_length=40, blank=True)
    error = models.CharField(max_length=600, blank=True)

    class Meta:
        verbose_name = "test of a route"
        verbose_name_plural = "tests of routes"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "asked_at"])]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}, {self.get_state_display()}"
