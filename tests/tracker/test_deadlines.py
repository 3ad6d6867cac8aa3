from __future__ import annotations

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from tests.factories import TODAY, CutoverFactory, DeadlineFactory, TenantFactory
from tracker.models import Deadline

pytestmark = pytest.mark.django_db
seed: Any = import_module("tracker.migrations.0002_deadlines")


@pytest.fixture(autouse=True)
def empty() -> None:
    """A test with real transactions may have taken the seed away, or not: begin without."""
    Deadline.objects.all().delete()


def sow() -> None:
    seed.sow(apps, None)


def take_back() -> None:
    seed.take_back(apps, None)


# -- which one is next -------------------------------------------------------------------------


def test_takes_the_nearest_binding_date_from_today_on() -> None:
    tenant = TenantFactory.create()
    DeadlineFactory.create(on=TODAY - dt.timedelta(days=1))
    DeadlineFactory.create(on=TODAY + dt.timedelta(days=1), is_binding=False)
    DeadlineFactory.create(on=None)
    DeadlineFactory.create(on=TODAY + dt.timedelta(days=9))
    nearest = DeadlineFactory.create(on=TODAY + dt.timedelta(days=2))
    assert Deadline.objects.next_for(tenant, TODAY) == nearest


def test_takes_a_deadline_of_today() -> None:
    today = DeadlineFactory.create(on=TODAY)
    assert Deadline.objects.next_for(TenantFactory.create(), TODAY) == today


def test_takes_the_tenants_own_and_nobody_elses() -> None:
    ours, theirs = TenantFactory.create(), TenantFactory.create()
    own = DeadlineFactory.create(tenant=ours, on=TODAY + dt.timedelta(days=1))
    shared = DeadlineFactory.create(on=TODAY + dt.timedelta(days=5))
    assert Deadline.objects.next_for(ours, TODAY) == own
    assert Deadline.objects.next_for(theirs, TODAY) == shared


def test_knows_none_when_none_is_announced() -> None:
    DeadlineFactory.create(on=None)
    assert Deadline.objects.next_for(TenantFactory.create(), TODAY) is None


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (dt.date(2026, 12, 31), dt.date(2026, 12, 24)),
        (TODAY + dt.timedelta(days=3), TODAY),
        (None, None),
    ],
)
def test_makes_cutovers_due_before_it_but_not_in_the_past(
    on: dt.date | None, due: dt.date | None
) -> None:
    assert Deadline(on=on, lead_days=7).due_on(TODAY) == due


# -- Microsoft's -------------------------------------------------------------------------------


def test_knows_microsofts_milestones_with_their_source() -> None:
    sow()
    rows = Deadline.objects.all()
    assert {row.tenant for row in rows} == {None}
    assert all(row.source_url.startswith("https://techcommunity.microsoft.com/") for row in rows)
    assert all(row.as_of < dt.date(2026, 11, 24) for row in rows)
    for row in rows:
        row.full_clean()


def test_makes_the_end_of_december_binding_and_says_that_the_day_is_not_known() -> None:
    sow()
    found = Deadline.objects.next_for(TenantFactory.create(), TODAY)
    assert found is not None
    assert (found.on, found.stated_as) == (dt.date(2026, 12, 31), "end of December 2026")
    assert "The day in December is not known" in found.notes
    assert "superseded 1 March to 30 April 2026" in found.notes


def test_binds_nobody_to_an_announcement() -> None:
    sow()
    after = dt.date(2027, 1, 1)
    assert Deadline.objects.next_for(TenantFactory.create(), after) is None
    assert not Deadline.objects.get(stated_as="second half of 2027").is_binding
    assert Deadline.objects.get(stated_as="September 2028").on == dt.date(2028, 9, 30)


def test_becomes_due_once_a_person_enters_the_final_date() -> None:
    sow()
    final = Deadline.objects.get(on=None)
    Deadline.objects.filter(pk=final.pk).update(on=dt.date(2028, 4, 30))
    assert Deadline.objects.next_for(TenantFactory.create(), dt.date(2027, 1, 1)) == final


def test_sows_nothing_twice_and_leaves_edited_rows_as_they_are() -> None:
    sow()
    first, second = Deadline.objects.order_by("pk")[:2]
    Deadline.objects.filter(pk=first.pk).update(on=dt.date(2026, 12, 15))
    Deadline.objects.filter(pk=second.pk).update(name="Renamed by us")
    count = Deadline.objects.count()
    sow()
    assert Deadline.objects.count() == count
    first.refresh_from_db()
    assert first.on == dt.date(2026, 12, 15)


def test_takes_back_only_what_nobody_edited_or_uses() -> None:
    sow()
    edited, used, *rest = Deadline.objects.order_by("pk")
    Deadline.objects.filter(pk=edited.pk).update(notes="confirmed with support")
    cutover = CutoverFactory.create(deadline=used)
    own = DeadlineFactory.create(tenant=cutover.item.tenant)
    take_back()
    assert rest
    assert set(Deadline.objects.all()) == {edited, used, own}
    cutover.refresh_from_db()
    assert cutover.deadline == used
