"""The answer for a tenant or a part of it follows from those of its mailboxes."""

from __future__ import annotations

import pytest

from inventory.models import Site, Tenant
from tests.factories import (
    AccountFactory,
    DeviceFactory,
    EgressNetworkFactory,
    FingerprintFactory,
    SenderFactory,
    SiteFactory,
)
from tracker.lockdown.groups import Group, chosen
from tracker.lockdown.summary import summary
from tracker.lockdown.verdict import Verdict


def verdicts(**actions: str) -> list[Verdict]:
    return [
        Verdict(f"{name}@contoso.com", "allowed", action, f"why {name}")
        for name, action in actions.items()
    ]


@pytest.mark.parametrize(
    ("given", "answer", "says"),
    [
        (
            verdicts(a="disable", b="block_basic_only", c="already_off", d="disable"),
            "safe",
            "Safe: 2 can be switched off, 1 can have Basic refused by a policy, 1 off already.",
        ),
        (
            verdicts(a="keep", b="disable", c="unknown"),
            "not_safe",
            "Not safe: one mailbox depends on Basic: a@contoso.com. One more mailbox "
            "cannot be judged yet.",
        ),
        (
            verdicts(a="keep", b="keep"),
            "not_safe",
            "Not safe: 2 mailboxes depend on Basic: a@contoso.com, b@contoso.com.",
        ),
        (
            verdicts(a="unknown", b="disable"),
            "cannot_know",
            "Cannot know for one mailbox: a@contoso.com. a@contoso.com: why a.",
        ),
        ([], "cannot_know", "Cannot know: no mailbox is known here."),
    ],
)
def test_answers_for_many(given: list[Verdict], answer: str, says: str) -> None:
    found = summary(given)

    assert (found.answer, found.reason) == (answer, says)
    assert sum(found.counts.values()) == len(given)


@pytest.mark.parametrize(
    ("given", "count", "answer", "says"),
    [
        (
            verdicts(a="disable", b="already_off"),
            1,
            "cannot_know",
            "Cannot know because 1 script logs in with an account that is not known. But for that: "
            "1 can be switched off, 1 off already.",
        ),
        (
            verdicts(a="keep"),
            2,
            "not_safe",
            "Not safe: one mailbox depends on Basic: a@contoso.com. 2 scripts log in with an "
            "account that is not known.",
        ),
        (
            verdicts(a="unknown"),
            2,
            "cannot_know",
            "Cannot know for one mailbox: a@contoso.com. a@contoso.com: why a. 2 scripts log in "
            "with an account that is not known.",
        ),
    ],
)
def test_a_script_with_an_unknown_login_may_use_any(
    given: list[Verdict], count: int, answer: str, says: str
) -> None:
    found = summary(given, count)

    assert (found.answer, found.reason) == (answer, says)


@pytest.fixture
def site(db: None) -> Site:
    """A printer of a@ stands there, and b@ sends from behind its address."""
    site: Site = SiteFactory.create(name="Oslo")
    tenant = site.tenant
    EgressNetworkFactory.create(site=site, cidr="203.0.113.8/29")
    here = AccountFactory.create(tenant=tenant, name="a@contoso.com")
    device = DeviceFactory.create(tenant=tenant, site=site)
    SenderFactory.create(tenant=tenant, account=here, item=device)
    for account, address in (("b", "203.0.113.9"), ("c", "198.51.100.7"), ("c", "")):
        FingerprintFactory.create(
            tenant=tenant, account=f"{account}@contoso.com", address=address, sender=None
        )
    return site


ALL = [*verdicts(a="keep", b="keep", c="keep"), Verdict("a@emea.contoso.com", "", "keep", "")]


@pytest.mark.parametrize(
    ("parts", "accounts"),
    [
        ({}, ["a@contoso.com", "b@contoso.com", "c@contoso.com", "a@emea.contoso.com"]),
        ({"domain": "EMEA.contoso.com"}, ["a@emea.contoso.com"]),
        ({"domain": "@contoso.com", "accounts": ["A@contoso.com ", "x@y"]}, ["a@contoso.com"]),
    ],
)
def test_chooses_by_domain_and_list(parts: dict[str, str], accounts: list[str], site: Site) -> None:
    group = Group(**parts)  # type: ignore[arg-type]

    assert [each.account for each in chosen(site.tenant, ALL, group)] == accounts
    assert group.is_whole == (not parts)


def test_chooses_what_stands_at_a_site_or_sends_from_it(site: Site) -> None:
    found = chosen(site.tenant, ALL, Group(site=site))

    assert [each.account for each in found] == ["a@contoso.com", "b@contoso.com"]
    empty: Tenant = site.tenant
    assert chosen(empty, ALL, Group(site=SiteFactory.create(tenant=empty))) == []
