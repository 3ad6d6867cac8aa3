"""The sidebar leads a newcomer through the day's work."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from inventory.models import Tenant
from tests.admin.conftest import Login
from tests.factories import DeviceFactory, UserFactory

pytestmark = pytest.mark.django_db


def entries(browser: Client, path: str) -> list[Any]:
    page = browser.get(path)
    assert page.status_code == 200
    return [each for group in page.context["sidebar_navigation"] for each in group["items"]]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/admin/inventory/report/", "Reports"),
        ("/admin/inventory/report/upload/", "Reports"),
        ("/admin/inventory/report/sources/", "Sources"),
        ("/admin/tracker/cutover/", "Cutovers"),
        ("/admin/tracker/cutover/forecast/", "When are we done?"),
        ("/admin/tracker/cutover/lockdown/", "Can we turn it off?"),
    ],
)
def test_marks_the_one_entry_that_a_page_belongs_to(
    browser: Client, tenant: Tenant, path: str, title: str
) -> None:
    assert [each["title"] for each in entries(browser, path) if each["active"]] == [title]


def test_every_entry_leads_somewhere(login: Login, tenant: Tenant) -> None:
    browser = login(UserFactory.create(is_superuser=True))
    for entry in entries(browser, "/admin/"):
        assert browser.get(str(entry["link"])).status_code == 200, entry["title"]


def test_shows_no_badge_where_nothing_waits(browser: Client, tenant: Tenant) -> None:
    badge = 'text-orange-700 dark:bg-orange-500/20 dark:text-orange-400">'
    assert badge not in browser.get("/admin/").content.decode()
    DeviceFactory.create(tenant=tenant)
    assert f"{badge}1</span>" in browser.get("/admin/").content.decode()


def test_an_empty_list_says_how_rows_come_in(browser: Client, tenant: Tenant) -> None:
    def text(path: str) -> str:
        return browser.get(path).content.decode()

    assert "Upload what Exchange, Entra or your own lists export" in text(
        "/admin/inventory/report/"
    )
    assert "Nothing here matches." in text("/admin/inventory/report/?q=nothing")


def test_tags_are_words_with_commas_between(browser: Client, tenant: Tenant) -> None:
    device = DeviceFactory.create(tenant=tenant, tags=["floor 3", "leased"])
    url = f"/admin/inventory/device/{device.pk}/change/"
    form = browser.get(url).context["adminform"].form
    assert 'value="floor 3, leased"' in str(form["tags"])
    inlines = {"linked_senders-TOTAL_FORMS": 0, "linked_senders-INITIAL_FORMS": 0}
    kept = {name: value or "" for name, value in form.initial.items()}
    browser.post(url, {**kept, **inlines, "tags": "leased, , basement, leased"})
    device.refresh_from_db()
    assert device.tags == ["leased", "basement"]
