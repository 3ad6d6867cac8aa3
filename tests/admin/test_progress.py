"""What a person can watch: an upload, and the reading of a report."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from inventory.intake import ingest
from inventory.intake.ingest import claim, heartbeat_of, read_report
from inventory.models import Report, Tenant
from inventory.progress import words
from tests.admin.conftest import Login, with_every_permission
from tests.api.conftest import ClientMaker, api_of  # noqa: F401
from tests.factories import UserFactory
from tests.inventory.test_ingest import detail, row
from tests.inventory.test_ingest import received as a_report_received

pytestmark = pytest.mark.django_db
REPORTS = "/admin/inventory/report/"


@pytest.fixture
def reading(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report of which four rows in five were read."""
    monkeypatch.setattr(ingest, "PROGRESS_SECONDS", 0.0)
    report = claim(a_report_received(tenant).pk)
    assert report is not None
    with open(report.content.path, "wb") as file:
        file.write(detail(*(row(n) for n in range(100))))
    beat = heartbeat_of(report)
    beat(40)
    beat(41)
    report.refresh_from_db()
    return report


def test_tells_how_many_rows_were_read_and_about_how_much_that_is(reading: Report) -> None:
    assert reading.progress_rows == 81
    assert reading.progress_share == pytest.approx(0.8, abs=0.02)
    assert reading.progress == "81 rows so far, about 80% of the file"


def test_shows_it_on_the_pages_and_to_the_script(browser: Client, reading: Report) -> None:
    for path in ("", f"{reading.pk}/change/"):
        page = browser.get(f"{REPORTS}{path}").content.decode()
        assert f'data-report="{reading.pk}"' in page
        assert "81 rows so far" in page
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    answer = browser.get(f"{REPORTS}progress/?ids={reading.pk},x,{10**30}").json()
    [told] = answer["reports"]
    assert (told["id"], told["is_under_way"]) == (reading.pk, True)


def test_shows_it_in_the_api(reading: Report, person: Any, api_of: ClientMaker) -> None:  # noqa: F811
    told = api_of(person).get(f"/api/v1/reports/{reading.pk}").json()
    assert (told["progress_rows"], told["outcome"]) == (81, "is being read")


def test_asks_no_more_when_all_is_read(browser: Client, tenant: Tenant) -> None:
    report = a_report_received(tenant)
    read_report(report.pk)
    page = browser.get(REPORTS).content.decode()
    assert "data-report" not in page
    assert "http-equiv" not in page
    [told] = browser.get(f"{REPORTS}progress/?ids={report.pk}").json()["reports"]
    assert not told["is_under_way"]


def test_tells_nobody_of_what_is_not_theirs(reading: Report, login: Login) -> None:
    stranger = login(with_every_permission(UserFactory.create()))
    assert stranger.get(f"{REPORTS}progress/?ids={reading.pk}").json() == {"reports": []}
    bare = login(UserFactory.create(tenants=[reading.tenant]))
    assert bare.get(f"{REPORTS}progress/?ids={reading.pk}").status_code == 403


def test_starts_from_nothing_when_a_report_is_taken_over(reading: Report) -> None:
    Report.objects.update(state=Report.State.RECEIVED)
    again = claim(reading.pk)
    assert again is not None
    assert (again.progress_rows, again.progress_share) == (0, None)
    assert again.progress == "is being opened"


def test_finds_words_for_what_is_not_known() -> None:
    assert words("received", 0, None) == "waits for a worker"
    assert words("reading", 1_200, None) == "1,200 rows so far"
    assert "is being stored" in words("reading", 1_200, 0.99)
    assert words("read", 1_200, 1.0) == ""


def test_answers_the_script_of_the_upload_page(browser: Client, tenant: Tenant) -> None:
    page = browser.get(f"{REPORTS}upload/").content.decode()
    assert "data-watched" in page
    assert "data-limit=" in page
    script = {"X-Requested-With": "XMLHttpRequest"}
    nothing: Any = browser.post(f"{REPORTS}upload/", {"tenant": tenant.pk}, headers=script)
    assert (nothing.status_code, nothing.json()) == (400, {"errors": ["This field is required."]})
