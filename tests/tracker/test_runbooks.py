from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories import (
    NOW,
    AccountFactory,
    CutoverFactory,
    DeviceFactory,
    FingerprintFactory,
    ObservationFactory,
    SenderFactory,
    TenantFactory,
    UserFactory,
)
from tracker.models import Cutover, RunbookTick
from tracker.runbooks import BLANK, FOLDER, Facts, runbook, template, ticks
from tracker.runbooks.facts import facts_of
from tracker.runbooks.ticks import TickRefused, history_of, lines_of, runbook_of, tick, untick

ROUTES = [route for route in Cutover.Route.values if route]
CATEGORIES = ["device", "script", "account"]
MX = "contoso-example.mail.protection.outlook.com"
KNOWN = Facts(
    item="mfp-3",
    category="device",
    accounts=("scan@contoso.example",),
    others=("ups-1",),
    addresses=("203.0.113.9",),
    domain="contoso.example",
)
EVIL = "x'; Remove-Mailbox \u2019ceo\u2019 #$(whoami)`n"


def texts(route: str, facts: Facts) -> str:
    found = runbook(route, facts)
    parts = [found.endpoint]
    for step in found.steps:
        parts += [step.title, step.text, *step.commands]
    return "\n".join(parts)


# -- the files ---------------------------------------------------------------------------------


def test_has_a_file_for_each_route() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_has_steps_of_distinct_keys_that_the_api_can_name(route: str) -> None:
    keys = [step["key"] for step in template(route)["steps"]]
    assert len(keys) == len(set(keys)) >= 4
    assert all(re.fullmatch(r"[a-z_]{1,40}", key) for key in keys)
    allowed = {"key", "title", "text", "commands", "source", "for"}
    assert all(set(step) <= allowed for step in template(route)["steps"])
    categories = {each for step in template(route)["steps"] for each in step.get("for", [])}
    assert categories <= set(CATEGORIES)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("route", ROUTES)
def test_fills_every_blank_whatever_is_known(route: str, category: str) -> None:
    for facts in (Facts("mfp-3", category), KNOWN):
        told = texts(route, facts)
        assert not BLANK.search(told)
        assert "[[" not in told
        assert "moved" in {step.key for step in runbook(route, facts).steps}


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ("oauth", ["smtp.office365.com, port 587", "SmtpClientAuthenticationDisabled $false"]),
        ("graph", ["/v1.0/users/scan@contoso.example/sendMail", "'Application Mail.Send'"]),
        (
            "relay_connector",
            ["contoso-example.mail.protection.outlook.com, port 25", "203.0.113.9"],
        ),
        ("hve", ["smtp-hve.office365.com, port 587", "September 2028"]),
        ("acs", ["smtp.azurecomm.net, port 587", "100 an hour"]),
        (
            "direct_send",
            ["contoso-example.mail.protection.outlook.com, port 25", "RejectDirectSend"],
        ),
    ],
)
def test_names_the_endpoint_of_the_route(route: str, words: list[str]) -> None:
    told = texts(route, KNOWN)
    assert all(word in told for word in words)


def test_never_switches_smtp_auth_off_for_what_goes_on_with_oauth() -> None:
    assert "SmtpClientAuthenticationDisabled $true" not in texts("oauth", KNOWN)


def test_has_other_steps_for_devices_than_for_scripts() -> None:
    device, script = (
        {step.key for step in runbook("oauth", Facts("x", category)).steps}
        for category in ("device", "script")
    )
    assert device - script == {"support", "clock", "consent"}
    assert script - device == {"register", "principal"}


def test_repeats_a_command_for_each_account() -> None:
    facts = Facts("app", "script", accounts=("a@contoso.example", "b@contoso.example"))
    (step,) = [step for step in runbook("oauth", facts).steps if step.key == "keep_on"]
    assert step.commands == (
        "Set-CASMailbox -Identity 'a@contoso.example' -SmtpClientAuthenticationDisabled $false",
        "Set-CASMailbox -Identity 'b@contoso.example' -SmtpClientAuthenticationDisabled $false",
    )


@pytest.mark.parametrize("route", ROUTES)
def test_quotes_what_things_are_called(route: str) -> None:
    facts = Facts(EVIL, "script", (EVIL,), (EVIL,), (EVIL,), EVIL)
    for step in runbook(route, facts).steps:
        for command in step.commands:
            assert outside_of_strings(command).isascii()
            assert "Remove-Mailbox" not in outside_of_strings(command)
            assert "whoami" not in outside_of_strings(command)


def outside_of_strings(command: str) -> str:
    """What PowerShell would run: everything that is in no single-quoted string."""
    return re.sub("['‘’‚‛](?:[^'‘’‚‛]|['‘’‚‛]{2})*['‘’‚‛]", "", command)


# -- the facts ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_knows_accounts_addresses_and_who_else_logs_in() -> None:
    tenant = TenantFactory.create(domains=["contoso.example"])
    item, other = DeviceFactory.create_batch(2, tenant=tenant)
    scan = AccountFactory.create(tenant=tenant, name="scan@fabrikam.example")
    rare = AccountFactory.create(tenant=tenant, name="rare@contoso.example")
    for account, whose, count in ((rare, item, 1), (scan, item, 50), (scan, other, 9)):
        sender = SenderFactory.create(
            tenant=tenant, account=account, item=whose, message_count=count
        )
        for address in ("203.0.113.9", "10.0.0.7"):
            mark = FingerprintFactory.create(tenant=tenant, sender=sender, address=address)
            ObservationFactory.create(fingerprint=mark)
    facts = facts_of(item)
    assert facts.accounts == ("scan@fabrikam.example", "rare@contoso.example")
    assert facts.others == (other.name,)
    assert facts.addresses == ("203.0.113.9",)
    assert facts.mx_host == "fabrikam-example.mail.protection.outlook.com"


