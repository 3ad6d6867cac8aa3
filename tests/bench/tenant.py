"""A tenant of 100,000 fingerprints and 20,000 known assets, linked from nothing.

Imports the files, forgets what was linked, and links and matches everything again, all through
the database; prints seconds and peak MB of each step, those of `link` and the counts.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

from tests.bench.importing import taken


def main(before: list[str], after: list[str]) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    steps = [taken(path) for path in before]
    forget()
    steps.append(linked())
    steps += [taken(path) for path in after]
    print(json.dumps({"steps": steps, "counts": counts()}))


def forget() -> None:
    """Back to fingerprints that no sender has, and rows of lists that no item has."""
    from inventory.models import (
        Account,
        Device,
        Event,
        Fingerprint,
        Item,
        KnownAsset,
        Script,
        Sender,
    )
    from tracker.models import Cutover, CutoverMove

    KnownAsset.objects.update(item=None, match="", match_confidence=0, match_reason="")
    Fingerprint.objects.update(sender=None)
    items = Item.objects.exclude(pk__in=Account.objects.values("pk"))
    with transaction.atomic():
        for model in (Event, CutoverMove, Cutover, Sender, Device, Script):
            emptied(model.objects.all())
        emptied(items)


def emptied(rows: Any) -> None:
    """Without an object for each, which would count as memory of what is measured."""
    rows._raw_delete(rows.db)


def linked() -> dict[str, float]:
    """All accounts at once, as a report of all of them would."""
    from inventory import events
    from inventory.models import Account, Tenant
    from inventory.senders.discovery import link_many

    tenant = Tenant.objects.get()
    names = list(Account.objects.values_list("name", flat=True))
    start, used, served = time.perf_counter(), time.process_time(), server_seconds()
    with transaction.atomic():
        events.record_all(link_many(tenant, names), tenant)
    return {
        "seconds": time.perf_counter() - start,
        "ours": time.process_time() - used,
        "server": server_seconds() - served,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def server_seconds() -> float:
    """What PostgreSQL has worked for us: on a machine that others share, a clock tells too much."""
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def counts() -> dict[str, int]:
    from inventory.models import Account, Fingerprint, Item, KnownAsset, Sender

    return {
        **{str(m._meta.verbose_name): m.objects.count() for m in (Account, Fingerprint, Sender)},
        "item": Item.objects.count(),
        "known asset": KnownAsset.objects.count(),
        "matched": KnownAsset.objects.exclude(item=None).count(),
    }


if __name__ == "__main__":
    cut = sys.argv.index("--after")
    main(sys.argv[1:cut], sys.argv[cut + 1 :])
