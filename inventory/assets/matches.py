"""Stores which items the rows of asset lists are, and fills in what a list knows of an item.

Runs inside the transaction of an import or of a person's word. What a person said of a row holds
for it in every later list, until it is undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Count

from inventory import bulk
from inventory.assets import elimination as asset_elimination
from inventory.assets import matching as asset_matching
from inventory.assets.elimination import Rest, as_many, only_ones
from inventory.assets.matching import Index
from inventory.assets.signs import Asset, Thing
from inventory.models import (
    Correction,
    Device,
    Fingerprint,
    Item,
    KnownAsset,
    Sender,
    Site,
    Tenant,
)
from inventory.models.tenant import ScopedQuerySet
from inventory.senders import naming
from inventory.senders.looks import ID
from inventory.sites import Sites

Match = KnownAsset.Match
Kind = Correction.Kind
State = tuple[int | None, str, int, str]
"""Item, match, confidence and reason of a row."""
NOTHING: State = (None, "", 0, "")
FEW = 1_000
"""Items that are matched anew together with any of them."""
MOST_LEFT = 5_000
"""With more senders that no list knows, "the only one left" says nothing."""
OF_ROWS = ["item", "match", "match_confidence", "match_reason"]
OF_ITEMS = ["name", "owner", "contact", "site", "filled"]
OF_DEVICES = ["vendor", "model", "serial_number", "mac_address"]
FILLS = ("owner", "contact", "site_id", *OF_DEVICES)
"""What a row may fill in where an item of the kind has it and it is blank; named alike in both."""


SEEN = {
    "pk": "pk",
    "name": "name",
    "host": "host_name",
    "vendor": "vendor",
    "model": "model",
    "serial": "serial_number",
    "mac": "mac_address",
    "address": "address",
    "site": "site_id",
    "site_name": "site_name",
    "owner": "owner",
    "account": "account",
    "status": "status",
}
"""What matching sees of a row, and the row's field."""
Row = Any
"""A row that stands, by the names of its fields: no object, for lists are long."""


def rows_of(tenant: Tenant) -> list[Row]:
    """The rows that stand."""
    standing = KnownAsset.objects.filter(tenant=tenant).current().order_by("pk")
    fields = (*SEEN.values(), "kind", "item_id", *OF_ROWS[1:])
    return list(standing.values_list(*fields, named=True))


@lru_cache(maxsize=2)
def index_of(rows: tuple[tuple[Any, ...], ...]) -> Index:
    """Kept while reports come and the list stays, for making it takes long."""
    return asset_matching.index_of(tuple(map(asset_of, rows)))


def asset_of(row: Sequence[Any]) -> Asset:
    return Asset(**dict(zip(SEEN, row[: len(SEEN)], strict=True)))


def match(tenant: Tenant, items: Collection[int] | None = None) -> None:
    """Match the rows with these items, or with all; rows that other items have stay theirs.

    Where there are few items all are looked at, and else those too that have a row which one of
    these may be: what may as well be another is found out whichever was known first.
    """
    rows = rows_of(tenant)
    if items is None:
        fill(
            set(Item.objects.filter(tenant=tenant).exclude(filled={}).values_list("pk", flat=True))
        )
    if not rows:
        return
    decided, ruled_out = decisions(tenant, rows)
    index = index_of(tuple(tuple(row[: len(SEEN)]) for row in rows))
    if items is not None:
        items = rivals(tenant, items, rows, index)
    held = held_by_others(rows, items) | decided.keys()
    settled = {state[0] for state in decided.values()}
    things = (thing for thing in things_of(tenant, items) if thing.pk not in settled)
    matches = asset_matching.match_in(index, things, ruled_out, held)
    found = {**{each.asset: state_of(each) for each in matches}, **decided}
    stays = (held | of_others(rows, items)) - found.keys() - left_over_before(rows)
    found |= left_over(tenant, rows, found, stays, ruled_out)
    store(rows, found, stays, ruled_out)


def rivals(
    tenant: Tenant, items: Collection[int], rows: Sequence[Row], index: Index
) -> Collection[int] | None:
    """These items with those that may have what they may have; None for all."""
    count = Item.objects.filter(tenant=tenant).count()
    if count <= FEW or len(items) * 2 > count:
        return None
    found = set(items)
    near = asset_matching.near(index, things_of(tenant, items))
    return found | {row.item_id for row in rows if row.pk in near and row.item_id is not None}


