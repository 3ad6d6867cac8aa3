from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from inventory import events
from inventory.models import Event
from tests.factories import CutoverFactory, UserFactory, WaiverFactory
from tests.tracker.at_once import at_once
from tracker.models import Cutover, CutoverMove, Waiver
from tracker.workflow import TRANSITIONS, Facts, MoveRefused, StaleStatus, move, refusal

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
CUT_AT = NOW - dt.timedelta(days=20)
Status = Cutover.Status

READY = Facts(
    route="graph",
    due_on=dt.date(2026, 12, 24),
    reason="the vendor says so",
    cut_over_at=CUT_AT,
    last_basic_at=CUT_AT - dt.timedelta(hours=1),
    covered_until=NOW,
    is_waived=True,
)
"""Everything any guard asks for."""

BLOCKED_WAIVED_RETIRED = "blocked waived retired"
LEADS_TO = {
    "discovered": f"assessed {BLOCKED_WAIVED_RETIRED}",
    "assessed": f"planned discovered {BLOCKED_WAIVED_RETIRED}",
    "planned": f"in_progress assessed {BLOCKED_WAIVED_RETIRED}",
    "in_progress": f"cut_over planned {BLOCKED_WAIVED_RETIRED}",
    "cut_over": f"verified in_progress {BLOCKED_WAIVED_RETIRED}",
    "verified": "in_progress cut_over retired",
    "blocked": "discovered assessed planned in_progress waived retired",
    "waived": "discovered assessed planned in_progress blocked retired",
    "retired": "discovered",
}
ALLOWED = [(was, to) for was, names in LEADS_TO.items() for to in names.split()]
REFUSED = [(was, to) for was in Status.values for to in Status.values if (was, to) not in ALLOWED]


def ready(status: str) -> Cutover:
    """A cutover whose every guard is content."""
    cutover = CutoverFactory.create(
        status=status,
        route=READY.route,
        due_on=READY.due_on,
        cut_over_at=CUT_AT,
        item__last_basic_at=READY.last_basic_at,
    )
    WaiverFactory.create(cutover=cutover, state=Waiver.State.APPROVED)
    return cutover


def go(cutover: Cutover, to: str, reason: str = READY.reason) -> Cutover:
    return move(cutover, to, now=NOW, reason=reason, covered_until=NOW)


# -- the table ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("was", "to"), ALLOWED)
def test_moves_along_the_table(was: str, to: str) -> None:
    cutover = go(ready(was), to)
    assert cutover.status == to
    cutover.refresh_from_db()
    assert (cutover.status, cutover.moved_at) == (to, NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(("was", "to"), REFUSED)
def test_refuses_any_other_move(was: str, to: str) -> None:
    cutover = ready(was)
    with pytest.raises(MoveRefused, match="leads to"):
        go(cutover, to)
    cutover.refresh_from_db()
    assert cutover.status == was
    assert not CutoverMove.objects.exists()
    assert not Event.objects.exists()


def test_knows_where_every_status_leads() -> None:
    assert set(TRANSITIONS) == set(Status.values)
    assert all(TRANSITIONS.values())


# -- guards ------------------------------------------------------------------------------------

ASIDE = [(was, to) for was, to in ALLOWED if to in BLOCKED_WAIVED_RETIRED.split()]
BACK = [("cut_over", "in_progress"), ("verified", "in_progress"), ("retired", "discovered")]


@pytest.mark.parametrize(("was", "to"), [*ASIDE, *BACK, ("cut_over", "verified")])
def test_asks_for_a_reason(was: str, to: str) -> None:
    assert refusal(was, to, READY) == ""
    assert refusal(was, to, replace(READY, reason=" \n")) == "say why"


@pytest.mark.parametrize("was", ["assessed", "in_progress", "blocked", "waived"])
def test_plans_nothing_without_a_route_and_a_date(was: str) -> None:
    assert refusal(was, "planned", replace(READY, reason="")) == ""
    nothing = replace(READY, route="", due_on=None)
    assert refusal(was, "planned", nothing) == "choose a route and a due date first"
    assert refusal(was, "planned", replace(READY, route="")) == "choose a route first"
    assert refusal(was, "planned", replace(READY, due_on=None)) == "choose a due date first"


@pytest.mark.parametrize(
    ("was", "to"),
    [
        ("planned", "in_progress"),
        ("in_progress", "cut_over"),
        ("blocked", "in_progress"),
        ("waived", "in_progress"),
    ],
)
def test_starts_and_cuts_nothing_without_a_route(was: str, to: str) -> None:
    assert refusal(was, to, replace(READY, reason="", due_on=None)) == ""
    assert refusal(was, to, replace(READY, route="")) == "choose a route first"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (replace(READY, last_basic_at=None), ""),
        (replace(READY, covered_until=CUT_AT + dt.timedelta(days=14)), ""),
        (replace(READY, last_basic_at=CUT_AT), ""),
        (replace(READY, cut_over_at=None), "not known when"),
        (replace(READY, covered_until=None), "do not yet cover"),
        (replace(READY, covered_until=CUT_AT + dt.timedelta(days=13, hours=23)), "not yet cover"),
        (replace(READY, last_basic_at=CUT_AT + dt.timedelta(seconds=1)), "Basic was seen after"),
    ],
)
def test_verifies_only_what_reports_show_to_be_silent(facts: Facts, why: str) -> None:
    found = refusal("cut_over", "verified", facts)
    assert (why in found) if why else (found == "")


