"""Notices when what refused Basic does not any more: a change made behind our back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from inventory import events
from inventory.exchange.effective import BASIC_BLOCKED, BLOCKED, Effective
from inventory.exchange.settings import Snapshot, snapshot
from inventory.models import Event, Setting, Tenant
from tracker.lockdown.settings import effective_of, mailboxes_known

NAMED = 20
"""So many of the mailboxes are named in the event; all are counted."""


def tell_opened(changes: Iterable[Event]) -> None:
    """A `lock.opened` for each change after which Basic is let in where it was refused before."""
    together: dict[tuple[int, str, str], list[Event]] = defaultdict(list)
    for change in changes:
        if change.data["is_relaxed"] is not False:
            together[change.tenant_id, change.data["after"], change.data["by"]].append(change)
    for (tenant_id, after, by), relaxed in together.items():
        tenant = Tenant.objects.get(pk=tenant_id)
        was = snapshot(tenant, dt.datetime.fromisoformat(after))
        now = snapshot(tenant, dt.datetime.fromisoformat(by))
        opened = opened_between(was, now)
        happened = [opened_event(change, opened) for change in relaxed]
        events.record_all([event for event in happened if event], tenant)


def opened_between(was: Snapshot, now: Snapshot) -> dict[str, Effective]:
    """{mailbox: what it may do now} of those that were locked and are not any more."""
    found = {}
    for account in sorted(mailboxes_known(was) & mailboxes_known(now)):
        before, after = (
            effective_of(account, told, basic_seen=None, on=dt.date.min) for told in (was, now)
        )
        if is_locked(before) and not is_locked(after):
            found[account] = after
    return found


def is_locked(setting: Effective) -> bool:
    return setting.state in (BLOCKED, BASIC_BLOCKED)


def opened_event(change: Event, opened: dict[str, Effective]) -> events.Happened | None:
    told = change.data
    accounts = [told["subject"]] if told["scope"] == Setting.Scope.MAILBOX else list(opened)
    accounts = [account for account in accounts if account in opened]
    if not accounts:
        return None
    data = {
        **{name: told[name] for name in ("scope", "subject", "name", "was", "value", "by")},
        "mailbox_count": len(accounts),
        "mailboxes": accounts[:NAMED],
        "reason": opened[accounts[0]].reason,
    }
    return "lock.opened", change.subject_id, data
