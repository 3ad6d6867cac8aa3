"""Cutovers: moved where the workflow allows it, told why where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from inventory.models import Event, Tenant
from tests.factories import NOW, CutoverFactory
from tracker.models import Cutover, CutoverMove

pytestmark = pytest.mark.django_db


@pytest.fixture
def cutover(tenant: Tenant) -> Cutover:
    return CutoverFactory.create(item__tenant=tenant, due_on=None)


def move(api: APIClient, cutover: Cutover, to: str, reason: str = "") -> Any:
    data = {"to": to, "reason": reason}
    return api.post(f"/api/v1/cutovers/{cutover.pk}/move", data, format="json")


def test_moves_a_cutover_with_its_history_and_event(
    api: APIClient, cutover: Cutover, tenant: Tenant
) -> None:
    answer = move(api, cutover, "assessed", "looked at it")
    assert answer.status_code == 200
    assert answer.json()["status"] == "assessed"
    (last,) = api.get(f"/api/v1/cutovers/{cutover.pk}/moves").json()["results"]
    assert last["from_status"] == "discovered"
    assert last["to_status"] == "assessed"
    assert last["reason"] == "looked at it"
    assert last["moved_by"] == tenant.people.get().username
    assert Event.objects.get(kind="cutover.moved").subject_id == cutover.pk


REFUSALS = [
    ("verified", "", "discovered leads to assessed, blocked, waived, retired"),
    ("blocked", "  ", "say why"),
]


@pytest.mark.parametrize(("to", "reason", "why"), REFUSALS)
def test_refuses_a_move_and_says_why(
    to: str, reason: str, why: str, api: APIClient, cutover: Cutover
) -> None:
    answer = move(api, cutover, to, reason)
    assert answer.status_code == 409
    (problem,) = answer.json()["errors"]
    assert problem["code"] == "move_refused"
    assert why.lower() in problem["detail"].lower()
    cutover.refresh_from_db()
    assert cutover.status == Cutover.Status.DISCOVERED
    assert not CutoverMove.objects.exists()


def test_asks_for_route_and_date_before_it_is_planned(api: APIClient, cutover: Cutover) -> None:
    move(api, cutover, "assessed")
    refused = move(api, cutover, "planned")
    assert "choose a route and a due date first" in refused.json()["errors"][0]["detail"]
    plan = {"route": "graph", "due_on": "2026-12-01"}
    assert api.patch(f"/api/v1/cutovers/{cutover.pk}", plan, format="json").status_code == 200
    assert move(api, cutover, "planned").status_code == 200


def test_calls_nothing_verified_that_no_report_covers(api: APIClient, cutover: Cutover) -> None:
    Cutover.objects.update(status=Cutover.Status.IN_PROGRESS, route=Cutover.Route.GRAPH)
    assert move(api, cutover, "cut_over").status_code == 200
    answer = move(api, cutover, "verified", "sure")
    assert answer.status_code == 409
    assert "reports do not yet cover" in answer.json()["errors"][0]["detail"]


@contextmanager
def somebody_moves_it_first(cutover: Cutover) -> Iterator[None]:
    """Another person's move, between what this one reads and what it writes."""

    def overtake(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('UPDATE "tracker_cutover"') and not overtaken:
            overtaken.append(sql)
            Cutover.objects.filter(pk=cutover.pk).update(status=Cutover.Status.WAIVED)
        return execute(sql, params, many, context)

    overtaken: list[str] = []
    with connection.execute_wrapper(overtake):
        yield
    assert overtaken


def test_tells_the_second_of_two_who_move_it_at_once(api: APIClient, cutover: Cutover) -> None:
    with somebody_moves_it_first(cutover):
        answer = move(api, cutover, "assessed")
    assert answer.status_code == 409
    (problem,) = answer.json()["errors"]
    assert problem["code"] == "stale_status"
    assert "somebody else has moved it" in problem["detail"]
    cutover.refresh_from_db()
    assert cutover.status != Cutover.Status.ASSESSED
    assert not CutoverMove.objects.exists()


@pytest.mark.parametrize("field", ["status", "item", "deadline", "moved_at"])
def test_writes_no_field_that_only_the_workflow_writes(
    field: str, api: APIClient, cutover: Cutover
) -> None:
    url = f"/api/v1/cutovers/{cutover.pk}"
    before = api.get(url).json()
    other = {"status": "verified", "moved_at": "2020-01-01T00:00:00Z"}.get(field, 987654)
    assert api.patch(url, {field: other}, format="json").status_code == 200
    assert api.get(url).json() == before


@pytest.mark.parametrize("body", [{}, {"to": "finished"}, {"to": "assessed", "reason": "x" * 501}])
def test_refuses_a_move_that_it_does_not_understand(
    body: dict[str, str], api: APIClient, cutover: Cutover
) -> None:
    url = f"/api/v1/cutovers/{cutover.pk}/move"
    assert api.post(url, body, format="json").status_code == 400


def test_tells_the_evidence_for_a_cutover(api: APIClient, cutover: Cutover) -> None:
    path = f"/api/v1/cutovers/{cutover.pk}/evidence"
    assert api.get(path).json() == {
        "cutover": cutover.pk,
        "item": cutover.item.name,
        "status": "discovered",
        "now": None,
        "moved_by": None,
    }

    Cutover.objects.update(status="cut_over", cut_over_at=NOW)
    now = api.get(path).json()["now"]
    assert now["verdict"] == "unknown"
    assert now["reason"] == "no detail report of SMTP AUTH was read"
    assert now["cut_on"] == str(NOW.date())


def test_tells_what_speaks_for_each_route(api: APIClient, cutover: Cutover) -> None:
    told = api.get(f"/api/v1/cutovers/{cutover.pk}/routes").json()

    assert {each["route"] for each in told["routes"]} == {
        route.value for route in Cutover.Route if route
    }
    [hve] = [each for each in told["routes"] if each["route"] == "hve"]
    assert (hve["name"], hve["verdict"]) == ("High Volume Email", "may fit")
    assert "whom it writes to is not known" in hve["cons"]
    assert "keeps Basic until September 2028" in hve["pros"]
