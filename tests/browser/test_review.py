"""Lists that fit into the window, and the review queue by keyboard alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from inventory.models import Sender, Tenant
from tests.browser.conftest import Tab
from tests.factories import (
    CutoverFactory,
    DeviceFactory,
    KnownAssetFactory,
    SenderFactory,
    TenantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Printer or scanner at Trondheim, “Scanned document from …”"
AT = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
SEEN = {"cadence": "on_alarm", "last_basic_at": AT, "last_oauth_at": AT, "last_seen_at": AT}
LISTS = [
    "inventory/sender",
    "inventory/device",
    "inventory/suggestion",
    "inventory/ownerless",
    "inventory/knownasset",
    "tracker/cutover",
]
OVERFLOW = """() => [...document.querySelectorAll("#changelist *")]
    .filter(e => e.clientWidth > 300 && e.scrollWidth > e.clientWidth + 2)
    .filter(e => ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX))
    .map(e => `${e.className} ${e.scrollWidth} > ${e.clientWidth}`)"""


@pytest.fixture
def person() -> User:
    return UserFactory.create(username="kim", is_superuser=True)


@pytest.fixture
def tenant() -> Tenant:
    tenant = TenantFactory.create(name="Contoso", domains=["contoso.example"])
    for n in range(4):
        name = f"{LONG} (scan.of.the.cellar@, ABCD{n})"
        fields = {"tenant": tenant, "kind": "mfp", "message_count": 9000 - n, **SEEN}
        item = DeviceFactory.create(
            name=name, owner="" if n else "somebody.long@mail.example", **fields
        )
        SenderFactory.create(
            name=f"scan.of.the.cellar{n}@emea.contoso.example · {name}",
            item=item,
            link="suggested",
            link_confidence=60,
            link_reason="the words of its subjects; attachments in working hours; its TLS",
            doubt="Those it writes to can say which device they stand at.",
            **fields,
        )
        CutoverFactory.create(item=item, owner="somebody.long@mail.example")
        KnownAssetFactory.create(
            report__tenant=tenant, item=item, match="suggested", match_confidence=60,
            match_reason="its Message-IDs name a host like it; its mail comes from there",
            vendor="Konica Minolta", model="bizhub C360i", owner="somebody.long@mail.example",
        )  # fmt: skip
    return tenant


@pytest.fixture(params=[1440, 1024])
def window(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer
) -> Iterator[Tab]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900})
    yield Tab(context.new_page(), live_server.url, f"{request.param}-light")
    context.close()


def test_shows_every_column_of_a_list(window: Tab, tenant: Tenant, person: User) -> None:
    window.log_in(person)
    for each in LISTS:
        window.open(f"/admin/{each}/")
        window.check(f"list-{each.replace('/', '-')}")
        assert window.page.evaluate(OVERFLOW) == [], each


def test_reviews_by_keyboard_and_stays_where_it_was(
    window: Tab, tenant: Tenant, person: User
) -> None:
    busiest, second, third, last = Sender.objects.order_by("-message_count")
    window.log_in(person)
    window.open("/admin/inventory/suggestion/")
    for key in "jjc":
        window.page.keyboard.press(key)
    window.page.get_by_text("1 of 1 confirmed.").wait_for()
    current = window.page.locator("tr.offramp-current")
    assert third.name in current.inner_text()
    window.page.keyboard.press("r")
    window.page.get_by_text("1 of 1 rejected.").wait_for()
    assert last.name in current.inner_text()
    window.check("review")
    links = {sender.pk: sender.link for sender in Sender.objects.all()}
    assert links == {
        busiest.pk: "suggested",
        second.pk: "confirmed",
        third.pk: "rejected",
        last.pk: "suggested",
    }
