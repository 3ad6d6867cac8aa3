"""The admin's sidebar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.urls import reverse_lazy

OWN_ENTRY = ("sources/", "forecast/", "lockdown/")
Entry = tuple[str, str, str] | dict[str, Any]


def section(title: str, pages: list[Entry]) -> dict[str, Any]:
    """A group of pages: (title, icon, `app.model`), each shown to those who may see it.

    `app.model` is the model's list, `app.model.name` another page of it.
    """
    items = [each if isinstance(each, dict) else page(*each) for each in pages]
    return {"title": title, "separator": True, "items": items}


def page(title: str, icon: str, model: str) -> dict[str, Any]:
    app, name, *more = model.split(".")
    link = reverse_lazy(f"admin:{app}_{name}_{more[0] if more else 'changelist'}")
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "active": is_at(link, is_list=not more),
        "permission": may_view(f"{app}.view_{name}"),
    }


def is_at(link: Any, *, is_list: bool) -> Callable[[HttpRequest], bool]:
    """Whether a request is for this entry; a list stands for the pages below it as well, but for
    those that have an entry of their own."""

    def active(request: HttpRequest) -> bool:
        start = str(link)
        below = request.path.removeprefix(start) if request.path.startswith(start) else None
        return below == "" or (is_list and below is not None and below not in OWN_ENTRY)

    return active


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


def views(model: str, *named: tuple[str, str]) -> dict[str, Any]:
    """What people ask of a list most, above it: (title, filter), the whole list first."""
    app, name = model.split(".")
    url = reverse_lazy(f"admin:{app}_{name}_changelist")
    queries = [query for _, query in named]
    return {
        "models": [model],
        "items": [
            {"title": title, "link": link_to(url, query), "active": is_shown(query, queries)}
            for title, query in named
        ],
    }


def link_to(url: Any, query: str) -> Callable[[HttpRequest], str]:
    return lambda request: f"{url}?{query}" if query else str(url)


def is_shown(query: str, queries: list[str]) -> Callable[[HttpRequest], bool]:
    """Whether the list is filtered so; the whole list stands for every other filter."""
    others = [dict(parse_qsl(each)) for each in queries if each]

    def active(request: HttpRequest) -> bool:
        given = request.GET.dict()
        if query:
            return dict(parse_qsl(query)).items() <= given.items()
        return not any(each.items() <= given.items() for each in others)

    return active
