"""The admin's start page: how many items stand where, and how many days are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from inventory.models import Report, Tenant
from inventory.sources.facts import health
from inventory.sources.health import Health, State
from tracker.models import Cutover
from tracker.pace.forecast import Forecast
from tracker.pace.prospects import forecast_of
from tracker.queries import Standing, standing


@dataclass(frozen=True)
class Step:
    """One stretch of the bar of cutovers."""

    status: str
    label: str
    count: int
    share: float
    """Percent of all cutovers."""
    url: str


@dataclass(frozen=True)
class Board:
    """One tenant on the start page."""

    tenant: Tenant
    standing: Standing
    steps: list[Step]
    links: dict[str, str]
    items: list[tuple[str, int, str]]
    """(what, how many, their page)"""
    sources: list[Health]
    """Those in trouble, and how the rest is in `summary`."""
    summary: str
    forecast: Forecast | None
    """None while there is no cutover."""

    @property
    def has_counts(self) -> bool:
        """Without a report of SMTP AUTH a zero would say "clean" where nothing is known."""
        return self.standing.is_known or any(self.standing.items.values())


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    tenants = Tenant.objects.visible_to(request.user)
    reports = Report.objects.visible_to(request.user).select_related("tenant")
    context["title"] = "Start"
    context["boards"] = [board(tenant) for tenant in tenants]
    context["latest_reports"] = reports[:6]
    context["can_upload"] = request.user.has_perm("inventory.add_report")
    return context


def board(tenant: Tenant) -> Board:
    found = standing(Tenant.objects.filter(pk=tenant.pk), timezone.now().date())
    cutovers = f"{reverse('admin:tracker_cutover_changelist')}?tenant={tenant.pk}"
    total = sum(found.cutovers.values())
    steps = [
        Step(
            status=status,
            label=str(Cutover.Status(status).label).capitalize(),
            count=count,
            share=100 * count / total if total else 0,
            url=f"{cutovers}&status__exact={status}",
        )
        for status, count in found.cutovers.items()
    ]
    pages = (("device", "devices"), ("script", "scripts"), ("account", "accounts"))
    items = [
        (
            label,
            found.items[name],
            f"{reverse(f'admin:inventory_{name}_changelist')}?tenant={tenant.pk}",
        )
        for name, label in pages
    ]
    links = {
        "overdue": f"{cutovers}&attention=overdue",
        "ownerless": f"{cutovers}&attention=ownerless",
        "senders": f"{reverse('admin:inventory_sender_changelist')}?tenant={tenant.pk}",
        "sources": f"{reverse('admin:inventory_report_sources')}?tenant={tenant.pk}",
        "forecast": f"{reverse('admin:tracker_cutover_forecast')}?tenant={tenant.pk}",
    }
    sources = health(tenant, timezone.now())
    troubled = [each for each in sources if each.state not in (State.GOOD, State.NEVER)]
    forecast = forecast_of(tenant, timezone.now().date()) if total else None
    return Board(tenant, found, steps, links, items, troubled, summary_of(sources), forecast)


def summary_of(sources: list[Health]) -> str:
    """How many sources are good, in trouble and unknown."""
    good = sum(each.state == State.GOOD for each in sources)
    never = sum(each.state == State.NEVER for each in sources)
    troubled = len(sources) - good - never
    return f"{good} good, {troubled} to look at, {never} never received"
