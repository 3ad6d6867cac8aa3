from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from inventory.models import Item
from inventory.models.tenant import Scoped
from tracker.models.deadline import Deadline
from tracker.models.wave import Wave


class Cutover(Scoped):
    """One item leaving Basic authentication. Only `tracker.workflow.move` writes its status."""

    tenant_path = "item__tenant"

    class Status(models.TextChoices):
        DISCOVERED = "discovered", "discovered"
        ASSESSED = "assessed", "assessed"
        PLANNED = "planned", "planned"
        IN_PROGRESS = "in_progress", "in progress"
        CUT_OVER = "cut_over", "cut over"
        VERIFIED = "verified", "verified"
        BLOCKED = "blocked", "blocked"
        WAIVED = "waived", "waived"
        RETIRED = "retired", "retired"

    class Route(models.TextChoices):
        OAUTH = "oauth", "OAuth over SMTP"
        GRAPH = "graph", "Microsoft Graph"
        RELAY_CONNECTOR = "relay_connector", "relay connector"
        HVE = "hve", "High Volume Email"
        ACS = "acs", "Azure Communication Services"
        DIRECT_SEND = "direct_send", "direct send"
        ON_PREMISES_RELAY = "on_premises_relay", "on-premises relay"
        THIRD_PARTY_RELAY = "third_party_relay", "third-party relay"
        RETIRE = "retire", "retire"
        UNDECIDED = "", "not chosen"

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="cutover")
    status = models.CharField(
        max_length=12, choices=Status, default=Status.DISCOVERED, editable=False
    )
    route = models.CharField(max_length=20, choices=Route, blank=True)
    owner = models.CharField(max_length=320, blank=True)
    due_on = models.DateField("due", null=True, blank=True)
    is_due_planned = models.BooleanField(
        default=False, editable=False, help_text="A person chose the date: nothing else moves it."
    )
    deadline = models.ForeignKey(
        Deadline, null=True, blank=True, on_delete=models.SET_NULL, related_name="cutovers"
    )
    wave = models.ForeignKey(
        Wave, null=True, blank=True, on_delete=models.SET_NULL, related_name="cutovers"
    )
    is_wave_chosen = models.BooleanField(
        default=False, editable=False, help_text="A person chose the wave: no filter takes it away."
    )
    notes = models.TextField(blank=True)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    cut_over_at = models.DateTimeField(
        null=True, blank=True, help_text="When Basic should have stopped."
    )

    class Meta:
        ordering = ["due_on", "item__name"]
        indexes = [models.Index(fields=["status", "due_on"])]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_status_display()}"


class CutoverMove(Scoped):
    """The history: one row for every move."""

    tenant_path = "cutover__item__tenant"

    cutover = models.ForeignKey(Cutover, on_delete=models.CASCADE, related_name="moves")
    from_status = models.CharField(max_length=12, choices=Cutover.Status, blank=True)
    to_status = models.CharField(max_length=12, choices=Cutover.Status)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What reports showed when they called for it.",
    )

    class Meta:
        ordering = ["-moved_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.from_status or 'new'} → {self.to_status}"
