"""A cutover's runbook: its steps, who has done them, and what was done on the way before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from tracker.models import Cutover
from tracker.runbooks.ticks import TickRefused, history_of, lines_of, runbook_of, tick, untick

NOTE_LENGTH = 300


def runbook_page(
    model_admin: ModelAdmin[Cutover], request: HttpRequest, object_id: int
) -> HttpResponse:
    rows = model_admin.get_queryset(request).select_related("item__tenant")
    cutover = get_object_or_404(rows, pk=object_id)
    may_tick = model_admin.has_change_permission(request, cutover)
    if request.method == "POST":
        if not may_tick:
            raise PermissionDenied
        return ticked(request, cutover)
    found = runbook_of(cutover)
    lines = lines_of(cutover, found) if found else []
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Runbook of {cutover.item}",
        "opts": model_admin.opts,
        "cutover": cutover,
        "runbook": found,
        "lines": lines,
        "done_count": sum(line.tick is not None for line in lines),
        "history": history_of(cutover),
        "may_tick": may_tick,
        "note_length": NOTE_LENGTH,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "offramp/runbook.html", context)


def ticked(request: HttpRequest, cutover: Cutover) -> HttpResponse:
    step, user = request.POST.get("step", ""), request.user
    now: Any = timezone.now()
    try:
        if request.POST.get("done") == "yes":
            note = request.POST.get("note", "")[:NOTE_LENGTH]
            tick(cutover, step, by=user, now=now, note=note)  # type: ignore[arg-type]
        else:
            untick(cutover, step, by=user, now=now)  # type: ignore[arg-type]
    except TickRefused as error:
        messages.error(request, str(error))
        step = ""
    page = reverse("admin:tracker_cutover_runbook", args=[cutover.pk])
    return HttpResponseRedirect(f"{page}#{step}" if step else page)
