from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError

from inventory.models import Item
from tests.factories import CutoverFactory, DeviceFactory
from tracker.advice import advise
from tracker.models import Capability, Cutover
from tracker.models.capability import capability_of
from tracker.routes import Facts, Verdict, options

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
        (Facts(address_count=1), Route.RELAY_CONNECTOR, Verdict.FITS),
        (Facts(address_count=9), Route.RELAY_CONNECTOR, Verdict.MAY_FIT),
        (Facts(), Route.RELAY_CONNECTOR, Verdict.MAY_FIT),
        (Facts(recipients_are_internal=False), Route.HVE, Verdict.DOES_NOT_FIT),
        (Facts(recipients_are_internal=False), Route.DIRECT_SEND, Verdict.DOES_NOT_FIT),
        (Facts(recipients_are_internal=True), Route.HVE, Verdict.FITS),
        (Facts(), Route.HVE, Verdict.MAY_FIT),
    ],
)
def test_judges_a_route_by_what_is_known(facts: Facts, route: str, verdict: Verdict) -> None:
    assert verdicts(facts)[route] == verdict


def test_names_every_route_with_a_reason_those_that_fit_first() -> None:
    found = options(Facts(address_count=1))
    assert {option.route for option in found} == set(Route) - {Route.UNDECIDED}
    assert all(option.reasons for option in found)
    order = [list(Verdict).index(option.verdict) for option in found]
    assert order == sorted(order)


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
