"""Stores what a scan of source files found: Script items, and the places in them that submit mail.

Only what logs in to Exchange Online, or may, becomes an item. Runs in one transaction; a scan of
the same folder with the same result changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from inventory import events
from inventory.events import Happened
from inventory.models import Account, Script, Submission, Tenant
from inventory.scripts import Finding
from inventory.scripts.hosts import is_exchange_online
from inventory.senders.keeping import refresh_items
from inventory.senders.script_links import link_scripts
from inventory.senders.settling import discovered

KEYS = ("line", "technique", "mail_host", "login", "login_source", "auth")

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Stored:
    """Counts of what a scan changed."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    back: int = 0


def is_login(finding: Finding) -> bool:
    """Whether it logs in to Exchange Online, or to a server that is not known."""
    return finding.auth in ("basic", "oauth") and (
        is_exchange_online(finding.host) or not finding.host
    )


def store(
    tenant: Tenant, findings: Iterable[Finding], root: str, host: str, now: dt.datetime
) -> Stored:
    """Make the tenant's items say what is in this folder of this host now."""
    by_path: dict[str, list[Row]] = defaultdict(list)
    for finding in findings:
        if is_login(finding):
            by_path[finding.path[:500]].append(row_of(finding))
    with transaction.atomic():
        Tenant.objects.select_for_update().get(pk=tenant.pk)
        return Shelf(tenant, root[:500], host[:255], now).settle(by_path)


def row_of(finding: Finding) -> Row:
    return {
        "line": finding.line,
        "technique": finding.technique[:60],
        "mail_host": finding.host[:255],
        "login": finding.account[:320],
        "login_source": finding.account_source[:520],
        "auth": finding.auth,
    }


class Shelf:
    """The items of one folder on one host."""

    def __init__(self, tenant: Tenant, root: str, host: str, now: dt.datetime) -> None:
        self.tenant, self.root, self.host, self.now = tenant, root, host, now
        self.happened: list[Happened] = []
        self.accounts = dict(Account.objects.filter(tenant=tenant).values_list("name", "pk"))
        self.known: dict[str, list[Submission]] = defaultdict(list)
        rows = Submission.objects.filter(tenant=tenant, root=root, script__host_name=host)
        for row in rows.select_related("script"):
            self.known[row.path].append(row)

    def settle(self, by_path: dict[str, list[Row]]) -> Stored:
        counts = {"new": 0, "changed": 0, "gone": 0, "back": 0}
        for path in sorted({*by_path, *self.known}):
            outcome = self.settle_file(path, by_path.get(path, []))
            if outcome:
                counts[outcome] += 1
        found = link_scripts(self.tenant)
        refresh_items(data["item_id"] for _, _, data in found)
        events.record_all([*self.happened, *found], self.tenant)
        return Stored(**counts)

    def settle_file(self, path: str, rows: list[Row]) -> str:
        """What became of a file: new, changed, gone, back or nothing."""
        known = self.known.get(path, [])
        if not known:
            script = self.new_script(path, rows[0])
            self.add(script, path, rows)
            return "new"
        script = known[0].script
        current = [row for row in known if row.gone_at is None]
        if not rows:
            return self.lose(script, path, current) if current else ""
        self.link(current)
        if sorted(map(row_key, rows)) == sorted(submission_key(row) for row in current):
            return ""
        self.replace(script, path, rows, known)
        return "changed" if current else "back"

    def new_script(self, path: str, row: Row) -> Script:
        name = self.free_name(path)
        script = Script.objects.create(
            tenant=self.tenant,
            name=name,
            kind=Script.Kind.SCRIPT,
            host_name=self.host,
            path=path,
            library=str(row["technique"]),
        )
        self.happened.append(discovered(script))
        return script

    def free_name(self, path: str) -> str:
        """The path, with the host; with the folder too where another folder has such a file."""
        short = f"{self.host}:{path}" if self.host else path
        folder = self.root.replace("\\", "/").rstrip("/").rpartition("/")[2]
        names = [
            short,
            f"{short} ({folder})",
            *(f"{short} ({folder}, {n})" for n in range(2, 1000)),
        ]
        names = [name[-320:] for name in names]
        taken = set(
            Script.objects.filter(tenant=self.tenant, name__in=names).values_list("name", flat=True)
        )
        return next(name for name in names if name not in taken)

    def add(self, script: Script, path: str, rows: Iterable[Row]) -> None:
        Submission.objects.bulk_create(
            Submission(
                tenant=self.tenant,
                script=script,
                root=self.root,
                path=path,
                account_id=self.accounts.get(str(row["login"]).lower()),
                found_at=self.now,
                **row,
            )
            for row in rows
        )

    def replace(self, script: Script, path: str, rows: list[Row], known: list[Submission]) -> None:
        """Keep the places that are as they were, note those that are gone, add the new."""
        left = list(rows)
        for place in known:
            same = next((row for row in left if row_key(row) == submission_key(place)), None)
            if same is not None:
                left.remove(same)
                if place.gone_at is not None:
                    place.gone_at = None
                    place.save(update_fields=["gone_at"])
            elif place.gone_at is None:
                place.gone_at = self.now
                place.save(update_fields=["gone_at"])
        self.add(script, path, left)

    def lose(self, script: Script, path: str, current: list[Submission]) -> str:
        pks = [row.pk for row in current]
        Submission.objects.filter(pk__in=pks).update(gone_at=self.now)
        self.happened.append(("script.gone", script.pk, {"name": script.name, "path": path}))
        return "gone"

    def link(self, places: list[Submission]) -> None:
        """Accounts that reports have proved since the last scan."""
        for place in places:
            pk = self.accounts.get(place.login.lower())
            if place.account_id is None and pk is not None:
                place.account_id = pk
                place.save(update_fields=["account"])


def row_key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[key]) for key in KEYS)


def submission_key(place: Submission) -> tuple[str, ...]:
    return tuple(str(getattr(place, key)) for key in KEYS)
