"""Questions to the tracker that more than one edge asks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Model, Q, QuerySet, Sum

from inventory.models import Item, Report, Sender, Tenant
from inventory.readers import PROVING
from tracker.models import Cutover, Deadline

Status = Cutover.Status
CLOSED = (Status.VERIFIED, Status.RETIRED)
"""Nothing is left to do."""
NOT_LATE = (*CLOSED, Status.CUT_OVER, Status.WAIVED)
"""What a passed due date does not make overdue: done, only to be verified, or allowed to wait."""


@dataclass(frozen=True)
class Standing:
    """Where some tenants stand on a day. Counts, not rows."""

    reports: dict[str, int]
    """Reports by state, every state named."""
    rows_accepted: int
    rows_rejected: int
    covered_from: dt.datetime | None
    """Where the reports of SMTP AUTH begin; None when that is not known."""
    covered_until: dt.datetime | None
    """To when they reach for every tenant that has any; None when none was read."""
    unknown: int
    """Tenants without any report of SMTP AUTH: their numbers are not zero, but not known."""
    senders: int
    items: dict[str, int]
    """By category, every category named."""
    cutovers: dict[str, int]
    """By status, every status named, in the order of the workflow."""
    overdue: int
    without_owner: int
    """Open cutovers that nobody owns."""
    deadline: Deadline | None
    """The next one by which Basic has to be gone; None when none is known."""
    today: dt.date

    @property
    def open(self) -> int:
        return sum(count for status, count in self.cutovers.items() if status not in CLOSED)

    @property
    def days_left(self) -> int | None:
        if self.deadline is None or self.deadline.on is None:
            return None
        return (self.deadline.on - self.today).days

    @property
    def is_known(self) -> bool:
        """Whether any report of SMTP AUTH was read; without one, nothing seen means nothing."""
        return self.covered_until is not None


def standing(tenants: QuerySet[Tenant], today: dt.date) -> Standing:
    """Counts over the tenants, in a fixed number of queries."""
    ids = list(tenants.values_list("pk", flat=True))
    reports = Report.objects.filter(tenant__in=ids)
    read = reports.filter(state=Report.State.READ)
    rows = read.aggregate(accepted=Sum("accepted_count"), rejected=Sum("rejected_count"))
    covered = [
        (first, last)
        for first, last in read.filter(reader__in=PROVING)
        .order_by("tenant")
        .values_list("tenant")
        .annotate(first=Min("period_start"), last=Max("period_end"))
        .values_list("first", "last")
        if last is not None
    ]
    cutovers = Cutover.objects.filter(item__tenant__in=ids)
    return Standing(
        reports=counted(reports, "state", Report.State.values),
        rows_accepted=rows["accepted"] or 0,
        rows_rejected=rows["rejected"] or 0,
        covered_from=min((first for first, _ in covered if first), default=None),
        covered_until=min((last for _, last in covered), default=None),
        unknown=len(ids) - len(covered),
        senders=Sender.objects.filter(tenant__in=ids, merged_into=None).count(),
        items=counted(Item.objects.filter(tenant__in=ids), "category", Item.Category.values),
        cutovers=counted(cutovers, "status", Status.values),
        overdue=overdue(cutovers, today).count(),
        without_owner=cutovers.exclude(status__in=CLOSED).filter(owner="").count(),
        deadline=next_deadline(ids, today),
        today=today,
    )


def overdue(cutovers: QuerySet[Cutover], today: dt.date) -> QuerySet[Cutover]:
    """Those whose due date has passed without a cut, a waiver or the item's end."""
    return cutovers.filter(due_on__lt=today).exclude(status__in=NOT_LATE)


def counted(rows: QuerySet[Model], field: str, names: list[str]) -> dict[str, int]:
    pairs = rows.order_by(field).values_list(field).annotate(count=Count("pk"))
    return dict.fromkeys(names, 0) | {str(value): count for value, count in pairs}


def next_deadline(tenants: list[int], today: dt.date) -> Deadline | None:
    shared = Q(tenant=None) | Q(tenant__in=tenants)
    binding = Deadline.objects.filter(shared, is_binding=True, on__gte=today)
    return binding.order_by("on", "pk").first()
