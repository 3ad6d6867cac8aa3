from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from inventory.admin.scoped import ScopedAdmin, TenantFilter
from inventory.models import Item
from tracker.models import Cutover, Deadline, Wave
from tracker.pace.burn_up import DONE, burn_up, paths_of
from tracker.pace.charts import drawn
from tracker.pace.prospects import quiet_days_of, wave_prospect
from tracker.waves import members as waves
from tracker.waves.filters import CHOICES, CRITERIA, WORDS, FilterRefused, cleaned

LABELS: dict[str, list[tuple[str, str]]] = {
    "status": Cutover.Status.choices,
    "route": Cutover.Route.choices,
    "kind": Item.Kind.choices,
    "criticality": Item.Criticality.choices,
}
SHOWN = 200
"""So many cutovers are listed on a wave's page; the list of cutovers has all."""


def choice(name: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=[(value, capfirst(label)) for value, label in LABELS[name]],
        required=False,
        label=name.capitalize(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


def words(name: str) -> forms.CharField:
    return forms.CharField(
        required=False, label=name.capitalize(), max_length=2000, widget=UnfoldAdminTextInputWidget
    )


class WaveForm(forms.ModelForm[Wave]):
    """The saved filter as a field for each criterion."""

    of_status = choice("status")
    of_route = choice("route")
    of_kind = choice("kind")
    of_criticality = choice("criticality")
    of_site = words("site")
    of_vendor = words("vendor")
    of_account = words("account")
    of_tag = words("tag")
    of_owner = words("owner")

    class Meta:
        model = Wave
        fields = ("tenant", "name", "start_on", "due_on", "goal", "goal_percent", "notes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in CRITERIA:
            self.fields[f"of_{name}"].initial = initial_of(name, self.instance.filter)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        told = {name: data.get(f"of_{name}") or [] for name in CHOICES}
        told |= {name: (data.get(f"of_{name}") or "").split(",") for name in WORDS}
        try:
            self.instance.filter = cleaned(told)
        except FilterRefused as error:
            raise forms.ValidationError(str(error)) from None
        return data


def initial_of(name: str, told: dict[str, list[str]]) -> Any:
    values = told.get(name, [])
    return values if name in CHOICES else ", ".join(values)


@admin.register(Wave)
class WaveAdmin(ScopedAdmin):
    when_empty = (
        "A wave groups cutovers with a date, by hand or by a filter, and shows how far they are."
    )
    form = WaveForm
    list_display = (
        "name",
        "tenant",
        "start_on",
        "due_on",
        "goal_percent",
        "cutover_count",
        "done_count",
        "proven_count",
    )
    list_filter = (TenantFilter,)
    list_select_related = ("tenant",)
    ordering = ("due_on", "name")
    search_fields = ("name", "goal", "notes")
    actions_detail = ("burn_up",)
    fieldsets = (
        (None, {"fields": ("tenant", "name", ("start_on", "due_on"), ("goal", "goal_percent"))}),
        (
            "Takes in by itself",
            {
                "description": "Cutovers for which all of this holds come in by themselves, also "
                "those that are opened later; several words are separated by commas. Whoever a "
                "person has placed stays where they are. Empty: filled by hand.",
                "fields": (
                    ("of_status", "of_route"),
                    ("of_kind", "of_criticality"),
                    ("of_site", "of_vendor"),
                    ("of_account", "of_owner"),
                    "of_tag",
                ),
            },
        ),
        ("Notes", {"fields": ("notes",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wave]:
        rows: QuerySet[Wave] = super().get_queryset(request)
        return rows.annotate(
            total=Count("cutovers"),
            done=Count("cutovers", filter=Q(cutovers__status__in=DONE)),
            proven=Count("cutovers", filter=Q(cutovers__status=Cutover.Status.VERIFIED)),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Wave | None = None) -> Any:
        return ("tenant",) if obj else ()

    @display(description="cutovers", ordering="total")
    def cutover_count(self, wave: Any) -> int:
        return int(wave.total)

    @display(description="done", ordering="done")
    def done_count(self, wave: Any) -> int:
        return int(wave.done)

    @display(description="proven", ordering="proven")
    def proven_count(self, wave: Any) -> int:
        return int(wave.proven)

    def save_model(self, request: HttpRequest, obj: Wave, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        today = timezone.now().date()
        waves.saved(obj, today)
        if why := waves.warning(obj, Deadline.objects.next_for(obj.tenant, today)):
            messages.warning(request, why)

    def delete_model(self, request: HttpRequest, obj: Wave) -> None:
        waves.dissolve(obj, timezone.now().date())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Wave]) -> None:
        for wave in queryset:
            waves.dissolve(wave, timezone.now().date())

    @action(description="Burn-up", icon="show_chart", url_path="burn-up", permissions=["view"])
    def burn_up(self, request: HttpRequest, object_id: int) -> HttpResponse:
        wave = get_object_or_404(self.get_queryset(request).select_related("tenant"), pk=object_id)
        today = timezone.now().date()
        members = Cutover.objects.filter(wave=wave).select_related("item")
        found = burn_up(
            paths_of(members.prefetch_related("moves")),
            wave.start_on,
            wave.due_on,
            wave.goal_percent,
            today,
        )
        prospect = wave_prospect(wave, today, quiet_days_of(wave.tenant))
        context = {
            **self.admin_site.each_context(request),
            "title": wave.name,
            "opts": self.opts,
            "wave": wave,
            "today": today,
            "days_left": (wave.due_on - today).days,
            "found": found,
            "chart": drawn(found),
            "prospect": prospect,
            "members": members.order_by("due_on", "item__name")[:SHOWN],
            "warning": waves.warning(wave, Deadline.objects.next_for(wave.tenant, today)),
            "media": self.media,
        }
        return TemplateResponse(request, "offramp/wave.html", context)
