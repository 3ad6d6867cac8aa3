"""How long linking takes: `python -m tests.bench.linking`.

Prints seconds and the ratio to sorting as many random texts, which says the same on any machine.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from inventory.senders.linking import group, propose
from inventory.senders.looks import Look
from inventory.senders.networks import places
from inventory.senders.parting import parts

MANY = 100_000


def measured(name: str, work: Callable[[], object], count: int) -> None:
    naive = seconds(lambda: sorted(f"{random.random()}" for _ in range(count)))
    took = seconds(work)
    print(f"{name}: {count:,} in {took:.1f} s, {took / naive:.0f} times a sort")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def looks(accounts: int) -> list[Look]:
    """Fingerprints of every sort: half name a host, the rest are parted by subject and place."""
    draw = random.Random(1)
    return [
        Look(
            pk,
            f"account{pk % accounts}@example.org",
            f"203.0.{draw.randint(0, 99)}.{draw.randint(1, 254)}",
            draw.choice(["x.x", "x-x.x", "server", "w"]),
            f"host{pk % 5_000}" if pk % 2 else "",
            "",
            "message",
            draw.choice(["TLS1.2 A", "TLS1.3 B"]),
            f"subject {draw.randint(0, 400)}",
            f"n{draw.randint(0, 9_999)}" if pk % 3 else "",
            count=draw.randint(1, 50),
            days=(739_000, 739_000 + draw.randint(0, 90)),
            recipients={f"{draw.randint(0, 300):08x}": draw.randint(1, 9)},
            size=draw.randint(1_000, 900_000),
        )
        for pk in range(MANY)
    ]


def link(all_looks: list[Look]) -> None:
    by_account: dict[str, list[Look]] = {}
    for look in all_looks:
        by_account.setdefault(look.account, []).append(look)
    named = (((look.account, look.host, look.shape), look.address) for look in all_looks)
    place_of = places((host, address) for host, address in named if host[1])
    for account, its in by_account.items():
        keys = group(its, place_of)
        senders: dict[str, list[Look]] = {}
        for look in its:
            senders.setdefault(keys[look.pk], []).append(look)
        for key, behind in senders.items():
            propose(account, key, behind)


def messages(*, counts: bool) -> pd.DataFrame:
    """Messages of one look: one account, address, shape and subject."""
    chance = np.random.default_rng(1)
    at = np.sort(chance.integers(1_780_000_000, 1_787_000_000, MANY)).astype("datetime64[s]")
    numbers = np.arange(MANY) * 2 + (chance.integers(0, 2, MANY) * 10_000_000)
    return pd.DataFrame(
        {
            "account": "scan@example.org",
            "address": "203.0.113.9",
            "host": "",
            "shape": "x.x",
            "tls_cipher": "A",
            "tls_version": "TLS1.2",
            "mask": "scan",
            "names": "",
            "at": at,
            "auth_method": chance.choice(["basic", "oauth"], MANY),
            "recipients": [f"{each:08x}" for each in chance.integers(0, 40, MANY)],
            "id_numbers": [f"{each}" for each in numbers] if counts else "",
            "subject_numbers": "",
            "size": chance.integers(9_000, 900_000, MANY),
        }
    )


def accounts_alike() -> pd.DataFrame:
    """Messages of 2,500 accounts, each of one device."""
    rows = messages(counts=False)
    which = np.arange(MANY) % 2_500
    return rows.assign(
        account=[f"scan{each}@example.org" for each in which],
        auth_method="basic",
        recipients=[f"{each % 7:08x}" for each in np.random.default_rng(2).integers(0, 7, MANY)],
    )


if __name__ == "__main__":
    for accounts in (1, 2_000):
        many = looks(accounts)
        measured(f"fingerprints of {accounts:,} accounts", lambda many=many: link(many), MANY)  # type: ignore[misc]
    for counts in (False, True):
        rows = messages(counts=counts)
        told = "that count" if counts else "that do not count"
        measured(f"messages of one look {told}", lambda rows=rows: parts(rows), MANY)  # type: ignore[misc]
    measured("messages of 2,500 devices", lambda: parts(accounts_alike()), MANY)
