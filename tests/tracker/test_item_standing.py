"""The page of an item says how far it is off Basic, and what that means for its mailboxes."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.test import Client

from inventory.models import Device, Tenant
from tests.factories import DeviceFactory, UserFactory
from tests.tracker.test_evidence import CUT, DAY, cut_over, import_report, status
from tests.tracker.test_lockdown_facts import daily
from tracker.models import Cutover

pytestmark = pytest.mark.django_db


def page_of(device: Device, on: dt.date) -> str:
    browser = Client()
    browser.force_login(UserFactory.create(is_superuser=True))
    with time_machine.travel(dt.datetime.combine(on, dt.time(12), dt.UTC), tick=False):
        answer = browser.get(f"/admin/inventory/device/{device.pk}/change/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_an_item_tells_its_cutover_what_reports_say_and_its_mailbox() -> None:
    cutover: Cutover = cut_over(Tenant.objects.create(name="Contoso", domains=["contoso.com"]))
    text = page_of(Device.objects.get(), CUT + DAY)

    assert f'<a href="/admin/tracker/cutover/{cutover.pk}/change/">Cutover</a>: cut over' in text
    assert "What reports say: Basic is silent; reports up to 2026-10-06 have to say so" in text
    assert 'account=scan@contoso.com">scan@contoso.com</a>: keep on. One sender depends' in text


def test_a_reopened_cutover_shows_what_was_seen_then() -> None:
    tenant = Tenant.objects.create(name="Contoso", domains=["contoso.com"])
    cutover = cut_over(tenant)
    import_report(tenant, daily("scan", first=CUT + DAY, last=CUT + DAY), CUT, CUT + DAY)
    assert status(cutover) == "in_progress"
    browser = Client()
    browser.force_login(UserFactory.create(is_superuser=True))

    text = unescape(browser.get(f"/admin/tracker/cutover/{cutover.pk}/change/").content.decode())
    assert "2 Sep 2026, as it was seen then:" in text
    assert "<b>basic again</b>: Basic was seen after the cut on 2026-09-02" in text


def test_an_item_without_traffic_has_no_cutover() -> None:
    assert "No cutover of its own: no mail with Basic is linked with it." in page_of(
        DeviceFactory.create(), CUT
    )
