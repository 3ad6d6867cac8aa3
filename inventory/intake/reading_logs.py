"""A log of a device or a script into the replies that it holds. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from inventory.readers import smtp_replies
from inventory.readers.grids import opened
from inventory.records import DatesUndecided, LoggedReply, NotThisReport

SNIFFED_LINES = 2_000
REPLY_LIMIT = 1_000_000
DATES = (
    "the dates of the log can be read with the day or the month first, and nothing in it tells "
    "which: say which it is and read it again"
)


def read(
    path: Path, received_on: dt.date, day_first: bool | None, heartbeat: Callable[[], None]
) -> list[LoggedReply] | None:
    """None when the file is no log with replies. Raises NotThisReport, DatesUndecided."""
    with opened(path) as text:
        first = list(islice(lines_of(text, heartbeat), SNIFFED_LINES))
        if not smtp_replies.looks_like_log(first, received_on):
            return None
        is_open = day_first is None and smtp_replies.decide_day_first(first)[1]
        if is_open:
            text.seek(0)
            day_first, _ = smtp_replies.decide_day_first(lines_of(text, heartbeat))
        text.seek(0)
        found = smtp_replies.read(lines_of(text, heartbeat), received_on, day_first=day_first)
    if not any(each.family for each in found):
        return None
    if len(found) > REPLY_LIMIT:
        raise NotThisReport(f"more than {REPLY_LIMIT:,} replies: cut the log into parts")
    if is_open and day_first is None and any(each.at is None for each in found):
        raise DatesUndecided(DATES)
    return found


def lines_of(text: IO[str], heartbeat: Callable[[], None]) -> Iterator[str]:
    """Lines, long ones in pieces."""
    number = 0
    while line := text.readline(smtp_replies.LONGEST):
        number += 1
        if number % 10_000 == 0:
            heartbeat()
        yield line


def warnings_for(found: list[LoggedReply]) -> Iterator[str]:
    undated = sum(1 for each in found if each.at is None)
    if undated:
        yield f"of {undated:,} replies the log does not tell when they came"
    nameless = sum(1 for each in found if not each.host and not each.account)
    if nameless:
        yield f"of {nameless:,} replies the log tells neither the host nor the account"
