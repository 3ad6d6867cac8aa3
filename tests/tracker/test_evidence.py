"""Reports move cutovers: Basic again reopens, silence that is covered verifies."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.events import publish_now
from inventory.models import Device, Tenant
from tests.inventory.test_ingest import take
from tests.tracker.test_lockdown_facts import Sent, daily, detail
from tracker.evidence import Facts, find
from tracker.lockdown import Period, covered
from tracker.models import Cutover, CutoverMove

CUT = dt.date(2026, 9, 1)
DAY = dt.timedelta(days=1)
START = CUT - 80 * DAY
DUE = CUT + 35 * DAY
WHOLE = covered([Period(START, DUE)])


@pytest.mark.parametrize(
    ("facts", "to", "says"),
    [
        (Facts(CUT, basic_since=((CUT + DAY, "203.0.113.9"),)), "in_progress", "203.0.113.9"),
        (
            Facts(CUT, basic_since=((CUT, ""),), oauth_since=(DUE,), coverage=WHOLE),
            "in_progress",
            "no address told",
        ),
        (Facts(CUT, oauth_since=(DUE,), quiet_days=35, coverage=WHOLE), "verified", "OAuth on 1"),
        (
            Facts(CUT, other_since=(DUE,), quiet_days=35, coverage=WHOLE),
            "verified",
            "without SMTP AUTH",
        ),
        (Facts(CUT, quiet_days=35, coverage=WHOLE), "", "new way"),
        (Facts(CUT, oauth_since=(DUE,), quiet_days=36, coverage=WHOLE), "", "up to 2026-10-07"),
        (Facts(CUT, oauth_since=(DUE,), quiet_days=35), "", "no detail report"),
        (
            Facts(
                CUT,
                oauth_since=(DUE,),
                quiet_days=35,
                coverage=covered([Period(START, CUT + 9 * DAY), Period(CUT + 19 * DAY, DUE)]),
                partial=("cut.csv",),
            ),
            "",
            "2026-09-11 to 2026-09-19 (not read whole: cut.csv)",
        ),
    ],
)
def test_finds_what_the_reports_speak_for(facts: Facts, to: str, says: str) -> None:
    finding = find(facts)

    assert finding.to == to
    assert says in finding.reason


STEADY = {"host": "erp-01"}


def import_report(tenant: Tenant, sent: list[Sent], first: dt.date, last: dt.date) -> None:
    """A detail report of these days, in which somebody else sends every day."""
    rows = daily("steady", first=first, last=last, **STEADY) + sent
    take(tenant, detail(rows), f"{first}.csv")
    publish_now()


def cut_over(tenant: Tenant) -> Cutover:
    """mfp-01, daily with Basic until it was cut over on the morning after."""
    import_report(tenant, daily("scan", first=START, last=CUT - DAY), START, CUT - DAY)
    cutover = Cutover.objects.get(item=Device.objects.get(name="mfp-01"))
    at = dt.datetime.combine(CUT, dt.time(6), dt.UTC)
    Cutover.objects.filter(pk=cutover.pk).update(
        status=Cutover.Status.CUT_OVER, route=Cutover.Route.OAUTH, cut_over_at=at
    )
    return cutover


def status(cutover: Cutover) -> str:
    cutover.refresh_from_db()
    return cutover.status


@pytest.fixture
def tenant(db: None) -> Tenant:
    return Tenant.objects.create(name="Contoso", domains=["contoso.com"])


def test_verifies_after_its_quiet_period_and_reopens_when_basic_comes_back(
    tenant: Tenant,
) -> None:
    cutover = cut_over(tenant)
    import_report(
        tenant, daily("scan", "OAuth", first=CUT, last=CUT + 20 * DAY), CUT, CUT + 20 * DAY
    )
    assert status(cutover) == "cut_over"

    day = CUT + 21 * DAY
    import_report(tenant, daily("scan", "OAuth", first=day, last=DUE), day, DUE)
    assert status(cutover) == "verified"
    move = CutoverMove.objects.filter(cutover=cutover, to_status="verified").get()
    assert "OAuth on 36 days" in move.reason
    assert move.moved_by is None

    day = DUE + DAY
    import_report(tenant, daily("scan", first=day, last=day), day, day)
    assert status(cutover) == "in_progress"
    move = CutoverMove.objects.filter(cutover=cutover).latest("pk")
    assert f"on {day}: 203.0.113.9" in move.reason


def test_never_verifies_over_a_gap(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    late = CUT + 9 * DAY
    import_report(tenant, daily("scan", "OAuth", first=late, last=DUE), late, DUE)

    assert status(cutover) == "cut_over"


def test_silence_alone_verifies_nothing(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    import_report(tenant, [], CUT, DUE)

    assert status(cutover) == "cut_over"


def test_basic_of_before_the_cut_that_comes_late_reopens_nothing(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    early = START - 10 * DAY
    import_report(tenant, daily("scan", first=early, last=early), early, early)

    assert status(cutover) == "cut_over"
