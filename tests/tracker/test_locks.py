"""What refused Basic and lets it in again is told of, whoever changed it."""

from __future__ import annotations

import pytest

from inventory.events import publish_now
from inventory.models import Event, Tenant
from tests.inventory.test_ingest import take

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    """a@ is off for itself, b@ inherits that it is off, c@ has a policy that refuses Basic."""
    tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
    mailboxes(tenant, "2026-11-01", a="True", b="", c="False")
    organisation(tenant, "2026-11-01", "True")
    users(tenant, "2026-11-01", c="No basic")
    policy(tenant, "2026-11-01", "False")
    take(tenant, b'DefaultAuthenticationPolicy\n\n""\n', "organisation_2026-11-01.csv")
    take(tenant, b"DisplayName,IsEnabled\nSecurity Defaults,False\n", "sd_2026-11-01.csv")
    publish_now()
    return tenant


def mailboxes(tenant: Tenant, on: str, **switches: str) -> None:
    rows = "".join(f"{name}@contoso.com,{value}\n" for name, value in switches.items())
    text = f"PrimarySmtpAddress,SmtpClientAuthenticationDisabled\n{rows}"
    take(tenant, text.encode(), f"cas_{on}.csv")


def organisation(tenant: Tenant, on: str, disabled: str) -> None:
    text = f"SmtpClientAuthenticationDisabled\n{disabled}\n"
    take(tenant, text.encode(), f"transport_{on}.csv")


def users(tenant: Tenant, on: str, **policies: str) -> None:
    given = {"a": "", "b": "", **policies}
    rows = "".join(f"{name}@contoso.com,{value}\n" for name, value in given.items())
    take(tenant, f"UserPrincipalName,AuthenticationPolicy\n{rows}".encode(), f"users_{on}.csv")


def policy(tenant: Tenant, on: str, allows: str) -> None:
    take(tenant, f"Name,AllowBasicAuthSmtp\nNo basic,{allows}\n".encode(), f"policy_{on}.csv")


def opened() -> list[Event]:
    publish_now()
    return list(Event.objects.filter(kind="lock.opened").order_by("pk"))


def test_the_first_exports_open_nothing(tenant: Tenant) -> None:
    assert opened() == []


def test_a_mailbox_that_was_switched_on_again(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-11-08", a="False", b="", c="False")
    [event] = opened()

    assert (event.data["subject"], event.data["was"]) == ("a@contoso.com", "true")
    assert (event.data["mailbox_count"], event.data["mailboxes"]) == (1, ["a@contoso.com"])
    assert event.data["reason"].startswith("SMTP AUTH is switched on for the mailbox")


def test_the_organisations_switch_opens_those_that_inherit(tenant: Tenant) -> None:
    organisation(tenant, "2026-11-08", "False")
    [event] = opened()

    assert event.data["mailboxes"] == ["b@contoso.com"]


def test_a_relaxed_policy_opens_those_that_have_it(tenant: Tenant) -> None:
    policy(tenant, "2026-11-08", "True")
    [event] = opened()

    assert (event.data["scope"], event.data["mailboxes"]) == ("policy", ["c@contoso.com"])


def test_a_policy_taken_away_opens_its_mailbox(tenant: Tenant) -> None:
    users(tenant, "2026-11-08", c="")

    assert [event.data["mailboxes"] for event in opened()] == [["c@contoso.com"]]


def test_a_mailbox_that_something_else_still_locks_stays_shut(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-11-08", a="", b="", c="False")

    assert opened() == [], "it inherits that it is off"


def test_what_is_locked_further_opens_nothing(tenant: Tenant) -> None:
    mailboxes(tenant, "2026-11-08", a="True", b="True", c="True")

    assert opened() == []
