"""What an item was taken for before, for its page."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format

from inventory.models import Event, Item


def lines(item: Item) -> Iterator[str]:
    told = Event.objects.filter(tenant=item.tenant_id, kind="item.reclassified", subject_id=item.pk)
    for event in told.order_by("pk"):
        yield line(date_format(event.occurred_at), event.data)


def line(day: str, data: dict[str, str]) -> str:
    was = called(data["was_category"], data["was_kind"])
    is_now = called(data["category"], data["kind"])
    name = f", called “{data['was_name']}”" if data["was_name"] != data["name"] else ""
    reason = f": {data['reason']}" if data["reason"] else ""
    return f"{day}: {is_now} (before: {was}{name}){reason}."


def called(category: str, kind: str) -> str:
    return str(Item.Kind(kind).label) if kind else f"{category} of a kind not known"
