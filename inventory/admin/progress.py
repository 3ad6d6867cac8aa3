"""How far reports have come, on their pages and for the script that watches them."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse
from django.utils.html import format_html

from inventory.models import Report

MOST_WATCHED = 200


def under_way(report: Report) -> str:
    """How far its reading has come; the page's script keeps it up to date."""
    share = "" if report.progress_share is None else f"{report.progress_share:.3f}"
    bar = format_html('<progress max="1" value="{}"></progress>', share) if share else ""
    return format_html(
        '<span class="progress" data-report="{}" data-state="{}">{} <span>{}</span></span>',
        report.pk,
        report.state,
        bar,
        report.progress,
    )


def is_under_way(reports: Any) -> bool:
    """Whether the page is worth asking for again; without scripts it asks by itself."""
    return bool(reports.filter(state__in=[Report.State.RECEIVED, Report.State.READING]).exists())


def progress_of(reports: Any, ids: str) -> JsonResponse:
    """For the script; `ids` are keys with commas between."""
    keys = [int(key) for key in ids.split(",")[:MOST_WATCHED] if key.isdecimal() and len(key) < 19]
    told = [
        {
            "id": report.pk,
            "state": report.state,
            "share": report.progress_share,
            "words": report.progress,
            "is_under_way": bool(report.progress),
        }
        for report in reports.filter(pk__in=keys)
    ]
    return JsonResponse({"reports": told})
