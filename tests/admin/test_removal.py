"""Removing reports in the admin, by API and by command."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client

from inventory.models import Account, Report, Tenant
from tests.admin.conftest import Login
from tests.api.conftest import ClientMaker, api_of  # noqa: F401
from tests.factories import UserFactory
from tests.inventory.test_ingest import detail, row, take

pytestmark = pytest.mark.django_db
REPORTS = "/admin/inventory/report/"


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_says_what_will_go_before_it_goes(browser: Client, tenant: Tenant) -> None:
    report = take(tenant, detail(row(1), row(2)))
    take(tenant, detail(row(2), row(3)), "second.csv")
    url = f"{REPORTS}{report.pk}/remove/"

    page = text_of(browser.get(url))
    assert "What goes: 2 messages, what it says of 1 account." in page
    assert "they may hold the same rows: second.csv" in page
    assert Report.objects.get(pk=report.pk).state == Report.State.READ

    answer = browser.post(url, follow=True)
    assert "Taken back: report.csv. 1 of them wait" in text_of(answer)
    assert Report.objects.get(pk=report.pk).state == Report.State.REMOVING


def test_removes_what_was_chosen_in_the_list(browser: Client, tenant: Tenant, person: User) -> None:
    reports = [take(tenant, detail(row(n, day=n))) for n in (1, 2)]
    data = {"action": "remove_chosen", "_selected_action": [each.pk for each in reports]}
    assert "Remove 2 reports" in text_of(browser.post(REPORTS, data))

    browser.post(REPORTS, {**data, "confirmed": "yes"})

    assert set(Report.objects.values_list("state", "removed_by")) == {("removed", person.pk)}
    assert not Account.objects.exists()


def test_is_not_offered_to_whom_it_is_not_given(login: Login, tenant: Tenant) -> None:
    report = take(tenant, detail(row(1)))
    reader = UserFactory.create(tenants=[tenant])
    reader.user_permissions.set(Permission.objects.filter(codename="view_report"))
    client = login(reader)
    assert "/remove/" not in text_of(client.get(f"{REPORTS}{report.pk}/change/"))
    assert client.post(f"{REPORTS}{report.pk}/remove/").status_code == 403


def test_removes_by_api(api_of: ClientMaker, tenant: Tenant, person: User) -> None:  # noqa: F811
    report = take(tenant, detail(row(1)))
    answer = api_of(person).delete(f"/api/v1/reports/{report.pk}")
    assert (answer.status_code, answer.json()["state"]) == (200, "removed")
    assert api_of(person, scope="read").delete(f"/api/v1/reports/{report.pk}").status_code == 403


def test_removes_by_command(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    first = take(tenant, detail(row(1)))
    second = take(tenant, detail(row(1), row(2)))
    call_command("remove_report", first.pk)
    assert capsys.readouterr().out == "report.csv: removed\n"
    second.refresh_from_db()
    assert second.accepted_count == 2
    with pytest.raises(CommandError, match="removed already"):
        call_command("remove_report", first.pk)
