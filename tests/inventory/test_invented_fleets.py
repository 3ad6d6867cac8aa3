"""How well lists of devices are matched that nobody has seen before.

A wrong match that counts as linked is worse than none: people trust it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from inventory.attribution import attribute
from inventory.models import KnownAsset, Report, Tenant
from tests.inventory.invented_fleets import Fleet, fleet
from tests.inventory.test_ingest import take
from tests.inventory.test_orders import detail, trace

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 9, 1)


class Told(NamedTuple):
    right: int
    wrong: int
    """Rows that are linked with another item than their device's."""
    named: int
    """Rows that tell what their device's mail names it by."""
    found: int
    """Those of them that are linked, or suggested, with the right item."""
    mistakes: list[str]


def measured(seed: int) -> Told:
    drawn = fleet(seed)
    tenant = Tenant.objects.create(name=f"Fleet {seed}")
    take(tenant, drawn.sites_csv, "sites.csv")
    mail = take(tenant, detail(drawn.mails), "detail.csv")
    take(tenant, trace(drawn.mails), "trace.csv")
    report = take(tenant, drawn.devices_csv, "devices.csv")
    assert report.state == Report.State.READ, report.refusal
    return compared(drawn, tenant, devices_of_items(tenant, drawn, mail))


def compared(drawn: Fleet, tenant: Tenant, truth: dict[str, int]) -> Told:
    rows = {row.line: row for row in KnownAsset.objects.filter(tenant=tenant)}
    right, wrong, named, found, mistakes = 0, 0, 0, 0, []
    for line, (number, text) in enumerate(drawn.rows, 2):
        row = rows[line]
        is_right = number is not None and number == truth.get(str(row.item))
        right += row.match == "linked" and is_right
        if row.match == "linked" and not is_right:
            wrong += 1
            mistakes.append(f"{text} -> {row.item}: {row.match_confidence}, {row.match_reason}")
        if drawn.is_named(number, text):
            named += 1
            found += is_right
    return Told(right, wrong, named, found, mistakes)


def devices_of_items(tenant: Tenant, drawn: Fleet, report: Report) -> dict[str, int]:
    """The device that most mail of each item is of, by the item's name."""
    device = {mail.message_id: int(mail.truth) for mail in drawn.mails}
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for message_id, _, _, _, item, *_ in attribute(tenant, Path(report.content.path), TODAY):
        counts[item][device[message_id]] += 1
    most = {item: its.most_common(1)[0] for item, its in counts.items()}
    return {item: n for item, (n, count) in most.items() if 2 * count > counts[item].total()}


@pytest.mark.parametrize("seed", [1, 6])
def test_matches_lists_that_nobody_has_seen(seed: int) -> None:
    told = measured(seed)
    assert not told.mistakes
    assert told.found >= 0.95 * told.named
