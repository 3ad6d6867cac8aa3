from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
)

from inventory.admin.asked_once import once
from inventory.admin.pages import form_page
from inventory.admin.scoped import KnowingMixin, ReadOnlyInline, ScopedAdmin, TenantFilter
from inventory.admin.traffic import day
from inventory.models import Item
from tracker import waivers
from tracker.admin.cutover_facts import evidence_html, routes_html
from tracker.admin.forecast import forecast_page
from tracker.admin.lockdown import lockdown_page
from tracker.admin.probe import probe_page
from tracker.admin.runbook import runbook_page
from tracker.evidence.facts import watched_until
from tracker.models import Cutover, CutoverMove, ProbeRun, Wave
from tracker.queries import NOT_LATE, overdue
from tracker.waves.members import place
from tracker.waves.planning import plan, wave_refusal
from tracker.workflow import TRANSITIONS, MoveRefused, move

STATUS_COLOURS = {
    "discovered": "info",
    "assessed": "info",
    "planned": "primary",
    "in progress": "primary",
    "cut over": "warning",
    "verified": "success",
    "blocked": "danger",
    "waived": "warning",
    "retired": "default",
}


class MoveForm(forms.Form):
    to = forms.ChoiceField(widget=UnfoldAdminRadioSelectWidget, label="Move to")
    reason = forms.CharField(
        required=False, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )

    def __init__(self, statuses: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.choices = [(status, capfirst(Cutover.Status(status).label)) for status in statuses]


class WaiverForm(forms.Form):
    reason = forms.CharField(
        max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), label="Why"
    )
    expires_on = forms.DateField(
        widget=UnfoldAdminSingleDateWidget, label="Until", help_text="Then it reopens by itself."
    )


class PlanForm(forms.ModelForm[Cutover]):
    def clean_wave(self) -> Wave | None:
        wave: Wave | None = self.cleaned_data["wave"]
        if why := wave_refusal(self.instance, wave):
            raise forms.ValidationError(why)
        return wave


class PlaceForm(forms.Form):
    wave = forms.ModelChoiceField(
        queryset=Wave.objects.none(),
        required=False,
        empty_label="in no wave",
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, waves: QuerySet[Wave], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wave: Any = self.fields["wave"]
        wave.queryset = waves


class MoveInline(ReadOnlyInline):
    model = CutoverMove
    fields = readonly_fields = ("moved_at", "from_status", "to_status", "moved_by", "reason")
    verbose_name_plural = "history"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CutoverMove]:
        moves: QuerySet[CutoverMove] = super().get_queryset(request)
        return moves.select_related("moved_by")


class ProbeInline(ReadOnlyInline):
    model = ProbeRun
    fields = readonly_fields = (
        "asked_at",
        "host",
        "state",
        "tls_used",
        "basic_reply",
        "oauth_reply",
        "message_reply",
        "error",
    )
    verbose_name_plural = "tests of the route"
    show_change_link, hide_title = True, False
    tab = True
    per_page = 20


class DueFilter(admin.SimpleListFilter):
    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "overdue"), ("ownerless", "without owner")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Cutover]) -> QuerySet[Cutover]:
        if self.value() == "overdue":
            return overdue(queryset, timezone.now().date())
        return queryset.filter(owner="") if self.value() == "ownerless" else queryset


class CategoryFilter(admin.SimpleListFilter):
    title = "category"
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Item.Category.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Cutover]) -> QuerySet[Cutover]:
        return queryset.filter(item__category=self.value()) if self.value() else queryset


class WaveFilter(admin.SimpleListFilter):
    title = "wave"
    parameter_name = "wave"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        waves = Wave.objects.visible_to(request.user).values_list("pk", "name")
        found = [(str(pk), name) for pk, name in waves]
        return [("none", "in no wave"), *found] if found else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Cutover]) -> QuerySet[Cutover]:
        value = self.value() or ""
        if value == "none":
            return queryset.filter(wave=None)
        return queryset.filter(wave=int(value)) if value.isdecimal() else queryset


