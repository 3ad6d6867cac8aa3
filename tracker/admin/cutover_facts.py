"""Evidence and routes as the page of a cutover shows them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from tracker.evidence.moving import evidence_for
from tracker.models import Cutover
from tracker.routes.advice import advise

SHOWN = 12


def evidence_html(cutover: Cutover) -> str | None:
    """What reports say now, else what moved it last; None when nothing does."""
    if now := evidence_for(cutover, timezone.now()):
        return found_html(now)
    last = cutover.moves.exclude(evidence={}).first()
    if last is None:
        return None
    return format_html(
        "<p>{}, as it was seen then:</p>{}",
        date_format(last.moved_at, "DATE_FORMAT"),
        found_html(last.evidence),
    )


def found_html(found: dict[str, Any]) -> str:
    signs = found["signs"][-SHOWN:]
    rows = format_html_join(
        "",
        "<li>{} UTC · {} · {} · {}×</li>",
        (
            (sign["at"][:16].replace("T", " "), sign["where"], sign["what"], sign["count"])
            for sign in reversed(signs)
        ),
    )
    more = found["sign_count"] - len(signs)
    left = f"and {more} more" if more > 0 else ""
    verdict = found["verdict"].replace("_", " ")
    return format_html(
        "<p><b>{}</b>: {}</p><ul>{}</ul><p>{}</p>", verdict, found["reason"], rows, left
    )


def routes_html(cutover: Cutover) -> str:
    rows = (
        (
            option.verdict,
            option.route.label,
            format_html_join("", "<br>+ {}", ((each,) for each in option.pros)),
            format_html_join("", "<br>− {}", ((each,) for each in option.cons)),
        )
        for option in advise(cutover.item)
    )
    lines = format_html_join("", "<li><b>{}: {}</b>{}{}</li>", rows)
    return format_html('<ul class="flex flex-col gap-2">{}</ul>', lines)
