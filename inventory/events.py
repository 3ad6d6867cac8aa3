"""The outbox. An event is a row of the transaction that made the change; docs/events.md."""

import itertools
import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from celery import current_app
from django.db import connection
from django.utils import timezone

from inventory import bulk
from inventory.models import Event, Tenant
from inventory.nudge import nudge

KINDS = {
    "report.received": "A report has come in and waits to be read.",
    "report.read": "A report was read and its rows are counted.",
    "report.linked": "What traces told that had waited for others is linked.",
    "report.refused": "A report could not be read; nothing was stored from it.",
    "report.removed": "A report was taken back, with what only it had led to.",
    "setting.changed": "A settings export tells another value than the one before it.",
    "report.skipped": "A file came with a report and carries nothing to read.",
    "sender.discovered": "Traffic shows a sender not seen before.",
    "item.discovered": "An item was made for senders that no known item explains.",
    "sender.corrected": "A person confirmed or corrected what is known of senders.",
    "asset.corrected": "A person said which item a known asset is, or is not.",
    "correction.undone": "A person took a correction back.",
    "item.owned": "A person said who owns an item.",
    "item.reclassified": "Later reports tell more of an item: it is taken for something else.",
    "item.left": "No sender is behind an item any more, and the tracker still holds it.",
    "item.linked": "A sender was linked to an item, by the rules or by a person.",
    "script.gone": "A script that submits mail is no longer in the folder where it was found.",
    "cutover.opened": "An item seen with Basic authentication got its cutover.",
    "cutover.moved": "A cutover changed its status.",
    "lock.opened": "A mailbox that refused Basic lets it in again.",
    "cutover.broken": "What was cut over fails since: refused logins, and no success after them.",
    "deadline.moved": "A deadline got another date, and what was due for it moved along.",
    "forecast.slipped": "The pace so far does not keep a date that it kept before.",
    "waiver.asked": "Somebody asked for a delay of a cutover.",
    "waiver.approved": "A delay was approved; the cutover is waived.",
    "waiver.declined": "A delay was declined.",
    "waiver.expired": "A delay is over, decided or not.",
    "mailbox.vouched": "A person said that nothing logs in as a mailbox.",
    "vouch.withdrawn": "A person took back that nothing logs in as a mailbox.",
}


AT_ONCE = 10_000
PUBLISH = "tracker.publish_events"
"""The task that lets events take effect; by name, for the inventory knows nothing of it."""

Happened = tuple[str, int, dict[str, Any]]
"""Kind, primary key of what it is about, and JSON values with no subject and no recipient."""


def record(kind: str, tenant: Tenant, subject_id: int, **data: Any) -> None:
    """Write one event. Call it inside the transaction of the change that it tells of."""
    record_all([(kind, subject_id, data)], tenant)


def record_all(happened: Iterable[Happened], tenant: Tenant) -> None:
    """Write several events in their order."""
    waiting = iter(happened)
    while part := list(itertools.islice(waiting, AT_ONCE)):
        unknown = {kind for kind, _, _ in part} - KINDS.keys()
        if unknown:
            raise ValueError(f"not an event kind: {', '.join(sorted(unknown))}")
        bulk.insert(Event, FIELDS, rows_of(part, tenant))
    nudge(PUBLISH)


FIELDS = ["tenant", "uid", "kind", "subject_id", "data", "occurred_at"]


def rows_of(happened: Iterable[Happened], tenant: Tenant) -> Iterator[tuple[object, ...]]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    is_native = connection.features.has_native_uuid_field
    for kind, subject_id, data in happened:
        uid = uuid.uuid4()
        key = str(uid) if is_native else uid.hex
        yield tenant.pk, key, kind, subject_id, json.dumps(data), now


def publish_now() -> None:
    """Let what is in the outbox take effect here and now, for commands that run by themselves."""
    current_app.autodiscover_tasks(force=True)  # Outside of a worker no task is known yet.
    waiting = -1
    while waiting != (waiting := Event.objects.filter(published_at=None).count()):
        current_app.tasks[PUBLISH]()
