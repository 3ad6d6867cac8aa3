from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from knox.models import get_digest_token
from knox.settings import CONSTANTS
from unfold.admin import ModelAdmin

from inventory.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """People see and revoke their own tokens; a new one is shown once."""

    list_display = ("name", "user", "scope", "created", "expiry")
    fields = ("name", "scope", "expiry")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        tokens: QuerySet[ApiToken] = super().get_queryset(request)
        user: Any = request.user
        return tokens if user.is_superuser else tokens.filter(user=user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        obj.digest, token = get_digest_token()
        obj.token_key = token[: CONSTANTS.TOKEN_KEY_LENGTH]
        obj.user = request.user
        super().save_model(request, obj, form, change)
        messages.warning(request, f"The token, shown this once: {token}")
