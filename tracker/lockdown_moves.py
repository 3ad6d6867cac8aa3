"""Senders that were seen with Basic and on another way since, collected for `moves`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from inventory.bulk import batches
from inventory.keeping import MESSAGE_READERS
from inventory.models import Observation
from inventory.readers import TRACES
from tracker.moves import Moved, Row, moved

Days = Collection[dt.date]
MARKS = ("message_id_host", "subject_mask", "address")


def moves_of(elsewhere: Mapping[int, Days], on: dt.date) -> dict[int, Moved]:
    """By sender. `elsewhere`: the days on which traces show mail of it that was not submitted;
    of any other day they tell of the same messages as the reports."""
    rows: dict[int, set[Row]] = defaultdict(set)
    marks = [f"fingerprint__{each}" for each in MARKS]
    for part in batches(elsewhere):
        seen = Observation.objects.filter(
            fingerprint__sender__in=part, day__lte=on, report__reader__in=MESSAGE_READERS | TRACES
        )
        columns = ("fingerprint__sender", "day", "auth_method", "report__reader", *marks)
        for pk, day, method, reader, *mark in seen.values_list(*columns).distinct().order_by():
            if reader in MESSAGE_READERS:
                rows[pk].add(Row(day, method != "oauth", *mark))
            elif day in elsewhere[pk]:
                rows[pk].add(Row(day, False, *mark))
    return {pk: moved(its) for pk, its in rows.items()}
