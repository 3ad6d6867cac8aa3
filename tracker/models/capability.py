from __future__ import annotations

from fnmatch import fnmatch
from typing import Self

from django.db import models
from django.db.models import Q


class CapabilityQuerySet(models.QuerySet["Capability"]):
    def about(self, vendor: str) -> Self:
        """Rows of this vendor, whatever the model."""
        first = vendor.split()[0] if vendor.split() else ""
        return self.filter(vendor__istartswith=first) if first else self.none()


class Capability(models.Model):
    """What a product can do instead of Basic, and who says so. The same for every tenant."""

    class Status(models.TextChoices):
        YES = "yes", "can do without Basic"
        SOME = "some", "some models or versions can"
        NO = "no", "cannot, and nothing is announced"
        UNKNOWN = "unknown", "nothing is stated"

    class EvidenceKind(models.TextChoices):
        VENDOR = "vendor", "the vendor says so"
        SECOND_HAND = "second_hand", "somebody else says so"

    vendor = models.CharField(max_length=100)
    product = models.CharField(
        max_length=200,
        default="*",
        help_text="Model or product; * stands for anything, several are separated by |.",
    )
    minimum_version = models.CharField("from version", max_length=100, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    flow = models.CharField(
        max_length=100, blank=True, help_text="Such as device code, client credentials, Graph."
    )
    needs = models.CharField(max_length=500, blank=True, help_text="What has to be in place.")
    evidence_url = models.URLField("evidence", max_length=500)
    evidence_kind = models.CharField(max_length=15, choices=EvidenceKind)
    as_of = models.DateField("as of", help_text="When this was noted.")

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        ordering = ["vendor", "product"]
        verbose_name_plural = "capabilities"
        constraints = [
            models.CheckConstraint(
                condition=~Q(evidence_url=""), name="no_capability_without_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.product}: {self.get_status_display()}"

    @property
    def patterns(self) -> list[str]:
        return [part.strip().lower() for part in self.product.split("|") if part.strip()]

    def precision(self, model: str) -> int:
        """How much of a model's name this row names: 0 for any, -1 when it is not about it."""
        model = model.strip().lower()
        found = [pattern for pattern in self.patterns if fnmatch(model, pattern)]
        return max((len(pattern.replace("*", "")) for pattern in found), default=-1)


def capability_of(vendor: str, model: str) -> Capability | None:
    """The row that says most about this product; None when none does."""
    rows = [(row.precision(model), row) for row in Capability.objects.about(vendor)]
    best = max(rows, key=lambda pair: pair[0], default=(-1, None))
    return best[1] if best[0] >= 0 else None
