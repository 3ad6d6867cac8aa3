from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from inventory.models import ApiToken, Tenant
from tests.factories import TenantFactory, UserFactory

ClientMaker = Callable[..., APIClient]


@pytest.fixture
def tenant(db: None) -> Tenant:
    return TenantFactory.create()


@pytest.fixture
def person(tenant: Tenant) -> User:
    return UserFactory.create(tenants=[tenant])


@pytest.fixture
def api_of() -> ClientMaker:
    """A program that calls the API for a person: `api_of(person, scope="read")`."""

    def make(person: User, scope: str = ApiToken.Scope.WRITE) -> APIClient:
        _, token = ApiToken.objects.create(user=person, name="test", scope=scope)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return make


@pytest.fixture
def api(api_of: ClientMaker, person: User) -> APIClient:
    """A program that may read and write what `tenant` owns."""
    return api_of(person)
