"""What pages say of rhythm, and that lists say it in columns that fit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from inventory.admin.traffic import rhythm_in_words
from inventory.models import Sender, Tenant
from tests.admin.test_pages import text_of
from tests.factories import DeviceFactory, ReportFactory, SenderFactory

SEEN = dt.datetime(2026, 11, 10, 6, tzinfo=dt.UTC)
DAILY = {
    "cadence": "daily",
    "last_seen_at": SEEN,
    "next_at": SEEN + dt.timedelta(days=1),
    "quiet_days": 4,
}


def words(days_covered: int | None, **fields: Any) -> str:
    covered = None if days_covered is None else SEEN + dt.timedelta(days=days_covered)
    return rhythm_in_words(Sender(**{**DAILY, **fields}), covered)


@pytest.mark.parametrize(
    ("days_covered", "told"),
    [
        (None, "on 11 Nov 2026, which no report covers yet. Silence for more than 4 days means"),
        (0, "on 11 Nov 2026, which no report covers yet."),
        (2, "on 11 Nov 2026, and not seen since. Silence for more than 4 days means something."),
        (9, "Silence for more than 4 days means something: reports show none for 9."),
    ],
)
def test_takes_no_day_without_a_report_for_silent(days_covered: int | None, told: str) -> None:
    assert words(days_covered).startswith("Daily, at about 06:00 UTC. Next expected on 11 Nov")
    assert told in words(days_covered)


@pytest.mark.parametrize(
    ("cadence", "told"),
    [
        ("on_alarm", "Only when something is wrong: silence never means that it has stopped"),
        ("unknown", "Silence means nothing yet."),
        ("", "No mail with SMTP AUTH was seen of it."),
    ],
)
def test_says_where_silence_means_nothing(cadence: str, told: str) -> None:
    assert told in words(30, cadence=cadence, next_at=None, quiet_days=None)


def test_tells_no_time_of_day_where_there_is_none() -> None:
    noon = SEEN.replace(hour=12)
    assert words(0, next_at=noon).startswith("Daily. Next")
    assert words(0, cadence="continuous").startswith("Continuous. Next")


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["sender", "device"])
def test_tells_the_rhythm_on_a_page_and_in_its_list(
    model: str, browser: Client, tenant: Tenant
) -> None:
    ReportFactory.create(tenant=tenant, state="read", reader="smtp_cs_report", period_end=SEEN)
    factory: Any = SenderFactory if model == "sender" else DeviceFactory
    row = factory.create(tenant=tenant, **DAILY)
    alarm = factory.create(tenant=tenant, **{**DAILY, "cadence": "on_alarm", "next_at": None})
    page = text_of(browser.get(f"/admin/inventory/{model}/{row.pk}/change/"))
    assert (
        "Daily, at about 06:00 UTC. Next expected on 11 Nov 2026, which no report covers yet."
        in page
    )
    page = text_of(browser.get(f"/admin/inventory/{model}/{alarm.pk}/change/"))
    assert "once it is cut off nobody notices" in page
    listed = text_of(browser.get(f"/admin/inventory/{model}/"))
    assert "11 Nov 2026" in listed
    assert "only on alarm" in listed


@pytest.mark.django_db
def test_calls_what_no_report_shows_not_seen(browser: Client, tenant: Tenant) -> None:
    """Never would be more than anybody knows."""
    DeviceFactory.create(
        tenant=tenant, cadence="", last_basic_at=None, last_oauth_at=None, message_count=0
    )
    listed = text_of(browser.get("/admin/inventory/device/"))
    assert listed.count("> not seen </td>") + listed.count(">not seen</td>") == 3
    assert "none seen" in listed
