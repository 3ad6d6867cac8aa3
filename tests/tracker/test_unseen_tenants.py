"""On tenants that nobody had at hand, no mailbox is called safe whose mail would break.

OFFRAMP_UNSEEN_TENANTS=300 tries so many of them, OFFRAMP_UNSEEN_FROM=1000 others, and with `-s` it
prints how cautious the answers are.
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from inventory.models import Tenant
from tests.tracker.unseen_tenants import ON, give_traces, import_all, windows_of, world_of
from tracker.lockdown import Action
from tracker.lockdown_facts import lockdown

pytestmark = pytest.mark.django_db
FEW = 6
FIRST = int(os.environ.get("OFFRAMP_UNSEEN_FROM", 0))
COUNT = int(os.environ.get("OFFRAMP_UNSEEN_TENANTS", FEW))
SAFE = (Action.DISABLE, Action.BLOCK_BASIC_ONLY)
MOST_CAUTIOUS = 0.75
"""Of the mailboxes that nothing needs, no more than this may be held: half of the tenants have a
gap in their reports, lack a column or have something nobody could know of."""


def answers_of(seed: int) -> tuple[list[str], Counter[tuple[bool, str]]]:
    """(what is called safe and breaks, {(needed, action): mailboxes})."""
    rng = random.Random(seed)
    world, windows = world_of(rng), windows_of(rng)
    give_traces(world, windows, rng)
    tenant = Tenant.objects.create(name=f"Tenant {seed}", domains=["contoso.com"])
    import_all(tenant, world, windows, rng)
    wrong, table = [], Counter[tuple[bool, str]]()
    for verdict in lockdown(tenant, ON):
        if verdict.account not in world.switches:
            continue
        if world.breaks(verdict.account, verdict.action):
            wrong.append(f"seed {seed}: {verdict}")
        table[world.is_needed(verdict.account), verdict.action] += 1
    return wrong, table


def test_nothing_is_called_safe_that_breaks() -> None:
    wrong, table = [], Counter[tuple[bool, str]]()
    for seed in range(FIRST, FIRST + COUNT):
        found, counts = answers_of(seed)
        wrong += found
        table += counts
    told = {
        f"{'needed' if needed else 'free'} {action}": n for (needed, action), n in table.items()
    }
    print(told)

    assert not wrong, "\n".join(wrong)
    free = sum(n for (needed, action), n in table.items() if not needed and action != "already_off")
    held = sum(
        n for (needed, action), n in table.items() if not needed and action in ("keep", "unknown")
    )
    assert any(action in SAFE for _, action in table)
    assert held <= MOST_CAUTIOUS * free
