"""Which sender and item each message of a detail report belongs to, from what is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from inventory import reading
from inventory.models import Account, Fingerprint, Sender, Tenant

COLUMNS = ["message_id", "account", "ip", "sender", "item", "kind", "confidence"]


def attribute(tenant: Tenant, path: Path, today: dt.date) -> Iterator[list[str]]:
    """A row in the COLUMNS order for each message; blank where nothing is known of it.

    Confidence is a share from 0 to 1. Raises NotThisReport for anything but a detail report.
    """
    accounts = Account.objects.filter(tenant=tenant).values_list("name", flat=True)
    context = reading.Context(
        file_name=path.name,
        received_on=today,
        domains=frozenset(tenant.domains),
        proven=frozenset(accounts),
    )
    senders = senders_by_digest(tenant)
    seen: set[int] = set()
    for rows, fingerprints in reading.messages(path, context):
        columns = (rows["message_id"], rows["account"], rows["address"], rows["row_key"])
        for message_id, account, address, key, marks in zip(*columns, fingerprints, strict=True):
            if key in seen:
                continue
            seen.add(key)
            yield [message_id, account, address, *described(senders.get(marks.digest))]


def senders_by_digest(tenant: Tenant) -> dict[int, Sender]:
    fingerprints = Fingerprint.objects.filter(tenant=tenant).exclude(sender=None)
    rows = fingerprints.select_related("sender__item")
    return {row.digest: row.sender for row in rows if row.sender is not None}


def described(sender: Sender | None) -> list[str]:
    if sender is None:
        return ["", "", "", "0"]
    item = sender.item
    kind = (item.kind if item else "") or sender.kind
    return [f"S{sender.pk}", item.name if item else "", kind, f"{sender.link_confidence / 100:g}"]
