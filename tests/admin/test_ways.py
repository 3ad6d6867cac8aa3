"""Ways from one page to the next: views of lists, what stands behind an account, mailboxes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import KnownAsset, Sender, Tenant
from tests.admin.test_pages import text_of, told
from tests.factories import (
    DeviceFactory,
    FingerprintFactory,
    KnownAssetFactory,
    ScriptFactory,
    SenderFactory,
)
from tests.inventory.test_ingest import HEADER, take

pytestmark = pytest.mark.django_db


def views(response: Any) -> list[tuple[str, str, bool]]:
    """(title, address, whether it is shown) of those above a list."""
    listed = str(response.context["cl"].opts)
    [found] = [each for each in response.context["tab_list"] if listed in each["models"]]
    return [(row["title"], str(row["link_callback"]), row["active"]) for row in found["items"]]


@pytest.mark.parametrize("model", ["sender", "device", "script", "knownasset"])
def test_marks_the_view_that_a_list_shows(model: str, browser: Client, tenant: Tenant) -> None:
    url = f"/admin/inventory/{model}/"
    for title, address, _ in views(browser.get(url)):
        shown = [name for name, _, is_shown in views(browser.get(address)) if is_shown]
        assert shown == [title]
    first = views(browser.get(url))[0]
    assert views(browser.get(f"{url}?q=mfp"))[0] == (*first[:2], True)


def test_lists_what_lists_do_not_know_and_what_only_they_do(
    browser: Client, tenant: Tenant
) -> None:
    known, unknown = DeviceFactory.create_batch(2, tenant=tenant)
    KnownAssetFactory.create(report__tenant=tenant, item=known, match=KnownAsset.Match.LINKED)
    lost = KnownAssetFactory.create(report__tenant=tenant)
    addresses = {
        title: address
        for model in ("device", "knownasset")
        for title, address, _ in views(browser.get(f"/admin/inventory/{model}/"))
    }

    def rows(title: str) -> list[Any]:
        page: Any = browser.get(addresses[title])
        return list(page.context["cl"].queryset)

    assert rows("In no list of devices") == [unknown]
    assert rows("Matched with nothing") == [lost]


def test_shows_on_an_account_what_logs_in_with_it(browser: Client, tenant: Tenant) -> None:
    device = DeviceFactory.create(tenant=tenant, name="mfp-of-the-cellar")
    sender = SenderFactory.create(tenant=tenant, item=device, name="a sender in the cellar")
    SenderFactory.create(
        tenant=tenant, account=sender.account, merged_into=sender, name="one that was merged"
    )
    page = text_of(browser.get(f"/admin/inventory/account/{sender.account.pk}/change/"))
    assert f'href="/admin/inventory/sender/{sender.pk}/change/"' in page
    assert "mfp-of-the-cellar" in page
    assert "one that was merged" not in page


def test_leads_from_a_mailbox_to_its_account(browser: Client, tenant: Tenant) -> None:
    day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    line = f"{day}T07:00:00Z,scan@contoso.com,contoso.com,Basic,203.0.113.9,TLS1.2,A,1,<1@mfp-1>"
    take(tenant, f"{HEADER}\n{line}\n".encode())
    page = browser.get("/admin/tracker/cutover/lockdown/")
    account = tenant.items.get(category="account")
    link = f'<a href="/admin/inventory/account/{account.pk}/change/">scan@contoso.com</a>'
    assert link in text_of(page)
    page = browser.get("/admin/tracker/cutover/lockdown/?action=disable")
    assert "No mailbox here." in text_of(page)


def test_joins_a_script_in_source_with_the_item_seen_for_it(
    browser: Client, tenant: Tenant
) -> None:
    found = ScriptFactory.create(tenant=tenant, name="ops/nightly.py")
    seen = ScriptFactory.create(tenant=tenant, name="reports on erp-01")
    sender = SenderFactory.create(
        tenant=tenant, item=seen, script=found, script_confidence=83, script_reason="its account"
    )
    page = text_of(browser.get(f"/admin/inventory/script/{found.pk}/change/"))
    assert "Its mail is seen as" in page
    assert f'href="/admin/inventory/sender/{sender.pk}/change/"' in page
    url = reverse("admin:inventory_sender_join_script", args=[sender.pk])
    assert "The rules are 83 % sure: its account." in text_of(browser.get(url))
    said = told(browser.post(url, follow=True))[-1]
    assert f'No sender is behind <a href="/admin/inventory/script/{seen.pk}/change/' in said
    sender.refresh_from_db()
    assert (sender.item_id, sender.link) == (found.pk, Sender.Link.CORRECTED)
    assert "no proof that it sends none" in text_of(
        browser.get(f"/admin/inventory/script/{seen.pk}/change/")
    )
    assert "No script in source files" in told(browser.get(url, follow=True))[-1]
    browser.post(reverse("admin:inventory_sender_undo_last", args=[sender.pk]))
    sender.refresh_from_db()
    assert sender.item_id == seen.pk


def test_tells_of_what_goes_by_the_same_name_since(browser: Client, tenant: Tenant) -> None:
    first, then, other = (
        SenderFactory.create(tenant=tenant, item=DeviceFactory.create(tenant=tenant), **times)
        for times in (seen(1, 20), seen(23, 40), seen(10, 30))
    )
    for sender in (first, then, other):
        FingerprintFactory.create(
            tenant=tenant, sender=sender, account=sender.account.name, subject_names="n1"
        )

    def page(sender: Sender) -> str:
        return text_of(browser.get(f"/admin/inventory/sender/{sender.pk}/change/"))

    assert "it may have replaced it" in page(first)
    assert f'href="/admin/inventory/sender/{then.pk}/change/"' in page(first)
    assert "it may be what this replaced" in page(then)
    assert "goes by its name" not in page(other)
    first.item = then.item
    first.save()
    assert "goes by its name" not in page(first)


def seen(first: int, last: int) -> dict[str, dt.datetime]:
    start = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    first_at, last_at = (start + dt.timedelta(days=n) for n in (first, last))
    return {"first_seen_at": first_at, "last_seen_at": last_at}


def test_gives_chosen_items_to_who_is_suggested_once_it_was_shown(
    browser: Client, tenant: Tenant
) -> None:
    known, unknown = DeviceFactory.create_batch(2, tenant=tenant)
    KnownAssetFactory.create(
        report__tenant=tenant, item=known, match=KnownAsset.Match.LINKED, owner="kari@contoso.com"
    )
    queue = "/admin/inventory/ownerless/"
    data: dict[str, Any] = {
        "action": "own_as_suggested",
        "_selected_action": [known.pk, unknown.pk],
    }
    page = text_of(browser.post(queue, data))
    assert f"<b>{known.name}</b>: kari@contoso.com (85 %)" in page
    assert "Of 1 more nobody is suggested" in page
    done = browser.post(queue, {**data, "confirmed": "yes"}, follow=True)
    assert told(done)[-1] == "1 of 2 items have an owner."
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.owner, unknown.owner) == ("kari@contoso.com", "")


def test_leads_from_what_nobody_owns_to_what_is_behind_it(browser: Client, tenant: Tenant) -> None:
    device = DeviceFactory.create(tenant=tenant)
    sender = SenderFactory.create(tenant=tenant, item=device)
    page = text_of(browser.get(f"/admin/inventory/ownerless/{device.pk}/change/"))
    assert f'href="/admin/inventory/sender/{sender.pk}/change/"' in page
    assert f'href="/admin/inventory/device/{device.pk}/change/"' in page
    assert "Nobody is suggested" in page


def test_deletes_nothing_that_sends(browser: Client, tenant: Tenant) -> None:
    sender = SenderFactory.create(tenant=tenant, item=DeviceFactory.create(tenant=tenant))
    idle = DeviceFactory.create(tenant=tenant)
    assert sender.item is not None
    for row, model, code in (
        (sender.item, "device", 403),
        (sender.account, "account", 403),
        (idle, "device", 200),
    ):
        url = f"/admin/inventory/{model}/{row.pk}/delete/"
        assert browser.get(url).status_code == code
        page = text_of(browser.get(f"/admin/inventory/{model}/{row.pk}/change/"))
        assert (url in page) == (code == 200)


def test_undoes_a_correction_on_its_page(browser: Client, tenant: Tenant) -> None:
    sender = SenderFactory.create(tenant=tenant, item=DeviceFactory.create(tenant=tenant))
    browser.post(reverse("admin:inventory_sender_confirm_one", args=[sender.pk]))
    correction = sender.corrections.get()
    page = f"/admin/inventory/correction/{correction.pk}/change/"
    undo = reverse("admin:inventory_correction_undo_one", args=[correction.pk])
    text = text_of(browser.get(page))
    assert f'href="/admin/inventory/sender/{sender.pk}/change/"' in text
    assert undo in text
    assert "All is as before then." in text_of(browser.get(undo))
    browser.post(undo)
    sender.refresh_from_db()
    assert sender.link == Sender.Link.INFERRED
    assert undo not in text_of(browser.get(page))


def test_calls_a_row_on_its_page_as_it_is_called(browser: Client, tenant: Tenant) -> None:
    device = DeviceFactory.create(tenant=tenant, name="mfp-of-the-cellar")
    page = text_of(browser.get(f"/admin/inventory/device/{device.pk}/change/"))
    assert "Mfp-of-the-cellar" not in page
    assert "> Devices <" in page
