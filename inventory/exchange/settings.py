"""What Exchange and Entra are set to: stored as told, and asked for a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from inventory.events import Happened
from inventory.exchange.reading_settings import SettingsReading, taken_at
from inventory.models import Report, Setting, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import SETTINGS

BATCH = 2_000
Key = tuple[str, str, str]
"""Scope, subject, name."""


@dataclass(frozen=True)
class Told:
    """A value, and the report that told it last."""

    pk: int
    value: str
    taken_at: dt.datetime
    is_dated: bool
    """Whether the file's name tells the day; else it is the day on which the file came in."""


@dataclass
class Snapshot:
    """The settings of a tenant as they stood; a name is absent where nothing told it."""

    organisation: dict[str, str] = field(default_factory=dict)
    policies: dict[str, dict[str, str]] = field(default_factory=dict)
    mailboxes: dict[str, dict[str, str]] = field(default_factory=dict)
    later: dt.datetime | None = None
    """Set when undated exports had to be taken that came in after the moment asked for."""


# -- storing -----------------------------------------------------------------------------------


def store_settings(tenant: Tenant, report: Report, found: SettingsReading) -> list[Happened]:
    """Store what the export told; the events of what has changed since it was last told."""
    moment = found.taken_at or report.received_at
    before = latest(Setting.objects.filter(report__tenant=tenant, report__reader=found.reader))
    rows = Setting.objects.bulk_create(
        [
            Setting(
                report=report,
                scope=each.scope,
                subject=each.subject,
                name=each.name,
                value=each.value,
            )
            for each in found.settings
        ],
        batch_size=BATCH,
    )
    return [event for row in rows for event in changed(row, before, moment)]


def changed(row: Setting, before: dict[Key, Told], moment: dt.datetime) -> Iterable[Happened]:
    """Nothing for what is told for the first time, stayed as it was, or was told later already."""
    known = before.get((row.scope, row.subject, row.name))
    if known is None or known.value == row.value or known.taken_at > moment:
        return
    data = {
        "scope": row.scope,
        "subject": row.subject,
        "name": row.name,
        "was": known.value,
        "value": row.value,
        "is_relaxed": is_relaxed(row.name, known.value, row.value),
        "after": known.taken_at.isoformat(),
        "by": moment.isoformat(),
    }
    yield "setting.changed", row.pk, data


STRICTNESS = {
    "smtp_auth_disabled": ("false", "", "true"),
    "allow_basic_smtp": ("true", "false"),
    "security_defaults": ("false", "true"),
    "account_disabled": ("false", "true"),
    "allow_legacy_tls": ("true", "false"),
    "reject_direct_send": ("false", "true"),
}
"""Values of a setting from open to closed."""


def is_relaxed(name: str, was: str, now: str) -> bool | None:
    """Whether the change lets more in; None when that depends on more than the value."""
    order = STRICTNESS.get(name, ())
    if was in order and now in order:
        return order.index(now) < order.index(was)
    return True if name.endswith("authentication_policy") and not now else None


def tells_news(report: Report, file_name: str, now: dt.datetime) -> bool:
    """Whether the same export, come in again, tells of a change back to what it said before.

    Exports of settings are equal when the settings are: on, off and on again gives the first file
    a second time.
    """
    if report.reader not in SETTINGS:
        return False
    moment = taken_at(file_name) or now
    settings = Setting.objects.filter(report__tenant=report.tenant_id, report__reader=report.reader)
    standing = latest(settings)
    return any(
        standing[key].value != told.value and standing[key].taken_at < moment
        for key, told in told_in(settings.filter(report=report))
    )


# -- asking ------------------------------------------------------------------------------------


def snapshot(tenant: Tenant, moment: dt.datetime) -> Snapshot:
    """What was set at the moment, by the latest export that told each value.

    An export that does not tell when it was taken counts from when it came in. Where nothing
    else is there, a later one is taken all the same and `later` says so.
    """
    settings = Setting.objects.filter(report__tenant=tenant, report__state=Report.State.READ)
    found = Snapshot()
    for reader in SETTINGS:
        of_reader = settings.filter(report__reader=reader)
        told = latest(of_reader.filter(report__period_end__lte=moment))
        if not told:
            told = earliest_undated(of_reader)
            late = [each.taken_at for each in told.values()]
            found.later = max([*late, *([found.later] if found.later else [])], default=None)
        for (scope, subject, name), each in told.items():
            values_of(found, scope, subject)[name] = each.value
    return found


def values_of(found: Snapshot, scope: str, subject: str) -> dict[str, str]:
    if scope == Setting.Scope.ORGANISATION:
        return found.organisation
    place = found.policies if scope == Setting.Scope.POLICY else found.mailboxes
    return place.setdefault(subject, {})


def latest(settings: ScopedQuerySet) -> dict[Key, Told]:
    rows = settings.order_by("report__period_end", "report", "pk")
    return dict(told_in(rows))


def earliest_undated(settings: ScopedQuerySet) -> dict[Key, Told]:
    rows = settings.filter(report__period_start=None)
    ordered = rows.order_by("-report__period_end", "-report", "pk")
    return dict(told_in(ordered))


def told_in(rows: ScopedQuerySet) -> Iterable[tuple[Key, Told]]:
    columns = ("scope", "subject", "name", "pk", "value")
    times = ("report__period_end", "report__period_start")
    for scope, subject, name, pk, value, moment, dated in rows.values_list(*columns, *times):
        yield (scope, subject, name), Told(pk, value, moment, dated is not None)
