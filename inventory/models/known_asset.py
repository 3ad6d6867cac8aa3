from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F

from inventory.models.column_mapping import ColumnMapping
from inventory.models.item import Item
from inventory.models.report import Report
from inventory.models.site import Site
from inventory.models.tenant import Scoped, ScopedQuerySet, Tenant


class KnownAssetQuerySet(ScopedQuerySet):
    def current(self) -> Self:
        """The rows of the newest list of each kind; older lists stay stored."""
        return self.filter(mapping__current_report=F("report"))


class KnownAsset(Scoped):
    """A row of a list that somebody keeps of their devices: CMDB, printer fleet, NetBox, DHCP.

    Lists are stale, doubled and full of gaps: a row is a hint at an item, not an item.
    """

    class Match(models.TextChoices):
        NONE = "", "none"
        SUGGESTED = "suggested", "suggested by the rules"
        LINKED = "linked", "by the rules"
        CONFIRMED = "confirmed", "confirmed by a person"
        REJECTED = "rejected", "rejected by a person"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="assets")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="assets")
    mapping = models.ForeignKey(
        ColumnMapping,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="assets",
    )
    line = models.BigIntegerField(help_text="Line in the list, from 1.")
    name = models.CharField(max_length=255, blank=True)
    host_name = models.CharField(max_length=255, blank=True, help_text="As the list writes it.")
    kind = models.CharField(max_length=100, blank=True, help_text="In the list's words.")
    vendor = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=100, blank=True)
    serial_number = models.CharField(max_length=100, blank=True)
    mac_address = models.CharField(
        "MAC address", max_length=17, blank=True, help_text="As aa:bb:cc:dd:ee:ff."
    )
    address = models.CharField("address", max_length=45, blank=True)
    site_name = models.CharField(max_length=100, blank=True, help_text="As the list writes it.")
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="assets"
    )
    owner = models.CharField(max_length=320, blank=True)
    contact = models.CharField(max_length=320, blank=True)
    account = models.CharField(
        max_length=320, blank=True, help_text="Mail address that it sends with, lower case."
    )
    status = models.CharField(max_length=100, blank=True, help_text="In the list's words.")

    item = models.ForeignKey(
        Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="assets"
    )
    match = models.CharField(max_length=10, choices=Match, blank=True)
    match_confidence = models.PositiveSmallIntegerField(
        "confidence", default=0, help_text="Percent."
    )
    match_reason = models.CharField(max_length=300, blank=True)

    objects = KnownAssetQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["name", "line"]
        constraints = [
            models.UniqueConstraint(fields=["report", "line"], name="one_asset_per_line"),
        ]
        indexes = [models.Index(fields=["tenant", "match"])]

    def __str__(self) -> str:
        return self.name or self.host_name or f"line {self.line}"
