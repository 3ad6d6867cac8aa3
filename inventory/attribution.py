"""Which sender and item each message of a detail report belongs to, from what is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from inventory.intake import reading
from inventory.models import Account, Fingerprint, Sender, Tenant
from inventory.senders import messages, trails
from inventory.senders.linking import LINKED_FROM

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
    known = Known(tenant)
    seen: set[int] = set()
    for rows, trail in reading.messages(path, context):
        columns = (rows["message_id"], rows["account"], rows["address"], rows["row_key"])
        senders = known.senders(trail)
        for message_id, account, address, key, sender in zip(*columns, senders, strict=True):
            if key in seen:
                continue
            seen.add(key)
            yield [message_id, account, address, *described(sender)]


class Known:
    """Which sender a message is of: as its own stored trail says, else as its marks do."""

    MARKS = ("account", "shape", "host", "tls_version", "tls_cipher", "address")

    def __init__(self, tenant: Tenant) -> None:
        stored = Fingerprint.objects.filter(tenant=tenant).exclude(sender=None)
        rows = list(stored.select_related("sender__item"))
        self.by_digest = {row.digest: row.sender for row in rows}
        self.by_message = self._by_message(tenant)
        self.by_marks: dict[tuple[str, ...], set[Sender]] = {}
        for row in rows:
            marks: tuple[str, ...] = (row.account, row.message_id_shape, row.message_id_host)
            marks += (row.tls_version, row.tls_cipher, row.address)
            for length in (3, 5, 6):
                self.by_marks.setdefault(marks[:length], set()).add(row.sender)

    def _by_message(self, tenant: Tenant) -> dict[tuple[str, int], int]:
        rows = trails.load(tenant)
        if rows is None:
            return {}
        codes, marks = messages.fingerprints(rows)
        digests = [each.digest for each in marks]
        keys = zip(rows["account"], rows["key"].tolist(), strict=True)
        return {key: digests[code] for key, code in zip(keys, codes, strict=True)}

    def senders(self, trail: pd.DataFrame) -> Iterator[Sender | None]:
        marks = zip(*(trail[name] for name in self.MARKS), strict=True)
        for key, its in zip(trail["key"].tolist(), marks, strict=True):
            digest = self.by_message.get((its[0], key))
            yield self.by_digest.get(digest) or self._by_marks(its)

    def _by_marks(self, marks: tuple[str, ...]) -> Sender | None:
        """The one sender that the marks allow, if it is one."""
        for length in (3, 5, 6):
            found = self.by_marks.get(marks[:length], set())
            if len(found) == 1:
                return next(iter(found))
        return None


def described(sender: Sender | None) -> list[str]:
    if sender is None:
        return ["", "", "", "0"]
    item = sender.item
    kind = (item.kind if item else "") or sender.kind
    return [
        f"S{whole(sender)}",
        item.name if item else "",
        kind,
        f"{sender.link_confidence / 100:g}",
    ]


def whole(sender: Sender) -> int:
    """One number for all senders that are one thing under several From addresses."""
    is_one = sender.one_with_id is not None and sender.one_confidence >= LINKED_FROM
    return int(sender.one_with_id if is_one else sender.pk)  # type: ignore[arg-type]
