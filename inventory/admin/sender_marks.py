"""The fingerprints of a sender, and the questions that a person answers about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Max, Min
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from inventory.admin.scoped import (
    ReadOnlyInline,
)
from inventory.models import Fingerprint, Item, Sender


class FingerprintInline(ReadOnlyInline):
    model = Fingerprint
    fields = readonly_fields = (
        "address",
        "shown_message_id",
        "shown_subject",
        "shown_tls",
        "shown_period",
        "shown_placed",
    )
    verbose_name_plural = "how it was seen"
    tab = True
    per_page = 50
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return seen(super().get_queryset(request))

    @display(description="Message-IDs")
    def shown_message_id(self, mark: Any) -> str:
        host = f"name {mark.message_id_host}" if mark.message_id_host else ""
        shape = f"like {mark.message_id_shape}" if mark.message_id_shape else ""
        return ", ".join(filter(None, (host, shape))) or "not told"

    @display(description="subjects")
    def shown_subject(self, mark: Any) -> str:
        return f"“{mark.subject_mask}”" if mark.subject_mask else "not told"

    @display(description="TLS")
    def shown_tls(self, mark: Any) -> str:
        return " ".join(filter(None, (mark.tls_version, mark.tls_cipher))) or "not told"

    @display(description="from, to")
    def shown_period(self, mark: Any) -> str:
        return period(mark)

    @display(description="placed by")
    def shown_placed(self, mark: Any) -> str:
        return "a person" if mark.is_pinned else "the rules"


class CorrectForm(forms.Form):
    item = forms.ModelChoiceField(Item.objects.none())
    reason = forms.CharField(
        required=False, max_length=200, widget=UnfoldAdminTextInputWidget, help_text="How you know."
    )


class FingerprintsField(forms.ModelMultipleChoiceField[Fingerprint]):
    def label_from_instance(self, obj: Any) -> str:
        """What tells it from the others of its sender, and how much it is."""
        marks = (obj.address, obj.message_id_host or obj.message_id_shape, obj.tls_cipher)
        subject = f"“{obj.subject_mask}”" if obj.subject_mask else "subjects not told"
        said = " · ".join(mark for mark in (*marks, subject, obj.part) if mark)
        return f"{said}: {period(obj)}" if obj.last_on else said


class SplitForm(forms.Form):
    fingerprints = FingerprintsField(
        Fingerprint.objects.none(),
        label="How it was seen",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="These become another sender with an item of its own. Mails whose subjects are "
        "not told go, once a trace tells them, with what they turn out to be.",
    )


class RejectForm(forms.Form):
    reason = forms.CharField(
        required=False, max_length=200, widget=UnfoldAdminTextInputWidget, help_text="How you know."
    )


class UniteForm(forms.Form):
    into = forms.ModelChoiceField(
        Sender.objects.none(),
        widget=UnfoldAdminRadioSelectWidget,
        empty_label=None,
        label="Keep",
        help_text="Senders of its account become this one; those of other accounts get its item.",
    )


def seen(marks: Any) -> Any:
    """Fingerprints with the days between which they were seen."""
    days = {"first_on": Min("observations__day"), "last_on": Max("observations__day")}
    return marks.annotate(**days)


def period(mark: Any) -> str:
    return f"{mark.first_on:%Y-%m-%d} to {mark.last_on:%Y-%m-%d}" if mark.last_on else "not told"


def fingerprints_of(sender: Sender) -> Any:
    return seen(sender.fingerprints).order_by("pk")


def choices(form: forms.Form, name: str, rows: Any) -> None:
    field: Any = form.fields[name]
    field.queryset = rows
