"""How each source of a tenant is: what it covers, what is missing, what to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from inventory.admin.pages import chosen_tenant
from inventory.intake.watch import problems
from inventory.models import Tenant
from inventory.sources.facts import health


def sources_page(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    tenants = list(Tenant.objects.visible_to(request.user))
    tenant = chosen_tenant(tenants, request.GET.get("tenant", ""))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Sources",
        "content_title": "Sources",
        "tenants": tenants,
        "tenant": tenant,
        "sources": health(tenant, timezone.now()) if tenant else [],
        "problems": inbox_problems(request),
        "media": model_admin.media,
    }
    return TemplateResponse(request, "offramp/sources.html", context)


def inbox_problems(request: HttpRequest) -> list[str]:
    """For superusers: the names of folders may be those of other tenants."""
    if settings.INBOX is None or not request.user.is_superuser:
        return []
    return list(problems(settings.INBOX))
