"""What senders and their fingerprints were before a correction, and back again.

Imports may come between a correction and its undoing: what they brought follows what it grew
out of, and else the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from inventory.models import Fingerprint, Item, Sender

FIELDS = ("item_id", "link", "link_reason", "link_confidence", "merged_into_id", "rejected_items",
          "one_with_id", "one_confidence", "one_reason")  # fmt: skip
BATCH = 500


def take(senders: Iterable[Sender], *, with_fingerprints: bool = False) -> dict[str, Any]:
    """JSON of these senders as they are now; keys are text, as JSON has them."""
    senders = list(senders)
    rows = {str(sender.pk): {name: getattr(sender, name) for name in FIELDS} for sender in senders}
    if not with_fingerprints:
        return {"senders": rows}
    placed: dict[str, list[int]] = defaultdict(list)
    pinned: list[int] = []
    marks = Fingerprint.objects.filter(sender__in=senders).order_by("pk")
    for pk, sender, is_pinned in marks.values_list("pk", "sender", "is_pinned"):
        placed[str(sender)].append(pk)
        pinned += [pk] if is_pinned else []
    return {"senders": rows, "placed": dict(placed), "pinned": pinned}


def restore(before: dict[str, Any], now: Iterable[Sender]) -> list[Sender]:
    """Make the senders again what they were; `now`: all that the correction left behind, the
    ones it made too. Returns those that were there before."""
    senders = list(Sender.objects.filter(pk__in=[int(pk) for pk in before["senders"]]))
    items = {row["item_id"] for row in before["senders"].values()}
    known = set(Item.objects.filter(pk__in=items - {None}).values_list("pk", flat=True))
    for sender in senders:
        for name, value in before["senders"][str(sender.pk)].items():
            setattr(sender, name, value)
        if sender.item_id not in known:
            sender.item_id = None
        if not Sender.objects.filter(pk=sender.one_with_id).exists():
            sender.one_with_id = None
    Sender.objects.bulk_update(
        senders, [name.removesuffix("_id") for name in FIELDS], batch_size=BATCH
    )
    if "placed" in before:
        place(before, senders, list(now))
    return senders


def place(before: dict[str, Any], senders: list[Sender], now: list[Sender]) -> None:
    """Put the fingerprints back; those that came later go where their elders are pinned."""
    home = {pk: int(sender) for sender, pks in before["placed"].items() for pk in pks}
    pinned = set(before["pinned"])
    rows = list(Fingerprint.objects.filter(sender__in=[*senders, *now]).order_by("pk"))
    elders: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for row in rows:
        if row.pk in pinned:
            elders[marks_of(row)].add(home[row.pk])
    made = {sender.pk for sender in now} - {sender.pk for sender in senders}
    for row in rows:
        of_elders = elders.get(marks_of(row), set())
        if row.pk in home:
            row.sender_id, row.is_pinned = home[row.pk], row.pk in pinned
        elif len(of_elders) == 1:
            row.sender_id, row.is_pinned = next(iter(of_elders)), True
        else:
            row.sender_id = senders[0].pk if row.sender_id in made else row.sender_id
            row.is_pinned = False
    Fingerprint.objects.bulk_update(rows, ["sender", "is_pinned"], batch_size=BATCH)
    Sender.objects.filter(pk__in=made).delete()


def marks_of(row: Fingerprint) -> tuple[str, ...]:
    return (row.account, row.address, row.message_id_shape, row.message_id_host)
