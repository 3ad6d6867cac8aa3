"""The page and the API give the lockdown answer, of one's own tenants alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.models import Tenant
from tests.factories import SiteFactory, TenantFactory, UserFactory
from tests.inventory.test_ingest import HEADER, take

pytestmark = pytest.mark.django_db

PAGE = "/admin/tracker/cutover/lockdown"
API = "/api/v1/lockdown"


@pytest.fixture
def tenant() -> Tenant:
    """Mail with Basic every day to this day, one mailbox that is off, one that nobody knows."""
    tenant = TenantFactory.create(name="Contoso", domains=["contoso.com"])
    today = timezone.now().date()
    days = [today - dt.timedelta(days=n) for n in range(90)]
    lines = [
        f"{day}T07:00:00Z,scan,contoso.com,Basic,203.0.113.9,TLS1.2,A,1,<{day:%Y%m%d}.1@mfp-01>"
        for day in days
    ]
    take(tenant, "\n".join([HEADER, *lines, ""]).encode())
    settings = "PrimarySmtpAddress,SmtpClientAuthenticationDisabled\nscan@contoso.com,False\n"
    settings += "off@contoso.com,True\nnew@contoso.com,False\n"
    take(tenant, settings.encode(), "Get-CASMailbox.csv")
    return tenant


@pytest.fixture
def person(client: Client, tenant: Tenant) -> Client:
    client.force_login(UserFactory.create(is_superuser=True))
    return client


@pytest.fixture
def stranger(client: Client, tenant: Tenant) -> Client:
    other = TenantFactory.create(name="Fabrikam")
    client.force_login(UserFactory.create(tenants=[other]))
    return client


def test_the_page_says_what_breaks(person: Client, tenant: Tenant) -> None:
    answer = person.get(PAGE, {"tenant": tenant.pk}, follow=True)
    text = answer.content.decode()

    assert answer.status_code == 200
    assert "One sender depends on Basic: mfp-01" in text
    assert "SMTP AUTH is switched off for the mailbox" in text
    assert "new@contoso.com" in text
    places = [text.index(f">{name}@contoso.com<") for name in ("scan", "new", "off")]
    assert places == sorted(places), "what breaks comes first"


def test_the_page_shows_one_action_when_asked(person: Client, tenant: Tenant) -> None:
    text = person.get(
        PAGE, {"tenant": str(tenant.pk), "action": "keep"}, follow=True
    ).content.decode()

    assert "scan@contoso.com" in text
    assert "off@contoso.com" not in text


def test_the_page_is_linked_from_the_cutovers(person: Client) -> None:
    listing = person.get(reverse("admin:tracker_cutover_changelist")).content.decode()
    assert PAGE in listing


def test_the_script_comes_as_a_file(person: Client, tenant: Tenant) -> None:
    answer = person.get(PAGE, {"tenant": str(tenant.pk), "script": "lockdown"}, follow=True)

    assert answer["Content-Disposition"] == 'attachment; filename="lockdown.ps1"'
    assert b"throw" in answer.content


def test_the_page_without_reports_does_not_look_clean(client: Client) -> None:
    TenantFactory.create()
    client.force_login(UserFactory.create(is_superuser=True))
    assert "No mailbox is known" in client.get(PAGE, follow=True).content.decode()


def test_the_page_of_another_tenant_does_not_exist(client: Client, tenant: Tenant) -> None:
    other = TenantFactory.create(name="Fabrikam")
    user = UserFactory.create(tenants=[other])
    user.user_permissions.add(Permission.objects.get(codename="view_cutover"))
    client.force_login(user)

    assert client.get(PAGE, {"tenant": tenant.pk}, follow=True).status_code == 404
    assert "contoso.com" not in client.get(PAGE, follow=True).content.decode()


def test_the_api_gives_verdicts_and_counts(person: Client, tenant: Tenant) -> None:
    answer = person.get(API, {"tenant": tenant.pk}).json()

    assert answer["counts"]["keep"] == 1
    assert {each["account"]: each["action"] for each in answer["mailboxes"]} == {
        "scan@contoso.com": "keep",
        "off@contoso.com": "already_off",
        "new@contoso.com": "unknown",
    }


def test_the_api_looks_no_further_than_asked(person: Client, tenant: Tenant) -> None:
    early = (timezone.now().date() - dt.timedelta(days=200)).isoformat()
    answer = person.get(API, {"tenant": str(tenant.pk), "as_of": early, "action": "unknown"}).json()

    assert answer["as_of"] == early
    assert [each["account"] for each in answer["mailboxes"]] == [
        "new@contoso.com",
        "scan@contoso.com",
    ]


@pytest.mark.parametrize("query", [{}, {"tenant": "x"}, {"tenant": 1, "as_of": "soon"}])
def test_the_api_refuses_what_it_cannot_read(person: Client, query: dict[str, str]) -> None:
    assert person.get(API, query).status_code == 400


def test_the_api_knows_no_tenant_of_others(stranger: Client, tenant: Tenant) -> None:
    assert stranger.get(API, {"tenant": tenant.pk}).status_code == 404


def test_the_api_asks_who_you_are(client: Client, tenant: Tenant) -> None:
    assert client.get(API, {"tenant": tenant.pk}).status_code in (401, 403)


def test_the_page_answers_first(person: Client, tenant: Tenant) -> None:
    text = person.get(PAGE, {"tenant": str(tenant.pk)}, follow=True).content.decode()

    assert "Not safe: one mailbox depends on Basic: scan@contoso.com." in text
    assert "One more mailbox cannot be judged yet." in text


def test_the_page_answers_for_a_part(person: Client, tenant: Tenant) -> None:
    query = {"tenant": str(tenant.pk), "account": "off@contoso.com"}
    answer = person.get(PAGE, query, follow=True)
    text = answer.content.decode()

    assert "Safe: 1 off already." in text
    assert "scan@contoso.com" not in text
    assert f"?tenant={tenant.pk}&amp;script=lockdown&amp;account=off%40contoso.com" in text
    script = person.get(PAGE, {**query, "script": "lockdown"}, follow=True).content.decode()
    assert "throw 'This script knows a part of the mailboxes only.'" in script


def test_the_page_knows_no_site_of_others(person: Client, tenant: Tenant) -> None:
    theirs = SiteFactory.create()
    query = {"tenant": str(tenant.pk), "site": str(theirs.pk)}
    assert person.get(PAGE, query, follow=True).status_code == 404


def test_the_api_answers_for_a_part(person: Client, tenant: Tenant) -> None:
    query = f"{API}?tenant={tenant.pk}&account=off@contoso.com&account=new@contoso.com"
    answer = person.get(query).json()

    assert answer["answer"] == "cannot_know"
    assert answer["reason"].startswith("Cannot know for one mailbox: new@contoso.com. new@")
    assert [each["account"] for each in answer["mailboxes"]] == [
        "new@contoso.com",
        "off@contoso.com",
    ]


def test_the_api_knows_no_site_of_others(person: Client, tenant: Tenant) -> None:
    theirs = SiteFactory.create()
    assert person.get(API, {"tenant": tenant.pk, "site": theirs.pk}).status_code == 404
