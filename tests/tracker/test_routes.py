from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError

from inventory.models import Item
from tests.factories import CutoverFactory, DeviceFactory, SenderFactory
from tracker.models import Capability, Cutover
from tracker.models.capability import capability_of
from tracker.routes.advice import advise, steadiness, writes_to
from tracker.routes.choice import Address, Facts, Verdict, options

Route = Cutover.Route
Status = Capability.Status


def verdicts(facts: Facts) -> dict[str, Verdict]:
    return {option.route: option.verdict for option in options(facts)}


def known(status: str, flow: str = "") -> Capability:
    return Capability(
        vendor="Acme",
        status=status,
        flow=flow,
        evidence_url="https://acme.example/oauth",
        evidence_kind=Capability.EvidenceKind.VENDOR,
        as_of=dt.date(2026, 11, 1),
    )


def replaced(row: Capability, **values: str) -> Capability:
    for name, value in values.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(
    ("facts", "route", "verdict"),
    [
        (Facts(can_change_code=True), Route.OAUTH, Verdict.FITS),
        (Facts(can_change_code=True), Route.GRAPH, Verdict.FITS),
        (Facts(), Route.OAUTH, Verdict.MAY_FIT),
        (Facts(capability=known(Status.YES)), Route.OAUTH, Verdict.FITS),
        (Facts(capability=known(Status.SOME)), Route.OAUTH, Verdict.MAY_FIT),
        (Facts(capability=known(Status.NO)), Route.OAUTH, Verdict.DOES_NOT_FIT),
        (Facts(capability=known(Status.YES, "Graph")), Route.GRAPH, Verdict.FITS),
        (
            Facts(capability=known(Status.YES), tls_versions=frozenset({"1.0"})),
            Route.OAUTH,
            Verdict.DOES_NOT_FIT,
        ),
        (Facts(tls_versions=frozenset({"1.0", "1.2"})), Route.OAUTH, Verdict.MAY_FIT),
        (Facts(address=Address.STATIC), Route.RELAY_CONNECTOR, Verdict.FITS),
        (Facts(address=Address.CHANGING), Route.RELAY_CONNECTOR, Verdict.MAY_FIT),
        (
            Facts(address=Address.STATIC, tls_versions=frozenset({"1.0"})),
            Route.RELAY_CONNECTOR,
            Verdict.MAY_FIT,
        ),
        (Facts(), Route.RELAY_CONNECTOR, Verdict.MAY_FIT),
        (Facts(writes_to="outside"), Route.HVE, Verdict.DOES_NOT_FIT),
        (Facts(writes_to="both"), Route.HVE, Verdict.DOES_NOT_FIT),
        (Facts(writes_to="both"), Route.DIRECT_SEND, Verdict.DOES_NOT_FIT),
        (Facts(writes_to="inside"), Route.HVE, Verdict.FITS),
        (Facts(), Route.HVE, Verdict.MAY_FIT),
        (Facts(writes_to="inside"), Route.DIRECT_SEND, Verdict.MAY_FIT),
        (
            Facts(writes_to="inside", rejects_direct_send=True),
            Route.DIRECT_SEND,
            Verdict.DOES_NOT_FIT,
        ),
    ],
)
def test_judges_a_route_by_what_is_known(facts: Facts, route: str, verdict: Verdict) -> None:
    assert verdicts(facts)[route] == verdict


@pytest.mark.parametrize(
    ("facts", "route", "says"),
    [
        (Facts(), Route.HVE, "whom it writes to is not known"),
        (Facts(), Route.DIRECT_SEND, "which is not known"),
        (Facts(), Route.RELAY_CONNECTOR, "whether it keeps its address is not known"),
        (Facts(can_change_code=True), Route.OAUTH, "SMTP AUTH has to stay on"),
        (Facts(can_change_code=True, most_per_day=12_000), Route.GRAPH, "10,000 recipients"),
        (Facts(can_change_code=True, most_per_day=600), Route.OAUTH, "30 a minute"),
        (Facts(most_per_day=600), Route.ACS, "100 an hour raised"),
        (
            Facts(address=Address.CHANGING, address_count=31),
            Route.RELAY_CONNECTOR,
            "its address changes (seen from 31): let the connector know it by a certificate",
        ),
        (Facts(tls_versions=frozenset({"1.0", "1.2"})), Route.OAUTH, "TLS 1.0 or 1.1"),
        (Facts(tls_versions=frozenset({"1.0"})), Route.HVE, "which cannot stay"),
        (Facts(tls_versions=frozenset({"1.0"})), Route.THIRD_PARTY_RELAY, "few services take it"),
        (Facts(address=Address.CHANGING, address_count=9), Route.ON_PREMISES_RELAY, "from 9"),
        (
            Facts(capability=replaced(known(Status.YES), minimum_version="5.2")),
            Route.OAUTH,
            "check that it runs 5.2 or later",
        ),
    ],
)
def test_says_what_speaks_against_it(facts: Facts, route: str, says: str) -> None:
    [option] = [option for option in options(facts) if option.route == route]
    assert says in "; ".join(option.cons)


