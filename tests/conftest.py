"""Fixtures for every test: a place of its own for files, and a broker where one is meant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from celery import current_app
from django.db import connection
from django.test import override_settings

from tests.services import redis_server

DATABASE = {"db", "transactional_db", "live_server"}
"""Fixtures that bring a database."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what says the same whatever the database: it need not run on each."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if not (item.get_closest_marker("django_db") or fixtures & DATABASE):
            item.add_marker("no_database")


@pytest.fixture(scope="session", autouse=True)
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where this run keeps reports and uploads, instead of the developer's own ./var."""
    folder = tmp_path_factory.mktemp("var")
    uploads = folder / "uploads"
    uploads.mkdir()
    with override_settings(VAR=folder, MEDIA_ROOT=folder / "media", FILE_UPLOAD_TEMP_DIR=uploads):
        yield folder


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The hash that protects passwords is slow on purpose; here it protects nobody."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> Iterator[str]:
    """A Redis database no other test process uses; nudges from here on go to it.

    It is a database of REDIS_URL's server, whose waiting tasks are discarded,
    or of a server started for this run.
    """
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        server = os.environ.get("REDIS_URL") or stack.enter_context(redis_server())
        number = 0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1
        url = urlsplit(server)._replace(path=f"/{number}").geturl()
        # Celery prefers this variable to its settings.
        patch.setenv("CELERY_BROKER_URL", url)
        current_app.conf.broker_transport_options = {}
        # Forgets the connections to the broker of before; no public call does.
        current_app._after_fork()  # type: ignore[attr-defined]
        yield url


def database_url() -> str:
    """The database Django's test runner made, in the form DATABASE_URL takes."""
    name = quote(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
