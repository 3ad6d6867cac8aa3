"""Every route of the schema, asked for what belongs to somebody else."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.forms.models import model_to_dict
from rest_framework.test import APIClient

from inventory.models import Report, Tenant
from tests.api.conftest import ClientMaker
from tests.api.routes import BODIES, PREFIX, SUBJECTS, Route, routes
from tests.factories import UserFactory
from tests.world import World, world

pytestmark = pytest.mark.django_db

ROUTES = [pytest.param(route, id=f"{route.method} {route.path}") for route in routes()]


@pytest.fixture
def ours() -> World:
    return world("aardvark")


@pytest.fixture
def theirs() -> World:
    return world("zebra")


def call(client: APIClient, route: Route, rows: World) -> tuple[int, str]:
    answer = getattr(client, route.method)(route.url(rows), **route.body(rows))
    return answer.status_code, answer.content.decode()


def refused_codes(route: Route) -> set[int]:
    """An upload names its tenant in the body: one that is not visible is no valid choice."""
    return {404} if route.is_of_one_row else {400}


def test_knows_a_case_for_every_route() -> None:
    names = {route.path.removeprefix(PREFIX).split("/")[0] for route in routes()}
    assert names == SUBJECTS.keys()
    assert {(route.method, route.path) for route in routes() if route.is_write} == BODIES.keys()


@pytest.mark.parametrize("route", ROUTES)
def test_answers_those_who_may_see_it(route: Route, ours: World, api_of: ClientMaker) -> None:
    code, text = call(api_of(ours[User]), route, ours)
    assert code in {200, 201, 204}, text
    if code == 204:
        return
    # A report is named as it is uploaded, and nothing was seen of any mailbox.
    assert "aardvark" in text or route.path.endswith(("/reports", "/lockdown"))


@pytest.mark.parametrize("route", ROUTES)
def test_does_not_know_what_another_tenant_owns(
    route: Route, ours: World, theirs: World, api_of: ClientMaker
) -> None:
    before = {model: model_to_dict(row) for model, row in theirs.items()}
    code, text = call(api_of(ours[User]), route, theirs)
    if route.is_of_one_row or route.is_write:
        assert code in refused_codes(route), text
    assert "zebra" not in text
    for model, row in theirs.items():
        row.refresh_from_db()
        assert model_to_dict(row) == before[model]
    uploaded = Report.objects.filter(tenant=theirs[Tenant], file_name="anything.csv")
    assert not uploaded.exists()


@pytest.mark.parametrize("route", ROUTES)
def test_answers_for_a_row_of_others_as_for_one_that_is_not(
    route: Route, ours: World, theirs: World, api_of: ClientMaker
) -> None:
    client = api_of(ours[User])
    there = call(client, route, theirs)
    pk = str(theirs[route.subject].pk)
    theirs[route.subject].pk = 987654
    nowhere = call(client, route, theirs)
    assert (nowhere[0], nowhere[1].replace("987654", pk)) == there


@pytest.mark.parametrize("route", ROUTES)
def test_shows_nothing_to_people_without_a_tenant(
    route: Route, ours: World, api_of: ClientMaker
) -> None:
    code, text = call(api_of(UserFactory.create()), route, ours)
    assert code in ({200} if not route.is_of_one_row and not route.is_write else {400, 404})
    assert "aardvark" not in text
    if code == 200:
        # Microsoft's deadlines are everybody's.
        assert [
            row for row in json.loads(text)["results"] if row.get("tenant", "a row of its own")
        ] == []


@pytest.mark.parametrize("route", ROUTES)
def test_shows_everything_to_superusers(route: Route, ours: World, api_of: ClientMaker) -> None:
    code, text = call(api_of(UserFactory.create(is_superuser=True)), route, ours)
    assert code in {200, 201, 204}, text


@pytest.mark.parametrize("field", ["tenant", "item", "account", "item_id"])
@pytest.mark.parametrize("name", [name for name in SUBJECTS if name != "tenants"])
def test_filters_reach_no_other_tenant(
    name: str, field: str, ours: World, theirs: World, api_of: ClientMaker
) -> None:
    models: list[type[Model]] = [Tenant, *SUBJECTS.values()]
    for model in models:
        answer = api_of(ours[User]).get(f"{PREFIX}{name}", {field: theirs[model].pk})
        assert "zebra" not in answer.content.decode()
