"""Takes an import back: what the report said, and what nothing else led to.

Two steps, for other reports may hold the same rows and had left them to this one. `remove` takes
the report's rows back and queues those reports; `settle` draws the consequences once they are read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import CASCADE, Max, Min, Q, Sum
from django.utils import timezone

from inventory import events
from inventory.assets import matches as asset_matches
from inventory.exchange.sign_ins import attach, tell_last_basic
from inventory.intake import device_replies
from inventory.intake.ingest import forget
from inventory.models import (
    Account,
    CountedDay,
    DeviceReply,
    Fingerprint,
    KnownAsset,
    Observation,
    Report,
    Sender,
    Setting,
    SignIn,
    Tenant,
    Trail,
)
from inventory.models.tenant import ScopedQuerySet
from inventory.nudge import nudge
from inventory.queries import unproven_traffic
from inventory.readers import PROVING, READERS, SIGN_INS, family_of, smtp_replies
from inventory.senders import orphans, touched
from inventory.senders.discovery import link_many
from inventory.senders.keeping import KEPT, refresh_items
from inventory.sites import Sites

State = Report.State
UNREAD = (State.RECEIVED, State.READING)
ANOTHER_ORGANISATION = "of another organisation"


@dataclass(frozen=True)
class Preview:
    """What goes with a report."""

    message_count: int
    account_count: int
    sign_in_count: int
    setting_count: int
    asset_count: int
    reply_count: int
    read_again: list[str]
    """Names of the reports that are read again, for they may hold the same rows."""


def preview(report: Report) -> Preview:
    def count(model: Any) -> int:
        return int(model.objects.filter(report=report).count())

    observed = Observation.objects.filter(report=report)
    proven_count = observed.aggregate(total=Sum("message_count"))["total"] or 0
    others = [rows for _, rows in unproven_traffic(report.tenant, report)]
    accounts = accounts_of(report).union(*(rows["account"] for rows in others))
    return Preview(
        message_count=proven_count + sum(int(rows["message_count"].sum()) for rows in others),
        account_count=len(accounts),
        sign_in_count=count(SignIn),
        setting_count=count(Setting),
        asset_count=count(KnownAsset),
        reply_count=count(DeviceReply),
        read_again=list(overlapping(report).values_list("file_name", flat=True)),
    )


def remove(report: Report, by: AbstractBaseUser | None = None) -> bool:
    """Take a report back, whatever state it is in; False when somebody else has already.

    Its row stays to tell who did it; the same file can be imported again.
    """
    with transaction.atomic():
        taken = Report.objects.filter(pk=report.pk).exclude(state__in=Report.GONE)
        if not taken.update(
            state=State.REMOVING,
            claim=None,
            asks_date_order=False,
            asks_columns=False,
            removed_at=timezone.now(),
            removed_by_id=by.pk if by else None,
        ):
            return False
        Tenant.objects.select_for_update().get(pk=report.tenant_id)
        names = accounts_of(report)
        aftermath: dict[str, Any] = {
            "items": items_behind(report.tenant, names),
            "reports": queue_again(overlapping(report)),
        }
        before = Sites(report.tenant)
        take_back(report)
        moved = touched.at_moved_sites(report.tenant, before)
        aftermath["accounts"] = sorted(names | moved)
        Report.objects.filter(pk=report.pk).update(aftermath=aftermath)
    settle(report.pk)
    report.refresh_from_db()
    return True


def accounts_of(report: Report) -> set[str]:
    """Those whose counts rest on the report."""
    observed = Observation.objects.filter(report=report).order_by()
    return {
        *Trail.objects.filter(report=report).values_list("account", flat=True),
        *observed.values_list("fingerprint__account", flat=True).distinct(),
        *SignIn.objects.filter(report=report).order_by().values_list("name", flat=True).distinct(),
    }


def items_behind(tenant: Tenant, accounts: set[str]) -> list[int]:
    senders = Sender.objects.filter(tenant=tenant, account__name__in=accounts, item__isnull=False)
    return sorted(set(senders.values_list("item", flat=True)))


def overlapping(report: Report) -> ScopedQuerySet:
    """Reports that may hold rows which only this one counted: it was the first to tell them.

    Even one without a duplicate row: its rows may be further recipients of a message.
    """
    if report.reader == smtp_replies.NAME:
        return device_replies.overlapping(report)
    if report.reader not in READERS:
        return Report.objects.none()
    counted = CountedDay.objects.filter(report=report)
    days: dict[str, dt.date | None] = counted.aggregate(first=Min("day"), last=Max("day"))
    if days["first"] is None or days["last"] is None:
        return Report.objects.none()
    # A message in a trace can have rows on both sides of midnight.
    beside = dt.timedelta(days=report.reader not in PROVING | SIGN_INS)
    start = midnight(days["first"] - beside)
    end = midnight(days["last"] + beside + dt.timedelta(days=1))
    return Report.objects.filter(
        Q(period_start=None) | Q(period_start__lt=end),
        tenant=report.tenant_id,
        state=State.READ,
        reader__in=family_of(report.reader),
        period_end__gte=start,
    ).exclude(pk=report.pk)


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def queue_again(reports: ScopedQuerySet) -> list[int]:
    """Queue these for another reading; what they say stands until then. Returns their keys."""
    queued = []
    for pk in list(reports.values_list("pk", flat=True)):
        waiting = Report.objects.filter(pk=pk, state__in=(State.READ, State.REFUSED))
        if waiting.update(state=State.RECEIVED, refusal="", attempt_count=0):
            nudge("inventory.read_report", pk)
            queued.append(pk)
    return queued


def take_back(report: Report) -> None:
    """Everything that hangs on the report, whatever kind of row it is."""
    forget(report)
    for relation in Report._meta.related_objects:
        if relation.on_delete is CASCADE:
            rows: Any = relation.related_model
            rows._default_manager.filter(**{relation.field.name: report.pk}).delete()


# -- consequences ------------------------------------------------------------------------------


def settle(report_id: int) -> bool:
    """Recompute what a removed report led to; False while reports are yet to be read again."""
    report = Report.objects.filter(pk=report_id, state=State.REMOVING).first()
    if report is None or is_waiting(report):
        return False
    if report.content:
        report.content.storage.delete(report.content.name)
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=report.tenant_id)
        done = {"state": State.REMOVED, "aftermath": {}, "content": "", "learned_domains": []}
        standing = Report.objects.filter(pk=report_id, state=State.REMOVING)
        if not standing.update(**done):
            return False
        happened = relink(tenant, report.aftermath["accounts"])
        asset_matches.match(tenant)
        unlearn(tenant, report)
        left = prune(tenant, report.aftermath)
        by = report.removed_by.get_username() if report.removed_by else ""
        told = {"file": report.file_name, "by": by, "orphans": left}
        events.record_all([*happened, ("report.removed", report.pk, told)], tenant)
    return True


def is_waiting(report: Report) -> bool:
    again = Report.objects.filter(pk__in=report.aftermath.get("reports", []), state__in=UNREAD)
    return bool(again.exists())


def sweep() -> int:
    """Settle what waited for other reports, or what a dead process left; returns how many."""
    waiting = Report.objects.filter(state=State.REMOVING).values_list("pk", flat=True)
    return sum(settle(pk) for pk in list(waiting))


def relink(tenant: Tenant, accounts: list[str]) -> Iterable[events.Happened]:
    """Link what is left of these accounts; what a person settled stays, with what was seen of it
    now."""
    marks = Fingerprint.objects.filter(tenant=tenant, account__in=accounts, is_pinned=False)
    marks.filter(observations=None).delete()
    happened = link_many(tenant, accounts)
    unseen = Sender.objects.filter(account__tenant=tenant, account__name__in=accounts)
    blank = Sender()
    unseen.filter(fingerprints=None).update(**{name: getattr(blank, name) for name in KEPT})
    return happened


def prune(tenant: Tenant, aftermath: dict[str, Any]) -> list[int]:
    """Drop the items that nothing explains any more; returns those that others have to let go."""
    names = aftermath["accounts"]
    accounts = list(Account.objects.filter(tenant=tenant, name__in=names))
    candidates = {*aftermath["items"], *(account.pk for account in accounts)}
    refresh_items(candidates)
    attach(tenant)
    tell_last_basic(tenant)
    left = orphans.drop(tenant, candidates)
    forget_unproven(tenant, names)
    return left


def forget_unproven(tenant: Tenant, names: list[str]) -> None:
    """Of accounts that are proven no more, traces keep next to nothing: they are read again."""
    known = set(
        Account.objects.filter(tenant=tenant, name__in=names).values_list("name", flat=True)
    )
    unproven = set(names) - known
    trails = Trail.objects.filter(report__tenant=tenant, account__in=unproven)
    reports = set(trails.values_list("report", flat=True))
    trails.delete()
    marks = Fingerprint.objects.filter(tenant=tenant, account__in=unproven, is_pinned=False)
    marks.filter(observations__report__in=reports).delete()
    queue_again(Report.objects.filter(pk__in=reports, state=State.READ))


def unlearn(tenant: Tenant, report: Report) -> None:
    """Take back the domains that the tenant has from this report, unless another tells of them.

    What was refused for being of another organisation may be of this one then.
    """
    gone = set()
    for domain in report.learned_domains:
        if heir := teller_of(tenant, domain):
            heir.learned_domains = sorted({*heir.learned_domains, domain})
            heir.save(update_fields=["learned_domains"])
        else:
            gone.add(domain)
    if gone & set(tenant.domains):
        tenant.domains = [name for name in tenant.domains if name not in gone]
        tenant.save(update_fields=["domains"])
        refused = Report.objects.filter(tenant=tenant, state=State.REFUSED)
        queue_again(refused.filter(refusal__contains=ANOTHER_ORGANISATION))


def teller_of(tenant: Tenant, domain: str) -> Report | None:
    """A report from which the tenant would have learned this domain."""
    ending = f"@{domain}"
    observed = Observation.objects.filter(
        report__tenant=tenant, report__reader__in=PROVING, fingerprint__account__endswith=ending
    )
    told = Setting.objects.filter(
        report__tenant=tenant,
        report__reader="cas_mailbox",
        scope=Setting.Scope.MAILBOX,
        subject__endswith=ending,
    )
    rows: Iterable[Any] = (observed.order_by().first(), told.first())
    return next((row.report for row in rows if row is not None), None)
