"""Pages of senders: what they say, what they offer, and where they lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from inventory.models import Item, Sender, Tenant
from tests.admin.conftest import Login
from tests.admin.test_pages import text_of, told
from tests.factories import (
    CutoverFactory,
    DeviceFactory,
    FingerprintFactory,
    KnownAssetFactory,
    ScriptFactory,
    SenderFactory,
    TenantFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SENDERS = "/admin/inventory/sender/"


@pytest.fixture
def sender(tenant: Tenant) -> Sender:
    return SenderFactory.create(tenant=tenant, item=DeviceFactory.create(tenant=tenant))


def page_of(browser: Client, sender: Sender) -> str:
    return text_of(browser.get(f"{SENDERS}{sender.pk}/change/"))


def offered(browser: Client, sender: Sender) -> set[str]:
    response: Any = browser.get(f"{SENDERS}{sender.pk}/change/")
    return {str(each["title"]) for each in response.context["actions_detail"]}


def test_leads_from_a_sender_to_its_item(browser: Client, sender: Sender) -> None:
    assert sender.item is not None
    url = f"/admin/inventory/device/{sender.item.pk}/change/"
    assert f'<a href="{url}" class="text-link">{sender.item.name}</a>' in page_of(browser, sender)


@pytest.mark.parametrize("factory", [CutoverFactory, KnownAssetFactory])
def test_leads_from_what_is_about_an_item_to_its_page(
    factory: Any, browser: Client, tenant: Tenant
) -> None:
    item = ScriptFactory.create(tenant=tenant)
    about = {} if factory is CutoverFactory else {"tenant": tenant}
    row = factory.create(item=item, **about)
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    link = reverse("admin:inventory_item_change", args=[item.pk])
    assert f'href="{link}"' in text_of(browser.get(reverse(name, args=[row.pk])))
    led: Any = browser.get(link)
    assert led.url == f"/admin/inventory/script/{item.pk}/change/"


def test_finds_an_item_by_a_part_of_its_name(login: Login, sender: Sender, tenant: Tenant) -> None:
    browser = login(UserFactory.create(is_superuser=True))
    wanted = DeviceFactory.create(tenant=tenant, name="cellar-printer")
    DeviceFactory.create(tenant=TenantFactory.create(), name="cellar-scanner")
    page = text_of(browser.get(reverse("admin:inventory_sender_correct", args=[sender.pk])))
    assert f"/admin/autocomplete/?of={tenant.pk}" in page
    assert "admin/js/autocomplete.js" in page
    asked = {"app_label": "inventory", "model_name": "sender", "field_name": "item"}
    data: dict[str, Any] = {**asked, "term": "lar-", "of": tenant.pk}
    found: Any = browser.get("/admin/autocomplete/", data)
    assert [int(row["id"]) for row in found.json()["results"]] == [wanted.pk]


def test_offers_only_what_would_change_something(browser: Client, sender: Sender) -> None:
    assert offered(browser, sender) == {"Confirm", "Reject", "Correct"}
    FingerprintFactory.create_batch(
        2, tenant=sender.tenant, sender=sender, account=sender.account.name
    )
    assert "Split" in offered(browser, sender)
    sender.one_with = SenderFactory.create(tenant=sender.tenant, item=sender.item)
    sender.save()
    assert {"All one", "Not one"} <= offered(browser, sender)
    browser.post(reverse("admin:inventory_sender_confirm_one", args=[sender.pk]))
    now = offered(browser, sender)
    assert "Undo" in now
    assert "Confirm" not in now


def test_offers_nothing_but_the_way_back_of_what_was_merged(
    browser: Client, sender: Sender, person: User
) -> None:
    other = SenderFactory.create(tenant=sender.tenant, account=sender.account, item=sender.item)
    data = {
        "action": "unite",
        "_selected_action": [sender.pk, other.pk],
        "confirmed": "yes",
        "into": sender.pk,
    }
    browser.post(SENDERS, data)
    assert offered(browser, other) == {"Undo"}
    assert "It is another sender now" in page_of(browser, other)


def test_says_in_words_what_there_is_none_of(browser: Client, sender: Sender) -> None:
    page = page_of(browser, sender)
    for words in ("nothing else", "nothing yet", "nothing is in doubt"):
        assert words in page
    assert "History" not in page


def test_leads_back_from_every_question(browser: Client, sender: Sender) -> None:
    page = text_of(browser.get(reverse("admin:inventory_sender_reject_one", args=[sender.pk])))
    assert f'<a href="{SENDERS}{sender.pk}/change/"' in page
    data = {"action": "unite", "_selected_action": [sender.pk]}
    page = text_of(browser.post(f"{SENDERS}?kind=mfp", data))
    assert f'<a href="{SENDERS}?kind=mfp"' in page


def test_says_where_a_word_can_be_taken_back(browser: Client, sender: Sender) -> None:
    data = {"action": "confirm", "_selected_action": [sender.pk]}
    said = told(browser.post(SENDERS, data, follow=True))[-1]
    assert said.startswith("1 of 1 confirmed. It can be undone under <a href=")


def test_leads_nobody_to_an_item_that_is_not_theirs(browser: Client) -> None:
    theirs = DeviceFactory.create(tenant=TenantFactory.create())
    assert browser.get(reverse("admin:inventory_item_change", args=[theirs.pk])).status_code == 404
    assert Item.objects.filter(pk=theirs.pk).exists()
