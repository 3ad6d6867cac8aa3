"""One organisation from its first report to the lock, over a quarter and some weeks.

mfp-01 goes to OAuth and falls back to Basic once; mfp-02 goes to a relay connector; the payroll
script sends at the end of a month only; the NAS may wait, until nobody allows it any more.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db.models import Q

from inventory.events import publish_now
from inventory.models import Event, Item, Report, Tenant
from tests.factories import DeviceFactory, UserFactory
from tests.inventory.test_ingest import take
from tests.journeys.quarter import DAY, OFFICE, Company, Thing
from tracker import waivers
from tracker.evidence.moving import evidence_for
from tracker.exports.powershell import lockdown_script
from tracker.lockdown.facts import lockdown
from tracker.lockdown.summary import summary
from tracker.lockdown.verdict import Verdict
from tracker.models import Cutover, Deadline, Waiver
from tracker.opening import open_cutovers
from tracker.waves import deadlines
from tracker.waves.planning import plan
from tracker.workflow import move

pytestmark = pytest.mark.django_db
FIRST = dt.date(2026, 6, 1)
START = dt.date(2026, 9, 1)
SCAN, FAX, PAY, NAS = (f"{name}@contoso.com" for name in ("scan", "fax", "payroll", "nas"))
MIA = "mia@contoso.com"


class Journey:
    def __init__(self) -> None:
        things = {
            "mfp-01": Thing("mfp-01", SCAN, [(FIRST, "Basic")]),
            "mfp-02": Thing("mfp-02", FAX, [(FIRST, "Basic")]),
            "pay-01": Thing("pay-01", PAY, [(FIRST, "Basic")], "month_end"),
            "nas-01": Thing("nas-01", NAS, [(FIRST, "Basic")], "weekly"),
        }
        switches: dict[str, bool | None] = dict.fromkeys((SCAN, FAX, PAY, NAS, MIA), None)
        self.company = Company(things, (MIA,), switches)
        self.tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
        self.anna: User = UserFactory.create(username="anna", tenants=[self.tenant])
        self.ben: User = UserFactory.create(username="ben", tenants=[self.tenant])
        self.reported = FIRST - DAY

    # -- what happens in the organisation ------------------------------------------------------

    def goes(self, thing: str, way: str, day: dt.date) -> None:
        self.company.things[thing].ways.append((day, way))

    def cut(self, thing: str, route: str, way: str, day: dt.date) -> None:
        """The thing is set up anew in the night before, and its cutover moved in the morning."""
        self.goes(thing, way, day)
        cutover = self.cutover(thing)
        with at(day, 5):
            Cutover.objects.filter(pk=cutover.pk).update(route=route)
            for status in ("assessed", "planned", "in_progress", "cut_over"):
                cutover.refresh_from_db()
                if cutover.status != "in_progress" or status == "cut_over":
                    move(cutover, status, now=moment(day, 5), by=self.anna)

    # -- what people do and see ----------------------------------------------------------------

    def import_until(self, day: dt.date) -> None:
        """On the morning after, the reports of all days since the last time."""
        first = self.reported + DAY
        with at(day + DAY, 7):
            take(self.tenant, self.company.detail(first, day), f"SmtpCSReport_{day}.csv")
            take(self.tenant, self.company.trace(first, day), f"MessageTrace_{day}.csv")
            self.beat()
        self.reported = day

    def import_settings(self, day: dt.date) -> None:
        with at(day, 8):
            for name, content in self.company.settings(day):
                take(self.tenant, content, name)
            self.beat()

    def beat(self) -> None:
        """What beat and the worker do meanwhile."""
        waivers.expire(dt.datetime.now(dt.UTC))
        publish_now()

    def cutover(self, thing: str) -> Cutover:
        at_host = Q(device__host_name=thing) | Q(script__host_name=thing)
        item = Item.objects.filter(at_host).get(tenant=self.tenant)
        return Cutover.objects.get(item=item)

    def status(self, thing: str) -> str:
        return self.cutover(thing).status

    def reason(self, thing: str) -> str:
        last = self.cutover(thing).moves.first()
        assert last
        return last.reason

    def verdicts(self, day: dt.date) -> dict[str, Verdict]:
        return {verdict.account: verdict for verdict in lockdown(self.tenant, day)}

    def actions(self, day: dt.date) -> dict[str, str]:
        return {account: verdict.action for account, verdict in self.verdicts(day).items()}

    def answer(self, day: dt.date) -> str:
        return summary(lockdown(self.tenant, day)).answer


def moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def at(day: dt.date, hour: int) -> Any:
    return time_machine.travel(moment(day, hour), tick=False)


def date(month: int, day: int) -> dt.date:
    return dt.date(2026, month, day)


def test_from_the_first_report_to_the_lock() -> None:
    journey = Journey()
    first_reports(journey)
    cut_over_by_oauth_and_by_relay(journey)
    the_nas_may_wait(journey)
    mfp_01_falls_back(journey)
    microsoft_moves_its_deadline(journey)
    the_waiver_expires(journey)
    traffic_verifies(journey)
    the_rare_sender_holds_the_lock_until_its_turn_has_gone(journey)
    all_is_locked(journey)
    somebody_switches_one_on_again(journey)


def first_reports(journey: Journey) -> None:
    journey.import_until(START - DAY)
    journey.import_settings(START)

    opened = Cutover.objects.exclude(item__category="account")
    assert opened.count() == 4
    assert {journey.status(name) for name in ("mfp-01", "mfp-02", "pay-01", "nas-01")} == {
        "discovered"
    }
    # First it named a host and no more; its times tell that it is a script.
    assert journey.cutover("pay-01").item.category == "script"
    assert {cutover.due_on for cutover in opened} == {date(12, 24)}
    assert journey.actions(START) == {
        SCAN: "keep",
        FAX: "keep",
        PAY: "keep",
        NAS: "keep",
        MIA: "disable",
    }
    assert journey.answer(START) == "not_safe"


def cut_over_by_oauth_and_by_relay(journey: Journey) -> None:
    journey.cut("mfp-01", "oauth", "OAuth", date(9, 14))
    journey.cut("mfp-02", "relay_connector", "relay", date(9, 15))
    journey.cut("pay-01", "oauth", "OAuth", date(9, 21))
    journey.import_until(date(9, 20))

    assert journey.status("mfp-01") == journey.status("mfp-02") == "cut_over"
    cutover = journey.cutover("mfp-02")
    evidence = evidence_for(cutover, moment(date(9, 21), 9))
    assert evidence
    assert evidence["verdict"] == "waiting"
    assert "reports up to 2026-10-20 have to say so" in evidence["reason"]


def the_nas_may_wait(journey: Journey) -> None:
    cutover, now = journey.cutover("nas-01"), moment(date(9, 22), 9)
    waiver = waivers.ask(cutover, "firmware in October", date(10, 15), by=journey.anna, now=now)
    with pytest.raises(waivers.WaiverRefused):
        waivers.approve(waiver, by=journey.anna, now=now)
    waivers.approve(waiver, by=journey.ben, now=now)

    assert journey.status("nas-01") == "waived"
    assert "nas-01 until 2026-10-15" in journey.verdicts(date(9, 22))[NAS].reason


def mfp_01_falls_back(journey: Journey) -> None:
    """Somebody resets it to what it was."""
    journey.goes("mfp-01", "Basic", date(9, 25))
    journey.goes("mfp-01", "OAuth", date(9, 27))
    journey.import_until(date(9, 27))

    assert journey.status("mfp-01") == "in_progress"
    seen = f"Basic was seen after the cut on 2 days, last on 2026-09-26: {OFFICE}"
    assert journey.reason("mfp-01") == seen
    last = journey.cutover("mfp-01").moves.first()
    assert last
    report = Report.objects.get(file_name="SmtpCSReport_2026-09-27.csv")
    assert [(sign["at"][:10], sign["report"]) for sign in last.evidence["signs"]] == [
        ("2026-09-25", report.pk),
        ("2026-09-26", report.pk),
    ]
    journey.cut("mfp-01", "oauth", "OAuth", date(9, 28))


def microsoft_moves_its_deadline(journey: Journey) -> None:
    """What is open follows, but for a date that a person chose; what is opened then does too."""
    chosen = journey.cutover("pay-01")
    with at(date(10, 5), 9):
        chosen.due_on = date(11, 20)
        plan(chosen, ["due_on"], date(10, 5))
        deadline = Deadline.objects.next_for(journey.tenant, date(10, 5))
        assert deadline
        deadline.on, deadline.as_of = dt.date(2027, 3, 31), date(10, 5)
        deadline.stated_as = "end of March 2027"
        moved = deadlines.change(deadline, moment(date(10, 5), 9))
        late = DeviceFactory.create(tenant=journey.tenant, name="found-late")
        [cutover] = open_cutovers(Item.objects.filter(pk=late.pk), moment(date(10, 5), 9))
    assert cutover.due_on == dt.date(2027, 3, 24)
    due = {name: journey.cutover(name).due_on for name in ("mfp-01", "nas-01", "pay-01")}
    assert due == {
        "mfp-01": dt.date(2027, 3, 24),
        "nas-01": dt.date(2027, 3, 24),
        "pay-01": date(11, 20),
    }
    [event] = Event.objects.filter(kind="deadline.moved")
    assert (event.data["was"], event.data["now"]) == ("2026-12-31", "2027-03-31")
    assert (event.data["moved_count"], event.data["planned_count"]) == (moved, 1)
    late.delete()


def the_waiver_expires(journey: Journey) -> None:
    journey.import_until(date(10, 15))
    assert journey.status("nas-01") == "discovered"
    assert "expired on 2026-10-15" in journey.reason("nas-01")
    assert Waiver.objects.get().state == "expired"
    assert "Allowed to wait" not in journey.verdicts(date(10, 16))[NAS].reason

    journey.cut("nas-01", "oauth", "OAuth", date(10, 19))


def traffic_verifies(journey: Journey) -> None:
    journey.import_until(date(10, 21))
    assert journey.status("mfp-02") == "verified"
    assert "Mail without SMTP AUTH on" in journey.reason("mfp-02")
    assert journey.status("mfp-01") == "cut_over", "its quiet period began anew"

    journey.import_until(date(11, 4))
    assert journey.status("mfp-01") == "verified"
    assert "OAuth on" in journey.reason("mfp-01")


def the_rare_sender_holds_the_lock_until_its_turn_has_gone(journey: Journey) -> None:
    before = date(10, 20)
    assert journey.actions(before)[PAY] == "keep"
    assert "pay-01" in journey.verdicts(before)[PAY].reason
    assert journey.status("pay-01") == "verified"
    assert "OAuth on 2 days, last on 2026-10-31" in journey.reason("pay-01")

    journey.import_until(date(11, 29))
    assert journey.status("nas-01") == "verified"
    assert journey.actions(date(11, 30)) == {
        SCAN: "block_basic_only",
        FAX: "disable",
        PAY: "block_basic_only",
        NAS: "block_basic_only",
        MIA: "disable",
    }
    assert journey.answer(date(11, 30)) == "safe"


def all_is_locked(journey: Journey) -> None:
    script = lockdown_script("Contoso", date(11, 30), list(journey.verdicts(date(11, 30)).values()))
    for account in (FAX, MIA):
        assert f"Disable-SmtpAuth '{account}'" in script
        journey.company.switches[account] = True
    for account in (SCAN, PAY, NAS):
        assert f"Block-BasicSmtp '{account}'" in script
        journey.company.policies[account] = "Offramp: no basic SMTP"
    assert "Set-TransportConfig -SmtpClientAuthenticationDisabled $true" in script

    journey.import_until(date(12, 6))
    journey.import_settings(date(12, 7))
    found = journey.verdicts(date(12, 7))
    assert {found[account].action for account in (FAX, MIA)} == {"already_off"}
    assert {found[account].effective for account in (SCAN, PAY, NAS)} == {"basic_blocked"}
    assert all("that lock is in force" in found[account].reason for account in (SCAN, PAY, NAS))
    assert journey.answer(date(12, 7)) == "safe"
    assert not Event.objects.filter(kind="lock.opened").exists()


def somebody_switches_one_on_again(journey: Journey) -> None:
    journey.company.switches[FAX] = False
    journey.import_settings(date(12, 14))

    [event] = Event.objects.filter(kind="lock.opened")
    assert event.data["mailboxes"] == [FAX]
    assert event.data["by"].startswith("2026-12-14")
    assert journey.actions(date(12, 13))[FAX] == "already_off"
    found = journey.verdicts(date(12, 14))[FAX]
    assert found.action != "already_off"
    assert "it was off on 2026-12-07 and has been switched on again" in found.reason
