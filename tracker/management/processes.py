"""A few child processes run as one: started together, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 10


class ProcessDied(Exception):
    """A child ended by itself; the message holds the end of its log."""


class Processes:
    """Children, each with a log file in `folder`.

    Each has a process group of its own: Ctrl-C in a terminal goes to all of a group, and a server
    that hears it twice, from there and from its parent, can wait for itself for ever.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Run `python -m ARGUMENTS`."""
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                process_group=0,
            )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def check(self) -> None:
        """Raises ProcessDied when one of them has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                tail = self.log(name).read_text(errors="replace")[-2000:]
                raise ProcessDied(f"{name} ended with code {process.returncode}:\n{tail}")

    def watch(self) -> None:
        """Until Ctrl-C (KeyboardInterrupt) or until one dies."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """End them all and what they started, politely first."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            for process in self.running.values():
                process.terminate()
            end = time.monotonic() + GRACE_SECONDS
            for process in self.running.values():
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.1, end - time.monotonic()))
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
