"""Whom the mail of an item goes to most. Recipients are kept as hashes, so only addresses that
settings, lists or traffic name anyway are known again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Q

from inventory.models import Account, Fingerprint, Item, KnownAsset, Setting, Site, Tenant
from inventory.senders import messages, trails
from inventory.senders.subjects import hash_recipients

FEWEST = 3
"""Messages from which on their recipient says something."""
MOST_BYTES = 60_000
"""Of packed messages, some thousands, that one page looks through in less than half a second."""
OF_PEOPLE = {Item.Kind.MFP, Item.Kind.CLIENT}
"""Kinds whose mail goes to whoever stands or sits there."""


class Addressee(NamedTuple):
    address: str
    message_count: int
    of_count: int
    """Messages of which a report tells the recipients."""


def addressee(item: Item) -> Addressee | None:
    """Who gets more than half of its mail, where that is a known address."""
    if item.kind in OF_PEOPLE:
        return None
    counts, total = recipients_of(item)
    if not counts or total < FEWEST:
        return None
    top, count = counts.most_common(1)[0]
    if count * 2 <= total:
        return None
    own = set(Account.objects.filter(senders__item=item).values_list("name", flat=True))
    found = (each for each in known_addresses(item.tenant) if hash_recipients(each) == top)
    address = next(found, None)
    return Addressee(address, count, total) if address and address not in own else None


def recipients_of(item: Item) -> tuple[Counter[str], int]:
    """(messages by hash of each single recipient, messages in all)."""
    behind = Q(sender__item=item, sender__merged_into=None)
    marks = dict(Fingerprint.objects.filter(behind).values_list("digest", "account"))
    accounts = sorted(set(marks.values()))
    if not accounts or sum(trails.weights_of(item.tenant, accounts).values()) > MOST_BYTES:
        return Counter(), 0
    rows = trails.load(item.tenant, accounts)
    if rows is None:
        return Counter(), 0
    codes, found = messages.fingerprints(rows)
    own = {code for code, each in enumerate(found) if each.digest in marks}
    proven = codes.isin(own) & rows["proves"] & rows["is_first"]
    rows = rows[proven & (rows["recipients"] != "")]
    return Counter(singles(rows["recipients"])), len(rows)


def singles(recipients: Iterable[str]) -> Iterator[str]:
    for each in recipients:
        yield from each.split(".")


def known_addresses(tenant: Tenant) -> Iterator[str]:
    """Addresses in lower case that something else than mail names, each once."""
    told = Setting.objects.filter(report__tenant=tenant, scope=Setting.Scope.MAILBOX)
    assets = KnownAsset.objects.filter(tenant=tenant)
    sources = (
        Account.objects.filter(tenant=tenant).values_list("name", flat=True),
        told.order_by().values_list("subject", flat=True).distinct(),
        Item.objects.filter(tenant=tenant).exclude(owner="").values_list("owner", flat=True),
        *(
            assets.order_by().values_list(name, flat=True).distinct()
            for name in ("owner", "contact")
        ),
        Site.objects.filter(tenant=tenant).values_list("contact", flat=True),
    )
    yield from dict.fromkeys(
        text.strip().lower() for source in sources for text in source if "@" in text
    )
