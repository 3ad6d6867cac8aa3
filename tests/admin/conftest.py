from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from inventory.models import Tenant
from tests.factories import TenantFactory, UserFactory
from tests.world import World, world

Login = Callable[[User], Client]


@pytest.fixture
def ours(db: None) -> World:
    return world("aardvark")


@pytest.fixture
def theirs(db: None) -> World:
    return world("zebra")


def with_every_permission(person: User) -> User:
    """All that a person can be given without being made a superuser."""
    person.user_permissions.set(Permission.objects.all())
    return person


@pytest.fixture
def login() -> Login:
    """A browser in which this person has logged in."""

    def make(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make


@pytest.fixture
def tenant(db: None) -> Tenant:
    return TenantFactory.create(domains=[])


@pytest.fixture
def person(tenant: Tenant) -> User:
    return with_every_permission(UserFactory.create(tenants=[tenant]))


@pytest.fixture
def browser(login: Login, person: User) -> Client:
    """The browser of somebody who may do everything with `tenant`."""
    return login(person)