def left_over_before(rows: Iterable[Row]) -> set[int]:
    """Suggested for want of another: looked at again whenever anything changes."""
    return {
        row.pk
        for row in rows
        if row.match == Match.SUGGESTED and row.match_confidence == asset_elimination.LEFT_OVER
    }


def left_over(
    tenant: Tenant,
    rows: Sequence[Row],
    found: dict[int, State],
    stays: Collection[int],
    ruled_out: Collection[tuple[int, int]],
) -> dict[int, State]:
    """What the rows that no item was found for may be, because nothing else is left."""
    free = [row for row in rows if row.pk not in found and row.pk not in stays]
    if not any(row.site_id for row in free):
        return {}
    taken = {state[0] for state in found.values()} | {
        row.item_id for row in rows if row.pk in stays
    }
    rest = rest_of(tenant, taken - {None})
    if not rest:
        return {}
    assets = [(asset_of(row), row.kind) for row in free]
    states = {each.asset: state_of(each) for each in only_ones(assets, rest, ruled_out)}
    open_rows = [asset for asset, _ in assets if asset.pk not in states]
    open_items = [each for each in rest if each.pk not in {state[0] for state in states.values()}]
    told = as_many(open_rows, open_items)
    return states | {pk: (None, "", 0, reason) for pk, reason in told.items()}


def rest_of(tenant: Tenant, taken: Collection[int | None]) -> list[Rest]:
    """Items seen to send for which no row was found, with the sites they send from."""
    senders = Sender.objects.filter(tenant=tenant, merged_into=None, message_count__gt=0)
    behind = dict(senders.exclude(item=None).values_list("pk", "item"))
    free = {sender: item for sender, item in behind.items() if item not in taken}
    if not free or len(free) > MOST_LEFT:
        return []
    kinds = dict(senders.exclude(kind="").values_list("item", "kind"))
    sites, keys = Sites(tenant), dict(Site.objects.filter(tenant=tenant).values_list("name", "pk"))
    at: dict[int, set[int]] = defaultdict(set)
    slots: dict[int, set[str]] = defaultdict(set)
    marks = Fingerprint.objects.filter(sender__in=list(free))
    for sender, address, names in marks.values_list(
        "sender", "address", "subject_names"
    ).distinct():
        slots[free[sender]].update(names.split(".") if names else ())
        if site := sites.at(address):
            at[free[sender]].add(keys[site])
    vendors = dict(Device.objects.filter(pk__in=list(at)).values_list("pk", "vendor"))
    return [
        Rest(
            item,
            kinds.get(item, ""),
            frozenset(its_sites),
            vendors.get(item, ""),
            frozenset(slots[item]),
        )
        for item, its_sites in sorted(at.items())
    ]


def state_of(found: asset_matching.Match) -> State:
    linked = Match.LINKED if found.is_linked else Match.SUGGESTED
    return found.item, linked, found.confidence, found.reason


def held_by_others(rows: Iterable[Row], items: Collection[int] | None) -> set[int]:
    """Rows linked to items that are not looked at now."""
    others = of_others(rows, items)
    return {row.pk for row in rows if row.pk in others and row.match == Match.LINKED}


def of_others(rows: Iterable[Row], items: Collection[int] | None) -> set[int]:
    """With those suggested: they stay so while nothing better comes."""
    if items is None:
        return set()
    return {row.pk for row in rows if row.item_id is not None and row.item_id not in items}


def store(
    rows: Sequence[Row],
    found: dict[int, State],
    held: Collection[int],
    ruled_out: set[tuple[int, int]],
) -> None:
    rejected = {pk for pk, _ in ruled_out}
    changed: list[tuple[Any, ...]] = []
    touched: set[int | None] = set()
    for row in rows:
        if row.pk in held:
            continue
        nothing = (None, Match.REJECTED, 0, row.match_reason) if row.pk in rejected else NOTHING
        state = found.get(row.pk, nothing)
        was = (row.item_id, row.match, row.match_confidence, row.match_reason)
        if state != was:
            touched |= {row.item_id, state[0]}
            changed.append((*state, row.pk))
    bulk.update(KnownAsset, OF_ROWS, changed)
    fill({pk for pk in touched if pk is not None})


