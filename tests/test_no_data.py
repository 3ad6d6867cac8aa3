"""A tenant without data, one whose pulls fail, one whose reports show no sender: wherever they are
shown, none of them looks like another, and none looks like clean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.test import Client
from django.utils import timezone

from inventory.models import Connection, Pull, Report, Tenant
from tests.admin.conftest import login, with_every_permission  # noqa: F401
from tests.api.conftest import ClientMaker, api_of  # noqa: F401
from tests.factories import DeviceFactory, TenantFactory, UserFactory
from tests.inventory.test_ingest import HEADER, detail, row, take, trace
from tracker.exports.weekly import export_weekly

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DENIED = "HTTP 403: the app lacks a permission, or its admin consent (Forbidden)"


def empty(tenant: Tenant) -> None:
    """Nothing ever came."""


def failed(tenant: Tenant) -> None:
    a_pull(tenant, Pull.State.FAILED, error=DENIED)


def no_rows(tenant: Tenant) -> None:
    a_pull(tenant, Pull.State.EMPTY)


def no_sender(tenant: Tenant) -> None:
    line = f"{NOW:%Y-%m-%d}T07:00:00,a@x.example,b@{tenant.domains[0]},Hi,203.0.113.9,10,<1@pc>"
    a_pull(tenant, Pull.State.DONE, report=take(tenant, trace(line)), row_count=1)


def refused_rows(tenant: Tenant) -> None:
    take(tenant, f"{HEADER}\nyesterday,scan,contoso.com,Basic,,,,1,<1@x>\n".encode())


def a_pull(tenant: Tenant, state: str, **more: Any) -> Pull:
    Connection.objects.create(
        tenant=tenant,
        directory_id="00000000-0000-0000-0000-000000000001",
        client_id="00000000-0000-0000-0000-000000000002",
        credential="x",
    )
    return Pull.objects.create(
        tenant=tenant,
        source=Pull.Source.MESSAGE_TRACE,
        state=state,
        window_start=NOW - dt.timedelta(days=2),
        window_end=NOW,
        next_at=NOW,
        finished_at=NOW,
        **more,
    )


CASES: dict[Callable[[Tenant], None], str] = {
    empty: "Nothing has come in yet",
    failed: "The last pull failed",
    no_rows: "It came without a row",
    no_sender: "none of them of an account that uses SMTP AUTH",
    refused_rows: "It came without a row",
}


@pytest.fixture(params=CASES, ids=lambda case: case.__name__)
def case(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def tenant(case: Callable[[Tenant], None]) -> Tenant:
    tenant = TenantFactory.create(name="Contoso")
    case(tenant)
    return tenant


@pytest.fixture
def browser(tenant: Tenant) -> Client:
    client = Client()
    client.force_login(with_every_permission(UserFactory.create(tenants=[tenant])))
    return client


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_start_page_says_that_nothing_is_known(browser: Client, case: Any) -> None:
    page = text_of(browser, "/admin/")
    assert "Nothing is known, which is not the same as nothing sends" in page
    assert "senders seen" not in page
    assert case is empty or CASES[case] in page


def test_the_sources_page_says_which_of_them_it_is(browser: Client, case: Any) -> None:
    page = text_of(browser, "/admin/inventory/report/sources/")
    assert CASES[case] in page
    if case is failed:
        assert "ExchangeMessageTrace.Read.All" in page


def test_the_api_says_which_of_them_it_is(
    tenant: Tenant,
    case: Any,
    api_of: ClientMaker,  # noqa: F811
) -> None:
    client = api_of(UserFactory.create(tenants=[tenant]))
    answer = client.get(f"/api/v1/sources?tenant={tenant.pk}").json()
    assert any(CASES[case] in text for each in answer["sources"] for text in each["findings"])
    assert "good" not in {each["state"] for each in answer["sources"]}


@pytest.mark.parametrize("path", ["senders", "items", "cutovers"])
def test_an_empty_list_of_the_api_says_that_nothing_is_known(
    path: str,
    tenant: Tenant,
    case: Any,
    api_of: ClientMaker,  # noqa: F811
) -> None:
    client = api_of(UserFactory.create(tenants=[tenant]))
    answer = client.get(f"/api/v1/{path}?tenant={tenant.pk}").json()
    assert answer["results"] == []
    assert answer["unknown_tenants"] == [tenant.pk]


def test_the_export_says_it_in_every_file(tenant: Tenant, case: Any, tmp_path: Path) -> None:
    table, book = export_weekly(tenant, tmp_path, NOW)
    assert "not " in pd.read_csv(table, dtype=str)["name"].iloc[0]
    sheets = pd.read_excel(book, sheet_name=None, header=None, dtype=str, engine="calamine")
    assert CASES[case] in sheets["Sources"].to_string()
    summary = dict(sheets["Summary"].dropna(subset=[1]).iloc[:, :2].to_numpy().tolist())
    assert summary["Reports of SMTP AUTH cover"].startswith("no reports")
    for name in ("Senders", "Items: device", "Open cutovers"):
        assert summary[name] == "not known", name


def test_the_lists_name_the_outcome_and_no_zero_of_what_was_not_read(
    tenant: Tenant, browser: Client, case: Any
) -> None:
    pulls = text_of(browser, "/admin/inventory/pull/")
    words = {
        failed: "failed",
        no_rows: "done: Microsoft had no rows",
        no_sender: "done; its report: read: rows, but no sender with SMTP AUTH",
    }
    assert words.get(case, "0 pulls") in pulls
    refused = Report.objects.create(
        tenant=tenant, sha256="x", byte_count=1, file_name="x.csv", state="refused", origin="api"
    )
    page = text_of(browser, f"/admin/inventory/report/{refused.pk}/change/")
    assert "–" in page


def test_the_lists_of_senders_and_items_say_it_above(browser: Client, tenant: Tenant) -> None:
    for path in ("inventory/sender", "inventory/device", "inventory/account", "tracker/cutover"):
        page = text_of(browser, f"/admin/{path}/")
        assert "No report of SMTP AUTH with a row" in page, path
        assert "Contoso" in page


def test_a_known_tenant_is_told_nothing_of_that(
    api_of: ClientMaker,  # noqa: F811
) -> None:
    tenant = TenantFactory.create(domains=["contoso.com"])
    take(tenant, detail(row(1)))
    DeviceFactory.create(tenant=tenant)
    user = with_every_permission(UserFactory.create(tenants=[tenant]))
    answer = api_of(user).get(f"/api/v1/items?tenant={tenant.pk}").json()
    assert answer["unknown_tenants"] == []
    client = Client()
    client.force_login(user)
    assert "No report of SMTP AUTH" not in text_of(client, "/admin/inventory/sender/")
