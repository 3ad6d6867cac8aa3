"""Items follow what their senders show, until a person or a list says otherwise.

An early report may take a printer for a script, or name it poorly. The item stays the same row when
that is mended: its cutover, its owner and its notes stay with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from inventory import bulk
from inventory.events import Happened
from inventory.models import Device, Item, Script, Sender, Tenant
from inventory.senders import orphans
from inventory.senders.linking import Proposal

OF_ANY = ("owner", "contact", "site_id")
"""What a list may fill in on items of every category."""
CHANGED = ["name", "kind", "category", "proposed", "filled"]
CHILD: dict[str, Any] = {Item.Category.DEVICE: Device, Item.Category.SCRIPT: Script}


class Remade(NamedTuple):
    item: Item
    was_category: str
    proposal: Proposal


def is_called_so(item: Item, name: str) -> bool:
    """Whether the rules gave it this name, whatever it is called now."""
    given: str = item.proposed.get("name", item.filled.get("was", item.name))
    return given == name


def is_kind_ours(item: Item) -> bool:
    """Nobody but the rules said what kind it is."""
    return bool(item.kind == item.proposed.get("kind", ""))


class Follower:
    """What may become of the items of some senders, asked for one sender after the other."""

    def __init__(self, senders: Iterable[Sender]) -> None:
        senders = list(senders)
        self.behind: dict[int, set[int]] = defaultdict(set)
        self.into: set[int | None] = set()
        """Senders into which people merged others."""
        self.follows: dict[int, int] = {}
        self.remade: list[Remade] = []
        self.happened: list[Happened] = []
        items = {each.item_id for each in senders if each.item_id is not None}
        for part in bulk.batches(items):
            rows = Sender.objects.filter(item__in=part, merged_into=None)
            for pk, item, one_with in rows.values_list("pk", "item", "one_with"):
                self.behind[item].add(pk)
                self.follows[pk] = one_with
        for part in bulk.batches(each.pk for each in senders):
            merged = Sender.objects.filter(merged_into__in=part)
            self.into |= set(merged.values_list("merged_into", flat=True))

    def is_said(self, sender: Sender) -> bool:
        """Whoever merged others into it said of them what it is."""
        return sender.pk in self.into

    def is_alone(self, sender: Sender) -> bool:
        """Nothing else stands behind its item, but what has it for being one with this."""
        others = self.behind[sender.item_id or 0] - {sender.pk}
        return all(self.follows.get(other) == sender.pk for other in others)

    def may_leave(self, sender: Sender) -> bool:
        """No item is left with nothing behind it on which people have worked."""
        if not self.is_alone(sender):
            return True
        item = sender.item
        return item is not None and bool(item.proposed) and not orphans.is_touched(item)

    def note(self, sender: Sender, item: Item) -> None:
        """It goes to another item, which may be yet to be stored."""
        self.behind[sender.item_id or 0].discard(sender.pk)
        if item.pk is not None:
            self.behind[item.pk].add(sender.pk)

    def remake(self, item: Item, proposal: Proposal) -> bool:
        """Make it what its only sender shows; whether it is that now."""
        if not item.proposed:
            return False
        was = (item.category, item.kind, item.name)
        if item.category != proposal.category:
            if not is_kind_ours(item) or is_taken(item, proposal.category):
                return False
            item.category = proposal.category
        is_renamed = rename(item, proposal.item_name)
        if is_kind_ours(item):
            item.kind = proposal.kind
        item.proposed = {"name": proposal.item_name, "kind": proposal.kind}
        self.remade.append(Remade(item, was[0], proposal))
        self.happened += reclassified(item, *was, proposal.reason)
        return is_renamed

    def store(self) -> list[Happened]:
        """Inside a transaction."""
        for category in CHILD:
            turned = [
                each for each in self.remade if each.item.category == category != each.was_category
            ]
            turn(turned, category)
        for item, was_category, proposal in self.remade:
            if item.category == was_category:
                fill_in(item, proposal)
        bulk.save(Item, [each.item for each in self.remade], CHANGED)
        return self.happened


def rename(item: Item, name: str) -> bool:
    """Unless a person gave it another; what a list called it stays, for it knows best."""
    if item.name == item.filled.get("name"):
        item.filled = {**item.filled, "was": name}
        return False
    if item.name != item.proposed.get("name"):
        return False
    item.name = name
    return True


def is_taken(item: Item, category: str) -> bool:
    """Whether something of the other category has its name, which it may have to keep."""
    named = Item.objects.filter(tenant=item.tenant_id, category=category, name=item.name)
    return bool(named.exists())


def turn(remade: list[Remade], category: str) -> None:
    """Give them the row of their new category in place of that of the old."""
    keys = [each.item.pk for each in remade]
    for other, model in CHILD.items():
        if other != category:
            rows = model.objects.filter(pk__in=keys)
            rows._raw_delete(rows.db)  # The item itself stays.
    for item, _, proposal in remade:
        keep_filled(item)
        own = (
            {"vendor": proposal.vendor or proposal.library}
            if category == Item.Category.DEVICE
            else {"library": proposal.library}
        )
        child = CHILD[category](item_ptr_id=item.pk, host_name=proposal.host, **own)
        child.save_base(raw=True, force_insert=True)


def keep_filled(item: Item) -> None:
    """What a list filled in that only a device has is gone with it."""
    item.filled = {name: item.filled[name] for name in OF_ANY if name in item.filled}


def fill_in(item: Item, proposal: Proposal) -> None:
    """What the traffic shows by now, where nothing was known."""
    told = (
        {"host_name": proposal.host, "vendor": proposal.vendor or proposal.library}
        if item.category == Item.Category.DEVICE
        else {"host_name": proposal.host, "library": proposal.library}
    )
    for name, value in told.items():
        CHILD[item.category].objects.filter(pk=item.pk, **{name: ""}).update(**{name: value})


# -- kinds -------------------------------------------------------------------------------------


def follow_kinds(tenant: Tenant, items: Collection[int]) -> list[Happened]:
    """The kind of the busiest sender behind each, unless a person gave it another or has the last
    word on what stands behind it."""
    happened: list[Happened] = []
    for part in bulk.batches(items):
        told = busiest(part)
        changed = []
        items_of_part = Item.objects.filter(tenant=tenant, pk__in=part).order_by("pk")
        for item in items_of_part.only("pk", "category", "name", "kind", "proposed"):
            voice = told.get(item.pk)
            if voice is None and item.category != Item.Category.ACCOUNT:
                continue
            if not is_kind_ours(item) or (voice is not None and voice.is_settled):
                continue
            kind = voice.kind if voice is not None else ""
            if item.kind != kind:
                was, item.kind = item.kind, kind
                item.proposed = {**item.proposed, "kind": kind}
                changed.append(item)
                reason = voice.reason if voice is not None else ""
                happened += reclassified(item, item.category, was, item.name, reason)
        bulk.save(Item, changed, ["kind", "proposed"])
    return happened


class Voice(NamedTuple):
    """A sender that speaks for its item."""

    kind: str
    reason: str
    is_settled: bool


SETTLED = (Sender.Link.CONFIRMED, Sender.Link.CORRECTED)


def busiest(items: Collection[int]) -> dict[int, Voice]:
    """The sender that speaks for each: one that a person settled, else the busiest."""
    rows = Sender.objects.filter(item__in=items, merged_into=None)
    fields = ("item", "kind", "link_reason", "link")
    found: dict[int, Voice] = {}
    in_turn = rows.order_by("message_count", "kind", "pk")
    for item, kind, reason, link in in_turn.values_list(*fields):
        known = found.get(item)
        is_settled = link in SETTLED
        if known is None or is_settled or not known.is_settled:
            found[item] = Voice(kind, reason, is_settled)
    return found


def reclassified(item: Item, category: str, kind: str, name: str, reason: str) -> list[Happened]:
    """What it was taken for before, where it was taken for something."""
    is_other = item.category != category or (kind and item.kind != kind)
    if not is_other:
        return []
    data = {
        "name": item.name,
        "category": item.category,
        "kind": item.kind,
        "was_name": name,
        "was_category": category,
        "was_kind": kind,
        "reason": reason[:300],
    }
    return [("item.reclassified", item.pk, data)]