# -- what people said --------------------------------------------------------------------------


def key_of(row: Row) -> str:
    """What a row is known by from list to list."""
    parts = (row.host_name or row.name, row.serial_number or row.mac_address)
    return " · ".join(part.strip().lower() for part in parts if part)[:400]


def decisions(tenant: Tenant, rows: Sequence[Row]) -> tuple[dict[int, State], set[tuple[int, int]]]:
    """(what people said a row is, pairs of row and item that it is not)."""
    said = Correction.objects.filter(tenant=tenant).exclude(asset_key="").order_by("pk")
    known = set(said.values_list("asset_key", flat=True))
    items = set(
        Item.objects.filter(tenant=tenant)
        .filter(pk__in=said.values("item_key"))
        .values_list("pk", flat=True)
    )
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in rows if known else ():
        by_key[key_of(row)].append(row)
    decided: dict[int, State] = {}
    ruled_out: set[tuple[int, int]] = set()
    for correction in said.filter(undone_at=None).select_related("by"):
        for row in by_key.get(correction.asset_key, []):
            item = correction.item_key or 0
            if correction.kind == Kind.ASSET_REJECTED:
                ruled_out.add((row.pk, item))
                decided.pop(row.pk, None)
            elif item in items:
                reason = f"confirmed by {correction.by or 'a command'}"
                decided[row.pk] = (item, Match.CONFIRMED, 100, reason)
    # A list may carry a word over to a row that is known by more now.
    for row in rows:
        if row.match == Match.CONFIRMED and row.item_id and key_of(row) not in known:
            decided[row.pk] = (row.item_id, row.match, 100, row.match_reason)
    return decided, ruled_out


# -- rows and items as matching sees them ------------------------------------------------------


OWN = ["host_name", "vendor", "model", "serial_number", "mac_address", "owner"]
"""What matching sees of an item's own fields."""


def things_of(tenant: Tenant, items: Collection[int] | None) -> Iterator[Thing]:
    """Devices and scripts, and accounts that senders fell back to."""
    standing = Item.objects.filter(tenant=tenant)
    if items is None:
        items = standing.values_list("pk", flat=True)
    for part in bulk.batches(sorted(items)):
        senders = Sender.objects.filter(tenant=tenant, merged_into=None, item__in=part)
        seen = Seen(tenant, senders)
        for row in parts_of(standing.filter(pk__in=part).order_by("pk")):
            if is_there(row, seen):
                yield thing_of(row, seen)


def parts_of(items: ScopedQuerySet) -> Iterator[dict[str, Any]]:
    """The items with the fields of the device, script or account that each is."""
    own = [name for name in OWN if name != "owner"]
    fields = ["pk", "category", "name", "owner", "filled", "proposed", "message_count"]
    its = [*(f"device__{name}" for name in own), "script__host_name"]
    for row in items.values(*fields, *its).iterator():
        part = {name: row.pop(f"device__{name}") or "" for name in own}
        part["host_name"] = part["host_name"] or row.pop("script__host_name") or ""
        yield {**row, **part}


def is_there(row: Mapping[str, Any], seen: Seen) -> bool:
    """Not what all senders left, nor an account that none fell back to; what people made is."""
    is_ours = row["category"] == Item.Category.ACCOUNT or row["proposed"]
    return not is_ours or row["pk"] in seen.accounts


class Seen:
    """What the senders of items show, in a fixed number of queries."""

    def __init__(self, tenant: Tenant, senders: ScopedQuerySet) -> None:
        self.accounts: dict[int, set[str]] = defaultdict(set)
        self.hosts: dict[int, set[str]] = defaultdict(set)
        self.slots: dict[int, set[str]] = defaultdict(set)
        self.sites: dict[int, set[int]] = defaultdict(set)
        names: dict[int, str] = {}
        pairs = senders.order_by().values_list("item", "account", "account__name")
        for item, account, name in pairs.distinct():
            self.accounts[item].add(name)
            names[account] = name
        self.alone = alone_of(tenant, names)
        sites, keys = (
            Sites(tenant),
            dict(Site.objects.filter(tenant=tenant).values_list("name", "pk")),
        )
        marks = Fingerprint.objects.filter(sender__in=senders)
        fields = ("sender__item", "message_id_host", "part", "subject_names", "address")
        for item, host, part, slots, address in marks.values_list(*fields).distinct().iterator():
            named = part.removeprefix(ID) if part.startswith(ID) else ""
            self.hosts[item].update({host, named} - {""})
            self.slots[item].update(slot for slot in slots.split(".") if slot)
            if site := sites.at(address):
                self.sites[item].add(keys[site])


