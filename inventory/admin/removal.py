"""The page between “Remove” and a report that is taken back: it says what will go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from inventory.admin.pages import form_page
from inventory.intake.removal import Preview, preview, remove
from inventory.models import Report

NAMED = 5


def removal_page(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    reports: Sequence[Report],
    *,
    action: str = "",
    is_confirmed: bool,
) -> HttpResponse:
    standing = [report for report in reports if report.state not in Report.GONE]
    if not standing:
        messages.warning(request, "Nothing is left to remove.")
        return to_list()
    if is_confirmed:
        user: Any = request.user
        removed = [report for report in standing if remove(report, user)]
        messages.success(request, done(removed))
        return to_list()
    what = f"“{standing[0].file_name}”" if len(standing) == 1 else f"{len(standing)} reports"
    return form_page(
        model_admin,
        request,
        forms.Form(),
        title=f"Remove {what}",
        button="Remove",
        intro=" ".join(sentences(standing)),
        action=action,
    )


def to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:inventory_report_changelist"))


def done(removed: list[Report]) -> str:
    waiting = sum(report.state == Report.State.REMOVING for report in removed)
    later = (
        f" {waiting} of them wait until reports with the same rows are read again."
        if waiting
        else ""
    )
    return f"Taken back: {', '.join(report.file_name for report in removed)}.{later}"


def sentences(reports: Sequence[Report]) -> Iterator[str]:
    found = [preview(report) for report in reports]
    parts = list(amounts(found))
    yield f"What goes: {', '.join(parts)}." if parts else "Nothing was stored from it."
    again = sorted({name for each in found for name in each.read_again})
    if again:
        more = f" and {len(again) - NAMED} more" if len(again) > NAMED else ""
        names = ", ".join(again[:NAMED])
        yield f"Read again, for they may hold the same rows: {names}{more}."
    yield (
        "Senders, items and cutovers that only this led to go too, unless a person has touched "
        "them; what people confirmed, corrected, merged or split stays. The file is deleted; it "
        "can be imported again."
    )


def amounts(found: list[Preview]) -> Iterator[str]:
    """What there is of each kind; "messages" of one report are counted in no other."""
    for field, one, many in (
        ("message_count", "message", "messages"),
        ("sign_in_count", "line of sign-ins", "lines of sign-ins"),
        ("setting_count", "setting", "settings"),
        ("asset_count", "known asset", "known assets"),
        ("reply_count", "logged reply", "logged replies"),
    ):
        if count := sum(getattr(each, field) for each in found):
            yield f"{count:,} {one if count == 1 else many}"
    if accounts := sum(each.account_count for each in found):
        yield f"what it says of {accounts:,} account{'' if accounts == 1 else 's'}"
