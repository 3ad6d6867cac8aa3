"""Which source counts on a day, and what the others say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from inventory.models import Account, Device, Tenant
from inventory.sources.counted import CountedDay, counted, decide
from tests.admin.conftest import with_every_permission
from tests.api.conftest import ClientMaker, api_of  # noqa: F401
from tests.factories import UserFactory
from tests.inventory.test_ingest import GRID, detail, row, take, trace
from tests.inventory.test_removal import traced


def on(day: int) -> dt.date:
    return dt.date(2026, 10, day)


def test_takes_the_best_source_of_each_day() -> None:
    told = {
        on(1): {"message trace": 38, "detail report": 40},
        on(2): {"message trace": 5},
        on(3): {"message trace": 7, "grid": 90},
        on(4): {"detail report": 3, "grid": 90},
    }
    assert decide(told, [(on(1), on(1))]) == [
        CountedDay(on(4), 3, "detail report", others=(("grid", 90),)),
        CountedDay(on(3), 90, "grid", is_total=True, others=(("message trace", 7),)),
        CountedDay(on(2), 5, "message trace"),
        CountedDay(on(1), 40, "detail report", others=(("message trace", 38),)),
    ]


def test_says_where_sources_differ() -> None:
    def remark(**told: int) -> str:
        by_source = {name.replace("_", " "): count for name, count in told.items()}
        return decide({on(1): by_source}, [])[0].remark

    assert remark(detail_report=40, message_trace=38) == "detail report says 40, message trace 38"
    assert remark(detail_report=40, message_trace=40) == ""
    assert remark(detail_report=40, grid=900) == ""
    assert remark(grid=900, message_trace=3).startswith("a total up to this day")


def test_counts_nothing_of_a_trace_where_a_detail_report_covers_the_day() -> None:
    [day] = decide({on(2): {"message trace": 38}}, [(on(1), on(5))])
    assert (day.message_count, day.source) == (0, "detail report")
    assert day.remark == "detail report says 0, message trace 38"


@pytest.fixture
def tenant(db: None) -> Tenant:
    tenant = Tenant.objects.create(name="Contoso")
    take(tenant, detail(*(row(n) for n in range(4)), row(9, day=3)))
    take(tenant, trace(*(traced(n) for n in range(6)), *(traced(n, day=7) for n in range(2))))
    line = "scan@contoso.com,contoso.com,100%,90,Basic"
    take(tenant, f"{GRID}\n{line}\n".encode(), "grid_2026-10-08.csv")
    return tenant


EXPECTED = [
    (on(8), 90, "grid"),
    (on(7), 2, "message trace"),
    (on(3), 1, "detail report"),
    (on(1), 4, "detail report"),
]


def test_asks_the_reports_of_an_account_or_a_device(tenant: Tenant) -> None:
    for item in ("Scan@contoso.com", Account.objects.get()):
        days = counted(tenant, item)
        assert [(each.day, each.message_count, each.source) for each in days] == EXPECTED
    [day] = counted(tenant, Device.objects.get(), on(1), on(2))
    assert (day.message_count, day.others) == (4, (("message trace", 6),))


def test_knows_nothing_of_another_tenant(tenant: Tenant) -> None:
    assert counted(Tenant.objects.create(name="Other"), "scan@contoso.com") == []


def test_shows_it_on_the_page_and_in_the_api(
    tenant: Tenant,
    client: Client,
    api_of: ClientMaker,  # noqa: F811
) -> None:
    person = with_every_permission(UserFactory.create(tenants=[tenant]))
    client.force_login(person)
    account = Account.objects.get()
    page: Any = client.get(f"/admin/inventory/account/{account.pk}/change/")
    assert "detail report says 4, message trace 6" in page.content.decode()

    url = f"/api/v1/items/{account.pk}/days?first=2026-10-01&last=2026-10-01"
    assert api_of(person).get(url).json()["days"] == [
        {
            "day": "2026-10-01",
            "message_count": 4,
            "counted_from": "detail report",
            "is_total": False,
            "others": [{"source": "message trace", "message_count": 6}],
            "remark": "detail report says 4, message trace 6",
        }
    ]
    assert api_of(person).get(f"{url}x").status_code == 400


def test_an_items_page_folds_away_all_but_the_latest_days(tenant: Tenant, client: Client) -> None:
    take(tenant, detail(*(row(n, day=n) for n in range(10, 29))), "more.csv")
    device = Device.objects.get()
    client.force_login(UserFactory.create(is_superuser=True))
    page = client.get(f"/admin/inventory/device/{device.pk}/change/").content.decode()
    shown, _, folded = page.partition('<details class="days">')
    assert "2026-10-28" in shown
    assert "2026-10-10" not in shown
    assert "2026-10-10" in folded