@admin.register(Cutover)
class CutoverAdmin(KnowingMixin, ScopedAdmin):
    when_empty = "A cutover opens by itself for whatever a report shows with Basic."
    form = PlanForm
    list_display = (
        "item",
        "kind",
        "shown_status",
        "route",
        "owner",
        "wave",
        "shown_due",
        "last_basic_on",
    )
    list_filter = (TenantFilter, "status", DueFilter, WaveFilter, CategoryFilter, "route")
    list_select_related = ("item", "deadline", "wave")
    search_fields = ("item__name", "owner", "notes")
    ordering = ("due_on", "item__name")
    inlines = (MoveInline, ProbeInline)
    actions = ("move_selected", "place_selected")
    actions_detail = ("move_one", "runbook", "probe", "ask_waiver")
    actions_list = ("lockdown", "forecast")
    readonly_fields = (
        "item",
        "shown_status",
        "deadline",
        "opened_at",
        "moved_at",
        "last_basic_at",
        "last_oauth_at",
        "routes",
        "evidence",
    )
    fieldsets = (
        (
            None,
            {"fields": ("item", "shown_status", "route", "owner", "wave", "due_on", "deadline")},
        ),
        (
            "What the traffic says",
            {"fields": (("last_basic_at", "last_oauth_at"), "cut_over_at", "evidence")},
        ),
        ("Which routes fit", {"fields": ("routes",)}),
        ("Notes", {"fields": ("notes", ("opened_at", "moved_at"))}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # Traffic opens cutovers.

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # One that is not needed is retired, with its history.

    def save_model(self, request: HttpRequest, obj: Cutover, form: Any, change: bool) -> None:
        plan(obj, form.changed_data, timezone.now().date())

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, cutover: Cutover) -> str:
        return str(cutover.get_status_display())

    @display(description="kind", ordering="item__kind")
    def kind(self, cutover: Cutover) -> str:
        return str(cutover.item.get_kind_display())

    @display(description="due", ordering="due_on")
    def shown_due(self, cutover: Cutover) -> str:
        if cutover.due_on is None:
            return "no date"
        late = cutover.due_on < timezone.now().date() and cutover.status not in NOT_LATE
        colour = "font-semibold text-red-600 dark:text-red-400" if late else ""
        return format_html(
            '<span class="whitespace-nowrap {}">{}<br>{}</span>',
            *(colour, date_format(cutover.due_on), days_left(cutover.due_on)),
        )

    @display(description="last Basic", ordering="item__last_basic_at")
    def last_basic_at(self, cutover: Cutover) -> str | None:
        return shown(cutover.item.last_basic_at)

    @display(description="last Basic", ordering="item__last_basic_at")
    def last_basic_on(self, cutover: Cutover) -> str:
        return day(cutover.item.last_basic_at)

    @display(description="last OAuth", ordering="item__last_oauth_at")
    def last_oauth_at(self, cutover: Cutover) -> str | None:
        return shown(cutover.item.last_oauth_at)

    @display(description="routes")
    @once
    def routes(self, cutover: Cutover) -> str:
        return routes_html(cutover)

    @display(description="evidence")
    @once
    def evidence(self, cutover: Cutover) -> str:
        return evidence_html(cutover) or "not cut over yet"

    @action(
        description="What breaks if we turn it off today",
        url_path="lockdown",
        icon="lock",
        permissions=["view"],
    )
    def lockdown(self, request: HttpRequest) -> HttpResponse:
        return lockdown_page(self, request)

    @action(
        description="When are we done?",
        url_path="forecast",
        icon="event_upcoming",
        permissions=["view"],
    )
    def forecast(self, request: HttpRequest) -> HttpResponse:
        return forecast_page(self, request)

    @action(description="Move", icon="arrow_forward", permissions=["change"])
    def move_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        cutover = get_object_or_404(
            self.get_queryset(request).select_related("item__tenant"), pk=object_id
        )
        form = MoveForm(list(TRANSITIONS[cutover.status]), request.POST or None)
        if form.is_valid():
            if why := moved(request, cutover, form.cleaned_data):
                form.add_error(None, why)
            else:
                messages.success(request, f"{cutover.item}: {cutover.get_status_display()}.")
                return HttpResponseRedirect(
                    reverse("admin:tracker_cutover_change", args=[cutover.pk])
                )
        return form_page(
            self,
            request,
            form,
            title=f"Move {cutover.item}",
            button="Move",
            intro=f"It is {cutover.get_status_display()} now.",
        )

    @action(description="Runbook", icon="checklist", url_path="runbook", permissions=["view"])
    def runbook(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return runbook_page(self, request, object_id)

    @action(
        description="Test the route", icon="network_check", url_path="probe", permissions=["change"]
    )
    def probe(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return probe_page(self, request, object_id)

    @action(description="Ask for a waiver", icon="more_time", permissions=["change"])
    def ask_waiver(self, request: HttpRequest, object_id: int) -> HttpResponse:
        cutover = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = WaiverForm(request.POST or None)
        if form.is_valid():
            try:
                data = form.cleaned_data
                user: Any = request.user
                waivers.ask(
                    cutover, data["reason"], data["expires_on"], by=user, now=timezone.now()
                )
            except waivers.WaiverRefused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Asked for. Somebody else has to approve it.")
                return HttpResponseRedirect(reverse("admin:tracker_waiver_changelist"))
        title = f"Ask to delay {cutover.item}"
        return form_page(self, request, form, title=title, button="Ask")

    @admin.action(description="Move to …", permissions=["change"])
    def move_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        data = request.POST if "confirmed" in request.POST else None
        form = MoveForm(Cutover.Status.values, data)
        if form.is_valid():
            # A move can take a row out of the filtered list, so they are fetched first.
            chosen = list(queryset.select_related("item__tenant"))
            refusals = [moved(request, cutover, form.cleaned_data) for cutover in chosen]
            for why in filter(None, refusals):
                messages.error(request, why)
            told = messages.success if "" in refusals else messages.warning
            told(request, f"{refusals.count('')} of {len(chosen)} moved.")
            return HttpResponseRedirect(reverse("admin:tracker_cutover_changelist"))
        title = f"Move {queryset.count()} cutovers"
        return form_page(self, request, form, title=title, button="Move", action="move_selected")

    @admin.action(description="Put into a wave …", permissions=["change"])
    def place_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        data = request.POST if "confirmed" in request.POST else None
        form = PlaceForm(Wave.objects.visible_to(request.user), data)
        if form.is_valid():
            chosen = list(queryset.select_related("item", "deadline"))
            wave = form.cleaned_data["wave"]
            count = place(chosen, wave, timezone.now().date())
            told = messages.success if count == len(chosen) else messages.warning
            told(request, f"{count} of {len(chosen)} are now in {wave or 'no wave'}.")
            return HttpResponseRedirect(reverse("admin:tracker_cutover_changelist"))
        title = f"Put {queryset.count()} cutovers into a wave"
        return form_page(self, request, form, title=title, button="Put", action="place_selected")


def days_left(on: dt.date) -> str:
    days = (on - timezone.now().date()).days
    if days == 0:
        return "today"
    text = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return f"in {text}" if days > 0 else f"{text} ago"


def shown(moment: dt.datetime | None) -> str | None:
    return date_format(moment, "DATETIME_FORMAT") if moment else None


def moved(request: HttpRequest, cutover: Cutover, data: dict[str, str]) -> str:
    """Why it could not be moved, or ""."""
    now = timezone.now()
    try:
        move(
            cutover,
            data["to"],
            now=now,
            by=request.user,  # type: ignore[arg-type]
            reason=data["reason"],
            covered_until=watched_until(cutover, now.date()),
        )
    except MoveRefused as error:
        return str(error)
    return ""
