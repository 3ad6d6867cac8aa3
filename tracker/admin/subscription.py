from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from inventory.admin.scoped import ReadOnlyAdmin, ScopedAdmin, TenantFilter
from inventory.events import KINDS
from tracker.models import Delivery, Subscription


class SubscriptionForm(forms.ModelForm[Subscription]):
    kinds = forms.MultipleChoiceField(
        choices=[(kind, f"{kind}: {what}") for kind, what in KINDS.items()],
        required=False,
        label="Tells of",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen: all of them.",
    )


@admin.register(Subscription)
class SubscriptionAdmin(ScopedAdmin):
    when_empty = "A webhook tells another system, such as a ticketing system, what happens here."
    form = SubscriptionForm
    list_display = ("name", "tenant", "url", "is_active", "disabled_reason")
    list_filter = (TenantFilter, "is_active")
    search_fields = ("name", "url")
    readonly_fields = ("disabled_reason", "created_at")

    def get_exclude(self, request: HttpRequest, obj: Subscription | None = None) -> Any:
        return ("secret",)  # Shown once, when it is made.

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        if obj.is_active:
            obj.disabled_reason = ""
        super().save_model(request, obj, form, change)
        if not change:
            messages.warning(request, f"Signing secret, shown this once: {obj.secret}")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    when_empty = "Every event that a webhook was told of is listed here, with its attempts."
    list_display = (
        "event",
        "subscription",
        "shown_state",
        "attempt_count",
        "last_code",
        "last_error",
        "last_attempt_at",
        "next_attempt_at",
    )
    list_filter = (TenantFilter, "state")
    list_select_related = ("event", "subscription")
    actions = ("send_again",)

    @display(
        description="state",
        ordering="state",
        label={"delivered": "success", "failed": "danger", "waiting": "warning"},
    )
    def shown_state(self, delivery: Delivery) -> str:
        return delivery.state

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("tracker.change_subscription"))

    @admin.action(description="Send again", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = queryset.filter(state=Delivery.State.FAILED).update(
            state=Delivery.State.WAITING, attempt_count=0, next_attempt_at=timezone.now()
        )
        messages.info(request, f"{count} will be sent again, if the subscription is active.")
