"""Cutovers after a report was taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User

from inventory.events import publish_now
from inventory.intake.ingest import read_waiting
from inventory.intake.removal import remove
from inventory.models import Item, Report, Tenant
from tests.inventory.test_ingest import detail, row, take
from tracker.evidence.withdrawal import withdraw
from tracker.models import Cutover, CutoverMove
from tracker.workflow import move

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC)
CUT_AT = dt.datetime(2026, 10, 6, 12, tzinfo=dt.UTC)
Status = Cutover.Status


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso")


def gone(report: Report) -> None:
    remove(report)
    read_waiting(report.tenant)
    publish_now()


def opened(tenant: Tenant) -> Report:
    report = take(tenant, detail(*(row(n, day=1 + n) for n in range(6))))
    publish_now()
    return report


def test_closes_what_nobody_has_taken_up(tenant: Tenant) -> None:
    report = opened(tenant)
    assert Cutover.objects.count() == 2

    gone(report)

    assert not Cutover.objects.exists()
    assert not Item.objects.exists()


@pytest.mark.parametrize("touch", ["notes", "route", "moved", "owner"])
def test_keeps_what_a_person_has_taken_up(tenant: Tenant, touch: str) -> None:
    report = opened(tenant)
    cutover = Cutover.objects.get(item__category="device")
    if touch == "moved":
        move(cutover, Status.ASSESSED, now=NOW, by=User.objects.create_user("vera"))
    else:
        Cutover.objects.filter(pk=cutover.pk).update(**{touch: "graph"})

    gone(report)

    assert [each.pk for each in Cutover.objects.all()] == [cutover.pk]
    cutover.item.refresh_from_db()
    assert (cutover.item.message_count, cutover.item.last_basic_at) == (0, None)


def verified(tenant: Tenant, by: User | None = None) -> tuple[Cutover, Report]:
    """Cut over on 6 October, and called verified by what a second report shows."""
    opened(tenant)
    cutover = Cutover.objects.get(item__category="account")
    last = row(101, auth="OAuth", day=7).replace("2026-10-07", "2027-01-28")
    proof = take(tenant, detail(row(100, auth="OAuth", day=7), last))
    Cutover.objects.filter(pk=cutover.pk).update(cut_over_at=CUT_AT, status=Status.VERIFIED)
    CutoverMove.objects.create(
        cutover=cutover, to_status=Status.VERIFIED, moved_at=NOW, moved_by=by
    )
    cutover.refresh_from_db()
    return cutover, proof


def test_reopens_what_was_verified_by_what_is_gone(tenant: Tenant) -> None:
    cutover, proof = verified(tenant)

    remove(proof)
    withdraw(tenant, NOW)

    cutover.refresh_from_db()
    last = cutover.moves.latest("pk")
    assert (cutover.status, cutover.cut_over_at) == (Status.CUT_OVER, CUT_AT)
    assert "since a report was taken back" in last.reason
    assert "is missing" in last.reason


def test_leaves_verified_what_is_still_proved(tenant: Tenant) -> None:
    cutover, _ = verified(tenant)
    withdraw(tenant, NOW)
    cutover.refresh_from_db()
    assert cutover.status == Status.VERIFIED


def test_leaves_verified_what_a_person_verified(tenant: Tenant) -> None:
    cutover, proof = verified(tenant, User.objects.create_user("vera"))

    remove(proof)
    withdraw(tenant, NOW)

    cutover.refresh_from_db()
    assert cutover.status == Status.VERIFIED
