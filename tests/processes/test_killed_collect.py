"""Ninety days from Microsoft with a kill in the middle come to what they come to without."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from inventory.models import Connection, Pull, Report, Tenant
from tests.microsoft import Fake, microsoft, trace_row
from tests.processes import totals
from tests.processes.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
DAYS, PER_DAY = 89, 20


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    with microsoft(tmp_path) as fake:
        (tmp_path / "contoso.secret").write_text(fake.secret)
        now, step = timezone.now().timestamp(), 86_400 / PER_DAY
        fake.traces = [trace_row(n, now - 60 - n * step) for n in range(DAYS * PER_DAY)]
        fake.page_size = 50
        yield fake


@pytest.fixture
def settings_of_fake(fake: Fake, environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    urls = dict.fromkeys(
        ("OFFRAMP_LOGIN_URL", "OFFRAMP_GRAPH_URL", "OFFRAMP_EXCHANGE_URL"), fake.url
    )
    trust = {"REQUESTS_CA_BUNDLE": fake.authority, "OFFRAMP_CREDENTIALS": str(tmp_path)}
    return {**environment, **urls, **trust}


def connected(fake: Fake, name: str) -> Tenant:
    tenant = Tenant.objects.create(name=name, domains=["contoso.com"])
    Connection.objects.create(
        tenant=tenant,
        directory_id=fake.directory_id,
        client_id=uuid.uuid4(),
        credential="contoso",
        reads_sign_ins=False,
    )
    return tenant


def collecting(tenant: Tenant, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    since = (timezone.now() - dt.timedelta(days=90)).date().isoformat()
    command = [sys.executable, "manage.py", "collect", "--tenant", tenant.name, "--since", since]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def test_ends_with_the_same_totals_after_a_kill(
    fake: Fake, settings_of_fake: dict[str, str]
) -> None:
    straight, killed = connected(fake, "straight"), connected(fake, "killed")
    assert collecting(straight, settings_of_fake).wait(120) == 0
    pages = len(fake.asked)

    process = collecting(killed, settings_of_fake)
    wait_for(lambda: len(fake.asked) > pages * 3 // 2, "half of the pages")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert Pull.objects.filter(tenant=killed, state__in=Pull.OPEN).exists()
    Pull.objects.filter(tenant=killed).exclude(claim=None).update(
        claimed_at=timezone.now() - dt.timedelta(hours=1)
    )
    assert collecting(killed, settings_of_fake).wait(120) == 0

    assert not Pull.objects.filter(state__in=[*Pull.OPEN, Pull.State.FAILED]).exists()
    counted = [totals.of_tenant(each)["unproven"] for each in (straight, killed)]
    assert counted[0] == counted[1]
    assert sum(count for *_, count, _ in counted[0]) == DAYS * PER_DAY
    assert not Report.objects.exclude(state=Report.State.READ).exists()
