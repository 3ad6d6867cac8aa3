from __future__ import annotations

from django.db import models

from inventory.models.site import Site
from inventory.models.tenant import Scoped, Tenant


class WritesTo(models.TextChoices):
    """Whom mail goes to, by the organisation's domains."""

    INSIDE = "inside", "inside the organisation only"
    OUTSIDE = "outside", "outside only"
    BOTH = "both", "inside and outside"
    UNKNOWN = "", "not told"


class Item(Scoped):
    """One device, script or account behind senders: what all of them have."""

    class Category(models.TextChoices):
        DEVICE = "device", "device"
        SCRIPT = "script", "script"
        ACCOUNT = "account", "account"

    class Kind(models.TextChoices):
        MFP = "mfp", "printer or scanner"
        APPLIANCE = "appliance", "appliance"
        APPLICATION = "application", "application"
        SCRIPT = "script", "script"
        CLIENT = "client", "mail program"
        UNKNOWN = "", "not known"

    class Cadence(models.TextChoices):
        CONTINUOUS = "continuous", "continuous"
        HOURLY = "hourly", "hourly"
        DAILY = "daily", "daily"
        WEEKLY = "weekly", "weekly"
        MONTH_END = "month_end", "month-end"
        MONTHLY = "monthly", "monthly"
        QUARTERLY = "quarterly", "quarterly"
        ON_ALARM = "on_alarm", "only on alarm"
        UNKNOWN = "unknown", "not known"

    class Criticality(models.TextChoices):
        LOW = "low", "low"
        NORMAL = "normal", "normal"
        HIGH = "high", "high"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="items")
    category = models.CharField(max_length=10, choices=Category, editable=False)
    name = models.CharField(max_length=320)
    kind = models.CharField(max_length=12, choices=Kind, blank=True)
    owner = models.CharField(max_length=320, blank=True)
    contact = models.CharField(max_length=320, blank=True)
    site = models.ForeignKey(
        Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    criticality = models.CharField(max_length=10, choices=Criticality, default=Criticality.NORMAL)
    tags = models.JSONField(default=list, blank=True)
    notes = models.TextField(blank=True)

    filled = models.JSONField(
        default=dict, editable=False, help_text="What known assets filled in, by field."
    )
    proposed = models.JSONField(
        default=dict,
        editable=False,
        help_text="The name and the kind that the rules gave; another one is somebody's word.",
    )

    # Kept from the senders behind it, so that a list of items needs no join.
    first_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_basic_at = models.DateTimeField("last Basic", null=True, blank=True, editable=False)
    last_oauth_at = models.DateTimeField("last OAuth", null=True, blank=True, editable=False)
    message_count = models.BigIntegerField("messages", default=0, editable=False)
    writes_to = models.CharField(max_length=7, choices=WritesTo, blank=True, editable=False)
    cadence = models.CharField(max_length=12, choices=Cadence, blank=True, editable=False)
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
            models.UniqueConstraint(
                fields=["tenant", "category", "name"], name="one_item_per_name"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "last_basic_at"])]

    def __str__(self) -> str:
        return self.name


class Device(Item):
    """A printer, scanner, UPS, NAS, firewall: hardware that sends by itself."""

    vendor = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=100, blank=True)
    host_name = models.CharField(max_length=255, blank=True)
    serial_number = models.CharField(max_length=100, blank=True)
    mac_address = models.CharField("MAC address", max_length=17, blank=True)

    class Meta:
        verbose_name = "device"

    def save(self, *args: object, **kwargs: object) -> None:
        self.category = self.Category.DEVICE
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Script(Item):
    """A script or an application that sends from a host."""

    host_name = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=500, blank=True)
    library = models.CharField(max_length=100, blank=True, help_text="What composed the mail.")

    class Meta:
        verbose_name = "script or application"
        verbose_name_plural = "scripts and applications"

    def save(self, *args: object, **kwargs: object) -> None:
        self.category = self.Category.SCRIPT
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Account(Item):
    """The mailbox that logs in; its name is its address in lower case."""

    class Meta:
        verbose_name = "account"

    def save(self, *args: object, **kwargs: object) -> None:
        self.category = self.Category.ACCOUNT
        self.name = self.name.lower()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Ownerless(Item):
    """An item that nobody owns, for the page where people say who does."""

    class Meta:
        proxy = True
        ordering = ["-message_count", "name"]
        verbose_name = "item that nobody owns"
        verbose_name_plural = "items that nobody owns"
