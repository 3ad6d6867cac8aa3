"""The API's own description of itself."""

from __future__ import annotations

import io
from typing import Any

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from config.api import router
from tests.api.routes import QUERIES, routes


def test_generates_without_warnings() -> None:
    output = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=output)
    assert yaml.safe_load(output.getvalue())["info"]["title"] == "Offramp"


def test_lists_every_route_that_is_served() -> None:
    """The tests that walk the routes take them from the schema: none may be kept out of it."""
    patterns: list[Any] = router.urls
    served = {
        (method, f"/api/v1/{pattern.pattern}")
        for pattern in patterns
        for method in getattr(pattern.callback, "actions", {})
        if method in set(pattern.callback.cls.http_method_names) - {"head", "options"}
    }
    listed = {(route.method, route.path) for route in routes()}
    assert len(served) + len(QUERIES) == len(listed)


@pytest.mark.django_db
def test_shows_docs_with_scripts_of_our_own() -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    sources = [part.split('"')[0] for part in text.split('src="')[1:]]
    assert sources
    for source in sources:
        if source.startswith("/static/"):
            assert finders.find(source.removeprefix("/static/")), source
        else:
            answer = Client().get(source)
            assert answer.status_code == 200, source
            assert "javascript" in answer.headers["Content-Type"]
