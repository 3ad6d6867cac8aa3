"""What else than mail says that something uses a mailbox keeps it from being called safe."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Setting, Tenant
from tests.factories import EgressNetworkFactory
from tests.inventory.test_ingest import take
from tests.tracker.signs import asset, reply, script, sign_in
from tests.tracker.test_lockdown_facts import (
    COVER,
    DAY,
    ON,
    actions,
    answers,
    daily,
    detail,
    settings,
    trace,
)
from tracker.lockdown.facts import lockdown
from tracker.lockdown.sources_facts import homeless_scripts

pytestmark = pytest.mark.django_db
MIA = "mia@contoso.com"
OFFICE, ELSEWHERE = "203.0.113.9", "198.51.100.77"


@pytest.fixture
def tenant() -> Tenant:
    """mia@ sends mail, and none of it with SMTP AUTH: safe, as long as nothing else is known."""
    tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
    take(tenant, detail(COVER))
    settings(tenant, steady="", mia="", anna="")
    trace(tenant, "mia")
    trace(tenant, "anna")
    return tenant


def why(tenant: Tenant) -> str:
    return answers(tenant)["mia"].reason


def test_is_safe_without_any_sign(tenant: Tenant) -> None:
    assert actions(tenant) == {"steady": "keep", "mia": "disable", "anna": "disable"}


# -- scripts -----------------------------------------------------------------------------------


def test_counts_each_script_whose_login_is_not_known(tenant: Tenant) -> None:
    script(tenant, "")
    script(tenant, "", gone=True)
    script(tenant, "", auth="oauth")
    script(tenant, MIA)

    assert homeless_scripts(tenant, ON) == 2, "with OAuth it needs SMTP AUTH left on"
    assert homeless_scripts(tenant, dt.date(2026, 10, 31)) == 0


def test_a_script_that_logs_in_keeps_its_mailbox(tenant: Tenant) -> None:
    script(tenant, "Mia@contoso.com")

    assert actions(tenant) == {"steady": "keep", "mia": "keep", "anna": "disable"}
    assert why(tenant) == "A script logs in with it: srv-1:jobs/yearly.ps1:5"


@pytest.mark.parametrize(
    ("auth", "gone", "want"),
    [
        ("oauth", False, "block_basic_only"),
        ("oauth", True, "disable"),
        ("basic", True, "disable"),
    ],
)
def test_a_script_without_basic_keeps_none(
    tenant: Tenant, auth: str, gone: bool, want: str
) -> None:
    script(tenant, MIA, auth=auth, gone=gone)

    assert actions(tenant)["mia"] == want


# -- replies -----------------------------------------------------------------------------------


def test_a_refusal_that_names_the_mailbox_keeps_it(tenant: Tenant) -> None:
    reply(tenant, ON - 20 * DAY, host="nas-7", account=MIA)

    assert actions(tenant)["mia"] == "keep"
    assert why(tenant) == (
        f"nas-7 still tries; it logged a refusal on {ON - 20 * DAY}: SMTP AUTH is off for this "
        "mailbox"
    )


def test_a_reply_without_a_date_keeps_it_too(tenant: Tenant) -> None:
    reply(tenant, None, account=MIA)

    assert actions(tenant)["mia"] == "keep"


@pytest.mark.parametrize(
    ("on", "family"),
    [(ON + DAY, "mailbox"), (ON - 500 * DAY, "mailbox"), (ON - DAY, "relay")],
)
def test_replies_of_another_time_or_without_a_login_say_nothing(
    tenant: Tenant, on: dt.date, family: str
) -> None:
    reply(tenant, on, account=MIA, family=family)

    assert actions(tenant)["mia"] == "disable"


def test_a_refused_host_stands_for_the_mailbox_that_a_list_names(tenant: Tenant) -> None:
    asset(tenant, MIA, host="UPS-4")
    # The list alone holds it as well, so only what is said of the host is looked at.
    reply(tenant, ON - DAY, host="ups-4")

    assert "ups-4 still tries" in why(tenant)


def test_a_refusal_before_the_hosts_last_mail_is_over(tenant: Tenant) -> None:
    sent = daily("mia", "OAuth", first=ON - 60 * DAY, host="mfp-05")
    take(tenant, detail(sent), "oauth.csv")
    reply(tenant, ON - 70 * DAY, host="mfp-05")
    assert actions(tenant)["mia"] == "block_basic_only"

    reply(tenant, ON + DAY, host="mfp-05")
    assert actions(tenant, ON + DAY)["mia"] == "keep"


def test_a_refused_host_stands_for_the_mailbox_that_is_named_after_it(tenant: Tenant) -> None:
    reply(tenant, ON - 30 * DAY, host="Mia")
    assert actions(tenant)["mia"] == "keep"

    take(
        tenant,
        b"DisplayName,PrimarySmtpAddress,SmtpClientAuthenticationDisabled\n"
        b"SRV-APP29,anna@contoso.com,False\nAnna Berg,mia@contoso.com,False\n",
        "named_2026-11-22.csv",
    )
    reply(tenant, ON - 30 * DAY, host="srv-app29")
    assert actions(tenant)["anna"] == "keep"
    assert not Setting.objects.filter(value__icontains="berg")


def test_a_password_refused_beside_what_has_moved_is_something_else(tenant: Tenant) -> None:
    take(tenant, detail(daily("mia", "OAuth", first=ON - 60 * DAY, host="mfp-05")), "oauth.csv")
    reply(tenant, ON - 30 * DAY, host="mfp-05", family="generic")
    assert actions(tenant)["mia"] == "block_basic_only", "its token had run out"

    reply(tenant, ON - 20 * DAY, host="mfp-05", family="password")
    assert actions(tenant)["mia"] == "keep"


def test_a_host_that_sends_as_another_still_logs_in_as_whom_it_named(tenant: Tenant) -> None:
    take(tenant, detail(daily("orders", host="mfp-05", first=ON - 60 * DAY)), "orders.csv")
    reply(tenant, ON - 30 * DAY, host="mfp-05", account=MIA)

    assert actions(tenant)["mia"] == "keep"


# -- failed logins -----------------------------------------------------------------------------


def test_failures_from_where_mail_comes_from_are_a_device_that_tries(tenant: Tenant) -> None:
    sign_in(tenant, MIA, ON - 5 * DAY, result="failure", address=OFFICE)

    assert actions(tenant) == {"steady": "keep", "mia": "keep", "anna": "disable"}
    assert f"Something at {OFFICE} still tries to log in, last on {ON - 5 * DAY}" in why(tenant)


def test_failures_in_a_network_of_a_site_count_as_well(tenant: Tenant) -> None:
    sign_in(tenant, MIA, ON - 5 * DAY, result="failure", address=ELSEWHERE)
    assert actions(tenant)["mia"] == "disable"

    EgressNetworkFactory.create(site__tenant=tenant, cidr="198.51.100.64/26")
    assert actions(tenant)["mia"] == "keep"


def test_guessed_passwords_are_no_use(tenant: Tenant) -> None:
    for n in range(9):
        sign_in(tenant, MIA, ON - n * DAY, result="failure", address=f"192.0.2.{n}", attempts=40)

    assert actions(tenant)["mia"] == "disable"


def test_failures_before_the_last_mail_from_there_are_over(tenant: Tenant) -> None:
    take(tenant, detail(daily("mia", "OAuth", first=ON - 60 * DAY, host="mfp-05")), "oauth.csv")
    sign_in(tenant, MIA, ON - 61 * DAY, result="failure", address=OFFICE)

    assert actions(tenant)["mia"] == "block_basic_only"


def test_a_password_that_fails_beside_what_has_moved_is_something_else(tenant: Tenant) -> None:
    take(tenant, detail(daily("mia", "OAuth", first=ON - 60 * DAY, host="mfp-05")), "oauth.csv")
    sign_in(tenant, MIA, ON - 30 * DAY, result="failure", address=OFFICE)

    assert actions(tenant)["mia"] == "keep"


def test_many_devices_that_fail_behind_one_address_are_no_guesses(tenant: Tenant) -> None:
    names = [f"mfp{n}" for n in range(8)]
    sent = [row for name in names for row in daily(name, last=ON - 80 * DAY, host=f"{name}-1")]
    take(tenant, detail(sent), "ended.csv")
    for name in names:
        sign_in(tenant, f"{name}@contoso.com", ON - 3 * DAY, result="failure", address=OFFICE)
    sign_in(tenant, MIA, ON - 3 * DAY, result="failure", address=OFFICE)

    assert {actions(tenant)[name] for name in (*names, "mia")} == {"keep"}


# -- logins without mail -----------------------------------------------------------------------


def log_in_daily(tenant: Tenant, days: int = 30, address: str = ELSEWHERE) -> None:
    for n in range(days):
        sign_in(tenant, MIA, ON - n * DAY, address=address, attempts=4)


def test_logins_by_the_clock_without_any_mail_are_checks(tenant: Tenant) -> None:
    log_in_daily(tenant)

    assert actions(tenant)["mia"] == "disable"
    assert "they check the login, and that check will fail" in why(tenant)


def test_logins_now_and_then_are_none(tenant: Tenant) -> None:
    for n in range(0, 60, 3):
        sign_in(tenant, MIA, ON - n * DAY, address=ELSEWHERE)

    assert actions(tenant)["mia"] == "keep"
    assert "it may send as another" in why(tenant)


def test_logins_with_mail_that_nobody_accounts_for_are_none(tenant: Tenant) -> None:
    log_in_daily(tenant, address=OFFICE)

    assert actions(tenant)["mia"] == "keep", "steady@ sends from there and never logged in"
    for n in range(30):
        sign_in(tenant, "steady@contoso.com", ON - n * DAY, address=OFFICE)
    assert actions(tenant)["mia"] == "disable"


def test_logins_right_before_mail_as_another_are_none(tenant: Tenant) -> None:
    """Though somebody else there sent nothing as themselves, too."""
    days = [ON - n * DAY for n in range(20) if n % 4]
    sent = [row for day in days for row in daily("orders", host="erp-02", first=day, last=day)]
    take(tenant, detail(sent), "orders.csv")
    log_in_daily(tenant, days=20, address=OFFICE)
    for n in range(20):
        sign_in(tenant, "steady@contoso.com", ON - n * DAY, address=OFFICE)
    for day in days:
        sign_in(tenant, "anna@contoso.com", day, address=OFFICE)

    assert actions(tenant)["mia"] == "keep"


def test_a_login_after_the_last_basic_mail_keeps_it(tenant: Tenant) -> None:
    sent = daily("mia", first=ON - 150 * DAY, last=ON - 75 * DAY, host="mfp-05")
    take(tenant, detail(sent), "ended.csv")
    assert actions(tenant)["mia"] == "disable"

    sign_in(tenant, MIA, ON - 9 * DAY, address=ELSEWHERE)
    assert actions(tenant)["mia"] == "keep"


def test_a_login_from_there_on_that_day_tells_who_sends_as_another(tenant: Tenant) -> None:
    take(tenant, detail(daily("orders", host="erp-02", first=ON - 20 * DAY)), "orders.csv")
    settings(tenant, steady="", orders="True", mia="", anna="")
    assert actions(tenant)["anna"] == "unknown", "it may be anybody"

    for n in range(0, 20, 2):
        sign_in(tenant, MIA, ON - n * DAY, address=OFFICE)
        sign_in(tenant, "steady@contoso.com", ON - n * DAY, address=OFFICE)
    assert actions(tenant) == {
        "steady": "keep",
        "orders": "already_off",
        "mia": "keep",
        "anna": "disable",
    }


# -- lists of devices --------------------------------------------------------------------------


def test_a_listed_device_that_no_report_shows_keeps_its_mailbox(tenant: Tenant) -> None:
    asset(tenant, MIA, host="UPS-4", name="UPS of the server room")

    assert why(tenant) == (
        "By a list of devices it is used by UPS of the server room, not seen in any report"
    )
    assert actions(tenant)["mia"] == "keep"


def test_a_listed_device_that_moved_keeps_nothing(tenant: Tenant) -> None:
    take(tenant, detail(daily("mia", "OAuth", first=ON - 60 * DAY, host="mfp-05")), "oauth.csv")
    asset(tenant, MIA, host="MFP-05")

    assert actions(tenant)["mia"] == "block_basic_only"


def test_the_later_list_is_believed(tenant: Tenant) -> None:
    asset(tenant, MIA, host="ups-4", serial_number="S1")
    asset(tenant, "anna@contoso.com", host="ups-4-new", serial_number="S1")

    assert actions(tenant) == {"steady": "keep", "mia": "disable", "anna": "keep"}


# -- all of them -------------------------------------------------------------------------------


def test_asks_the_same_number_of_queries_for_more_signs(tenant: Tenant) -> None:
    def add(n: int) -> None:
        script(tenant, MIA)
        reply(tenant, ON - n * DAY, host=f"nas-{n}", account=MIA)
        sign_in(tenant, MIA, ON - n * DAY, result="failure")
        asset(tenant, MIA, host=f"ups-{n}")

    add(1)
    with CaptureQueriesContext(connection) as few:
        lockdown(tenant, ON)
    for n in range(2, 6):
        add(n)
    with CaptureQueriesContext(connection) as many:
        lockdown(tenant, ON)

    assert len(few) == len(many)


def test_signs_of_one_tenant_hold_nothing_of_another(tenant: Tenant) -> None:
    other = Tenant.objects.create(name="Fabrikam")
    script(other, MIA)
    reply(other, ON, account=MIA)
    sign_in(other, MIA, ON, result="failure")
    asset(other, MIA, host="ups-4")

    assert actions(tenant)["mia"] == "disable"
