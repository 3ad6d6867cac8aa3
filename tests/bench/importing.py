"""`import_reports` on one file after the other in one process; prints seconds and peak MB of each.

Django's start, the migrations and a first small file are left out of the times.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import call_command


def main(paths: list[str]) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.csv")
        small.write_text(
            "Received,SenderAddress,MessageId\n2026-01-01T00:00:00,a@contoso.com,<1>\n"
        )
        taken(str(small))
    print(json.dumps([taken(path) for path in paths]))


def taken(path: str) -> dict[str, float]:
    out = io.StringIO()
    start = time.perf_counter()
    call_command(
        "import_reports", path, tenant="Contoso", create_tenant=True, json=True, stdout=out
    )
    seconds = time.perf_counter() - start
    line = json.loads(out.getvalue())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak": peak, **{name: line[name] for name in ("rows", "accepted")}}


if __name__ == "__main__":
    main(sys.argv[1:])
