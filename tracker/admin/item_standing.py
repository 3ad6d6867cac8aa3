"""What the tracker says of an item, for the item's own page."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from inventory.admin.item import TOLD_ELSEWHERE
from inventory.models import Item
from tracker.admin.lockdown import LABELS
from tracker.evidence.moving import evidence_for
from tracker.lockdown.facts import lockdown
from tracker.models import Cutover

SHOWN = 5
"""So many mailboxes of an item are told of."""


def lines(item: Item) -> Iterator[str]:
    yield from cutover_lines(item)
    yield from mailbox_lines(item)


def cutover_lines(item: Item) -> Iterator[str]:
    cutover = Cutover.objects.filter(item=item).select_related("item__tenant").first()
    if cutover is None:
        yield "No cutover of its own: no mail with Basic is linked with it."
        return
    due = f", due {date_format(cutover.due_on)}" if cutover.due_on else ""
    url = reverse("admin:tracker_cutover_change", args=[cutover.pk])
    status = Cutover.Status(cutover.status).label.lower()
    yield format_html('<a href="{}">Cutover</a>: {}{}', url, status, due)
    if found := evidence_for(cutover, timezone.now()):
        yield f"What reports say: {found['reason']}"


def mailbox_lines(item: Item) -> Iterator[str]:
    """Whether Basic can be turned off for the mailboxes that it logs in as."""
    names = accounts_of(item)
    if not names:
        return
    url = f"{reverse('admin:tracker_cutover_lockdown')}?tenant={item.tenant_id}"
    for each in lockdown(item.tenant, timezone.now().date(), names[:SHOWN]):
        yield format_html(
            '<a href="{}&amp;account={}">{}</a>: {}. {}',
            *(url, each.account, each.account, LABELS[each.action].lower(), each.reason),
        )
    if len(names) > SHOWN:
        yield f"and {len(names) - SHOWN} more mailboxes"


def accounts_of(item: Item) -> list[str]:
    if item.category == Item.Category.ACCOUNT:
        return [item.name]
    senders = item.linked_senders.filter(merged_into=None)
    return sorted(set(senders.values_list("account__name", flat=True)))


TOLD_ELSEWHERE.append(lines)
