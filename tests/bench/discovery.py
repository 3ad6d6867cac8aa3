"""From a detail report to senders, items and matched assets: `python -m tests.bench.discovery`.

A tenant of 100,000 fingerprints of 2,500 accounts and a list of 20,000 assets: how long it takes to
link and match all of it from nothing, and what a small report costs after that, against the same
report in a small tenant. docs/performance.md
"""

from __future__ import annotations

import argparse
import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench import detail_file
from tests.bench.__main__ import imported, output, surroundings
from tests.services import postgres_server

Files = dict[str, Path]


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.discovery", description=__doc__)
    parser.add_argument("--sqlite-only", action="store_true")
    parser.add_argument("--postgresql-only", action="store_true")
    parser.add_argument(
        "--times", type=int, default=1, help="rows of the report by this, for memory"
    )
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offramp-bench-")))
        databases = {} if options.postgresql_only else {"SQLite": ""}
        if not options.sqlite_only:
            databases["PostgreSQL"] = stack.enter_context(postgres_server())
        files = written(folder, options.times)
        for name, url in databases.items():
            measure(name, url, files)


def written(folder: Path, times: int = 1) -> Files:
    names = ("sites", "few", "many", "assets", "later", "latest")
    files = {name: folder / f"{name}.csv" for name in names}
    few, many = detail_file.senders(range(200), 25), detail_file.senders(range(2_500), 14, 3)
    detail_file.write_sites(files["sites"])
    detail_file.write(files["few"], 100_000, few)
    detail_file.write(files["many"], 300_000 * times, many)
    detail_file.write_list(files["assets"], 20_000, many)
    for seed, name in enumerate(("later", "latest"), start=1):
        one = detail_file.senders(range(7, 8), 14, 3)
        detail_file.write(files[name], 50, one, seed=seed)
    return files


def measure(name: str, url: str, files: Files) -> None:
    few, _, on_few = imported([files["few"], files["later"], files["latest"]], url, 0)
    tell(f"{name}, the import of 100,000 rows of 200 accounts", few, floor(files["few"], url))
    found = tenant(files, url)
    _, many, assets, linked, _, on_many = found["steps"]
    rows = f"{many['rows']:,.0f} rows of 2,500 accounts"
    tell(f"{name}, the import of {rows}", many, floor(files["many"], url))
    tell(f"{name}, a list of 20,000 assets after that", assets)
    tell(f"{name}, all of it linked and matched from nothing", linked)
    counts = ", ".join(f"{count:,} × {name}" for name, count in found["counts"].items())
    print(
        f"  {linked['ours']:.1f} s of it in this process, {linked['server']:.1f} s in the server; "
        f"{counts}"
    )
    tell(f"{name}, a report of one account, 200 known", on_few)
    tell(f"{name}, a report of one account, 2,500 known, and the list", on_many)


def tenant(files: Files, url: str) -> dict[str, Any]:
    before = [str(files[each]) for each in ("sites", "many", "assets")]
    after = [str(files[each]) for each in ("later", "latest")]
    with surroundings(url) as environment:
        found: dict[str, Any] = json.loads(
            output("tests.bench.tenant", *before, "--after", *after, environment=environment)
        )
        return found


def floor(path: Path, url: str) -> float:
    with surroundings(url) as environment:
        return float(output("tests.bench.storing", str(path), environment=environment))


def tell(what: str, figures: dict[str, float], floor: float = 0) -> None:
    ratio = f", {figures['seconds'] / floor:.0f} × storing its rows" if floor else ""
    print(f"{what}: {figures['seconds']:.2f} s{ratio}, peak {figures['peak']:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
