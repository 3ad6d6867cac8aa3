"""Collects what `health` looks at."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Max

from inventory.intake.collect import sources_of
from inventory.microsoft.advice import advise
from inventory.models import Connection, DeviceReply, KnownAsset, Pull, Report, Submission, Tenant
from inventory.models.tenant import ScopedQuerySet
from inventory.readers import SIGN_INS
from inventory.sources.catalogue import OTHER, SOURCES
from inventory.sources.health import Asked, Facts, Health, Told, assess

BY_READER = {
    reader: source.name for source in SOURCES for reader in source.readers if reader not in SIGN_INS
}
BY_PULL = {source.pull: source.name for source in SOURCES if source.pull}
BACKGROUND = "background_sign_ins"


def health(tenant: Tenant, now: dt.datetime) -> list[Health]:
    """All sources, each with how it is; in a fixed number of queries."""
    told, asked = told_by(tenant), asked_of(tenant)
    collected = collected_from(tenant)
    return [
        assess(
            source,
            Facts(
                tuple(told[source.name]),
                tuple(asked[source.pull]) if source.pull else (),
                None if collected is None else source.pull in collected,
            ),
            now,
        )
        for source in (*SOURCES, *([OTHER] if told[OTHER.name] else []))
    ]


def collected_from(tenant: Tenant) -> set[str] | None:
    connection = Connection.objects.filter(tenant=tenant).first()
    return {str(source) for source in sources_of(connection)} if connection else None


def told_by(tenant: Tenant) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    name_of = Names(tenant)
    reports = Report.objects.filter(tenant=tenant).exclude(state__in=Report.GONE)
    for report in reports.exclude(state=Report.State.SKIPPED).order_by("pk"):
        if name := name_of(report):
            found[name].append(told_in(report))
    found["scripts"] = list(scans(tenant))
    return found


class Names:
    """Which source a report is of."""

    def __init__(self, tenant: Tenant) -> None:
        self.assets = reports_of(KnownAsset.objects.filter(tenant=tenant))
        self.replies = reports_of(DeviceReply.objects.filter(tenant=tenant))
        pulls = Pull.objects.filter(tenant=tenant).exclude(report=None)
        self.pulled = dict(pulls.values_list("report", "source"))

    def __call__(self, report: Report) -> str:
        """ "" for what is of none of them, such as settings that are not asked for here."""
        if report.pk in self.pulled:
            return BY_PULL[self.pulled[report.pk]]
        if report.reader in SIGN_INS:
            return BACKGROUND if "noninteractive" in squeezed(report.file_name) else "sign_ins"
        if report.pk in self.assets:
            return "assets"
        if report.pk in self.replies:
            return "replies"
        if not report.reader and report.state == Report.State.REFUSED:
            return OTHER.name
        return BY_READER.get(report.reader, "")


def reports_of(rows: ScopedQuerySet) -> set[int]:
    return set(rows.order_by().values_list("report", flat=True).distinct())


def squeezed(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def told_in(report: Report) -> Told:
    return Told(
        name=report.file_name,
        at=report.read_at or report.received_at,
        state=report.state,
        first_on=report.period_start.date() if report.period_start else None,
        last_on=report.period_end.date() if report.period_end else None,
        row_count=report.row_count,
        rejected_count=report.rejected_count,
        account_count=report.account_count,
        is_cut=bool(report.cut_reasons),
        asks_date_order=report.asks_date_order,
        asks_columns=report.asks_columns,
        refusal=report.refusal,
    )


def scans(tenant: Tenant) -> Iterator[Told]:
    """One entry for each folder that was scanned, as of when something was last found or gone."""
    places = Submission.objects.filter(tenant=tenant).order_by().values_list("root")
    for root, found_at, gone_at in places.annotate(Max("found_at"), Max("gone_at")):
        yield Told(root, max(filter(None, (found_at, gone_at))), row_count=1)


def asked_of(tenant: Tenant) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = defaultdict(list)
    for pull in Pull.objects.filter(tenant=tenant).select_related("report").order_by("pk"):
        is_taken_back = pull.report is not None and pull.report.state != Report.State.READ
        found[pull.source].append(
            Asked(
                at=pull.finished_at or pull.created_at,
                state="unread" if pull.state == Pull.State.DONE and is_taken_back else pull.state,
                first_on=pull.window_start.date() if pull.window_start else None,
                last_on=pull.window_end.date() if pull.window_end else None,
                error=pull.error,
                todo=advise(pull.error, pull.source) if pull.error else "",
            )
        )
    return found
