"""Places near some networks, against the places of the whole tenant."""

from __future__ import annotations

import random

import pytest

from inventory.models import Fingerprint, Tenant
from inventory.senders.looks import Look
from inventory.senders.neighbours import HOST, Places, literal, named, spots_of
from inventory.senders.networks import network, places
from tests.factories import FingerprintFactory, TenantFactory
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


def marked(tenant: Tenant, host: str, address: str, account: str = "scan@contoso.com") -> None:
    FingerprintFactory.create(
        tenant=tenant, account=account, message_id_host=host, address=address, sender=None
    )


def bare(*addresses: str) -> dict[str, list[Look]]:
    looks = [Look(n, "scan@contoso.com", each, "x", "", "", "message") for n, each in
             enumerate(addresses)]  # fmt: skip
    return {"scan@contoso.com": looks}


def are_one(tenant: Tenant, one: str, other: str) -> bool:
    found = Places(tenant).of(bare(one, other))
    return found.get(network(one), one) == found.get(network(other), other)


@pytest.mark.parametrize("seed", range(5))
def test_says_the_same_as_the_whole_tenant_does(seed: int) -> None:
    draw = random.Random(seed)
    tenant = TenantFactory.create()
    spots = [f"203.0.113.{n}" for n in range(12)] + [f"2001:db8:0:{n}::5" for n in range(6)]
    for n in range(40):
        first = draw.randrange(len(spots))
        near = [spots[(first + step) % len(spots)] for step in range(draw.choice([1, 2, 2, 3]))]
        for address in near:
            marked(tenant, f"host-{n}", address.replace("::5", f"::{draw.randint(1, 9)}"))
    rows = named(tenant).values_list(*HOST, "address")
    whole = places((row[:3], row[3]) for row in rows)
    for one in spots:
        for other in spots:
            told = whole.get(network(one), one) == whole.get(network(other), other)
            assert are_one(tenant, one, other) == told, (one, other)


def test_asks_nothing_where_there_is_one_network() -> None:
    tenant = TenantFactory.create()
    marked(tenant, "mfp-1", "203.0.113.1")
    assert queries_of(lambda: Places(tenant).of(bare("203.0.113.1", "203.0.113.1"))) == []


def test_leaves_out_what_names_a_host_or_stands_at_a_site() -> None:
    looks = [
        Look(1, "a", "203.0.113.1", "x", "mfp-1", "", "message"),
        Look(2, "a", "203.0.113.2", "x", "", "Oslo", "message"),
        Look(3, "a", "203.0.113.3", "x", "", "", "message"),
    ]
    assert spots_of(looks) == set()


def test_knows_no_other_tenant() -> None:
    tenant, other = TenantFactory.create(), TenantFactory.create()
    for n in range(3):
        marked(other, f"host-{n}", "203.0.113.1")
        marked(other, f"host-{n}", "203.0.113.2")
    assert not are_one(tenant, "203.0.113.1", "203.0.113.2")
    assert are_one(other, "203.0.113.1", "203.0.113.2")
    assert Fingerprint.objects.filter(tenant=tenant).count() == 0


@pytest.mark.parametrize(
    ("prefix", "begins"),
    [
        ("2001:db8:1:2::/64", "2001:db8:1:2:"),
        ("2001:db8::/64", "2001:db8:"),
        ("2001:db8:0:5::/64", "2001:db8:"),
        ("fe80::/64", "fe80:"),
    ],
)
def test_finds_how_addresses_of_a_network_begin(prefix: str, begins: str) -> None:
    assert literal(prefix) == begins
