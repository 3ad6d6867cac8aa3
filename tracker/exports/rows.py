"""The rows of an export as a frame: one for each item, with its cutover."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import pandas as pd

from inventory.models import Item, Sender, Tenant
from tracker.models import Cutover
from tracker.queries import NOT_LATE

COLUMNS = {
    "item id": "pk",
    "category": "category",
    "kind": "kind",
    "name": "name",
    "accounts": "",
    "owner": "owner",
    "contact": "contact",
    "site": "site__name",
    "criticality": "criticality",
    "tags": "tags",
    "first seen (UTC)": "first_seen_at",
    "last seen (UTC)": "last_seen_at",
    "last Basic (UTC)": "last_basic_at",
    "last OAuth (UTC)": "last_oauth_at",
    "messages": "message_count",
    "rhythm": "cadence",
    "link confidence %": "",
    "cutover status": "cutover__status",
    "route": "cutover__route",
    "cutover owner": "cutover__owner",
    "wave": "cutover__wave__name",
    "due": "cutover__due_on",
    "days left": "",
    "deadline": "cutover__deadline__name",
    "last moved (UTC)": "cutover__moved_at",
    "notes": "notes",
    "cutover notes": "cutover__notes",
}
"""Heading: where it comes from; "" for what is worked out."""
LABELS = {
    "kind": dict(Item.Kind.choices),
    "rhythm": dict(Item.Cadence.choices),
    "cutover status": dict(Cutover.Status.choices),
    "route": dict(Cutover.Route.choices),
}


def frame_of(tenant: Tenant, today: dt.date) -> pd.DataFrame:
    """A row an item, columns as in COLUMNS, Python values, None for what there is not."""
    accounts, confidence = links_of(tenant)
    rows = []
    items = Item.objects.filter(tenant=tenant).order_by("category", "name", "pk")
    for found in items.values(*filter(None, COLUMNS.values())).iterator():
        row: dict[str, Any] = {name: found.get(source) for name, source in COLUMNS.items()}
        is_account = row["category"] == Item.Category.ACCOUNT
        names = {row["name"]} if is_account else accounts[row["item id"]]
        row |= {
            "accounts": ", ".join(sorted(names)),
            "tags": ", ".join(map(str, row["tags"] or [])),
            "link confidence %": confidence.get(row["item id"]),
            "days left": days_left(row["cutover status"], row["due"], today),
        }
        rows.append(row | {name: label.get(row[name], "") for name, label in LABELS.items()})
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def links_of(tenant: Tenant) -> tuple[dict[int, set[str]], dict[int, int]]:
    """({item: accounts its senders log in with}, {item: percent of its least certain link})."""
    accounts: dict[int, set[str]] = defaultdict(set)
    confidence: dict[int, int] = {}
    links = Sender.objects.filter(tenant=tenant, merged_into=None, item__isnull=False)
    for item, account, percent in links.values_list(
        "item", "account__name", "link_confidence"
    ).iterator():
        accounts[item].add(account)
        confidence[item] = min(percent, confidence.get(item, percent))
    return accounts, confidence


def days_left(status: str | None, due_on: dt.date | None, today: dt.date) -> int | None:
    """Negative when overdue; None when nothing is due any more."""
    if due_on is None or status in NOT_LATE:
        return None
    return (due_on - today).days
