"""What programs say of senders for the person they belong to."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from inventory.models import Correction, Sender, Tenant
from tests.api.conftest import ClientMaker
from tests.factories import DeviceFactory, FingerprintFactory, SenderFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender(tenant: Tenant) -> Sender:
    item = DeviceFactory.create(tenant=tenant)
    return SenderFactory.create(tenant=tenant, item=item, link=Sender.Link.SUGGESTED)


def post(api: APIClient, sender: Sender, verb: str, **data: Any) -> Any:
    return api.post(f"/api/v1/senders/{sender.pk}/{verb}", data, format="json")


def test_reviews_a_suggestion(api: APIClient, sender: Sender) -> None:
    queue = api.get("/api/v1/senders", {"link": "suggested"}).json()["results"]
    assert [row["id"] for row in queue] == [sender.pk]
    assert post(api, sender, "confirm").json()["link"] == "confirmed"
    assert api.get("/api/v1/senders", {"link": "suggested"}).json()["results"] == []


def test_rejects_and_takes_it_back(api: APIClient, sender: Sender) -> None:
    answer = post(api, sender, "reject", reason="scrapped").json()
    assert (answer["link"], answer["item"]) == ("rejected", sender.account_id)
    (row,) = api.get("/api/v1/corrections", {"sender": sender.pk}).json()["results"]
    assert (row["kind"], row["undone_at"]) == ("rejected", None)
    undone = api.post(f"/api/v1/corrections/{row['id']}/undo").json()
    assert undone["undone_by"] == row["by"]
    sender.refresh_from_db()
    assert sender.link == "suggested"
    assert api.get("/api/v1/corrections", {"is_undone": "false"}).json()["results"] == []


def test_answers_409_with_the_reason(api: APIClient, sender: Sender) -> None:
    post(api, sender, "confirm")
    first = Correction.objects.get()
    post(api, sender, "reject")
    answer = api.post(f"/api/v1/corrections/{first.pk}/undo")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (409, "correction_refused")
    assert "a later correction stands on it" in error["detail"]


def test_splits_and_unites(api: APIClient, sender: Sender, tenant: Tenant) -> None:
    marks = FingerprintFactory.create_batch(
        2, tenant=tenant, sender=sender, account=sender.account.name
    )
    answer = post(api, sender, "split", fingerprints=[marks[1].pk])
    assert answer.status_code == 201
    part = answer.json()["id"]
    assert post(api, sender, "unite", senders=[part]).status_code == 200
    assert Sender.objects.get(pk=part).merged_into_id == sender.pk


def test_takes_no_row_of_another_tenant_even_where_both_may_be_seen(
    api_of: ClientMaker, sender: Sender
) -> None:
    api = api_of(UserFactory.create(is_superuser=True))
    other = SenderFactory.create(item=DeviceFactory.create())
    for verb, data in (
        ("correct", {"item": other.item_id}),
        ("merge", {"senders": [other.pk]}),
        ("unite", {"senders": [other.pk]}),
    ):
        assert post(api, sender, verb, **data).status_code == 400


def test_needs_a_token_that_may_write(api_of: ClientMaker, sender: Sender, tenant: Tenant) -> None:
    reader = api_of(tenant.people.create(username="r"), scope="read")
    assert post(reader, sender, "confirm").status_code == 403
