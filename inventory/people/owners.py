"""Who may own an item, from what is known of it. Pure but for `clues_of`, which asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Count

from inventory import events
from inventory.assets import names as asset_names
from inventory.models import Item, KnownAsset, Sender, Tenant
from inventory.senders.addressees import addressee

Match = KnownAsset.Match


class Clue(NamedTuple):
    """Why somebody may own an item; also what is suggested, all clues to one owner together."""

    owner: str
    reason: str
    confidence: int


def suggest(item: Item) -> list[Clue]:
    """Who may own the item, the likeliest first; never who does already."""
    return [clue for clue in ranked(clues_of(item)) if clue.owner.lower() != item.owner.lower()]


def ranked(clues: Iterable[Clue]) -> list[Clue]:
    """One suggestion an owner: the surest reason first, a little surer for each that agrees."""
    by_owner: dict[str, list[Clue]] = defaultdict(list)
    for clue in clues:
        if clue.owner.strip():
            by_owner[clue.owner.strip().lower()].append(clue)
    found = []
    for of_owner in by_owner.values():
        best, *rest = sorted(of_owner, key=lambda clue: -clue.confidence)
        reasons = dict.fromkeys(clue.reason for clue in (best, *rest))
        surer = min(95, best.confidence + 5 * (len(reasons) - 1))
        found.append(Clue(best.owner.strip(), "; ".join(reasons), surer))
    return sorted(found, key=lambda clue: (-clue.confidence, clue.owner))


# -- clues -------------------------------------------------------------------------------------


def clues_of(item: Item) -> Iterator[Clue]:
    yield from of_assets(item)
    yield from of_host(item)
    yield from of_mailbox(item)
    yield from of_site(item)
    yield from of_mail(item)


def of_assets(item: Item) -> Iterator[Clue]:
    for asset in KnownAsset.objects.filter(item=item).exclude(match=Match.REJECTED):
        is_sure = asset.match in (Match.LINKED, Match.CONFIRMED)
        what = f"it is {asset} in a list" if is_sure else f"it may be {asset} in a list"
        yield Clue(asset.owner, f"{what}, whose owner that is", 85 if is_sure else 50)
        yield Clue(asset.contact, f"{what}, whose contact that is", 65 if is_sure else 40)


def of_host(item: Item) -> Iterator[Clue]:
    """A script's host may be in a list though the script is not."""
    if item.category != Item.Category.SCRIPT:
        return
    host = item.script.host_name
    if not host:
        return
    near = KnownAsset.objects.filter(
        tenant=item.tenant_id, host_name__istartswith=asset_names.bare(host)
    ).exclude(item=item)
    for asset in near[:10]:
        if asset_names.folded(asset.host_name) == asset_names.folded(host):
            yield Clue(asset.owner, f"it runs on {asset.host_name}, whose owner that is", 60)
            yield Clue(asset.contact, f"it runs on {asset.host_name}, whose contact that is", 50)


def of_mailbox(item: Item) -> Iterator[Clue]:
    """Whose mailbox it sends from, where the mailbox is somebody's."""
    behind = Sender.objects.filter(tenant=item.tenant_id, merged_into=None)
    accounts = {sender.account for sender in behind.filter(item=item).select_related("account")}
    if item.category == Item.Category.ACCOUNT:
        accounts.add(item.account)
    personal = set(
        behind.filter(account__in=accounts, kind=Item.Kind.CLIENT).values_list("account", flat=True)
    )
    for account in sorted(accounts, key=lambda each: each.name):
        is_alone = len(accounts) == 1
        yield Clue(
            account.owner if account.pk != item.pk else "",
            f"the mailbox {account} belongs to them",
            60 if is_alone else 45,
        )
        if account.pk in personal:
            is_own = item.kind == Item.Kind.CLIENT
            why = "it is their mailbox" if is_own else f"a person sends from {account} too"
            yield Clue(account.name, why, 85 if is_own else 60)


def of_site(item: Item) -> Iterator[Clue]:
    if item.site is None:
        return
    yield Clue(item.site.contact, f"the contact of {item.site}", 40)
    same = Item.objects.filter(tenant=item.tenant_id, site=item.site_id, kind=item.kind)
    owned = same.exclude(pk=item.pk).exclude(owner="").exclude(kind="")
    counts = owned.order_by().values_list("owner").annotate(count=Count("pk"))
    total = sum(count for _, count in counts)
    for owner, count in counts:
        if count >= 2 and count * 2 > total:
            kind = item.get_kind_display()
            yield Clue(owner, f"owns {count} of {total} of the kind “{kind}” at {item.site}", 45)


def of_mail(item: Item) -> Iterator[Clue]:
    if found := addressee(item):
        told = f"{found.message_count:,} of its {found.of_count:,} messages go to them"
        yield Clue(found.address, told, 55 if found.message_count == found.of_count else 45)


# -- saying who --------------------------------------------------------------------------------


def set_owner(items: Collection[Item], owner: str, by: AbstractBaseUser | None) -> None:
    """These belong to that person or team; what lists say changes it no more."""
    owner = owner.strip()[:320]
    with transaction.atomic():
        for tenant in Tenant.objects.filter(pk__in={item.tenant_id for item in items}):
            Tenant.objects.select_for_update().get(pk=tenant.pk)
            own = [item for item in items if item.tenant_id == tenant.pk]
            for item in own:
                item.owner = owner
                item.filled = {k: v for k, v in item.filled.items() if k != "owner"}
            Item.objects.bulk_update(own, ["owner", "filled"], batch_size=500)
            said = by.get_username() if by else "a command"
            data = {"owner": owner, "by": said}
            events.record_all(
                [("item.owned", item.pk, {"item": item.name, **data}) for item in own], tenant
            )
