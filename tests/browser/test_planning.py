"""A person plans: waves, the forecast, a runbook, a test of the route."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from tests.browser.conftest import Tab
from tests.factories import (
    AccountFactory,
    CutoverFactory,
    CutoverMoveFactory,
    DeadlineFactory,
    SenderFactory,
    TenantFactory,
    UserFactory,
    WaveFactory,
)
from tracker.models import Cutover, ProbeRun, RunbookTick
from tracker.waves import members as waves

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


@pytest.fixture
def cutover() -> Cutover:
    """The first of twelve in a wave, of which eight are done."""
    now = timezone.now()
    tenant = TenantFactory.create(name="Contoso", domains=["contoso.com"])
    DeadlineFactory.create(name="Freeze of ours", on=now.date() + 20 * DAY)
    account = AccountFactory.create(tenant=tenant, name="scan@contoso.com")
    wave = WaveFactory.create(
        tenant=tenant, name="Printers", start_on=now.date() - 60 * DAY, filter={"kind": ["mfp"]}
    )
    rows = [
        CutoverFactory.create(
            item__tenant=tenant, route="relay_connector", opened_at=now - 70 * DAY
        )
        for _ in range(12)
    ]
    for number, row in enumerate(rows[4:]):
        at = now - 6 * number * DAY
        CutoverMoveFactory.create(
            cutover=row, from_status="in_progress", to_status="cut_over", moved_at=at
        )
    Cutover.objects.filter(pk__in=[row.pk for row in rows[4:]]).update(
        status="cut_over", cut_over_at=now
    )
    SenderFactory.create(tenant=tenant, account=account, item=rows[0].item)
    waves.saved(wave, now.date())
    return rows[0]


def test_plans_with_waves_forecast_runbook_and_a_test(tab: Tab, cutover: Cutover) -> None:
    tab.log_in(UserFactory.create(username="kim", is_superuser=True))
    tab.check("20-start")
    tab.page.get_by_role("link", name="When are we done?", exact=True).click()
    tab.page.get_by_text("Freeze of ours").first.wait_for()
    tab.check("21-forecast")
    tab.page.get_by_role("link", name="Printers").click()
    tab.page.get_by_text("The burn-up in numbers").wait_for()
    assert tab.page.locator("svg.burn-up polyline").count() == 3
    tab.check("22-burn-up")
    tab.open("/admin/tracker/wave/add/")
    tab.check("23-wave")
    tab.open(f"/admin/tracker/cutover/{cutover.pk}/change/")
    tab.choose("Runbook")
    tab.page.get_by_label("Note to step 1", exact=True).fill("asked the provider")
    tab.page.get_by_role("button", name="Done").first.click()
    tab.page.get_by_text("Done by kim").wait_for()
    tab.check("24-runbook")
    assert RunbookTick.objects.get().note == "asked the provider"
    tab.open(f"/admin/tracker/cutover/{cutover.pk}/change/")
    tab.choose("Test the route")
    tab.check("25-test")
    tab.page.get_by_role("button", name="Test", exact=True).click()
    tab.page.get_by_text("A worker tests it").wait_for()
    tab.check("26-tested")
    assert ProbeRun.objects.get().host == "contoso-com.mail.protection.outlook.com"
