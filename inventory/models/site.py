import ipaddress

from django.core.exceptions import ValidationError
from django.db import models

from inventory.models.report import Report
from inventory.models.tenant import Scoped, Tenant


class Site(Scoped):
    """A place with the public networks its mail comes from."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=100)
    code = models.CharField(
        max_length=40, blank=True, help_text="As lists of devices call it, such as OSL."
    )
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166, two letters.")
    contact = models.CharField(
        max_length=320, blank=True, help_text="Who looks after what stands there."
    )
    notes = models.TextField(blank=True)
    told_by = models.ManyToManyField(
        Report,
        blank=True,
        editable=False,
        related_name="sites",
        help_text="Lists that tell of it; none where a person made or changed it.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="one_site_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


def validate_network(value: str) -> None:
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        raise ValidationError(f"Not a network like 203.0.113.0/24: {error}") from None


class EgressNetwork(Scoped):
    """A public network behind which a site's devices appear."""

    tenant_path = "site__tenant"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="egress_networks")
    cidr = models.CharField(max_length=43, validators=[validate_network])
    told_by = models.ManyToManyField(
        Report, blank=True, editable=False, related_name="egress_networks"
    )

    class Meta:
        ordering = ["cidr"]
        constraints = [
            models.UniqueConstraint(fields=["site", "cidr"], name="one_network_per_site"),
        ]

    def __str__(self) -> str:
        return self.cidr
