"""How many rows wait for a person, for the sidebar."""

from __future__ import annotations

from django.http import HttpRequest

from inventory.models import Sender
from inventory.queries import to_review


def review_count(request: HttpRequest) -> str:
    return f"{to_review(Sender.objects.visible_to(request.user)).count():,}"
