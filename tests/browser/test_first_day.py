"""A person's first day: log in, upload a report, find out what sends, move a cutover."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from inventory.intake.ingest import read_waiting
from inventory.models import Report, Sender, Tenant
from tests.browser.conftest import Tab
from tests.factories import DeadlineFactory, TenantFactory, UserFactory
from tracker.models import Cutover
from tracker.tasks import publish_events

SAMPLE = Path(__file__).parents[2] / "inventory" / "sample"
DETAIL = next(SAMPLE.glob("SmtpCSReport*11232026*.gz"))

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant() -> Tenant:
    # Tests with real transactions leave no milestones that came with the migrations.
    on = timezone.now().date() + dt.timedelta(days=37)
    DeadlineFactory.create(name="Basic authentication off by default", on=on)
    return TenantFactory.create(name="Contoso", domains=[])


@pytest.fixture
def person(tenant: Tenant) -> User:
    return UserFactory.create(username="kim", is_superuser=True)


def work(tenant: Tenant) -> None:
    """What the workers would do with what has come in."""
    read_waiting(tenant)
    publish_events()


def upload(tab: Tab, *files: Path) -> None:
    tab.page.get_by_role("link", name="Upload").first.click()
    tab.page.locator("input[type=file]").set_input_files(files)
    tab.page.get_by_role("button", name="Upload", exact=True).click()


def test_goes_from_the_first_report_to_a_moved_cutover(
    tab: Tab, tenant: Tenant, person: User
) -> None:
    tab.open("/")
    tab.check("00-login")
    tab.log_in(person)
    tab.page.get_by_text("Nothing is known").wait_for()
    tab.check("01-start-empty")
    upload(tab, DETAIL, Path(__file__))
    tab.page.get_by_text("received, it is being read").first.wait_for()
    tab.check("02-uploaded")
    work(tenant)
    # The page notices by itself, and stops asking.
    tab.page.locator("script[src*='offramp/reports']").wait_for(state="detached")
    tab.check("03-reports")
    refused = Report.objects.get(state=Report.State.REFUSED)
    tab.open(f"/admin/inventory/report/{refused.pk}/change/")
    tab.page.get_by_text(refused.refusal).first.wait_for()
    tab.check("04-refused")
    tab.open("/admin/")
    assert tab.page.get_by_text("Nothing is known").count() == 0
    tab.check("05-start")
    for name in ("device", "script", "account", "sender", "site"):
        tab.open(f"/admin/inventory/{name}/")
        tab.check(f"06-{name}")
    sender = Sender.objects.exclude(item=None).first()
    assert sender is not None
    tab.open(f"/admin/inventory/sender/{sender.pk}/change/")
    tab.check("07-sender")
    tab.open(f"/admin/inventory/sender/{sender.pk}/correct")
    tab.check("08-correct")
    tab.open("/admin/tracker/cutover/")
    tab.check("09-cutovers")
    cutover = Cutover.objects.select_related("item").order_by("pk").first()
    assert cutover is not None
    tab.open(f"/admin/tracker/cutover/{cutover.pk}/change/")
    tab.check("10-cutover")
    tab.choose("arrow_forward Move")
    tab.check("11-move")
    tab.page.get_by_label("Assessed").check()
    tab.page.get_by_role("button", name="Move", exact=True).click()
    tab.page.wait_for_url("**/change/")
    tab.check("12-moved")
    cutover.refresh_from_db()
    assert cutover.status == Cutover.Status.ASSESSED
    for name in ("deadline", "subscription", "delivery"):
        tab.open(f"/admin/tracker/{name}/")
        tab.check(f"13-{name}")
    for name in ("event", "tenant", "apitoken"):
        tab.open(f"/admin/inventory/{name}/")
        tab.check(f"14-{name}")


def test_shows_the_docs_of_the_api(tab: Tab) -> None:
    tab.open("/api/v1/docs")
    tab.page.get_by_role("link", name="/api/v1/cutovers/{id}/move", exact=True).wait_for()
    tab.check("15-docs")
