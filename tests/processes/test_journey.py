"""A report's way through all processes, from an upload to the ticket system that hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from inventory.models import Tenant
from tests.factories import UserFactory
from tests.processes.big_report import detail_report
from tests.processes.stack import Stack, wait_for
from tests.receiver import Receiver, receiving
from tracker.models import Subscription

pytestmark = pytest.mark.django_db(transaction=True)


class Api:
    """The REST API as a program of the customer's uses it."""

    def __init__(self, web: str, token: str) -> None:
        self.base = f"{web}/api/v1"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {token}"

    def get(self, path: str, **query: Any) -> Any:
        return self.answer("GET", path, params=query)

    def send(self, method: str, path: str, **data: Any) -> Any:
        return self.answer(method, path, json=data)

    def upload(self, tenant: int, content: bytes) -> Any:
        files = {"file": ("SmtpCSReport.csv", content)}
        return self.answer("POST", "/reports", data={"tenant": tenant}, files=files)

    def answer(self, method: str, path: str, **options: Any) -> Any:
        answer = self.session.request(method, self.base + path, timeout=30, **options)
        assert answer.ok, f"{answer.status_code}: {answer.text}"
        return answer.json()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_a_report_becomes_cutovers_that_are_moved_and_told_of(
    stack: Stack, receiver: Receiver
) -> None:
    tenant = Tenant.objects.create(name="Contoso")
    UserFactory.create(username="robot", tenants=[tenant])
    subscription = Subscription.objects.create(tenant=tenant, name="Tickets", url=receiver.url)
    receiver.secret = subscription.secret
    stack.environment["OFFRAMP_PRIVATE_WEBHOOKS"] = "yes"
    stack.worker()
    stack.beat()
    token = stack.manage("issue_token", "robot", "--name", "journey", "--scope", "write")
    api = Api(stack.web(), token.strip())

    [uploaded] = api.upload(tenant.pk, detail_report(40, 90))
    report = uploaded["report"]["id"]
    wait_for(lambda: api.get(f"/reports/{report}")["state"] == "read", "the report to be read")
    assert api.get(f"/reports/{report}")["accepted_count"] == 50

    wait_for(lambda: "cutover.opened" in kinds(receiver), "the receiver to hear of a cutover")
    cutover = api.get("/cutovers", tenant=tenant.pk)["results"][0]
    assert cutover["status"] == "discovered"
    moved = api.send("POST", f"/cutovers/{cutover['id']}/move", to="assessed")
    assert moved["status"] == "assessed"
    wait_for(lambda: "cutover.moved" in kinds(receiver), "the receiver to hear of the move")

    wait_for(lambda: {"report.received", "report.read"} <= set(kinds(receiver)), "the report's")
    [told] = [each.event for each in receiver.requests if each.event["type"] == "cutover.moved"]
    assert told["data"]["to_status"] == "assessed"
    assert receiver.forgeries == []
    stack.stop()
    ids = [each.headers["webhook-id"] for each in receiver.requests]
    assert len(ids) == len(set(ids)), "an event was sent twice"
    assert "Traceback" not in stack.logs()


def kinds(receiver: Receiver) -> list[str]:
    return [each.event["type"] for each in receiver.requests]