@pytest.mark.django_db
def test_takes_an_account_for_its_own() -> None:
    account = AccountFactory.create(name="fax@contoso.example")
    assert facts_of(account).accounts == ("fax@contoso.example",)


# -- ticking -----------------------------------------------------------------------------------


@pytest.fixture
def cutover(db: None) -> Cutover:
    return CutoverFactory.create(route="hve")


def done_steps(cutover: Cutover) -> set[str]:
    found = runbook_of(cutover)
    assert found is not None
    return {line.step.key for line in lines_of(cutover, found) if line.tick}


def test_ticks_a_step_with_who_and_when(cutover: Cutover) -> None:
    anna, ben = UserFactory.create_batch(2)
    tick(cutover, "account", by=anna, now=NOW, note=" hve-1 ")
    again = tick(cutover, "account", by=ben, now=NOW)
    assert (again.done_by, again.done_at, again.note) == (anna, NOW, "hve-1")
    assert done_steps(cutover) == {"account"}
    assert RunbookTick.objects.count() == 1


def test_takes_a_tick_back_and_keeps_it_as_history(cutover: Cutover) -> None:
    anna, ben = UserFactory.create_batch(2)
    tick(cutover, "account", by=anna, now=NOW)
    assert untick(cutover, "account", by=ben, now=NOW)
    assert not untick(cutover, "account", by=ben, now=NOW)
    assert done_steps(cutover) == set()
    (old,) = history_of(cutover)
    assert (old.done_by, old.undone_by) == (anna, ben)
    tick(cutover, "account", by=ben, now=NOW)
    assert done_steps(cutover) == {"account"}


def test_keeps_the_ticks_of_another_route_as_history(cutover: Cutover) -> None:
    tick(cutover, "switch", by=UserFactory.create(), now=NOW)
    cutover.route = "oauth"
    cutover.save()
    assert done_steps(cutover) == set()
    assert [(old.route, old.step) for old in history_of(cutover)] == [("hve", "switch")]
    cutover.route = "hve"
    assert done_steps(cutover) == {"switch"}


def test_refuses_steps_that_the_route_does_not_have(cutover: Cutover) -> None:
    with pytest.raises(TickRefused, match="has no step connector"):
        tick(cutover, "connector", by=UserFactory.create(), now=NOW)
    cutover.route = ""
    with pytest.raises(TickRefused, match="choose a route first"):
        untick(cutover, "switch", by=UserFactory.create(), now=NOW)


# -- page and API ------------------------------------------------------------------------------


def page_of(cutover: Cutover) -> str:
    return reverse("admin:tracker_cutover_runbook", args=[cutover.pk])


def test_ticks_on_the_page(client: Client, cutover: Cutover) -> None:
    client.force_login(UserFactory.create(is_superuser=True, username="anna"))
    assert "smtp-hve.office365.com" in client.get(page_of(cutover)).content.decode()
    told = {"step": "account", "done": "yes", "note": "hve-1"}
    text = client.post(page_of(cutover), told, follow=True).content.decode()
    assert "Done by anna" in text
    assert ": hve-1" in text
    back = {"step": "account", "done": "no"}
    text = client.post(page_of(cutover), back, follow=True).content.decode()
    assert "Done by anna" not in text
    assert "Taken back, or of another route" in text
    refused = client.post(page_of(cutover), {"step": "nonsense", "done": "yes"}, follow=True)
    assert "has no step nonsense" in refused.content.decode()


@pytest.mark.django_db
def test_says_that_a_route_has_to_be_chosen(client: Client) -> None:
    client.force_login(UserFactory.create(is_superuser=True))
    cutover = CutoverFactory.create(route="")
    assert "No route is chosen yet" in client.get(page_of(cutover)).content.decode()


def test_lets_those_who_only_look_tick_nothing(client: Client, cutover: Cutover) -> None:
    person = UserFactory.create(tenants=[cutover.item.tenant])
    person.user_permissions.add(Permission.objects.get(codename="view_cutover"))
    client.force_login(person)
    assert "Note (optional)" not in client.get(page_of(cutover)).content.decode()
    told = {"step": "account", "done": "yes"}
    assert client.post(page_of(cutover), told).status_code == 403
    assert not ticks.done(cutover).exists()


def test_ticks_by_the_api(client: Client, cutover: Cutover) -> None:
    client.force_login(UserFactory.create(is_superuser=True, username="anna"))
    url = f"/api/v1/cutovers/{cutover.pk}/runbook"

    def post(step: str, **told: Any) -> Any:
        return client.post(f"{url}/{step}", told, content_type="application/json")

    (step,) = [
        each for each in post("account", done=True, note="x").json()["steps"] if each["is_done"]
    ]
    assert (step["key"], step["done_by"], step["note"]) == ("account", "anna", "x")
    assert client.get(url).json()["endpoint"].startswith("smtp-hve.office365.com")
    assert not any(each["is_done"] for each in post("account", done=False).json()["steps"])
    refused = post("nonsense", done=True)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "tick_refused")
    assert post("account").status_code == 400
