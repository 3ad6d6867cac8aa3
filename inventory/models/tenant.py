from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

type_of_user = AbstractBaseUser | AnonymousUser


class TenantQuerySet(models.QuerySet["Tenant"]):
    def visible_to(self, user: type_of_user) -> Self:
        """The tenants whose data this person may see: all for a superuser, else their own."""
        if getattr(user, "is_superuser", False) and user.is_active:
            return self
        return self.filter(people=user.pk) if user.pk and user.is_active else self.none()


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a tenant; `tenant_path` on the model says how to get there."""

    def visible_to(self, user: type_of_user) -> Self:
        tenants = Tenant.objects.visible_to(user).values("pk")
        return self.filter(**{f"{self.model.tenant_path}__in": tenants})


class Scoped(models.Model):
    """Base of everything that one tenant owns and no other tenant's people may see."""

    tenant_path = "tenant"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class Tenant(models.Model):
    """One Microsoft 365 organisation."""

    name = models.CharField(max_length=100, unique=True)
    domains = models.JSONField(
        default=list,
        blank=True,
        help_text="Mail domains of this organisation. Filled from its first report; a report "
        "in which none of them occurs is refused as another organisation's.",
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="tenants",
        help_text="Who may see this tenant. Superusers see every tenant.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