def alone_of(tenant: Tenant, accounts: Mapping[int, str]) -> set[str]:
    """Those of the accounts, by their keys, that nothing else logs in with."""
    standing = Sender.objects.filter(tenant=tenant, merged_into=None, account__in=list(accounts))
    counts = standing.order_by().values("account").annotate(count=Count("pk"))
    alone = counts.filter(count=1).values_list("account", flat=True)
    return {accounts[account] for account in alone}


def thing_of(item: Mapping[str, Any], seen: Seen) -> Thing:
    # What a list filled in proves nothing about that list.
    own = {name: "" if item["filled"].get(name) == item[name] else item[name] for name in OWN}
    is_account = item["category"] == Item.Category.ACCOUNT
    pk = item["pk"]
    accounts = seen.accounts[pk]
    return Thing(
        pk=pk,
        hosts=tuple(sorted(seen.hosts[pk] | ({own["host_name"]} - {""}))),
        name="" if is_account or item["name"] == item["filled"].get("name") else item["name"],
        accounts=tuple(sorted(accounts)),
        own_accounts=frozenset(accounts & seen.alone),
        slots=frozenset(seen.slots[pk]),
        sites=frozenset(seen.sites[pk]),
        vendor=own["vendor"],
        model=own["model"],
        serial=own["serial_number"],
        mac=own["mac_address"],
        owner=own["owner"],
        count=item["message_count"],
    )


def part_of(item: Item) -> Item:
    """The item as the device, script or account that it is."""
    found: Item = getattr(item, item.category, item)
    return found


# -- filling in --------------------------------------------------------------------------------


def fill(items: Collection[int]) -> None:
    """Give items what their lists know and nobody else said; take back what lists filled in and
    no longer say."""
    for part in bulk.batches(items):
        fill_part(part)


def fill_part(items: list[int]) -> None:
    by_item: dict[int, list[KnownAsset]] = defaultdict(list)
    sure = KnownAsset.objects.current().filter(
        item__in=items, match__in=[Match.LINKED, Match.CONFIRMED]
    )
    for row in sure.order_by("-match_confidence", "-pk"):
        by_item[row.item_id].append(row)
    rows = Item.objects.filter(pk__in=items).select_related("device", "script", "account")
    changed = [part for part in map(part_of, rows) if refill(part, by_item[part.pk])]
    bulk.save(Item, changed, OF_ITEMS)
    bulk.save(Device, [part for part in changed if isinstance(part, Device)], OF_DEVICES)


def refill(part: Item, rows: list[KnownAsset]) -> bool:
    """Set what these rows know, in memory; whether anything changed."""
    before, now, is_changed = part.filled, {}, False
    for name in FILLS:
        if not hasattr(part, name):
            continue
        current = getattr(part, name)
        if current not in ("", None) and before.get(name) != current:
            continue  # A person said so, or the traffic.
        told = next((getattr(row, name) for row in rows if getattr(row, name)), None)
        if told:
            now[name] = told
        if (told or None) != (current or None):
            setattr(part, name, told or (None if name.endswith("_id") else ""))
            is_changed = True
    is_changed |= isinstance(part, Device) and rename(part, rows, now)
    part.filled = now
    return is_changed or now != before


def rename(device: Device, rows: list[KnownAsset], now: dict[str, Any]) -> bool:
    """Call a device that nothing names as the list does, and as before once the list says no more;
    its mark stays, for the list may say the same of two."""
    ending = naming.ending_of(device.name)
    told = next((row.name or row.host_name for row in rows if row.name or row.host_name), "")
    was = device.filled.get("was", device.name)
    if not ending:
        return False
    name = f"{told[:280]}{ending}" if told else was
    if told:
        now |= {"name": name, "was": was}
    is_other, device.name = name != device.name, name
    return is_other
