"""What lists and pages say of the traffic of senders and items: its rhythm, its last days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from unfold.decorators import display

from inventory.admin.asked_once import once
from inventory.models import Item, Sender
from inventory.queries import covered_until

Cadence = Item.Cadence
OF_A_DAY = {
    Cadence.DAILY,
    Cadence.WEEKLY,
    Cadence.MONTH_END,
    Cadence.MONTHLY,
    Cadence.QUARTERLY,
}
NOON = dt.time(12)
NEVER_SEEN = "No mail with SMTP AUTH was seen of it."
NO_TURN = {
    Cadence.ON_ALARM: "Only when something is wrong: silence never means that it has stopped, and "
    "once it is cut off nobody notices.",
    Cadence.UNKNOWN: "Not known: seen fewer than three times, or for less than two weeks. Silence "
    "means nothing yet.",
}


def day(moment: dt.datetime | None) -> str:
    return date_format(moment, "DATE_FORMAT") if moment else "not seen"


def rhythm_in_words(row: Item | Sender, covered: dt.datetime | None) -> str:
    """How often it sends, when next, what silence means; `covered`: to when reports reach."""
    if not row.cadence or row.last_seen_at is None:
        return NEVER_SEEN
    if row.cadence in NO_TURN:
        return NO_TURN[Cadence(row.cadence)]
    told = [f"{row.get_cadence_display().capitalize()}{at_about(row)}."]
    if row.next_at is not None:
        told.append(f"Next expected on {day(row.next_at)}{turn(row, covered)}.")
    if row.quiet_days is not None:
        days = f"{row.quiet_days} day{'' if row.quiet_days == 1 else 's'}"
        told.append(f"Silence for more than {days} means something{silence(row, covered)}.")
    return " ".join(told)


def at_about(row: Item | Sender) -> str:
    """Its usual time of day, which its next turn has; noon stands for none."""
    if row.next_at is None or row.cadence not in OF_A_DAY or row.next_at.time() == NOON:
        return ""
    return f", at about {row.next_at:%H:%M} UTC"


def turn(row: Item | Sender, covered: dt.datetime | None) -> str:
    assert row.next_at is not None  # noqa: S101  the caller asks of those that have a turn
    if covered is None or covered < row.next_at:
        return ", which no report covers yet"
    return ", and not seen since"


def silence(row: Item | Sender, covered: dt.datetime | None) -> str:
    """By reports: days that none covers are no silence."""
    assert row.last_seen_at is not None  # noqa: S101  as above
    if covered is None or row.quiet_days is None:
        return ""
    silent = (covered - row.last_seen_at).days
    return f": reports show none for {silent}" if silent > row.quiet_days else ""


class TrafficPages:
    """For the admin of senders and of items."""

    @display(description="rhythm, next", ordering="cadence")
    def shown_cadence(self, row: Any) -> str:
        """With when it should send next; marked where it only speaks when something is wrong."""
        if not row.cadence:
            return "not seen"
        is_alarm = row.cadence == Cadence.ON_ALARM
        mark = {"text": row.get_cadence_display(), "type": "danger" if is_alarm else ""}
        label = render_to_string("unfold/helpers/label.html", mark)
        due = day(row.next_at) if row.next_at else ""
        return format_html("{}<br>{}", mark_safe(label), due) if due else mark_safe(label)  # noqa: S308

    @display(description="rhythm")
    @once
    def shown_rhythm(self, row: Any) -> str:
        return rhythm_in_words(row, covered_until(row.tenant))

    @display(description="last Basic", ordering="last_basic_at")
    def last_basic_on(self, row: Any) -> str:
        return day(row.last_basic_at)

    @display(description="last OAuth", ordering="last_oauth_at")
    def last_oauth_on(self, row: Any) -> str:
        return day(row.last_oauth_at)
