"""Processes that share the test's database: on SQLite in the embedded mode, with the transport
that ships with kombu, on PostgreSQL with the Redis-protocol broker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection

from tests.conftest import database_url
from tests.processes.stack import Stack


@pytest.fixture
def environment(transactional_db: None, redis_url: str, var: Path) -> dict[str, str]:
    current_app.control.purge()
    is_embedded = connection.vendor == "sqlite"
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": "" if is_embedded else redis_url,
        "OFFRAMP_VAR": str(var),
        "OFFRAMP_SWEEP_SECONDS": "1",
        "OFFRAMP_LEASE_SECONDS": "3",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def stack(environment: dict[str, str], tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(environment, tmp_path)
    yield stack
    stack.stop()