@pytest.mark.django_db
def test_looks_at_what_the_item_was_seen_with() -> None:
    cutover = ready("cut_over")
    cutover.item.last_basic_at = NOW
    with pytest.raises(MoveRefused, match="Basic was seen after the cut"):
        go(cutover, "verified")


# -- what a move leaves behind -----------------------------------------------------------------


@pytest.mark.django_db
def test_leaves_history_and_event_behind() -> None:
    person = UserFactory.create()
    cutover = ready("discovered")
    move(cutover, "blocked", now=NOW, by=person, reason="waits for firmware")
    found = CutoverMove.objects.get()
    assert (found.from_status, found.to_status) == ("discovered", "blocked")
    assert (found.moved_by, found.moved_at, found.reason) == (person, NOW, "waits for firmware")
    event = Event.objects.get()
    assert (event.kind, event.tenant, event.subject_id) == (
        "cutover.moved",
        cutover.item.tenant,
        cutover.pk,
    )
    assert (event.data["from_status"], event.data["to_status"]) == ("discovered", "blocked")
    assert event.published_at is None


@pytest.mark.django_db
def test_notes_when_it_was_cut_over() -> None:
    cutover = ready("in_progress")
    go(cutover, "cut_over")
    cutover.refresh_from_db()
    assert cutover.cut_over_at == NOW


@pytest.mark.django_db
def test_moves_nothing_when_the_event_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(events.KINDS, "cutover.moved")
    cutover = ready("discovered")
    with pytest.raises(ValueError, match="not an event kind"):
        go(cutover, "assessed")
    assert cutover.status == "discovered"
    cutover.refresh_from_db()
    assert cutover.status == "discovered"
    assert not CutoverMove.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_tells_who_comes_second_that_the_status_is_stale() -> None:
    cutover = ready("discovered")
    at_once(1, lambda: go(Cutover.objects.get(pk=cutover.pk), "assessed"))
    with pytest.raises(StaleStatus, match="somebody else has moved it"):
        go(cutover, "blocked")
    assert cutover.status == "discovered"
    cutover.refresh_from_db()
    assert cutover.status == "assessed"
    assert CutoverMove.objects.get().to_status == "assessed"
    assert Event.objects.filter(kind="cutover.moved").count() == 1


@pytest.mark.django_db(transaction=True)
def test_lets_one_of_many_move_it() -> None:
    pk = ready("planned").pk

    def race() -> bool:
        cutover = Cutover.objects.select_related("item__tenant").get(pk=pk)
        try:
            go(cutover, "in_progress")
        except MoveRefused:
            return False
        return True

    assert sorted(at_once(4, race)) == [False, False, False, True]
    assert CutoverMove.objects.count() == 1
