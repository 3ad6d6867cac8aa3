"""Mail that shows too little of a move, and what else shows it, from reports."""

from __future__ import annotations

import pytest

from inventory.models import Tenant
from tests.inventory.test_ingest import take
from tests.tracker.signs import asset, reply, script, sign_in
from tests.tracker.test_lockdown_facts import (
    COVER,
    DAY,
    ON,
    Sent,
    actions,
    answers,
    daily,
    detail,
    told,
)
from tests.tracker.test_lockdown_facts import settings as set_up

pytestmark = pytest.mark.django_db
UPS, BATTERY = "ups-4711", "UPS: On battery power"


@pytest.fixture
def tenant() -> Tenant:
    tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
    take(tenant, detail(COVER))
    return tenant


# -- a device with a mailbox of its own ----------------------------------------------------------


def raise_alarms(tenant: Tenant, name: str = UPS) -> None:
    """On three nights with Basic, and on one with OAuth."""
    set_up(tenant, **{"steady": "", name: "", "ups-4712": ""})
    nights = (80, 61, 50)
    alarms: list[Sent] = [(ON - n * DAY, name, "Basic", "") for n in nights]
    told(tenant, [*alarms, (ON - 20 * DAY, name, "OAuth", "")], BATTERY)


def test_the_device_that_a_mailbox_is_named_after_has_moved(tenant: Tenant) -> None:
    raise_alarms(tenant)
    assert actions(tenant)[UPS] == "keep"

    asset(tenant, "", host=UPS.upper(), vendor="APC")
    verdict = answers(tenant)[UPS]
    assert verdict.action == "block_basic_only"
    assert f"{UPS.upper()}, the one device that the mailbox is named after" in verdict.reason


@pytest.mark.parametrize(
    ("host", "vendor", "account", "want"),
    [
        ("ups-cellar", "APC", "", "keep"),
        ("ups-cellar", "", "", "keep"),
        ("ups-cellar", "APC", f"{UPS}@contoso.com", "keep"),
        ("copier", "Ricoh", "", "block_basic_only"),
        ("ups-cellar", "APC", "ups-cellar@contoso.com", "block_basic_only"),
    ],
)
def test_a_device_like_it_may_share_its_mailbox(
    tenant: Tenant, host: str, vendor: str, account: str, want: str
) -> None:
    raise_alarms(tenant)
    asset(tenant, "", host=UPS, vendor="APC")
    asset(tenant, account, host=host, vendor=vendor)

    assert actions(tenant)[UPS] == want


def test_a_script_on_the_mailbox_of_a_device_makes_it_shared(tenant: Tenant) -> None:
    raise_alarms(tenant)
    asset(tenant, "", host=UPS, vendor="APC")
    script(tenant, f"{UPS}@contoso.com", auth="oauth")

    assert actions(tenant)[UPS] == "keep"


# -- a script ------------------------------------------------------------------------------------


def count_stock(tenant: Tenant) -> None:
    """Last seen with Basic a month ago; beside it runs what has moved."""
    set_up(tenant, **{"steady": "", "svc-stock-count": "", "svc-prices": ""})
    told(tenant, [(ON - 33 * DAY, "svc-stock-count", "Basic", "srv-1")], "Stock count is ready")
    take(tenant, detail(daily("svc-prices", "OAuth", host="srv-1")), "prices.csv")
    script(tenant, "svc-prices@contoso.com", auth="oauth", path="prices.py")


def test_a_source_that_logs_in_with_oauth_shows_a_move(tenant: Tenant) -> None:
    count_stock(tenant)
    assert actions(tenant)["svc-stock-count"] == "keep"

    script(tenant, "svc-stock-count@contoso.com", auth="oauth", path="stock-count.py")
    verdict = answers(tenant)["svc-stock-count"]
    assert verdict.action == "block_basic_only"
    assert "what sent it, srv-1:stock-count.py:5, logs in with OAuth now" in verdict.reason

    script(tenant, "svc-stock-count@contoso.com", path="archive/stock-count.py")
    assert actions(tenant)["svc-stock-count"] == "keep"


def test_a_source_of_a_tree_that_does_not_run_yet_shows_nothing(tenant: Tenant) -> None:
    count_stock(tenant)
    script(tenant, "svc-stock-count@contoso.com", auth="oauth", path="stock-count.py")
    script(tenant, "steady@contoso.com", auth="oauth", path="steady.py")

    assert actions(tenant)["svc-stock-count"] == "keep"


def test_a_source_with_oauth_needs_smtp_auth_left_on(tenant: Tenant) -> None:
    set_up(tenant, steady="", anna="")
    rows = "".join(f"{ON - n * DAY}T09:00:00Z,anna@contoso.com,x@x.org,Hi,\n" for n in range(9))
    head = "Received,SenderAddress,RecipientAddress,Subject,FromIP\n"
    take(tenant, f"{head}{rows}".encode(), "trace.csv")
    assert actions(tenant)["anna"] == "disable"

    script(tenant, "anna@contoso.com", auth="oauth")
    assert actions(tenant)["anna"] == "block_basic_only"


# -- a refusal -----------------------------------------------------------------------------------

REFUSED_ON = ON - 9 * DAY


def be_refused(tenant: Tenant, sent: list[Sent]) -> None:
    """app@ is let in and may not send as notices@, which cannot log in itself."""
    set_up(tenant, steady="", app="", notices="true")
    take(tenant, detail(sent), "notices.csv")
    text = "554 5.2.252 SendAsDenied; app@contoso.com not allowed to send as notices@contoso.com"
    reply(tenant, REFUSED_ON, account="app@contoso.com", family="send_as", text=text)


def log_in(tenant: Tenant, name: str, days: range = range(30)) -> None:
    for n in days:
        sign_in(tenant, name, ON - n * DAY, address="203.0.113.9")


MOVED = [
    *daily("notices", last=ON - 60 * DAY, host="srv-7"),
    *daily("notices", "OAuth", first=ON - 59 * DAY, host="srv-7"),
]


def test_who_was_let_in_and_did_not_use_a_password_used_oauth(tenant: Tenant) -> None:
    be_refused(tenant, MOVED)
    assert "grant Send As" in answers(tenant)["app"].reason

    log_in(tenant, "steady@contoso.com")
    assert actions(tenant)["app"] == "block_basic_only"


@pytest.mark.parametrize(
    ("name", "days"),
    [
        # It logged in with its password; the log lacks that day; somebody nobody knows logged in.
        ("app@contoso.com", range(8, 11)),
        ("steady@contoso.com", range(10, 30)),
        ("u4711@contoso.onmicrosoft.com", range(30)),
    ],
)
def test_a_refusal_holds_what_may_have_used_a_password(
    tenant: Tenant, name: str, days: range
) -> None:
    be_refused(tenant, MOVED)
    log_in(tenant, name, days)

    assert actions(tenant)["app"] == "keep"


def test_a_login_with_oauth_takes_back_no_earlier_refusal_of_a_password(tenant: Tenant) -> None:
    be_refused(tenant, MOVED)
    reply(tenant, REFUSED_ON - DAY, account="app@contoso.com", family="password")
    log_in(tenant, "steady@contoso.com")

    assert "the password is wrong" in answers(tenant)["app"].reason


def test_a_refusal_says_whose_mail_the_login_holds(tenant: Tenant) -> None:
    be_refused(tenant, daily("notices", last=ON - 40 * DAY, host="srv-7"))
    log_in(tenant, "steady@contoso.com")
    verdict = answers(tenant)["app"]

    assert verdict.action == "keep"
    assert "as notices@contoso.com" in verdict.reason
