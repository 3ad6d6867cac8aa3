"""Real web, worker and beat processes on one database, one broker and one folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.services import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90
GRACE_SECONDS = 15

Process = subprocess.Popen[bytes]


def wait_for(is_done: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_done():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {PATIENCE_SECONDS} s for {what}")
        time.sleep(0.02)


class Stack:
    """Starts processes and waits until they are ready; each has a process group of its own."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.running: list[Process] = []

    def worker(self, concurrency: int = 1, *, is_awaited: bool = True) -> Process:
        name = f"worker-{len(self.running)}"
        pool = ("--pool", "prefork", "--concurrency", str(concurrency))
        process = self.start(name, *CELERY, "worker", *pool, "-l", "INFO", "--hostname", name)
        if is_awaited:
            self.wait_for(process, lambda: " ready." in self.log(name), f"{name} to get ready")
        return process

    def beat(self) -> Process:
        schedule = ("--schedule", str(self.folder / "schedule"), "--pidfile", "")
        return self.start("beat", *CELERY, "beat", "-l", "INFO", *schedule)

    def web(self) -> str:
        """The address at which gunicorn answers."""
        bind = f"127.0.0.1:{free_port()}"
        process = self.start("web", "gunicorn", "config.wsgi", "--bind", bind, "--threads", "4")
        self.wait_for(process, lambda: is_answering(f"http://{bind}/healthz"), "the web server")
        return f"http://{bind}"

    def manage(self, *arguments: str) -> str:
        """Run a command to its end; its output."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_SECONDS,
        ).stdout

    def start(self, name: str, *arguments: str) -> Process:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def logs(self) -> str:
        return "\n".join(
            f"== {path.name}\n{path.read_text()}" for path in self.folder.glob("*.log")
        )

    def wait_for(self, process: Process, is_done: Callable[[], object], what: str) -> None:
        wait_for(lambda: is_done() or process.poll() is not None, what)
        if process.poll() is not None:
            pytest.fail(f"it ended while we waited for {what}:\n{self.logs()}")

    def kill(self, process: Process) -> None:
        """With its pool, whose children would outlive it and do their work to the end."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()


CELERY = ("celery", "-A", "config")


def is_answering(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
