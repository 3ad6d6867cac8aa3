"""Whatever report comes first, the inventory is the same in the end.

Only keys are not: the letters that tell items of one name apart are drawn from what was known of a
sender when it was first seen, and stay.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from inventory.models import Item, KnownAsset, Sender, Tenant
from inventory.senders.naming import LETTERS, MARK_LENGTH
from tests.inventory import odd_tenants, strange_tenants
from tests.inventory.odd_tenants import Mail
from tests.inventory.test_ingest import HEADER, take

pytestmark = pytest.mark.django_db

MARKS = re.compile(rf"[{LETTERS}]{{{MARK_LENGTH}}}(?=\))")
TRACE = ["Received", "SenderAddress", "RecipientAddress", "Subject", "FromIP", "Size", "MessageId"]
Files = dict[str, bytes]


# -- what an organisation exports --------------------------------------------------------------


def files_of(mails: list[Mail]) -> Files:
    """Reports that overlap, traces of some weeks, and lists of sites and devices."""
    mails = sorted(mails, key=lambda mail: mail.at)
    third = len(mails) // 3
    return {
        "first.csv": detail(mails[: 2 * third]),
        "second.csv": detail(mails[third:]),
        "early-trace.csv": trace(mails[:third]),
        "late-trace.csv": trace(mails[-third:]),
        "sites.csv": sites(mails),
        "devices.csv": devices(mails),
    }


def detail(mails: Iterable[Mail]) -> bytes:
    def line(mail: Mail) -> str:
        name, _, domain = mail.account.partition("@")
        at = f"{mail.at:%Y-%m-%dT%H:%M:%SZ}"
        return ",".join(
            [at, name, domain, mail.auth, mail.address, *mail.tls, "1", f"<{mail.message_id}>"]
        )

    return "\r\n".join([HEADER, *map(line, mails), ""]).encode("utf-16-le")


def trace(mails: Iterable[Mail]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(TRACE)
    for mail in mails:
        for to in mail.recipients:
            at = f"{mail.at:%Y-%m-%dT%H:%M:%S}.0000000"
            told = (mail.subject, mail.address, mail.size, f"<{mail.message_id}>")
            rows.writerow([at, mail.account, to, *told])
    return text.getvalue().encode()


def sites(mails: list[Mail]) -> bytes:
    usual = Counter(mail.address for mail in mails if ":" not in mail.address).most_common(4)
    rows = [f"Site {n},City {n},NO,{address}" for n, (address, _) in enumerate(usual)]
    return "\n".join(["Site,City,Country,Public IP", *rows, ""]).encode()


def devices(mails: list[Mail]) -> bytes:
    hosts = sorted({mail.message_id.rpartition("@")[2] for mail in mails})
    names = [host for host in hosts if "." not in host][::2]
    rows = [
        f"{name.upper()},S{n:07},,10.0.0.{n % 250},Site {n % 4}," for n, name in enumerate(names)
    ]
    return "\n".join(["Hostname,Serial,MAC,IP,Site,Owner", *rows, ""]).encode()


# -- what is kept of it ------------------------------------------------------------------------


def inventory_of(name: str, files: Files, order: list[str]) -> list[str]:
    tenant = Tenant.objects.create(name=name)
    for file in order:
        assert take(tenant, files[file], file).state == "read", file
    told = [*map(told_of_item, items_of(tenant)), *map(told_of_sender, senders_of(tenant))]
    told += map(told_of_row, KnownAsset.objects.filter(tenant=tenant).select_related("item"))
    return sorted(MARKS.sub("*", " | ".join(map(str, each))) for each in told)


def items_of(tenant: Tenant) -> Iterable[Item]:
    return Item.objects.filter(tenant=tenant).select_related("site", "device", "script")


def senders_of(tenant: Tenant) -> Iterable[Sender]:
    return Sender.objects.filter(tenant=tenant).select_related("item", "account", "one_with")


def told_of_item(item: Item) -> list[Any]:
    part: Any = getattr(item, item.category)
    own = [getattr(part, name, "") for name in ("host_name", "vendor", "library", "serial_number")]
    counts = [item.message_count, item.cadence, item.last_basic_at]
    return ["item", item.category, item.name, item.kind, item.site, *own, *counts]


def told_of_sender(sender: Sender) -> list[Any]:
    item: Any = sender.item
    link = [sender.link, sender.link_confidence, sender.link_reason, sender.doubt]
    one = [sender.one_with, sender.one_confidence]
    counts = [sender.message_count, sender.fingerprints.count()]
    return ["sender", sender.name, sender.kind, item.category, item, *link, *one, *counts]


def told_of_row(row: KnownAsset) -> list[Any]:
    return ["row", row.host_name, row.item, row.match, row.match_confidence, row.match_reason]


@pytest.mark.parametrize(
    "mails",
    [
        lambda: odd_tenants.tenant(61),
        lambda: strange_tenants.tenant(62),
    ],
    ids=["odd", "strange"],
)
def test_comes_to_the_same_in_any_order(mails: Callable[[], list[Mail]]) -> None:
    files = files_of(mails())
    usual = inventory_of("As they are named", files, sorted(files))
    assert len(usual) > 20
    for seed in range(3):
        order = sorted(files)
        random.Random(seed).shuffle(order)
        assert inventory_of(f"Order {seed}", files, order) == usual, order
