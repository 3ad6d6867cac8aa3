"""Senders that were seen with Basic and on another way since, collected for `moves`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Case, Max, Value, When

from inventory.bulk import batches
from inventory.models import Observation
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import TRACES
from inventory.senders.keeping import MESSAGE_READERS
from tracker.lockdown.moves import Moved, Row, moved

Rows = dict[int, list[Row]]
MARKS = [f"fingerprint__{each}" for each in ("message_id_host", "subject_mask", "address")]


def moves_of(elsewhere: Mapping[int, Collection[dt.date]], on: dt.date) -> dict[int, Moved]:
    """By sender. `elsewhere`: the days on which traces show mail of it that was not submitted;
    of any other day they tell of the same messages as the reports."""
    found: dict[int, Moved] = {}
    for part in batches(elsewhere):
        seen = Observation.objects.filter(fingerprint__sender__in=part, day__lte=on).order_by()
        other = traced(seen, {pk: elsewhere[pk] for pk in part if elsewhere[pk]})
        last = {pk: moved([*rows, *other[pk]]) for pk, rows in last_days(seen).items()}
        left = [pk for pk, move in last.items() if move.left]
        every = all_days(seen.filter(fingerprint__sender__in=left))
        found |= last | {pk: moved([*rows, *other[pk]]) for pk, rows in every.items()}
    return found


def last_days(seen: ScopedQuerySet) -> Rows:
    """Of each kind of mail the last day, which is all that most senders are asked for."""
    is_basic = Case(When(auth_method="oauth", then=Value(False)), default=Value(True))
    rows = seen.filter(report__reader__in=MESSAGE_READERS).annotate(is_basic=is_basic)
    kinds = rows.values_list("fingerprint__sender", "is_basic", *MARKS)
    return by_sender(
        (pk, Row(day, bool(basic), *mark))
        for pk, basic, *mark, day in kinds.annotate(last=Max("day"))
    )


def all_days(seen: ScopedQuerySet) -> Rows:
    rows = seen.filter(report__reader__in=MESSAGE_READERS)
    days = rows.values_list("fingerprint__sender", "auth_method", "day", *MARKS).distinct()
    return by_sender((pk, Row(day, method != "oauth", *mark)) for pk, method, day, *mark in days)


def traced(seen: ScopedQuerySet, elsewhere: Mapping[int, Collection[dt.date]]) -> Rows:
    rows = seen.filter(report__reader__in=TRACES, fingerprint__sender__in=list(elsewhere))
    days = rows.values_list("fingerprint__sender", "day", *MARKS).distinct()
    return by_sender(
        (pk, Row(day, False, *mark)) for pk, day, *mark in days if day in elsewhere[pk]
    )


def by_sender(rows: Iterable[tuple[int, Row]]) -> Rows:
    found: Rows = defaultdict(list)
    for pk, row in rows:
        found[pk].append(row)
    return found
