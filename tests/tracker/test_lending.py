"""Who logs in for mail as another address holds the lock; the address itself need not."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from inventory.models import Fingerprint, Tenant
from tests.inventory.test_ingest import HEADER, TRACE, take
from tests.tracker.signs import sign_in
from tests.tracker.test_lockdown_facts import COVER, DAY, FIRST, ON, actions, answers, detail
from tests.tracker.test_lockdown_facts import settings as set_up
from tracker.lockdown.lending import SentAs, is_all_lent
from tracker.lockdown.verdict import Period

INVOICE, ORDER = "invoice #", "order confirmation #"
LOG = Period(ON - 29 * DAY, ON)
EVERY_DAY = [ON - n * DAY for n in range(90)]
SENT = SentAs({("", INVOICE): EVERY_DAY, ("", ORDER): EVERY_DAY[::3]})


# -- decided -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "log", "matched", "is_lent"),
    [
        (SENT, LOG, EVERY_DAY, True),
        # On one day somebody else may have logged in, or it itself.
        (SENT, LOG, [day for day in EVERY_DAY if day != ON - 9 * DAY], False),
        # Of what it said before the log began only, nothing tells.
        (SentAs({**SENT.looks, ("", "backup done"): EVERY_DAY[40:41]}), LOG, EVERY_DAY, False),
        # A log of a week misses what logs in once a month.
        (SENT, replace(LOG, first=ON - 7 * DAY), EVERY_DAY, False),
        (SentAs({("", INVOICE): EVERY_DAY[:5]}), LOG, EVERY_DAY, False),
        (SentAs({("", ""): EVERY_DAY}), LOG, EVERY_DAY, False),
        (replace(SENT, is_device=True), LOG, EVERY_DAY, False),
    ],
)
def test_an_address_never_logs_in_when_every_day_of_it_is_anothers(
    sent: SentAs, log: Period, matched: list[dt.date], is_lent: bool
) -> None:
    assert is_all_lent(sent, log, matched) == is_lent


# -- from reports ------------------------------------------------------------------------------

ADDRESS = "203.0.113.77"


@pytest.fixture
def tenant(db: None) -> Tenant:
    """erp@ logs in and sends as invoices@, whose mailbox may log in as well."""
    tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
    take(tenant, detail(COVER))
    set_up(tenant, steady="", erp="", invoices="")
    send_as_invoices(tenant)
    return tenant


def send_as_invoices(tenant: Tenant) -> None:
    """At eleven on each day but Sundays."""
    days = [FIRST + n * DAY for n in range(90) if (FIRST + n * DAY).weekday() < 6]
    submitted = [
        f"{day}T11:00:05Z,invoices,contoso.com,Basic,{ADDRESS},TLS1.2,AES256,1,"
        f"<AM9PR07{day:%Y%m%d}ABCDEF@AM9PR07MB2477.eurprd07.prod.outlook.com>"
        for day in days
    ]
    take(tenant, "\n".join([HEADER, *submitted, ""]).encode(), "invoices.csv")
    traced = [
        f"{day}T11:00:05Z,invoices@contoso.com,x@example.com,Your invoice {n},{ADDRESS},10,"
        f"<AM9PR07{day:%Y%m%d}ABCDEF@AM9PR07MB2477.eurprd07.prod.outlook.com>"
        for n, day in enumerate(days, 4711)
    ]
    take(tenant, "\n".join([TRACE, *traced, ""]).encode(), "invoices traced.csv")


def log_in(
    tenant: Tenant, name: str, *, first: int = 29, last: int = 0, at: str = "11:00:02Z"
) -> None:
    rows = [
        {
            "id": f"{name}-{n}",
            "createdDateTime": f"{ON - n * DAY}T{at}",
            "userPrincipalName": name,
            "ipAddress": ADDRESS,
            "clientAppUsed": "Authenticated SMTP",
            "status": {"errorCode": 0},
        }
        for n in range(last, first + 1)
        if (ON - n * DAY).weekday() < 6
    ]
    take(tenant, json.dumps({"value": rows}).encode(), f"signIns {name} {at[:2]}.json")


def test_without_a_log_of_logins_the_address_holds_and_says_what_would_tell(
    tenant: Tenant,
) -> None:
    verdict = answers(tenant)["invoices"]

    assert verdict.action == "keep"
    assert "sign-in logs of 28 days (AuditLog.Read.All) would tell" in verdict.reason


def test_the_login_behind_an_address_holds_instead_of_it(tenant: Tenant) -> None:
    log_in(tenant, "erp@contoso.com")
    found = answers(tenant)

    assert (found["invoices"].action, found["erp"].action) == ("disable", "keep")
    assert "each time erp@contoso.com logged in right before" in found["invoices"].reason
    assert f"It sends as invoices@contoso.com, last on {ON - DAY}" in found["erp"].reason


def test_without_its_words_a_trace_would_tell(tenant: Tenant) -> None:
    log_in(tenant, "erp@contoso.com")
    Fingerprint.objects.filter(account="invoices@contoso.com").update(subject_mask="")

    assert "message trace of the same days" in answers(tenant)["invoices"].reason


def test_an_address_that_logs_in_itself_now_and_then_holds(tenant: Tenant) -> None:
    log_in(tenant, "erp@contoso.com")
    log_in(tenant, "invoices@contoso.com", first=15, last=15, at="19:00:00Z")

    assert actions(tenant)["invoices"] == "keep"


def test_mail_of_another_login_settles_no_refusal_of_its_own(tenant: Tenant) -> None:
    log_in(tenant, "erp@contoso.com")
    sign_in(tenant, "invoices@contoso.com", ON - 9 * DAY, result="failure", address=ADDRESS)

    assert actions(tenant)["invoices"] == "keep"


def test_a_login_that_names_no_mailbox_may_be_its_own(tenant: Tenant) -> None:
    log_in(tenant, "u4711@contoso.onmicrosoft.com")

    assert actions(tenant)["invoices"] == "keep"


def test_a_log_that_tells_of_some_days_is_not_enough(tenant: Tenant) -> None:
    log_in(tenant, "erp@contoso.com", last=4)

    assert actions(tenant)["invoices"] == "keep"


def test_looks_at_no_login_of_later_days(tenant: Tenant) -> None:
    log_in(tenant, "erp@contoso.com")

    assert actions(tenant, ON - 15 * DAY)["invoices"] == "keep"
