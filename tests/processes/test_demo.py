"""The demo as a stranger runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.processes.stack import ROOT, wait_for
from tests.services import free_port

PATIENCE_SECONDS = 180


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Nothing but a folder to keep things in: the embedded mode."""
    own = ("OFFRAMP_", "DATABASE_URL", "CELERY_", "DJANGO_SECRET_KEY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, "OFFRAMP_VAR": str(tmp_path), "PYTHONUNBUFFERED": "1"}


def demo(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def table(text: str) -> str:
    return text[text.index("Reports read") : text.index("Days left")]


def test_loads_once_and_changes_nothing_the_second_time(environment: dict[str, str]) -> None:
    first = demo(environment, "--once")
    assert first.returncode == 0, first.stderr
    assert re.search(r"Reports read +14\n", first.stdout)
    assert re.search(r"Rows accepted +10,169\n", first.stdout)
    standing = first.stdout[first.stdout.index("Cutovers by status") :]
    for status in ("planned", "in progress", "cut over", "verified", "waived"):
        assert re.search(rf"[1-9]\d* {status}\b", standing), status
    assert re.search(r"Password +\S{12} +\(shown this once\)", first.stdout)
    second = demo(environment, "--once")
    assert second.returncode == 0, second.stderr
    assert table(second.stdout) == table(first.stdout)
    assert "Nothing changed" in second.stdout
    assert "shown this once" not in second.stdout


def test_one_ctrl_c_stops_all_of_it(environment: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # A shell starts background jobs with it ignored, and children inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    try:
        wait_for(lambda: "Serving" in log.read_text(), "the demo to serve")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        os.killpg(process.pid, signal.SIGINT)  # As a terminal does.
        assert process.wait(timeout=60) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert "Traceback" not in log.read_text()
    wait_for(lambda: not alive_in(process.pid), "every process of the demo to end")


def alive_in(session: int) -> list[str]:
    """The states of a session's processes, but for those that only wait to be reaped."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "sess=,stat="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [state for found, state in rows if int(found) == session and not state.startswith("Z")]
