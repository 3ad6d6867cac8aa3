"""Fixtures for every test: a place of its own for files, and real processes where one is meant."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from celery import current_app
from django.db import connection
from django.test import override_settings

from tests.services import redis_server

ROOT = Path(__file__).parents[1]
READY_SECONDS = 30
GRACE_SECONDS = 10

WorkerStarter = Callable[..., subprocess.Popen[bytes]]


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


@pytest.fixture
def worker_environment(transactional_db: None, redis_url: str, var: Path) -> dict[str, str]:
    """Environment for real processes that share this test's database, broker and files."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": redis_url,
        "OFFRAMP_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def celery_worker_process(
    worker_environment: dict[str, str], tmp_path: Path
) -> Iterator[WorkerStarter]:
    """Start real workers: `celery_worker_process(OFFRAMP_LEASE_SECONDS="2")`."""
    current_app.control.purge()
    with ExitStack() as stack:

        def start(**extra: str) -> subprocess.Popen[bytes]:
            log = tmp_path / f"worker-{time.monotonic_ns()}.log"
            process = start_worker({**worker_environment, **extra}, log)
            stack.callback(end, process)
            wait_until_ready(process, log)
            return process

        yield start


def database_url() -> str:
    """The database Django's test runner made, in the form DATABASE_URL takes."""
    name = quote(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def start_worker(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """In a process group of its own, so that its pool's children can be ended with it."""
    worker = ("worker", "--pool", "prefork", "--concurrency", "1", "--loglevel", "INFO")
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", *worker, "--hostname", log.stem],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while b" ready." not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the worker did not get ready:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)
    # A pool child outlives a worker that was killed.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
