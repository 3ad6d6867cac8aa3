"""“What breaks if we turn it off today”: a page below the cutovers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import ModelAdmin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from inventory.exchange.effective import ALLOWED, BASIC_BLOCKED, BLOCKED, UNKNOWN
from inventory.models import Account, Site, Tenant
from tracker.exports import powershell
from tracker.lockdown.facts import lockdown
from tracker.lockdown.groups import Group, chosen, domains_of
from tracker.lockdown.sources_facts import homeless_scripts
from tracker.lockdown.summary import summary
from tracker.lockdown.verdict import Action, Verdict

PER_PAGE = 200
MEANINGS = {
    Action.KEEP: "Mail breaks today: something depends on Basic, or is allowed to wait",
    Action.UNKNOWN: "Nobody can know yet: the reason says what is missing",
    Action.BLOCK_BASIC_ONLY: "Basic can be refused by a policy; OAuth needs SMTP AUTH left on",
    Action.DISABLE: "SMTP AUTH can be switched off",
    Action.ALREADY_OFF: "Basic is off already",
}
ORDER = [each.value for each in MEANINGS]
"""What breaks comes first."""


def lockdown_page(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    tenants = list(Tenant.objects.visible_to(request.user))
    tenant = tenant_asked_for(tenants, request.GET.get("tenant", ""))
    on = timezone.now().date()
    sites = list(Site.objects.filter(tenant=tenant)) if tenant else []
    group = group_of(request, sites)
    everything = lockdown(tenant, on, group.named) if tenant else []
    verdicts = chosen(tenant, everything, group) if tenant else []
    if tenant and request.GET.get("script") in SCRIPTS:
        name = request.GET["script"]
        return script_file(name, script_of(name, tenant, on, verdicts, group))
    found = summary(verdicts, homeless_scripts(tenant, on) if tenant else 0)
    action = request.GET.get("action", "")
    shown = [verdict for verdict in verdicts if not action or verdict.action == action]
    shown.sort(key=lambda verdict: ORDER.index(verdict.action))
    page: Any = Paginator(shown, PER_PAGE).get_page(request.GET.get("p"))
    page.object_list = rows_of(page.object_list, tenant)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "What breaks if we turn it off today",
        "content_title": "What breaks if we turn it off today",
        "tenants": tenants,
        "tenant": tenant,
        "on": on,
        "action": action,
        "answer": found,
        "actions": [
            (each.value, LABELS[each], text, found.counts[each]) for each, text in MEANINGS.items()
        ],
        "group": group,
        "sites": sites,
        "domains": domains_of(everything),
        "asked": asked(request),
        "may_vouch": request.user.has_perm("tracker.add_vouch"),
        "page": page,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "offramp/lockdown.html", context)


LABELS: dict[str, str] = {
    Action.KEEP: "Keep on",
    Action.UNKNOWN: "Not known",
    Action.BLOCK_BASIC_ONLY: "Block Basic only",
    Action.DISABLE: "Switch off",
    Action.ALREADY_OFF: "Off already",
}
SWITCHES: dict[str, str] = {
    ALLOWED: "on",
    BASIC_BLOCKED: "on, Basic refused",
    BLOCKED: "off",
    UNKNOWN: "not known",
}


def rows_of(
    verdicts: list[Verdict], tenant: Tenant | None
) -> list[tuple[Verdict, str, str, int | None]]:
    """Each with what it is set to and what to do, in words, and the account where one is known."""
    names = [each.account for each in verdicts]
    known = Account.objects.filter(tenant=tenant, name__in=names).values_list("name", "pk")
    pages = dict(known)
    return [
        (each, SWITCHES[each.effective], LABELS[each.action], pages.get(each.account))
        for each in verdicts
    ]


SCRIPTS = {"lockdown", "rollback"}


def script_of(name: str, tenant: Tenant, on: dt.date, verdicts: list[Verdict], group: Group) -> str:
    if name == "rollback":
        return powershell.rollback_script(tenant.name, on, verdicts, is_whole=group.is_whole)
    return powershell.lockdown_script(
        tenant.name,
        on,
        verdicts,
        is_whole=group.is_whole,
        homeless_scripts=homeless_scripts(tenant, on),
    )


def group_of(request: HttpRequest, sites: list[Site]) -> Group:
    """The part that is asked for; a site of somebody else does not exist."""
    pk = request.GET.get("site", "")
    site = next((each for each in sites if str(each.pk) == pk), None)
    if pk and site is None:
        raise Http404
    return Group(request.GET.get("domain", ""), site, request.GET.get("account", "").split())


def asked(request: HttpRequest) -> str:
    """The part that is asked for, to go on with in links."""
    names = ("domain", "site", "account")
    given = {name: request.GET[name] for name in names if request.GET.get(name)}
    return "&" + urlencode(given) if given else ""


def tenant_asked_for(tenants: list[Tenant], pk: str) -> Tenant | None:
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
