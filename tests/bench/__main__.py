"""Our import against the floor on the same file in the same run: `make bench`.

Prints ratios, for times mean little on a machine that others share; docs/performance.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.bench import trace_file
from tests.services import postgres_server

Figures = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3, help="all of it, so many times in turn")
    parser.add_argument("--sqlite-only", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offramp-bench-")))
        files = written(folder, options.rows)
        databases = {"SQLite": ""}
        if not options.sqlite_only:
            databases["PostgreSQL"] = stack.enter_context(postgres_server())
        found: Figures = defaultdict(list)
        for number in range(options.runs):
            measure(files, databases, found, number)
            tell(found, list(databases), options.rows, number + 1)


def written(folder: Path, rows: int) -> dict[str, Path]:
    files = {name: folder / f"{name}.csv" for name in ("first", "utf16", "later", "tenth")}
    trace_file.write(files["first"], rows)
    trace_file.write(files["utf16"], rows, encoding="utf-16")
    trace_file.write(files["later"], rows, first_day=trace_file.DAYS // 10)
    trace_file.write(files["tenth"], rows // 10)
    return files


def measure(files: dict[str, Path], databases: dict[str, str], found: Figures, run: int) -> None:
    floor = float(output("tests.bench.floor", str(files["first"])))
    found["floor"].append(floor)
    start = time.perf_counter()
    with files["first"].open("rb") as file:
        hashlib.file_digest(file, "sha256")
    hashing = time.perf_counter() - start
    for name, url in databases.items():
        first, again, later = imported([files["first"]] * 2 + [files["later"]], url, run)
        found[f"{name} × floor"].append(first["seconds"] / floor)
        found[f"{name} rows/s"].append(first["rows"] / first["seconds"])
        found[f"{name} peak MB"].append(first["peak"])
        found[f"{name} the same file again × hashing it"].append(again["seconds"] / hashing)
        found[f"{name} 90 % known × first load"].append(later["seconds"] / first["seconds"])
        (wide,) = imported([files["utf16"]], url, run)
        found[f"{name} UTF-16 × UTF-8"].append(wide["seconds"] / first["seconds"])
        (tenth,) = imported([files["tenth"]], url, run)
        found[f"{name} time × a tenth of the rows"].append(first["seconds"] / tenth["seconds"])


def imported(paths: list[Path], database: str, run: int) -> list[dict[str, Any]]:
    """In a process and a database of their own."""
    with surroundings(database) as environment:
        found: list[dict[str, Any]] = json.loads(
            output("tests.bench.importing", *map(str, paths), environment=environment)
        )
        return found


@contextmanager
def surroundings(database: str) -> Iterator[dict[str, str]]:
    """The environment of a process that has an empty database to itself."""
    with tempfile.TemporaryDirectory(prefix="offramp-bench-var-") as var:
        environment = {
            **{name: value for name, value in os.environ.items() if not is_ours(name)},
            "OFFRAMP_VAR": var,
            "OFFRAMP_REPORT_LIMIT_MB": "65536",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        if database:
            environment["DATABASE_URL"] = emptied(database)
        yield environment


def is_ours(name: str) -> bool:
    return name.startswith("OFFRAMP_") or name in {"DATABASE_URL", "CELERY_BROKER_URL"}


def emptied(url: str) -> str:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


def output(module: str, *arguments: str, environment: dict[str, str] | None = None) -> str:
    process = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process.stdout.splitlines()[-1]


def tell(found: Figures, databases: list[str], rows: int, runs: int) -> None:
    print(f"\n{rows:,} rows, median of {runs} (smallest to largest)")
    for name, values in found.items():
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"  {name:44} {middle:12,.2f}  ({low:,.2f} to {high:,.2f})", flush=True)


if __name__ == "__main__":
    main()