@pytest.mark.parametrize(
    ("facts", "route", "says"),
    [
        (Facts(writes_to="inside"), Route.HVE, "inside only"),
        (Facts(address=Address.STATIC, site="Oslo"), Route.RELAY_CONNECTOR, "whole site (Oslo)"),
        (Facts(tls_versions=frozenset({"1.0"})), Route.ON_PREMISES_RELAY, "still takes TLS 1.0"),
        (Facts(address=Address.CHANGING), Route.THIRD_PARTY_RELAY, "whatever address"),
    ],
)
def test_says_what_speaks_for_it(facts: Facts, route: str, says: str) -> None:
    [option] = [option for option in options(facts) if option.route == route]
    assert says in "; ".join(option.pros)


def test_names_every_route_with_a_reason_those_that_fit_first() -> None:
    found = options(Facts(address=Address.STATIC))
    assert {option.route for option in found} == set(Route) - {Route.UNDECIDED}
    assert all(option.reasons for option in found)
    order = [list(Verdict).index(option.verdict) for option in found]
    assert order == sorted(order)


DAY = dt.date(2026, 11, 1)


def span(first: int, last: int) -> set[dt.date]:
    return {DAY + dt.timedelta(days=n) for n in range(first, last + 1)}


@pytest.mark.parametrize(
    ("days", "address"),
    [
        ({}, Address.UNKNOWN),
        ({"203.0.113.9": span(0, 5)}, Address.UNKNOWN),
        ({"203.0.113.9": span(0, 40)}, Address.STATIC),
        # A site that changed its provider, and one with two lines.
        ({"203.0.113.9": span(0, 20), "198.51.100.7": span(21, 40)}, Address.STATIC),
        ({"203.0.113.9": span(0, 40), "198.51.100.7": span(5, 39)}, Address.STATIC),
        # Another address every week.
        ({f"203.0.113.{n}": span(7 * n, 7 * n + 6) for n in range(5)}, Address.CHANGING),
        # At home nearly always, and now and then elsewhere.
        (
            {"203.0.113.9": span(0, 40), **{f"192.0.2.{n}": span(n, n) for n in range(6)}},
            Address.STATIC,
        ),
    ],
)
def test_sees_whether_an_address_stays(days: dict[str, set[dt.date]], address: Address) -> None:
    assert steadiness(days) == address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of_item", "of_senders", "told"),
    [
        ("inside", ["outside"], "inside"),
        ("", ["inside", "inside"], "inside"),
        ("", ["inside", "outside"], "both"),
        ("", ["inside", ""], ""),
        ("", ["both", ""], "both"),
        ("", [], ""),
    ],
)
def test_knows_whom_an_item_writes_to(of_item: str, of_senders: list[str], told: str) -> None:
    device = DeviceFactory.create(writes_to=of_item)
    for each in of_senders:
        SenderFactory.create(tenant=device.tenant, item=device, writes_to=each)
    assert writes_to(Item.objects.get(pk=device.pk)) == told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("vendor", "model", "status"),
    [
        ("HP", "LaserJet Pro M428fdw", Status.NO),
        ("HP Inc.", "Color LaserJet Managed E87660", Status.SOME),
        ("hp", "", Status.SOME),
        ("Xerox", "AltaLink C8155", Status.YES),
        ("QNAP", "TS-453D", Status.NO),
        ("Acme", "X1", None),
        ("", "X1", None),
    ],
)
def test_knows_what_vendors_said(vendor: str, model: str, status: str | None) -> None:
    found = capability_of(vendor, model)
    assert (found and found.status) == status


@pytest.mark.django_db
def test_refuses_a_capability_without_evidence() -> None:
    row = known(Status.YES)
    row.evidence_url = ""
    with pytest.raises(IntegrityError):
        row.save()


@pytest.mark.django_db
def test_advises_on_a_device_of_a_known_vendor() -> None:
    device = DeviceFactory.create(vendor="Lexmark", model="CX931")
    cutover = CutoverFactory.create(item=Item.objects.get(pk=device.pk))
    first = advise(cutover.item)[0]
    assert (first.route, first.verdict) == (Route.OAUTH, Verdict.FITS)
    assert "FW24" in first.reasons[0]
