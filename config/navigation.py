"""The admin's sidebar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

Entry = tuple[str, str, str] | dict[str, Any]


def section(title: str, pages: list[Entry]) -> dict[str, Any]:
    """A group of pages: (title, icon, `app.model`), each shown to those who may see it.

    `app.model` is the model's list, `app.model.name` another page of it.
    """
    items = [each if isinstance(each, dict) else page(*each) for each in pages]
    return {"title": title, "separator": True, "items": items}


def page(title: str, icon: str, model: str) -> dict[str, Any]:
    app, name, *more = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_{more[0] if more else 'changelist'}"),
        "permission": may_view(f"{app}.view_{name}"),
    }


def queue(title: str, icon: str, model: str, permission: str, count: str) -> dict[str, Any]:
    """A list of what waits for a person; `count` is the path of what tells how many."""
    return page(title, icon, model) | {
        "permission": may_view(permission),
        "badge": count,
        "badge_variant": "warning",
    }


def may_view(permission: str) -> Callable[[HttpRequest], bool]:
    def allowed(request: HttpRequest) -> bool:
        return bool(request.user.has_perm(permission))

    return allowed
