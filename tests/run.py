"""Run the tests on SQLite, then on PostgreSQL: `python -m tests.run [pytest arguments]`.

Those that ask no database run once.

DATABASE_URL (postgres) and REDIS_URL, when set, take the place of the servers started here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from types import FrameType

import pytest

from tests.services import postgres_server, redis_server

PARALLEL = ["-n", "2"]
ASKING = ["-m", "not no_database"]
UNCOUNTED = "autovacuum = off"
"""Every test takes its rows back: tables counted just then pass for empty in the next one."""
ENDED_BY_SIGNAL = 128


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, stop)
    # A shell starts background jobs with it ignored, and pytest would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with ExitStack() as stack:
        redis = os.environ.get("REDIS_URL") or stack.enter_context(redis_server())
        postgres = os.environ.get("DATABASE_URL", "")
        if not postgres.startswith("postgres"):
            postgres = stack.enter_context(postgres_server(UNCOUNTED))
        codes = {}
        for database, url in (("SQLite", None), ("PostgreSQL", postgres)):
            print(f"== {database}", flush=True)
            asked = ASKING if url else []
            codes[database] = run_pytest([*asked, *(arguments or PARALLEL)], url, redis)
        if codes["PostgreSQL"] == pytest.ExitCode.NO_TESTS_COLLECTED:
            codes["PostgreSQL"] = 0
    print(*(f"{name}: {'passed' if not code else 'FAILED'}." for name, code in codes.items()))
    return int(any(codes.values()))


def run_pytest(arguments: list[str], database: str | None, redis: str) -> int:
    with tempfile.TemporaryDirectory(prefix="offramp-var-") as var:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            env=environment(database, redis, var),
            # Ctrl-C reaches pytest through us alone, once, so that its fixtures can clean up.
            start_new_session=True,
        )
        try:
            return process.wait()
        except (KeyboardInterrupt, SystemExit):
            process.send_signal(signal.SIGINT)
            process.wait()
            raise


def environment(database: str | None, redis: str, var: str) -> dict[str, str]:
    """Ours, without any of Offramp's own settings but these."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("OFFRAMP_")
    }
    if database:
        kept["DATABASE_URL"] = database
    return {**kept, "REDIS_URL": redis, "CELERY_BROKER_URL": redis, "OFFRAMP_VAR": var}


def stop(number: int, frame: FrameType | None) -> None:
    sys.exit(ENDED_BY_SIGNAL + number)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(ENDED_BY_SIGNAL + signal.SIGINT)
