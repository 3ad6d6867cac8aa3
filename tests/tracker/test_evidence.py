"""Reports move cutovers: Basic again and failures reopen, silence that is covered verifies."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.events import publish_now
from inventory.models import Device, Event, Report, Sender, Tenant
from tests.inventory.test_ingest import take
from tests.tracker.signs import reply, sign_in
from tests.tracker.test_lockdown_facts import Sent, daily, detail
from tracker.evidence.facts import facts_of, facts_of_all, reports_of, watched_until
from tracker.evidence.moving import apply_evidence, evidence_for
from tracker.models import Cutover, CutoverMove
from tracker.workflow import MoveRefused, move

CUT = dt.date(2026, 9, 1)
DAY = dt.timedelta(days=1)
START = CUT - 80 * DAY
DUE = CUT + 35 * DAY
OFFICE = "203.0.113.9"
SCAN = "scan@contoso.com"


@pytest.fixture
def tenant(db: None) -> Tenant:
    return Tenant.objects.create(name="Contoso", domains=["contoso.com"])


def import_report(tenant: Tenant, sent: list[Sent], first: dt.date, last: dt.date) -> Report:
    """A detail report of these days, in which somebody else sends every day; come in on the last
    of them."""
    rows = daily("steady", first=first, last=last, host="erp-01") + sent
    report = take(tenant, detail(rows), f"{first}.csv")
    publish(last)
    return report


def publish(day: dt.date) -> None:
    with time_machine.travel(dt.datetime.combine(day, dt.time(23), dt.UTC), tick=False):
        publish_now()


def look_again(tenant: Tenant, day: dt.date) -> None:
    """What a report that brings no mail of its own makes happen."""
    grid = b"Sender address,Domain,TLS 1.2 (percentage),Messages sent,Authentication protocol\n"
    grid += f"nobody@contoso.com,contoso.com,100,{day.toordinal()},Basic\n".encode()
    take(tenant, grid, f"grid_{day}.csv")
    publish(day)


def cut_over(tenant: Tenant, *more: Sent) -> Cutover:
    """mfp-01, daily with Basic until it was cut over on the morning after."""
    before = daily("scan", first=START, last=CUT - DAY)
    import_report(tenant, [*before, *more], START, CUT - DAY)
    cutover = Cutover.objects.get(item=Device.objects.get(name="mfp-01"))
    return cut_again(cutover, CUT)


def cut_again(cutover: Cutover, on: dt.date) -> Cutover:
    at = dt.datetime.combine(on, dt.time(6), dt.UTC)
    Cutover.objects.filter(pk=cutover.pk).update(
        status=Cutover.Status.CUT_OVER, route=Cutover.Route.OAUTH, cut_over_at=at
    )
    cutover.refresh_from_db()
    return cutover


def verified(tenant: Tenant) -> Cutover:
    cutover = cut_over(tenant)
    import_report(tenant, daily("scan", "OAuth", first=CUT, last=DUE), CUT, DUE)
    assert status(cutover) == "verified"
    return cutover


def status(cutover: Cutover) -> str:
    cutover.refresh_from_db()
    return cutover.status


def last_move(cutover: Cutover) -> CutoverMove:
    last: CutoverMove = CutoverMove.objects.filter(cutover=cutover).latest("pk")
    return last


def broken_events() -> int:
    return Event.objects.filter(kind="cutover.broken").count()


# -- a person's word ---------------------------------------------------------------------------


def by_hand(cutover: Cutover, on: dt.date) -> str:
    """What is said to a person who calls it verified on that day."""
    now = dt.datetime.combine(on, dt.time(23), dt.UTC)
    until = watched_until(cutover, on)
    try:
        move(cutover, "verified", now=now, reason="I looked", covered_until=until)
    except MoveRefused as error:
        return str(error)
    return ""


def test_a_person_verifies_once_reports_cover_two_weeks(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    last = CUT + 14 * DAY
    import_report(tenant, [], CUT, last - DAY)
    assert "do not yet cover" in by_hand(cutover, last)

    import_report(tenant, [], last, last)
    assert by_hand(cutover, last) == ""


def test_a_person_verifies_nothing_over_a_gap_or_on_a_grid_alone(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    look_again(tenant, DUE)
    assert "do not yet cover" in by_hand(cutover, DUE)

    import_report(tenant, [], CUT + 3 * DAY, DUE)
    assert "do not yet cover" in by_hand(cutover, DUE)

    import_report(tenant, [], CUT, CUT + 2 * DAY)
    assert by_hand(cutover, DUE) == ""


# -- mail --------------------------------------------------------------------------------------


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
    verifying = CutoverMove.objects.filter(cutover=cutover, to_status="verified").get()
    assert "OAuth on 36 days" in verifying.reason
    assert verifying.moved_by is None

    day = DUE + DAY
    import_report(tenant, daily("scan", first=day, last=day), day, day)
    assert status(cutover) == "in_progress"
    assert f"on {day}: {OFFICE}" in last_move(cutover).reason
    assert broken_events() == 0


def test_keeps_with_the_move_what_proves_it(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    report = import_report(tenant, daily("scan", "OAuth", first=CUT, last=DUE), CUT, DUE)
    kept = last_move(cutover).evidence

    assert kept["verdict"] == "verified"
    assert (kept["quiet_days"], kept["silent_until"]) == (35, str(DUE))
    assert kept["covered"] == [{"first": str(START), "last": str(DUE)}]
    assert kept["sign_count"] == len(kept["signs"]) == 36
    last = kept["signs"][-1]
    assert (last["kind"], last["where"], last["report"]) == ("oauth", OFFICE, report.pk)
    assert report.observations.get(pk=last["row"]).day == DUE


def test_never_verifies_over_a_gap(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    late = CUT + 9 * DAY
    import_report(tenant, daily("scan", "OAuth", first=late, last=DUE), late, DUE)

    assert status(cutover) == "cut_over"


def test_never_verifies_from_a_report_that_was_not_read_whole(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    rows = detail(daily("scan", "OAuth", first=CUT, last=DUE))
    report = take(tenant, rows + b"never,x@contoso.com,contoso.com,Basic,,,,1,<x>\n" * 9, "cut.csv")
    publish(DUE)
    found = evidence_for(cutover, dt.datetime.combine(DUE, dt.time(23), dt.UTC))

    assert report.rejected_count == 9
    assert status(cutover) == "cut_over"
    assert found
    assert found["reason"].endswith("(not read whole: cut.csv)")
    assert found["not_read_whole"] == ["cut.csv"]


def test_never_verifies_from_reports_that_have_gone_stale(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    rows = daily("steady", first=CUT, last=DUE, host="erp-01")
    rows += daily("scan", "OAuth", first=CUT, last=DUE)
    take(tenant, detail(rows), "old.csv")
    publish(DUE + 30 * DAY)

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


def test_a_login_with_the_password_after_the_cut_is_basic_again(tenant: Tenant) -> None:
    cutover = verified(tenant)
    sign_in(tenant, SCAN, DUE + DAY, address=OFFICE)
    look_again(tenant, DUE + DAY)

    assert status(cutover) == "in_progress"
    assert last_move(cutover).evidence["signs"][0]["kind"] == "login"


# -- failures ----------------------------------------------------------------------------------


def test_a_failed_login_from_where_it_stands_says_broken(tenant: Tenant) -> None:
    cutover = verified(tenant)
    row = sign_in(tenant, SCAN, DUE + DAY, result="failure", address=OFFICE, attempts=7)
    look_again(tenant, DUE + DAY)

    assert status(cutover) == "in_progress"
    last = last_move(cutover)
    assert f"It fails since the cut on {DUE + DAY}: {OFFICE}" in last.reason
    assert "Invalid user name or password" in last.reason
    assert last.evidence["signs"][0]["row"] == row.pk
    told = Event.objects.get(kind="cutover.broken").data
    assert (told["item"], told["failure_count"], told["where"]) == ("mfp-01", 7, OFFICE)


def test_says_so_once_for_each_cut(tenant: Tenant) -> None:
    cutover = verified(tenant)
    sign_in(tenant, SCAN, DUE + DAY, result="failure", address=OFFICE)
    look_again(tenant, DUE + DAY)
    look_again(tenant, DUE + 2 * DAY)
    assert broken_events() == 1

    cut_again(cutover, DUE + 2 * DAY)
    look_again(tenant, DUE + 3 * DAY)
    assert (broken_events(), status(cutover)) == (1, "cut_over")
    sign_in(tenant, SCAN, DUE + 3 * DAY, result="failure", address=OFFICE)
    look_again(tenant, DUE + 4 * DAY)
    assert (broken_events(), status(cutover)) == (2, "in_progress")


def test_a_refusal_that_its_host_logged_says_broken(tenant: Tenant) -> None:
    cutover = verified(tenant)
    reply(tenant, DUE + DAY, host="MFP-01", family="retired")
    look_again(tenant, DUE + DAY)

    assert status(cutover) == "in_progress"
    assert f"on {DUE + DAY}: MFP-01 (refused: Microsoft has switched" in last_move(cutover).reason


def test_a_reply_that_asks_to_wait_does_not(tenant: Tenant) -> None:
    cutover = verified(tenant)
    reply(tenant, DUE + DAY, host="mfp-01", family="rate")
    look_again(tenant, DUE + DAY)

    assert status(cutover) == "verified"


def test_a_failure_that_mail_on_the_new_way_has_followed_is_over(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    sign_in(tenant, SCAN, CUT + DAY, result="failure", address=OFFICE)
    import_report(tenant, daily("scan", "OAuth", first=CUT, last=DUE), CUT, DUE)

    assert status(cutover) == "verified"
    assert broken_events() == 0


def test_guessed_passwords_are_not_broken(tenant: Tenant) -> None:
    cutover = verified(tenant)
    for n in range(1, 9):
        sign_in(tenant, SCAN, DUE + DAY, result="failure", address=f"192.0.2.{n}", attempts=30)
    look_again(tenant, DUE + DAY)

    assert status(cutover) == "verified"


def test_failures_of_before_the_cut_are_not_broken(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    sign_in(tenant, SCAN, CUT - DAY, result="failure", address=OFFICE)
    look_again(tenant, CUT + DAY)

    assert status(cutover) == "cut_over"


def test_a_failure_that_another_device_may_have_caused_is_not_its_own(tenant: Tenant) -> None:
    """Two printers log in with one account from behind one address; one is cut over."""
    cutover = cut_over(tenant, *daily("scan", first=START, last=CUT - DAY, host="mfp-02"))
    assert Sender.objects.filter(account__name=SCAN).count() == 2
    sign_in(tenant, SCAN, CUT + DAY, result="failure", address=OFFICE)
    reply(tenant, CUT + DAY, account=SCAN)
    look_again(tenant, CUT + DAY)
    assert status(cutover) == "cut_over"

    reply(tenant, CUT + DAY, host="mfp-01", account=SCAN)
    look_again(tenant, CUT + 2 * DAY)
    assert status(cutover) == "in_progress"


# -- shown -------------------------------------------------------------------------------------


def test_tells_nothing_before_the_cut(tenant: Tenant) -> None:
    cutover = cut_over(tenant)
    Cutover.objects.update(status=Cutover.Status.PLANNED)
    cutover.refresh_from_db()

    assert evidence_for(cutover, dt.datetime.combine(CUT, dt.time(9), dt.UTC)) is None


# -- many at once ------------------------------------------------------------------------------


def test_asks_the_same_number_of_queries_for_more_cutovers(tenant: Tenant) -> None:
    devices = [f"mfp-{n:02}" for n in range(12)]
    before = [row for host in devices for row in daily("scan", last=CUT - DAY, host=host)]
    import_report(tenant, before, CUT - 70 * DAY, CUT - DAY)
    cutovers = list(Cutover.objects.filter(item__in=Device.objects.filter(name__in=devices)))
    for cutover in cutovers:
        cut_again(cutover, CUT)
    now = dt.datetime.combine(CUT + 5 * DAY, dt.time(12), dt.UTC)

    assert len(cutovers) == len(devices)
    with CaptureQueriesContext(connection) as of_all:
        assert apply_evidence([tenant], now) == []
    Cutover.objects.exclude(pk=cutovers[0].pk).update(status="planned")
    with CaptureQueriesContext(connection) as of_one:
        assert apply_evidence([tenant], now) == []
    assert len(of_all) == len(of_one)


def test_tells_of_many_what_it_tells_of_each(tenant: Tenant) -> None:
    first = cut_over(tenant, *daily("scan", first=START, last=CUT - DAY, host="mfp-02"))
    other = Cutover.objects.get(item=Device.objects.get(name="mfp-02"))
    cut_again(other, CUT + DAY)
    moved = daily("scan", "OAuth", first=CUT, last=CUT + 9 * DAY)
    import_report(tenant, moved, CUT, CUT + 9 * DAY)
    sign_in(tenant, SCAN, CUT + 3 * DAY, result="failure", address=OFFICE)
    reply(tenant, CUT + 4 * DAY, host="mfp-02")
    reports = reports_of(tenant, CUT + 9 * DAY)

    both = [Cutover.objects.get(pk=each.pk) for each in (first, other)]
    assert list(facts_of_all(both, reports)) == [facts_of(each, reports) for each in both]
    assert [len(each.failures) for each in facts_of_all(both, reports)] == [1, 2]
