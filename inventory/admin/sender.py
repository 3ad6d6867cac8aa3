from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import action, display

from inventory.admin.any_item import choose_item, item_link
from inventory.admin.asked_once import once
from inventory.admin.pages import form_page, query_of
from inventory.admin.scoped import (
    AssetFilter,
    KnowingMixin,
    ReadOnlyAdmin,
    TenantFilter,
)
from inventory.admin.sender_marks import (
    CorrectForm,
    FingerprintInline,
    RejectForm,
    SplitForm,
    UniteForm,
    choices,
    fingerprints_of,
)
from inventory.admin.sender_words import (
    confirmed,
    in_turn,
    left_behind,
    linked_to,
    rejected,
    undo_link,
)
from inventory.admin.traffic import TrafficPages
from inventory.models import Sender
from inventory.people import correct
from inventory.people.undo import undo, why_not
from inventory.queries import looks_behind, namesakes
from inventory.senders.linking import LINKED_FROM
from inventory.senders.stories import story

SCRIPT_TITLE = "Found in source files"
CORRECTING = {"confirm_one", "reject_one", "correct", "join_script", "split", "one", "apart"}
CERTAIN = 100
"""Percent, where a person said so."""


class SenderPages(TrafficPages, KnowingMixin, ReadOnlyAdmin):
    """What every list of senders lets people say of them."""

    inlines = (FingerprintInline,)
    list_select_related = ("item", "account", "one_with__account", "script")
    search_fields = ("name", "item__name")
    actions = ("confirm", "reject", "unite")
    actions_detail = (
        "confirm_one",
        "reject_one",
        "correct",
        "join_script",
        "split",
        "one",
        "apart",
        "undo_last",
    )
    fieldsets = (
        (None, {"fields": ("name", "tenant", "account", "kind")}),
        (
            "What stands behind it",
            {
                "fields": (
                    "shown_item",
                    "shown_sureness",
                    "shown_why",
                    "shown_doubt",
                    "shown_one",
                    "shown_also",
                    "shown_corrections",
                )
            },
        ),
        (
            SCRIPT_TITLE,
            {"fields": ("script", "script_confidence", "script_reason")},
        ),
        ("Its story", {"fields": ("shown_story",)}),
        (
            "Traffic with SMTP AUTH",
            {
                "fields": (
                    "message_count",
                    ("first_seen_at", "last_seen_at"),
                    "shown_rhythm",
                    ("last_basic_at", "last_oauth_at"),
                )
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Sender | None = None) -> Any:
        told: Any = super().get_fieldsets(request, obj)
        if obj is not None and obj.merged_into_id:
            told = [("It is another sender now", {"fields": ("merged_into",)}), *told]
        if obj is None or obj.script_id:
            return told
        return [each for each in told if each[0] != SCRIPT_TITLE]

    @display(description="item")
    def shown_item(self, sender: Sender) -> str:
        return item_link(sender.item)

    @display(description="how sure")
    def shown_sureness(self, sender: Sender) -> str:
        if sender.link == Sender.Link.REJECTED:
            return "A person rejected what the rules suggested."
        if sender.is_settled:
            return f"Certain: {sender.get_link_display()}."
        what = "a suggestion, to be reviewed" if sender.link == "suggested" else "linked"
        return f"{sender.link_confidence} % sure, by the rules: {what}."

    @display(description="why")
    def shown_why(self, sender: Sender) -> str:
        return sender.link_reason or "nothing says why"

    @display(description="what would settle it")
    def shown_doubt(self, sender: Sender) -> str:
        return sender.doubt or "nothing is in doubt"

    @display(
        description="how sure",
        ordering="link_confidence",
        label={
            "inferred": "info",
            "suggested": "warning",
            "rejected": "danger",
            "confirmed": "success",
        },
    )
    def shown_link(self, sender: Sender) -> tuple[str, str]:
        """By a person, or by the rules and then how sure they are."""
        if sender.is_settled:
            return "confirmed", "by a person"
        if sender.link == Sender.Link.REJECTED:
            return "rejected", "rejected"
        text = f"{sender.link_confidence} %"
        return sender.link, f"suggested, {text}" if sender.link == "suggested" else text

    @display(description="one with")
    def shown_one(self, sender: Sender) -> str:
        """Under which From address the same thing is seen as well, and why."""
        if sender.one_with is None:
            return "nothing else"
        sure = "" if sender.one_confidence >= LINKED_FROM else "perhaps "
        told = f"{sure}{sender.one_with.account}, {sender.one_confidence} % sure"
        return f"{told}: {sender.one_reason}"

    @display(description="also sends as")
    @once
    def shown_also(self, sender: Sender) -> str:
        rows = sender.also.filter(one_confidence__gte=LINKED_FROM).select_related("account")
        return ", ".join(sorted({str(row.account) for row in rows})) or "nothing else"

    @display(description="what people said")
    @once
    def shown_corrections(self, sender: Sender) -> str:
        rows = sender.corrections.select_related("by", "undone_by").order_by("-pk")[:20]
        told = [
            (
                f"{row.at:%Y-%m-%d %H:%M}",
                row.by or "a command",
                row.summary,
                f" (undone by {row.undone_by or 'a command'})" if row.undone_at else "",
            )
            for row in rows
        ]
        return (
            format_html("<ul>{}</ul>", format_html_join("", "<li>{} {}: {}{}</li>", told))
            if told
            else "nothing yet"
        )

    @display(description="day by day")
    @once
    def shown_story(self, sender: Sender) -> str:
        told = [*story(looks_behind(sender)), *map(in_turn(sender), namesakes(sender))]
        lines = [(line,) for line in told]
        return format_html_join(mark_safe("<br>"), "{}", lines) or "-"

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> Any:
        """Those alone that would do something; all of them, and what they are of cannot be read."""
        offered: Any = super().get_actions_detail(request, object_id)
        sender = self.get_queryset(request).filter(pk=object_id).first()
        idle = {f"inventory_{self.opts.model_name}_{name}" for name in idle_of(sender)}
        return [each for each in offered if each.action_name not in idle]

    def has_correct_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("inventory.change_sender"))

    def done(self, request: HttpRequest, text: str, pk: int | None = None) -> HttpResponse:
        return self.back(request, format_html("{} {}", text, undo_link()), pk)

    def back(self, request: HttpRequest, text: str, pk: int | None) -> HttpResponse:
        messages.success(request, text)
        name = f"admin:inventory_{self.opts.model_name}"
        if pk is None:
            return HttpResponseRedirect(f"{reverse(f'{name}_changelist')}{query_of(request)}")
        return HttpResponseRedirect(reverse(f"{name}_change", args=[pk]))

    # -- of several at once --------------------------------------------------------------------

    @admin.action(description="Confirm the links", permissions=["correct"])
    def confirm(self, request: HttpRequest, queryset: Any) -> None:
        self.tell(request, [confirmed(sender, request) for sender in list(queryset)], "confirmed")

    @admin.action(description="Reject the links", permissions=["correct"])
    def reject(self, request: HttpRequest, queryset: Any) -> None:
        self.tell(request, [rejected(sender, request) for sender in list(queryset)], "rejected")

    def tell(self, request: HttpRequest, refusals: list[str], what: str) -> None:
        for why in filter(None, refusals):
            messages.error(request, why)
        counts = (refusals.count(""), len(refusals))
        told = messages.success if counts[0] else messages.warning
        way_back = format_html(" {}", undo_link()) if counts[0] else ""
        told(request, format_html("{} of {} {}.{}", *counts, what, way_back))

    @admin.action(description="These are all one", permissions=["correct"])
    def unite(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        rows = Sender.objects.filter(pk__in=queryset.values("pk")).order_by("-message_count", "pk")
        form = UniteForm(
            request.POST if "confirmed" in request.POST else None, initial={"into": rows.first()}
        )
        choices(form, "into", rows)
        if form.is_valid():
            try:
                correct.unite(rows, form.cleaned_data["into"], request.user)  # type: ignore[arg-type]
                return self.done(request, "They are one now.")
            except correct.CorrectionRefused as error:
                form.add_error(None, str(error))
        title = f"Are these {rows.count()} senders all one?"
        return form_page(self, request, form, title=title, button="All one", action="unite")

    # -- of one --------------------------------------------------------------------------------

    @action(description="Confirm", icon="check", permissions=["correct"])
    def confirm_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            if why := confirmed(sender, request):
                form.add_error(None, why)
            else:
                return self.done(request, f"{sender}: confirmed.", self.left(sender))
        title = f"Is {sender} rightly linked?"
        return form_page(
            self, request, form, title=title, button="Yes, confirm", intro=linked_to(sender)
        )

    @action(description="Reject", icon="close", permissions=["correct"])
    def reject_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = RejectForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            if why := rejected(sender, request, form.cleaned_data["reason"]):
                form.add_error(None, why)
            else:
                return self.done(request, f"{sender}: rejected.", self.left(sender))
        title = f"Is {sender} wrongly linked?"
        intro = f"{linked_to(sender)} The rules will not propose that item for it again."
        return form_page(self, request, form, title=title, button="Yes, reject", intro=intro)

    @action(description="Correct", icon="edit", permissions=["correct"])
    def correct(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = CorrectForm(request.POST or None)
        choose_item(form, Sender, sender.tenant)
        if form.is_valid():
            data, was = form.cleaned_data, sender.item
            correct.correct(sender, data["item"], request.user, data["reason"])  # type: ignore[arg-type]
            text = f"{sender} is linked to {data['item']}."
            return self.done(
                request, format_html("{} {}", text, left_behind(was)), self.left(sender)
            )
        title = f"What stands behind {sender}?"
        return form_page(self, request, form, title=title, button="Link to this item")

    @action(description="It is this script", icon="join", permissions=["correct"])
    def join_script(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The script found in source files and the item found in traffic are one."""
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        if sender.script is None or sender.script_id == sender.item_id:
            messages.warning(request, f"No script in source files is like {sender}.")
            return HttpResponseRedirect(
                reverse(f"admin:inventory_{self.opts.model_name}_change", args=[sender.pk])
            )
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            was, user = sender.item, request.user
            correct.correct(sender, sender.script, user, "written by it")  # type: ignore[arg-type]
            text = f"{sender} is {sender.script} now."
            return self.done(
                request, format_html("{} {}", text, left_behind(was)), self.left(sender)
            )
        title = f"Is {sender} written by {sender.script}?"
        intro = (
            f"The rules are {sender.script_confidence} % sure: {sender.script_reason}. The sender "
            f"leaves {sender.item or 'no item'} and its mail counts as the script's, with a "
            "cutover of the script's own."
        )
        return form_page(
            self, request, form, title=title, button="Yes, it is this script", intro=intro
        )

    @action(description="Split", icon="call_split", permissions=["correct"])
    def split(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = SplitForm(request.POST or None)
        choices(form, "fingerprints", fingerprints_of(sender))
        if form.is_valid():
            try:
                part = correct.split(sender, form.cleaned_data["fingerprints"], request.user)  # type: ignore[arg-type]
                return self.done(request, f"Split off as {part.item}.", self.left(part))
            except correct.CorrectionRefused as error:
                form.add_error(None, str(error))
        return form_page(self, request, form, title=f"Split {sender}", button="Split off")

    @action(description="All one", icon="join", permissions=["correct"])
    def one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.say_of_one(request, object_id, is_one=True)

    @action(description="Not one", icon="call_split", permissions=["correct"])
    def apart(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.say_of_one(request, object_id, is_one=False)

    def say_of_one(self, request: HttpRequest, object_id: int, *, is_one: bool) -> HttpResponse:
        """Whether it is what is seen under the other From address that the rules found."""
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        other = sender.one_with
        if other is None:
            messages.warning(request, f"Nothing says that {sender} is one with another.")
            return HttpResponseRedirect(
                reverse(f"admin:inventory_{self.opts.model_name}_change", args=[sender.pk])
            )
        form = forms.Form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                if is_one:
                    correct.unite([sender, other], other, request.user)  # type: ignore[arg-type]
                    return self.done(request, "They are one now.", self.left(sender))
                correct.apart(sender, request.user)  # type: ignore[arg-type]
                return self.done(request, "They are two now.", self.left(sender))
            except correct.CorrectionRefused as error:
                form.add_error(None, str(error))
        what = "one" if is_one else "two"
        intro = f"The rules are {sender.one_confidence} % sure that they are one: "
        intro += f"{sender.one_reason}. Both get one item." if is_one else f"{sender.one_reason}."
        title = f"Are {sender} and {other} {what}?"
        return form_page(self, request, form, title=title, button=f"Yes, {what}", intro=intro)

    @action(description="Undo", icon="undo", permissions=["correct"])
    def undo_last(self, request: HttpRequest, object_id: int) -> HttpResponse:
        sender = get_object_or_404(self.get_queryset(request), pk=object_id)
        last = sender.corrections.filter(undone_at=None).order_by("-pk").first()
        form = forms.Form(request.POST if last and request.method == "POST" else None)
        if last is not None and form.is_valid():
            try:
                undo(last, request.user)  # type: ignore[arg-type]
                return self.back(request, f"Undone: {last}.", self.left(sender))
            except correct.CorrectionRefused as error:
                form.add_error(None, str(error))
        if last is None:
            messages.warning(request, f"Nobody has corrected {sender}.")
            return HttpResponseRedirect(
                reverse(f"admin:inventory_{self.opts.model_name}_change", args=[sender.pk])
            )
        said = f"{last.by or 'A command'} said on {last.at:%Y-%m-%d}: {last}."
        why = why_not(last)
        intro = f"{said} It cannot be undone: {why}." if why else f"{said} All is as before then."
        return form_page(self, request, form, title="Undo this?", button="Undo", intro=intro)

    def left(self, sender: Sender) -> int | None:
        """The row whose page comes next; None for the list."""
        return sender.pk


class SenderAssetFilter(AssetFilter):
    item = "item"


@admin.register(Sender)
class SenderAdmin(SenderPages):
    list_display = (
        "name",
        "item",
        "shown_link",
        "shown_cadence",
        "message_count",
        "last_basic_on",
        "last_oauth_on",
    )
    list_filter = (TenantFilter, "link", "kind", "cadence", SenderAssetFilter)


def idle_of(sender: Sender | None) -> set[str]:
    """Actions that would change nothing of it."""
    if sender is None:
        return set()
    said_nothing = not sender.corrections.filter(undone_at=None).exists()
    idle = {"undo_last"} if said_nothing else set()
    if sender.merged_into_id is not None:
        return idle | CORRECTING
    if sender.item_id is None or sender.link == Sender.Link.CONFIRMED:
        idle.add("confirm_one")
    if sender.item_id in (None, sender.account_id):
        idle.add("reject_one")
    if sender.script_id in (None, sender.item_id):
        idle.add("join_script")
    if sender.fingerprints.count() < 2:
        idle.add("split")
    if sender.one_with_id is None:
        idle |= {"one", "apart"}
    elif sender.one_confidence == CERTAIN:
        idle.add("one")
    return idle
