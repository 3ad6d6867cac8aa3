"""On tenants that nobody had at hand, no mailbox is called safe whose mail would break.

OFFRAMP_UNSEEN_TENANTS=300 tries so many of them, OFFRAMP_UNSEEN_FROM=1000 others, and with `-s` it
prints how cautious the answers are.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from inventory.models import Tenant
from tests.tracker.unseen_shapes import add_shapes, shapes_alone
from tests.tracker.unseen_tenants import (
    ON,
    Windows,
    World,
    give_traces,
    import_all,
    windows_of,
    world_of,
)
from tracker.lockdown.facts import lockdown
from tracker.lockdown.verdict import Action

pytestmark = pytest.mark.django_db
FEW = 6
FIRST = int(os.environ.get("OFFRAMP_UNSEEN_FROM", 0))
COUNT = int(os.environ.get("OFFRAMP_UNSEEN_TENANTS", FEW))
SAFE = (Action.DISABLE, Action.BLOCK_BASIC_ONLY)
ASKED = 3
"""So many mailboxes of a tenant are asked for alone as well, with the same answer."""
MOST_CAUTIOUS = 0.75
"""Of the mailboxes that nothing needs, no more than this may be held: half of the tenants have a
gap in their reports, lack a column or have something nobody could know of."""


Answers = Callable[[int], tuple[list[str], "Table"]]
Table = Counter[tuple[bool, str]]
"""{(needed, action): mailboxes}."""


def counted(answers: Answers, seeds: Iterable[int]) -> tuple[list[str], Table]:
    wrong, table = [], Table()
    for seed in seeds:
        found, counts = answers(seed)
        wrong += found
        table += counts
    told = {
        f"{'needed' if needed else 'free'} {action}": n for (needed, action), n in table.items()
    }
    print(told)
    return wrong, table


def of_all_kinds(seed: int) -> tuple[list[str], Table]:
    rng = random.Random(seed)
    world, windows = world_of(rng), windows_of(rng)
    add_shapes(world, rng)
    return answers_of(seed, world, windows, rng)


def of_look_alikes(seed: int) -> tuple[list[str], Table]:
    """With reports that nothing is wrong with, so that nothing else makes them cautious."""
    rng = random.Random(seed)
    world, windows = shapes_alone(rng), windows_of(rng)
    first = min(day for day, _ in windows.detail)
    return answers_of(seed, world, whole(windows, first), rng)


def whole(windows: Windows, first: dt.date) -> Windows:
    return Windows(
        [(first, ON)],
        has_grid=windows.has_grid,
        has_sign_ins=windows.has_sign_ins,
        has_words=windows.has_words,
    )


def answers_of(
    seed: int, world: World, windows: Windows, rng: random.Random
) -> tuple[list[str], Table]:
    """(what is called safe and breaks, {(needed, action): mailboxes})."""
    give_traces(world, windows, rng)
    tenant = Tenant.objects.create(name=f"Tenant {seed}", domains=["contoso.com"])
    import_all(tenant, world, windows, rng)
    wrong, table = [], Counter[tuple[bool, str]]()
    verdicts = lockdown(tenant, ON)
    for asked in random.Random(seed).sample(verdicts, ASKED):
        alone = lockdown(tenant, ON, [asked.account])
        assert alone == [asked], f"seed {seed}, asked for alone"
    for verdict in verdicts:
        if verdict.account not in world.switches:
            continue
        if world.breaks(verdict.account, verdict.action):
            wrong.append(f"seed {seed}: {verdict}")
        table[world.is_needed(verdict.account), verdict.action] += 1
    return wrong, table


def test_nothing_is_called_safe_of_what_looks_as_if() -> None:
    wrong, _ = counted(of_look_alikes, range(FIRST, FIRST + max(2, COUNT // 4)))

    assert not wrong, "\n".join(wrong)


def test_nothing_is_called_safe_that_breaks() -> None:
    wrong, table = counted(of_all_kinds, range(FIRST, FIRST + COUNT))
    assert not wrong, "\n".join(wrong)
    free = sum(n for (needed, action), n in table.items() if not needed and action != "already_off")
    held = sum(
        n for (needed, action), n in table.items() if not needed and action in ("keep", "unknown")
    )
    assert any(action in SAFE for _, action in table)
    assert held <= MOST_CAUTIOUS * free
