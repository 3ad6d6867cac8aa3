"""“What breaks if we turn it off today”: a page below the cutovers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from inventory.models import Tenant
from tracker.exports import powershell
from tracker.lockdown import Action
from tracker.lockdown_facts import lockdown

PER_PAGE = 200
MEANINGS = {
    Action.KEEP: "Mail breaks today: something depends on Basic, or is allowed to wait",
    Action.UNKNOWN: "Nobody can know yet: the reason says what is missing",
    Action.BLOCK_BASIC_ONLY: "Basic can be refused by a policy; OAuth needs SMTP AUTH left on",
    Action.DISABLE: "SMTP AUTH can be switched off",
    Action.ALREADY_OFF: "Basic is off already",
}


def lockdown_page(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    tenants = list(Tenant.objects.visible_to(request.user))
    tenant = chosen(tenants, request.GET.get("tenant", ""))
    on = timezone.now().date()
    verdicts = lockdown(tenant, on) if tenant else []
    if tenant and request.GET.get("script") in SCRIPTS:
        name = request.GET["script"]
        return script_file(name, SCRIPTS[name](tenant.name, on, verdicts))
    counts = Counter(verdict.action for verdict in verdicts)
    action = request.GET.get("action", "")
    shown = [verdict for verdict in verdicts if not action or verdict.action == action]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "What breaks if we turn it off today",
        "opts": model_admin.opts,
        "tenants": tenants,
        "tenant": tenant,
        "on": on,
        "action": action,
        "actions": [(each.value, text, counts[each]) for each, text in MEANINGS.items()],
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("p")),
        "media": model_admin.media,
    }
    return TemplateResponse(request, "offramp/lockdown.html", context)


SCRIPTS = {"lockdown": powershell.lockdown_script, "rollback": powershell.rollback_script}


def chosen(tenants: list[Tenant], pk: str) -> Tenant | None:
    """The tenant asked for among those that the person may see, else the first of them."""
    if not pk:
        return tenants[0] if tenants else None
    for tenant in tenants:
        if str(tenant.pk) == pk:
            return tenant
    raise Http404


def script_file(name: str, text: str) -> HttpResponse:
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ps1"'
    return response
