"""Stores which senders the scripts are that a scan found.

A sender that has no item but its account gets the script as its item: linked, or suggested where
it is doubtful. A sender that has another item keeps it, with the script told beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from inventory.events import Happened
from inventory.models import Fingerprint, Script, Sender, Submission, Tenant
from inventory.senders import script_matching
from inventory.senders.script_matching import FoundScript, ScriptLink, SeenSender

FIELDS = ["script", "script_confidence", "script_reason", "item", "link", "link_reason"]


def link_scripts(tenant: Tenant, accounts: Collection[str] | None = None) -> list[Happened]:
    """Link the scripts found with the senders of these accounts, or of all."""
    places = Submission.objects.filter(tenant=tenant, gone_at=None, account__isnull=False)
    if accounts is not None:
        places = places.filter(account__name__in=list(accounts))
    scripts = scripts_of(places)
    known = Sender.objects.filter(tenant=tenant, merged_into=None).select_related("item", "account")
    if accounts is not None:
        known = known.filter(account__name__in=list(accounts))
    if not scripts and not known.exclude(script=None).exists():
        return []
    named = {script.account for script in scripts}
    rows = [row for row in known if row.script_id or row.account.name in named]
    links = {link.sender: link for link in script_matching.match(scripts, seen(rows))}
    items = Script.objects.in_bulk({link.script for link in links.values()})
    changed, happened = [], []
    for row in rows:
        link = links.get(row.pk)
        if is_told(row, link) and not is_waiting(row, link):
            continue
        row.script_id = link.script if link else None
        row.script_confidence = link.confidence if link else 0
        row.script_reason = link.reason if link else ""
        if link and is_waiting(row, link):
            happened.append(take(row, items[link.script], link))
        changed.append(row)
    Sender.objects.bulk_update(changed, [*FIELDS, "link_confidence"], batch_size=500)
    return happened


def is_told(row: Sender, link: ScriptLink | None) -> bool:
    told = (row.script_id, row.script_confidence, row.script_reason)
    return told == ((link.script, link.confidence, link.reason) if link else (None, 0, ""))


def is_waiting(row: Sender, link: ScriptLink | None) -> bool:
    """Whether the script is the first that could stand behind the sender."""
    if link is None or row.is_settled or link.script in row.rejected_items:
        return False
    return row.item_id in (None, row.account_id)


def take(row: Sender, script: Script, link: ScriptLink) -> Happened:
    row.item = script
    row.link = Sender.Link.INFERRED if link.is_linked else Sender.Link.SUGGESTED
    row.link_reason, row.link_confidence = link.reason, link.confidence
    data = {"sender": row.name, "item_id": script.pk, "item": str(script), "by": ""}
    return "item.linked", row.pk, data


def scripts_of(places: Any) -> list[FoundScript]:
    found: dict[tuple[int, str], dict[str, Any]] = {}
    fields = ("script", "account__name", "script__path", "script__host_name", "technique")
    for script, account, path, host, technique in places.values_list(*fields):
        row = found.setdefault((script, account), {"path": path, "host": host, "techniques": set()})
        row["techniques"].add(technique)
    return [
        FoundScript(script, account, row["path"], row["host"], frozenset(row["techniques"]))
        for (script, account), row in sorted(found.items())
    ]


def seen(senders: list[Sender]) -> list[SeenSender]:
    marks: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = Fingerprint.objects.filter(sender__in=[sender.pk for sender in senders])
    fields = ("sender", "message_id_host", "message_id_shape", "subject_mask")
    for sender, host, shape, subject in rows.values_list(*fields).distinct():
        marks[sender]["hosts"].update([host] if host else [])
        marks[sender]["shapes"].add(shape)
        marks[sender]["subjects"].update([subject] if subject else [])
    return [
        SeenSender(
            pk=sender.pk,
            account=sender.account.name,
            kind=sender.kind,
            hosts=frozenset(marks[sender.pk]["hosts"]),
            shapes=frozenset(marks[sender.pk]["shapes"]),
            subjects=frozenset(marks[sender.pk]["subjects"]),
        )
        for sender in senders
    ]
