"""What counts on each day, as a table on an item's page."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from inventory.models import Item
from inventory.sources.counted import CountedDay, counted

LATEST_DAYS = 14
"""Days that are shown at once; the ones before are folded away."""
MOST_DAYS = 90
ROW = "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"


def days_table(item: Item) -> SafeString | str:
    days = counted(item.tenant, item)
    if not days:
        return "no report tells of a day of it"
    latest, before = days[:LATEST_DAYS], days[LATEST_DAYS:MOST_DAYS]
    more = f"{len(days) - MOST_DAYS:,} older days are not shown." if len(days) > MOST_DAYS else ""
    folded = format_html(FOLDED, len(before), table_of(before)) if before else ""
    return format_html("{}{}{}", table_of(latest), folded, more)


FOLDED = '<details class="days"><summary>{} days before</summary>{}</details>'
TABLE = (
    '<div class="scroll"><table class="days"><thead><tr><th>Day (UTC)</th><th>Messages</th>'
    "<th>Counted from</th><th>What others say</th></tr></thead>{}</table></div>"
)


def table_of(days: list[CountedDay]) -> SafeString:
    return format_html(TABLE, format_html_join("", ROW, map(cells, days)))


def cells(day: CountedDay) -> tuple[str, str, str, str]:
    said = ", ".join(f"{source} {count:,}" for source, count in day.others)
    return f"{day.day}", f"{day.message_count:,}", day.source, day.remark or said or "–"
