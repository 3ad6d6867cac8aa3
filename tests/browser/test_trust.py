"""What people look at before they trust the counts: uploads, sources, days, what goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from inventory.intake.ingest import claim, read_waiting
from inventory.models import Account, Pull, Report, Tenant
from tests.browser.conftest import Tab
from tests.factories import TenantFactory, UserFactory
from tests.inventory.test_ingest import GRID, detail, row, take, trace
from tests.inventory.test_notices import WARNING
from tests.inventory.test_removal import traced
from tests.test_no_data import failed
from tracker.tasks import publish_events

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant() -> Tenant:
    tenant = TenantFactory.create(name="Contoso", domains=["contoso.com"])
    failed(tenant)
    return tenant


@pytest.fixture
def person(tenant: Tenant) -> User:
    return UserFactory.create(username="kim", is_superuser=True)


def test_shows_an_upload_and_its_reading_as_they_come(
    tab: Tab, tenant: Tenant, person: User, tmp_path: Path
) -> None:
    tab.log_in(person)
    path = tmp_path / "detail.csv"
    path.write_bytes(detail(*(row(n) for n in range(400))))
    tab.open("/admin/inventory/report/upload/")
    tab.page.locator("input[type=file]").set_input_files(path)
    tab.page.get_by_role("button", name="Upload", exact=True).click()
    tab.page.wait_for_url("**/admin/inventory/report/")
    tab.page.get_by_text("waits for a worker").wait_for()
    tab.check("20-waiting")
    report = claim(Report.objects.get().pk)
    Report.objects.update(progress_rows=180, progress_share=0.45)
    tab.page.get_by_text("180 rows so far, about 45% of the file").wait_for()
    tab.check("21-reading")
    assert report is not None
    Report.objects.update(state=Report.State.RECEIVED)
    read_waiting(tenant)
    tab.page.get_by_role("cell", name="400").first.wait_for()
    tab.check("22-read")


def test_says_that_a_file_is_too_large_before_it_is_sent(
    tab: Tab, tenant: Tenant, person: User, tmp_path: Path, settings: Settings
) -> None:
    settings.REPORT_SIZE_LIMIT = 1024 * 1024
    path = tmp_path / "large.csv"
    path.write_bytes(b"x" * (3 * 1024 * 1024))
    tab.log_in(person)
    tab.open("/admin/inventory/report/upload/")
    tab.page.locator("input[type=file]").set_input_files(path)
    tab.page.get_by_role("button", name="Upload", exact=True).click()
    tab.page.get_by_text("large.csv has 3 MB; the limit is 1 MB").wait_for()
    tab.check("23-too-large")
    assert not Report.objects.exists()


def test_shows_what_the_numbers_rest_on(tab: Tab, tenant: Tenant, person: User) -> None:
    tab.log_in(person)
    tab.page.get_by_text("The last pull failed").wait_for()
    tab.check("24-start-failed")
    first = take(tenant, detail(*(row(n, day=1 + n % 5) for n in range(40))), "first.csv")
    take(tenant, detail(*(row(n, day=12 + n % 4) for n in range(60, 90))))
    lines = [traced(n, day=1 + n % 5) for n in range(38)]
    take(tenant, trace(*lines, WARNING, "nonsense"), "trace.csv")
    line = "scan@contoso.com,contoso.com,100%,90,Basic"
    take(tenant, f"{GRID}\n{line}\n".encode(), "grid_2026-10-18.csv")
    publish_events()
    tab.open("/admin/")
    tab.check("25-start")
    tab.open("/admin/inventory/report/sources/")
    tab.page.get_by_text("Gap of").first.wait_for()
    tab.check("26-sources")
    tab.open("/admin/inventory/pull/")
    tab.check("27-pulls")
    tab.open(f"/admin/inventory/pull/{Pull.objects.get().pk}/change/")
    tab.check("28-pull")
    tab.open(f"/admin/inventory/report/{Report.objects.get(file_name='trace.csv').pk}/change/")
    tab.page.get_by_text("probably not").first.wait_for()
    tab.check("29-report")
    tab.open(f"/admin/inventory/account/{Account.objects.get().pk}/change/")
    tab.page.get_by_text("message trace").first.wait_for()
    tab.check("30-account")
    tab.open(f"/admin/inventory/report/{first.pk}/remove/")
    tab.page.get_by_text("What goes: 40 messages").wait_for()
    tab.check("31-remove")
    tab.page.get_by_role("button", name="Remove", exact=True).click()
    tab.page.get_by_text("Taken back: first.csv").wait_for()
    tab.check("32-removed")
