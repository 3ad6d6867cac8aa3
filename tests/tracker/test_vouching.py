"""Somebody's word that nothing uses a mailbox: what it settles, what beats it, who is named."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import Event, Tenant
from tests.factories import UserFactory, VouchFactory
from tests.inventory.test_ingest import take
from tests.tracker.signs import asset
from tests.tracker.test_lockdown_facts import (
    COVER,
    DAY,
    ON,
    actions,
    answers,
    daily,
    detail,
    settings,
)
from tracker.lockdown import vouching
from tracker.lockdown.facts import lockdown
from tracker.lockdown.summary import summary
from tracker.lockdown.vouching import VouchRefused
from tracker.models import Vouch

pytestmark = pytest.mark.django_db
NOW = dt.datetime.combine(ON, dt.time(9), dt.UTC)
UNTIL = ON + 180 * DAY
SPARE = "spare@contoso.com"


@pytest.fixture
def tenant() -> Tenant:
    """One mailbox that sends, one of which nothing at all was seen."""
    tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
    take(tenant, detail(COVER))
    settings(tenant, steady="False", spare="False")
    return tenant


@pytest.fixture
def maria() -> User:
    return UserFactory.create(username="maria", is_superuser=True)


def said(tenant: Tenant, by: User, **changed: Any) -> Vouch:
    told: dict[str, Any] = {"account": SPARE, "reason": "its fax is gone", "expires_on": UNTIL}
    return vouching.vouch(tenant, **{**told, **changed}, by=by, now=NOW)


def test_settles_what_no_report_tells_and_names_who_said_it(tenant: Tenant, maria: User) -> None:
    assert actions(tenant)["spare"] == "unknown"
    said(tenant, maria)
    verdict = answers(tenant)["spare"]
    assert (verdict.action, verdict.is_by_word) == ("disable", True)
    assert verdict.reason.startswith(
        f"By a person's word alone: maria said on {ON} that nothing uses it (until {UNTIL}): "
        "its fax is gone"
    )
    assert Event.objects.get(kind="mailbox.vouched").data["account"] == SPARE


def test_counts_from_its_day_to_its_last_and_until_it_is_taken_back(
    tenant: Tenant, maria: User
) -> None:
    word = said(tenant, maria, expires_on=ON + 2 * DAY)
    days = [0, 1, 2, 3]
    found = [lockdown(tenant, ON + n * DAY, [SPARE])[0].is_by_word for n in days]
    assert found == [True, True, True, False]
    vouching.withdraw(word, by=maria, now=NOW + DAY)
    found = [lockdown(tenant, ON + n * DAY, [SPARE])[0].is_by_word for n in days]
    assert found == [True, False, False, False]
    with pytest.raises(VouchRefused, match="taken back already"):
        vouching.withdraw(word, by=maria, now=NOW + DAY)


def test_is_beaten_by_mail_that_comes_after_it(tenant: Tenant, maria: User) -> None:
    VouchFactory.create(
        tenant=tenant, account=SPARE, said_by=maria, said_at=NOW - 5 * DAY, expires_on=UNTIL
    )
    assert actions(tenant)["spare"] == "disable"
    take(tenant, detail([(ON - DAY, "spare", "Basic", "fax-7")]), "later.csv")
    verdict = answers(tenant)["spare"]
    assert (verdict.action, verdict.is_by_word) == ("keep", False)
    assert "One sender depends on Basic" in verdict.reason
    assert "although maria said on" in verdict.reason


def test_is_beaten_by_a_list_that_names_a_device(tenant: Tenant, maria: User) -> None:
    said(tenant, maria)
    asset(tenant, SPARE, host="fax-7")
    verdict = answers(tenant)["spare"]
    assert verdict.action == "keep"
    assert "By a list of devices it is used by" in verdict.reason


def test_makes_nothing_safe_that_reports_do_not_cover(maria: User) -> None:
    tenant = Tenant.objects.create(name="Bare", domains=["contoso.com"])
    settings(tenant, spare="False")
    said(tenant, maria)
    verdict = answers(tenant)["spare"]
    assert verdict.action == "unknown"
    assert "no detail report" in verdict.reason
    assert "which settles nothing of this" in verdict.reason


def test_is_asked_for_on_the_page_only_where_nothing_else_is_missing(
    tenant: Tenant, maria: User
) -> None:
    assert answers(tenant)["spare"].is_word_missing
    assert not answers(tenant, ON + 30 * DAY)["spare"].is_word_missing


def test_is_counted_apart_in_the_answer_for_all(tenant: Tenant, maria: User) -> None:
    said(tenant, maria)
    [alone] = lockdown(tenant, ON, [SPARE])
    assert summary([alone]).reason == (
        "Safe: 1 can be switched off; one mailbox of these by a person's word alone."
    )


def test_writes_no_more_columns_than_before(tenant: Tenant, maria: User) -> None:
    said(tenant, maria)
    text = io.StringIO()
    call_command("lockdown", "--tenant", "Contoso", "--as-of", str(ON), format="csv", stdout=text)
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert set(rows[0]) == {"account", "effective", "action", "reason"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"reason": "  "}, "say how you know"),
        ({"expires_on": ON}, "must end after today"),
        ({"expires_on": ON + 400 * DAY}, "within 366 days"),
        ({"account": "nobody@contoso.com"}, "no such mailbox is known"),
        ({"account": "steady@contoso.com"}, "something tells otherwise. One sender depends"),
    ],
)
def test_refuses_a_word_that_would_hide_something(
    changed: dict[str, Any], why: str, tenant: Tenant, maria: User
) -> None:
    with pytest.raises(VouchRefused, match=why):
        said(tenant, maria, **changed)
    assert not Vouch.objects.exists()


def test_is_said_once_and_anew_when_it_is_over(tenant: Tenant, maria: User) -> None:
    VouchFactory.create(
        tenant=tenant, account=SPARE, said_at=NOW - 90 * DAY, expires_on=ON - DAY, said_by=maria
    )
    assert actions(tenant)["spare"] == "unknown"
    said(tenant, maria, account=" Spare@Contoso.com ")
    with pytest.raises(VouchRefused, match="said so already"):
        said(tenant, maria)
    assert Vouch.objects.filter(withdrawn_at=None).count() == 1


def test_settles_no_mailbox_that_sends_sometimes(tenant: Tenant, maria: User) -> None:
    """Its own quiet period does that; a word would only shorten it."""
    take(tenant, detail(daily("rare", first=ON - 60 * DAY, last=ON - 59 * DAY)), "rare.csv")
    with pytest.raises(VouchRefused, match="something tells otherwise"):
        said(tenant, maria, account="rare@contoso.com")


@pytest.mark.django_db
def test_is_said_and_taken_back_on_pages(
    client: Client, tenant: Tenant, maria: User, time_machine: Any
) -> None:
    time_machine.move_to(NOW)
    client.force_login(maria)
    page = reverse("admin:tracker_cutover_lockdown")
    say = f"{reverse('admin:tracker_vouch_say')}?tenant={tenant.pk}&amp;account={SPARE}"
    text = client.get(page).content.decode()
    assert say.replace("@", "%40") in text
    data = {"tenant": tenant.pk, "account": SPARE, "reason": "its fax is gone"}
    url = reverse("admin:tracker_vouch_say")
    done = client.post(url, {**data, "expires_on": f"{UNTIL:%Y-%m-%d}"}, follow=True)
    assert "By a person&#x27;s word alone: maria said on" in done.content.decode()
    word = Vouch.objects.get()
    client.post(reverse("admin:tracker_vouch_withdraw", args=[word.pk]))
    assert "By a person" not in client.get(page).content.decode()
    listed = client.get(reverse("admin:tracker_vouch_changelist")).content.decode()
    assert "taken back" in listed


def test_is_said_and_taken_back_over_the_api(
    tenant: Tenant, maria: User, time_machine: Any
) -> None:
    time_machine.move_to(NOW)
    api = APIClient()
    api.force_authenticate(maria)
    data = {"tenant": tenant.pk, "account": SPARE, "reason": "x", "expires_on": f"{UNTIL}"}
    made = api.post("/api/v1/unused-mailboxes", data, format="json")
    assert made.json()["said_by"] == "maria"
    found = api.get("/api/v1/lockdown", {"tenant": tenant.pk}).json()["mailboxes"]
    assert {each["account"]: each["is_by_word"] for each in found}[SPARE] is True
    assert api.post("/api/v1/unused-mailboxes", data, format="json").status_code == 409
    url = f"/api/v1/unused-mailboxes/{made.json()['id']}/withdraw"
    assert api.post(url).json()["withdrawn_by"] == "maria"
    assert api.get("/api/v1/unused-mailboxes", {"is_withdrawn": "true"}).json()["results"]
