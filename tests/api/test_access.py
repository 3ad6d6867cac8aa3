"""Who may call the API at all, and who may write."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission, User
from rest_framework.test import APIClient

from inventory.models import ApiToken
from tests.api.conftest import ClientMaker
from tests.api.routes import OPEN, Route, routes
from tests.factories import PASSWORD
from tests.world import World, world

pytestmark = pytest.mark.django_db

EVERY = [pytest.param(route, id=f"{route.method} {route.path}") for route in routes()]
WRITING = [param for param in EVERY if param.values[0].is_write]  # type: ignore[union-attr]
VERBS = {"patch": "change", "delete": "delete"}
NEEDED = {
    "senders": "change_sender",
    "corrections": "change_sender",
    "assets": "change_knownasset",
    "cutovers": "change_cutover",
    "waivers": "change_waiver",
    "unused-mailboxes": "add_vouch",
    "deadlines": "change_deadline",
}
"""What every way to write needs; elsewhere it goes by the deed."""
OTHER_WAYS = [
    pytest.param(*param.values, method, id=f"{param.id} {method}")
    for param in EVERY
    for method in ("put", "delete")
    if param not in WRITING and Route(method, param.values[0].path) not in routes()  # type: ignore[union-attr]
]


@pytest.fixture
def rows() -> World:
    return world("aardvark")


def code_of(client: APIClient, route: Route, rows: World) -> int:
    answer = getattr(client, route.method)(route.url(rows), **route.body(rows))
    return int(answer.status_code)


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def logged_in(person: User) -> APIClient:
    """The person's browser, where no token says what it may do."""
    client = APIClient()
    assert client.login(username=person.username, password=PASSWORD)
    return client


@pytest.mark.parametrize("route", EVERY)
def test_asks_for_a_token(route: Route, rows: World) -> None:
    assert code_of(APIClient(), route, rows) == 401


@pytest.mark.parametrize("route", EVERY)
def test_refuses_a_token_that_nobody_was_given(route: Route, rows: World) -> None:
    assert code_of(with_token("0" * 64), route, rows) == 401


@pytest.mark.parametrize("route", EVERY)
def test_refuses_an_expired_token(route: Route, rows: World) -> None:
    past = dt.timedelta(seconds=-1)
    _, token = ApiToken.objects.create(user=rows[User], name="old", scope="write", expiry=past)
    assert code_of(with_token(token), route, rows) == 401


def test_refuses_the_token_of_somebody_who_left(rows: World) -> None:
    _, token = ApiToken.objects.create(user=rows[User], name="left", scope="write")
    User.objects.update(is_active=False)
    assert with_token(token).get("/api/v1/items").status_code == 401


@pytest.mark.parametrize("route", EVERY)
def test_lets_a_read_only_token_read_and_no_more(
    route: Route, rows: World, api_of: ClientMaker
) -> None:
    reader = api_of(rows[User], scope=ApiToken.Scope.READ)
    assert code_of(reader, route, rows) == (403 if route.is_write else 200)


@pytest.mark.parametrize("route", WRITING)
def test_lets_a_session_write_only_what_the_admin_would(route: Route, rows: World) -> None:
    person = rows[User]
    assert isinstance(person, User)
    assert code_of(logged_in(person), route, rows) == 403
    kind = route.path.split("/")[3]
    needed = NEEDED.get(kind) or f"{VERBS.get(route.method, 'add')}_{kind[:-1]}"
    person.user_permissions.add(Permission.objects.get(codename=needed))
    assert code_of(logged_in(person), route, rows) in {200, 201, 204}


@pytest.mark.parametrize(("route", "method"), OTHER_WAYS)
def test_knows_no_other_way_to_write(
    route: Route, method: str, rows: World, api_of: ClientMaker
) -> None:
    if Route(method, route.path) in routes():
        return  # It is one of those that are meant.
    answer = getattr(api_of(rows[User]), method)(route.url(rows), {}, format="json")
    assert answer.status_code in {403, 405}


@pytest.mark.parametrize("path", sorted(path for _, path in OPEN))
def test_shows_anybody_what_the_api_is(path: str) -> None:
    assert APIClient().get(path).status_code == 200
