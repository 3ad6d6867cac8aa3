"""What is kept on senders and items of what was observed, so that lists of them need no join."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from django.db.models import Max, Min, Q, Sum

from inventory import bulk
from inventory.models import Item, Observation, Sender
from inventory.models.item import WritesTo
from inventory.models.tenant import ScopedQuerySet
from inventory.normalize import INSIDE, OUTSIDE
from inventory.readers import PROVING, TOTALS
from inventory.senders import trails
from inventory.senders.looks import Look
from inventory.senders.rhythm import Rhythm, rhythm

MESSAGE_READERS = PROVING - TOTALS
KEPT = [
    "message_count",
    "first_seen_at",
    "last_seen_at",
    "last_basic_at",
    "last_oauth_at",
    "writes_to",
    "cadence",
    "next_at",
    "quiet_days",
]
"""What senders and items keep of their observations."""
WRITES_TO = {
    0: WritesTo.UNKNOWN,
    INSIDE: WritesTo.INSIDE,
    OUTSIDE: WritesTo.OUTSIDE,
    INSIDE | OUTSIDE: WritesTo.BOTH,
}
MOST_TIMES = 20_000
NOTHING: dict[str, Any] = dict.fromkeys(("messages", "first", "last", "basic", "oauth"))
Placed = tuple[Sender, list[Look]]
"""A sender and its fingerprints."""


# -- on senders --------------------------------------------------------------------------------


def refresh(
    placed: Collection[Placed], times: trails.Times, reach: trails.Reach
) -> dict[int, Rhythm]:
    """Set counts and times of senders, from what proved SMTP AUTH; returns their rhythms. Storing
    them is left to the caller."""
    rows = counts_of([sender for sender, _ in placed])
    rhythms: dict[int, Rhythm] = {}
    for sender, looks in placed:
        found = rhythms[sender.pk] = rhythm_of(
            [times[each.pk] for each in looks if each.pk in times]
        )
        sender.cadence, sender.next_at = found.cadence, found.next_at
        sender.quiet_days = found.quiet_days
        bits = functools.reduce(operator.or_, (reach.get(each.pk, 0) for each in looks), 0)
        sender.writes_to = WRITES_TO[bits]
        row = rows.get(sender.pk, NOTHING)
        sender.message_count = row["messages"] or 0
        sender.first_seen_at, sender.last_seen_at = row["first"], row["last"]
        sender.last_basic_at, sender.last_oauth_at = row["basic"], row["oauth"]
    return rhythms


def counts_of(senders: Collection[Sender]) -> dict[int, dict[str, Any]]:
    """Kinds of report tell of the same messages: the detail report counts where there is one,
    else the latest grid total of the account."""
    accounts = {sender.pk: sender.account_id for sender in senders}
    rows: dict[int, dict[str, Any]] = {}
    for part in bulk.batches(dict.fromkeys(accounts.values())):
        observed = Observation.objects.filter(fingerprint__sender__account__in=part)
        totals = observed.filter(report__reader__in=TOTALS)
        rows |= latest_totals(summed(totals, "report"), accounts)
        for row in summed(observed.filter(report__reader__in=MESSAGE_READERS)):
            rows[row["fingerprint__sender"]] = row
    return {pk: row for pk, row in rows.items() if pk in accounts}


def latest_totals(
    rows: Iterable[dict[str, Any]], accounts: dict[int, int]
) -> dict[int, dict[str, Any]]:
    """By sender, of the last report that has totals of its account.

    By what was observed, for the report that is just being stored has no period yet.
    """
    mine = [row for row in rows if row["fingerprint__sender"] in accounts]
    latest: dict[int, tuple[dt.datetime, int]] = {}
    for row in mine:
        account = accounts[row["fingerprint__sender"]]
        told = (row["last"], row["report"])
        latest[account] = max(told, latest.get(account, told))
    return {
        row["fingerprint__sender"]: row
        for row in mine
        if latest[accounts[row["fingerprint__sender"]]][1] == row["report"]
    }


def summed(observed: ScopedQuerySet, *by: str) -> Any:
    return observed.values("fingerprint__sender", *by).annotate(
        messages=Sum("message_count"),
        first=Min("first_at"),
        last=Max("last_at"),
        basic=Max("last_at", filter=Q(auth_method="basic")),
        oauth=Max("last_at", filter=Q(auth_method="oauth")),
    )


def rhythm_of(times: list[np.ndarray]) -> Rhythm:
    """Of the latest messages, for what something did a year ago says little."""
    if not times:
        return rhythm([])
    together = np.sort(np.concatenate(times))[-MOST_TIMES:].astype("datetime64[s]")
    seconds = together.astype(np.int64).tolist()
    return rhythm([dt.datetime.fromtimestamp(each, dt.UTC) for each in seconds])


# -- on items ----------------------------------------------------------------------------------


def refresh_items(pks: Iterable[int]) -> None:
    """Counts and times of items from the senders behind them.

    An account has all senders that log in with it, whatever item they are linked to.
    """
    for part in bulk.batches(set(pks)):
        behind = senders_behind(part)
        items = list(Item.objects.filter(pk__in=part).order_by("pk").only("pk", *KEPT))
        changed = [item for item in items if keep(item, behind.get(item.pk, []))]
        bulk.save(Item, changed, KEPT)


def senders_behind(items: list[int]) -> dict[int, list[Any]]:
    standing = Sender.objects.filter(merged_into=None)
    found: dict[int, list[Any]] = defaultdict(list)
    for by, other in (("item", "account"), ("account", "item")):
        rows = standing.filter(**{f"{by}__in": items}).order_by("pk")
        for row in rows.values_list("pk", by, other, *KEPT, named=True):
            # A sender that is linked to its account stands behind it once.
            if by == "item" or row.item != row.account:
                found[getattr(row, by)].append(row)
    return found


def keep(item: Item, behind: list[Any]) -> bool:
    """Set what the item keeps of the senders behind it; whether anything changed."""
    before = [getattr(item, name) for name in KEPT]
    busiest = max(behind, key=lambda row: row.message_count, default=None)
    item.cadence = busiest.cadence if busiest else ""
    item.writes_to = together({row.writes_to for row in behind} - {""})
    quiet = [row.quiet_days for row in behind]
    # It is silent when all behind it are, and where one may be silent for ever, never.
    item.quiet_days = None if None in quiet else max(quiet, default=None)
    item.message_count = sum(row.message_count for row in behind)
    item.next_at = min(told(behind, "next_at"), default=None)
    item.first_seen_at = min(told(behind, "first_seen_at"), default=None)
    item.last_seen_at = max(told(behind, "last_seen_at"), default=None)
    item.last_basic_at = max(told(behind, "last_basic_at"), default=None)
    item.last_oauth_at = max(told(behind, "last_oauth_at"), default=None)
    return before != [getattr(item, name) for name in KEPT]


def told(rows: Iterable[Any], name: str) -> list[dt.datetime]:
    return [value for row in rows if (value := getattr(row, name)) is not None]


def together(told: set[str]) -> str:
    """Whom an item writes to, by its senders; never the inside alone while one is not known."""
    if len(told) == 1:
        return next(iter(told))
    known = told - {WritesTo.UNKNOWN}
    if known == {WritesTo.INSIDE}:
        return WritesTo.UNKNOWN
    return next(iter(known)) if len(known) == 1 else WritesTo.BOTH if known else WritesTo.UNKNOWN
