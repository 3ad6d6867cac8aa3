"""Lists: every row once over all pages, filters, and the same number of queries for any length."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from inventory.models import Item, Report, Sender, Tenant
from inventory.people import correct
from tests.api.conftest import ClientMaker
from tests.api.routes import QUERIES, routes
from tests.factories import (
    NOW,
    CutoverFactory,
    CutoverMoveFactory,
    DeadlineFactory,
    DeviceFactory,
    DeviceReplyFactory,
    KnownAssetFactory,
    ReportFactory,
    RowErrorFactory,
    ScriptFactory,
    SenderFactory,
    TenantFactory,
    UserFactory,
    VouchFactory,
    WaiverFactory,
    WaveFactory,
)
from tests.queries import queries_of
from tracker.models import Cutover

pytestmark = pytest.mark.django_db


def more_tenants(tenant: Tenant, count: int) -> None:
    person = tenant.people.get()
    for _ in range(count):
        TenantFactory.create().people.add(person)


def more_items(tenant: Tenant, count: int) -> None:
    DeviceFactory.create_batch(count - count // 2, tenant=tenant)
    ScriptFactory.create_batch(count // 2, tenant=tenant)


def more_moves(tenant: Tenant, count: int) -> None:
    cutover = Cutover.objects.filter(item__tenant=tenant).first()
    cutover = cutover or CutoverFactory.create(item__tenant=tenant)
    CutoverMoveFactory.create_batch(count, cutover=cutover, moved_by=tenant.people.get())


def more_errors(tenant: Tenant, count: int) -> None:
    report = Report.objects.filter(tenant=tenant).first() or ReportFactory.create(tenant=tenant)
    RowErrorFactory.create_batch(count, report=report)


def more_corrections(tenant: Tenant, count: int) -> None:
    for _ in range(count):
        sender = SenderFactory.create(tenant=tenant)
        correct.confirm(corrected_sender(sender), tenant.people.get())


def corrected_sender(sender: Sender) -> Sender:
    sender.item = DeviceFactory.create(tenant=sender.tenant)
    return sender


MORE: dict[str, Callable[[Tenant, int], object]] = {
    "/api/v1/tenants": more_tenants,
    "/api/v1/reports": lambda tenant, n: ReportFactory.create_batch(n, tenant=tenant),
    "/api/v1/reports/{id}/errors": more_errors,
    "/api/v1/senders": lambda tenant, n: SenderFactory.create_batch(n, tenant=tenant),
    "/api/v1/corrections": more_corrections,
    "/api/v1/items": more_items,
    "/api/v1/assets": lambda tenant, n: KnownAssetFactory.create_batch(n, report__tenant=tenant),
    "/api/v1/device-replies": lambda tenant, n: DeviceReplyFactory.create_batch(
        n, report__tenant=tenant
    ),
    "/api/v1/cutovers": lambda tenant, n: CutoverFactory.create_batch(n, item__tenant=tenant),
    "/api/v1/cutovers/{id}/moves": more_moves,
    "/api/v1/waivers": lambda tenant, n: WaiverFactory.create_batch(
        n, cutover__item__tenant=tenant
    ),
    "/api/v1/unused-mailboxes": lambda tenant, n: VouchFactory.create_batch(n, tenant=tenant),
    "/api/v1/waves": lambda tenant, n: WaveFactory.create_batch(n, tenant=tenant),
    "/api/v1/deadlines": lambda tenant, n: DeadlineFactory.create_batch(n, tenant=tenant),
}
ONE_ANSWER = ("{id}", "/days", "/evidence", "/routes", "/runbook", "/burn-up")
LISTS = [
    route.path
    for route in routes()
    if not (route.is_write or route.path.endswith(ONE_ANSWER) or route.path in QUERIES)
]


def url_of(path: str, tenant: Tenant) -> str:
    row: Any = Cutover.objects.filter(item__tenant=tenant).first()
    row = row or Report.objects.filter(tenant=tenant).first()
    return path.replace("{id}", str(row.pk) if row else "")


def pages(api: APIClient, url: str, limit: int = 7) -> list[list[int]]:
    found, after = [], f"{url}?limit={limit}"
    while after:
        page = api.get(after).json()
        found.append([row["id"] for row in page["results"]])
        after = page["next"]
    return found


@pytest.mark.parametrize("path", LISTS)
def test_gives_every_row_once_over_all_pages(path: str, tenant: Tenant, api: APIClient) -> None:
    MORE[path](tenant, 30)
    url = url_of(path, tenant)
    parts = pages(api, url)
    ids = [pk for part in parts for pk in part]
    assert len(parts) >= 5
    assert len(ids) == len(set(ids)) >= 30
    assert ids == [row["id"] for row in api.get(url, {"limit": 500}).json()["results"]]


@pytest.mark.parametrize("path", LISTS)
def test_asks_the_database_as_often_for_30_rows_as_for_3(
    path: str, tenant: Tenant, api: APIClient
) -> None:
    MORE[path](tenant, 3)
    url = url_of(path, tenant)
    few = queries_of(lambda: api.get(url))
    MORE[path](tenant, 27)
    many = queries_of(lambda: api.get(url))
    assert len(many) == len(few), "\n".join(many)


def test_skips_and_repeats_nothing_when_rows_come_in_between_pages(
    tenant: Tenant, api: APIClient
) -> None:
    first = DeviceFactory.create_batch(4, tenant=tenant)
    page = api.get("/api/v1/items", {"limit": 3}).json()
    first[0].delete()
    later = DeviceFactory.create(tenant=tenant)
    rest = api.get(page["next"]).json()
    assert [row["id"] for row in rest["results"]] == [first[3].pk, later.pk]


def test_never_gives_more_than_500_rows_at_once(tenant: Tenant, api: APIClient) -> None:
    ReportFactory.create_batch(501, tenant=tenant)
    page = api.get("/api/v1/reports", {"limit": 100_000}).json()
    assert len(page["results"]) == 500
    assert page["next"]


RUBBISH = ["nonsense", base64.b64encode(b"p=abc").decode(), base64.b64encode(b"p=\0").decode()]


@pytest.mark.parametrize("cursor", RUBBISH)
def test_says_when_a_cursor_is_not_one(cursor: str, api: APIClient, tenant: Tenant) -> None:
    DeviceFactory.create(tenant=tenant)
    answer = api.get(f"/api/v1/items?cursor={quote(cursor)}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["detail"] == "Invalid cursor"


def ids_at(api: APIClient, url: str, **wanted: Any) -> set[int]:
    answer = api.get(url, wanted)
    assert answer.status_code == 200, answer.content
    return {row["id"] for row in answer.json()["results"]}


def test_filters_by_tenant(api_of: ClientMaker, tenant: Tenant) -> None:
    other = TenantFactory.create()
    api = api_of(UserFactory.create(tenants=[tenant, other]))
    here = DeviceFactory.create(tenant=tenant)
    DeviceFactory.create(tenant=other)
    assert ids_at(api, "/api/v1/items", tenant=tenant.pk) == {here.pk}


def test_filters_items(api: APIClient, tenant: Tenant) -> None:
    device = DeviceFactory.create(tenant=tenant, name="Lobby-MFP", owner="print")
    script = ScriptFactory.create(tenant=tenant, criticality=Item.Criticality.HIGH)
    assert ids_at(api, "/api/v1/items", category="script") == {script.pk}
    assert ids_at(api, "/api/v1/items", kind="mfp") == {device.pk}
    assert ids_at(api, "/api/v1/items", search="lobby") == {device.pk}
    assert ids_at(api, "/api/v1/items", owner="print") == {device.pk}
    assert ids_at(api, "/api/v1/items", criticality="high") == {script.pk}
    assert ids_at(api, "/api/v1/items", owner="none") == {script.pk}
    KnownAssetFactory.create(tenant=tenant, item=device, match="linked")
    KnownAssetFactory.create(tenant=tenant, item=script, match="suggested")
    assert ids_at(api, "/api/v1/items", has_asset="true") == {device.pk}
    assert ids_at(api, "/api/v1/items", has_asset="false") == {script.pk}


def test_filters_reports(api: APIClient, tenant: Tenant) -> None:
    read = ReportFactory.create(tenant=tenant, reader="message_trace")
    refused = ReportFactory.create(tenant=tenant, state=Report.State.REFUSED, reader="")
    assert ids_at(api, "/api/v1/reports", state="refused") == {refused.pk}
    assert ids_at(api, "/api/v1/reports", reader="message_trace") == {read.pk}


def test_filters_senders(api: APIClient, tenant: Tenant) -> None:
    one = SenderFactory.create(tenant=tenant, link=Sender.Link.CONFIRMED, name="Lobby")
    device = DeviceFactory.create(tenant=tenant)
    two = SenderFactory.create(tenant=tenant, item=device)
    assert ids_at(api, "/api/v1/senders", link="confirmed") == {one.pk}
    assert ids_at(api, "/api/v1/senders", item=device.pk) == {two.pk}
    assert ids_at(api, "/api/v1/senders", account=two.account_id) == {two.pk}
    assert ids_at(api, "/api/v1/senders", search="lobby") == {one.pk}
    KnownAssetFactory.create(tenant=tenant, item=device, match="linked")
    assert ids_at(api, "/api/v1/senders", has_asset="true") == {two.pk}
    assert ids_at(api, "/api/v1/senders", has_asset="false") == {one.pk}


def test_filters_assets(api: APIClient, tenant: Tenant) -> None:
    item = DeviceFactory.create(tenant=tenant)
    found = KnownAssetFactory.create(tenant=tenant, item=item, match="linked")
    loose = KnownAssetFactory.create(tenant=tenant, host_name="Lobby")
    assert ids_at(api, "/api/v1/assets", is_matched="false") == {loose.pk}
    assert ids_at(api, "/api/v1/assets", is_matched="true") == {found.pk}
    assert ids_at(api, "/api/v1/assets", match="linked") == {found.pk}
    assert ids_at(api, "/api/v1/assets", item=item.pk) == {found.pk}
    assert ids_at(api, "/api/v1/assets", search="lobby") == {loose.pk}


def test_filters_cutovers(api: APIClient, tenant: Tenant) -> None:
    past = dt.date(2020, 1, 1)
    late = CutoverFactory.create(item__tenant=tenant, due_on=past, item__name="Lobby")
    done = CutoverFactory.create(
        item=ScriptFactory.create(tenant=tenant),
        due_on=past,
        status=Cutover.Status.VERIFIED,
        route=Cutover.Route.GRAPH,
        moved_at=NOW,
    )
    assert ids_at(api, "/api/v1/cutovers", overdue="true") == {late.pk}
    assert ids_at(api, "/api/v1/cutovers", overdue="false") == {done.pk}
    assert ids_at(api, "/api/v1/cutovers", status="verified") == {done.pk}
    assert ids_at(api, "/api/v1/cutovers", route="graph") == {done.pk}
    assert ids_at(api, "/api/v1/cutovers", category="device") == {late.pk}
    assert ids_at(api, "/api/v1/cutovers", item=late.item_id) == {late.pk}
    assert ids_at(api, "/api/v1/cutovers", search="lobb") == {late.pk}
    assert ids_at(api, "/api/v1/cutovers", moved_since=NOW.isoformat()) == {done.pk}


BAD = [
    ("cutovers", "tenant", "x"),
    ("cutovers", "status", "finished"),
    ("cutovers", "moved_since", "yesterday"),
    ("items", "category", "toaster"),
    ("items", "search", "\0"),
    ("reports", "state", "lost"),
]


@pytest.mark.parametrize(("name", "field", "value"), BAD)
def test_refuses_a_filter_it_cannot_mean(name: str, field: str, value: str, api: APIClient) -> None:
    answer = api.get(f"/api/v1/{name}", {field: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == field


HUGE = ["99999999999999999999999", "-1", "1.5", "1e30", "NaN", "Infinity"]


@pytest.mark.parametrize("value", HUGE)
@pytest.mark.parametrize("field", ["tenant", "item"])
def test_finds_nothing_for_numbers_that_are_nobodys(
    field: str, value: str, api: APIClient, tenant: Tenant
) -> None:
    CutoverFactory.create(item__tenant=tenant)
    answer = api.get("/api/v1/cutovers", {field: value})
    assert answer.status_code == 400 or answer.json()["results"] == []


@pytest.mark.parametrize("pk", ["abc", "0", "-1", "99999999999999999999999", "1.5", "%00"])
def test_has_no_row_with_a_key_that_is_none(pk: str, api: APIClient) -> None:
    assert api.get(f"/api/v1/cutovers/{pk}").status_code == 404


def test_lists_the_assets_of_the_newest_lists_alone(tenant: Tenant, api: APIClient) -> None:
    current = KnownAssetFactory.create(report__tenant=tenant)
    old = KnownAssetFactory.create(report__tenant=tenant, mapping=current.mapping)
    listed = api.get("/api/v1/assets").json()["results"]
    assert [row["id"] for row in listed] == [current.pk]
    older = api.get("/api/v1/assets", {"report": old.report_id}).json()["results"]
    assert [row["id"] for row in older] == [old.pk]
    assert api.get(f"/api/v1/assets/{old.pk}").json()["host_name"] == old.host_name


def test_filters_logged_replies_by_when_and_what(tenant: Tenant, api: APIClient) -> None:
    wanted = DeviceReplyFactory.create(report__tenant=tenant, family="retired", at=NOW)
    DeviceReplyFactory.create(report__tenant=tenant, family="retired")
    DeviceReplyFactory.create(report__tenant=tenant, at=NOW)
    query = {"family": "retired", "since": NOW.isoformat()}
    found = api.get("/api/v1/device-replies", query).json()["results"]
    assert [row["id"] for row in found] == [wanted.pk]
