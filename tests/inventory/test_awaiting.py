"""Traces that come together are linked once, and none is forgotten."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.utils import timezone

from inventory.intake import awaiting
from inventory.intake.ingest import read_report
from inventory.intake.receive import receive
from inventory.intake.removal import remove
from inventory.models import Event, Report, Sender, Tenant
from tests.inventory.test_ingest import detail, row, take, trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    tenant = Tenant.objects.create(name="Contoso")
    take(tenant, detail(*(row(n, host="contoso.com") for n in (1, 2))))
    return tenant


def part(tenant: Tenant, number: int) -> Report:
    line = (
        f"2026-10-01T07:00:{number:02},scan@contoso.com,anna@contoso.com,Scan {number} from lobby,"
        f"203.0.113.9,9000,<20261001.{number}@contoso.com>"
    )
    content = io.BytesIO(trace(line))
    return receive(tenant, content, f"{number}.csv", origin=Report.Origin.UPLOAD)[0].report


def words() -> bool:
    return "lobby" in Sender.objects.get().name


def unlinked() -> list[str]:
    waiting = Report.objects.filter(is_linked=False)
    return list(waiting.order_by("pk").values_list("file_name", flat=True))


def test_links_once_with_the_last_of_them(tenant: Tenant) -> None:
    first, second = part(tenant, 1), part(tenant, 2)
    read_report(first.pk)
    assert (unlinked(), words()) == (["1.csv"], False)
    read_report(second.pk)
    assert (unlinked(), words()) == ([], True)


def test_links_at_once_what_comes_alone(tenant: Tenant) -> None:
    read_report(part(tenant, 1).pk)
    assert (unlinked(), words()) == ([], True)


def test_links_what_waited_for_a_file_that_told_nothing(tenant: Tenant) -> None:
    first = part(tenant, 1)
    other = receive(tenant, io.BytesIO(b"no report"), "notes.csv", origin=Report.Origin.UPLOAD)
    read_report(first.pk)
    assert awaiting.sweep() == 0
    read_report(other[0].report.pk)
    assert awaiting.sweep() == 1
    assert (unlinked(), words()) == ([], True)
    told = Event.objects.get(kind="report.linked")
    assert (told.subject_id, told.data) == (first.pk, {"file": "1.csv", "count": 1})
    assert awaiting.sweep() == 0


def test_waits_no_longer_than_a_while(tenant: Tenant) -> None:
    first, second = part(tenant, 1), part(tenant, 2)
    part(tenant, 3)
    read_report(first.pk)
    Report.objects.filter(pk=first.pk).update(read_at=timezone.now() - dt.timedelta(minutes=3))
    assert awaiting.sweep() == 1
    assert words()
    Report.objects.filter(pk=first.pk).update(is_linked=False)
    read_report(second.pk)
    assert unlinked() == []


def test_proof_of_smtp_auth_never_waits(tenant: Tenant) -> None:
    part(tenant, 1)
    take(tenant, detail(row(7, account="other", host="mfp-07")), "more.csv")
    assert Sender.objects.filter(account__name="other@contoso.com").exists()


def test_a_removed_one_is_waited_for_no_more(tenant: Tenant) -> None:
    first, second = part(tenant, 1), part(tenant, 2)
    read_report(first.pk)
    remove(first)
    read_report(second.pk)
    assert awaiting.sweep() == 0
    assert words()
