"""From a detail report to senders, items and matched assets: `python -m tests.bench.discovery`.

Prints seconds and their ratio to just storing the same rows; docs/performance.md.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench import detail_file
from tests.bench.__main__ import imported, output, surroundings
from tests.services import postgres_server


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.discovery", description=__doc__)
    parser.add_argument("--sqlite-only", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offramp-bench-")))
        databases = {"SQLite": ""}
        if not options.sqlite_only:
            databases["PostgreSQL"] = stack.enter_context(postgres_server())
        files = written(folder)
        for name, url in databases.items():
            measure(name, url, files)


def written(folder: Path) -> dict[str, Path]:
    names = ("sites", "few", "many", "assets", "later", "latest")
    files = {name: folder / f"{name}.csv" for name in names}
    few, many = detail_file.senders(range(200), 25), detail_file.senders(range(2_500), 14, 3)
    detail_file.write_sites(files["sites"])
    detail_file.write(files["few"], 100_000, few)
    detail_file.write(files["many"], 300_000, many)
    detail_file.write_list(files["assets"], 20_000, many)
    for seed, name in enumerate(("later", "latest"), start=1):
        one = detail_file.senders(range(7, 8), 14, 3)
        detail_file.write(files[name], 50, one, seed=seed)
    return files


def measure(name: str, url: str, files: dict[str, Path]) -> None:
    small = [files["later"], files["latest"]]
    few, _, on_few = imported([files["few"], *small], url, 0)
    tell(f"{name}, 100,000 rows of 200 accounts", few, floor(files["few"], url))
    big = [files[each] for each in ("sites", "many", "assets")]
    _, many, assets, _, on_many = imported([*big, *small], url, 0)
    tell(f"{name}, 300,000 rows of 2,500 accounts", many, floor(files["many"], url))
    tell(f"{name}, a list of 20,000 assets after that", assets)
    tell(f"{name}, a report of one account, 200 known", on_few)
    tell(f"{name}, a report of one account, 2,500 known, and the list", on_many)


def floor(path: Path, url: str) -> float:
    with surroundings(url) as environment:
        return float(output("tests.bench.storing", str(path), environment=environment))


def tell(what: str, figures: dict[str, float], floor: float = 0) -> None:
    ratio = f", {figures['seconds'] / floor:.0f} × storing its rows" if floor else ""
    print(f"{what}: {figures['seconds']:.2f} s{ratio}, peak {figures['peak']:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
