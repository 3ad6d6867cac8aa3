"""Nothing is changed by following a link: what a link leads to asks first."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from inventory.models import Tenant
from tests.admin.test_pages import text_of
from tests.factories import WaiverFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("verb", "state"), [("approve", "approved"), ("decline", "declined")])
def test_asks_before_a_waiver_is_decided(
    verb: str, state: str, browser: Client, tenant: Tenant, person: User
) -> None:
    waiver = WaiverFactory.create(
        cutover__item__tenant=tenant, cutover__status="planned", cutover__route="oauth"
    )
    url = reverse(f"admin:tracker_waiver_{verb}", args=[waiver.pk])
    page = f"/admin/tracker/waiver/{waiver.pk}/change/"
    assert url in text_of(browser.get(page))
    assert "the vendor sends new firmware in spring" in text_of(browser.get(url))
    waiver.refresh_from_db()
    assert waiver.state == "asked"
    browser.post(url)
    waiver.refresh_from_db()
    assert (waiver.state, waiver.decided_by) == (state, person)
    assert url not in text_of(browser.get(page))


def test_says_why_nobody_decides_their_own_waiver(
    browser: Client, tenant: Tenant, person: User
) -> None:
    waiver = WaiverFactory.create(cutover__item__tenant=tenant, asked_by=person)
    url = reverse("admin:tracker_waiver_approve", args=[waiver.pk])
    assert "somebody else than the one who asked" in text_of(browser.post(url))
