"""“When are we done?”: a page below the cutovers."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from inventory.models import Tenant
from tracker.admin.lockdown import tenant_asked_for
from tracker.pace.prospects import forecast_of, prospects, quiet_days_of, wave_prospects


def forecast_page(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    tenants = list(Tenant.objects.visible_to(request.user))
    tenant = tenant_asked_for(tenants, request.GET.get("tenant", ""))
    today = timezone.now().date()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "When are we done?",
        "content_title": "When are we done?",
        "tenants": tenants,
        "tenant": tenant,
        "today": today,
        "media": model_admin.media,
    }
    if tenant:
        found, quiet = forecast_of(tenant, today), quiet_days_of(tenant)
        context |= {
            "forecast": found,
            "dates": prospects(tenant, today, found, quiet),
            "waves": wave_prospects(tenant, today),
        }
    return TemplateResponse(request, "offramp/forecast.html", context)
