"""Lists of devices and sites in the admin: their columns, their rows, what logs told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from inventory.intake.ingest import read_report
from inventory.models import ColumnMapping, EgressNetwork, KnownAsset, Report, Site, Tenant
from tests.admin.test_pages import a_file, text_of, told, upload
from tests.factories import (
    DeviceReplyFactory,
    KnownAssetFactory,
    ReportFactory,
    SiteFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

LIST = b"Hostname,Serial,Who\nmfp-1,A100001,anna\nmfp-2,A100002,jan\n"
UNSURE = b"Thing,Vendor,Owner\nA one,HP,anna\nA two,HP,jan\n"
ASSETS = "/admin/inventory/knownasset/"


def uploaded(browser: Client, tenant: Tenant, content: bytes, name: str = "list.csv") -> Report:
    upload(browser, tenant, a_file(content, name))
    report = Report.objects.latest("pk")
    read_report(report.pk)
    report.refresh_from_db()
    return report


def columns_page(report: Report) -> str:
    return reverse("admin:inventory_report_columns", args=[report.pk])


def post(browser: Client, report: Report, *fields: str) -> Any:
    data = {f"column_{number}": field for number, field in enumerate(fields)}
    return browser.post(columns_page(report), data, follow=True)


def test_shows_each_column_with_values_and_what_it_is_taken_for(
    browser: Client, tenant: Tenant
) -> None:
    report = uploaded(browser, tenant, LIST)
    form = browser.get(columns_page(report)).context["form"]
    shown = [(field.label, field.help_text, field.initial) for field in form.fields.values()]
    assert shown == [
        ("Hostname", "mfp-1, mfp-2", "known_devices.host_name"),
        ("Serial", "A100001, A100002", "known_devices.serial_number"),
        ("Who", "anna, jan", ""),
    ]


def test_reads_a_list_again_by_corrected_columns(browser: Client, tenant: Tenant) -> None:
    report = uploaded(browser, tenant, LIST)
    page = post(browser, report, "known_devices.name", "", "known_devices.owner")
    assert told(page) == ["list.csv is read again by these columns."]
    read_report(report.pk)
    assert set(KnownAsset.objects.values_list("name", "host_name", "owner")) == {
        ("mfp-1", "", "anna"),
        ("mfp-2", "", "jan"),
    }
    mapping = ColumnMapping.objects.get()
    page = browser.get(f"/admin/inventory/columnmapping/{mapping.pk}/change/")
    assert "Hostname: name; Serial: left out; Who: owner" in text_of(page)


def test_leads_from_a_list_that_asks_to_its_columns(browser: Client, tenant: Tenant) -> None:
    report = uploaded(browser, tenant, UNSURE)
    page = browser.get(f"/admin/inventory/report/{report.pk}/change/")
    assert "asks for its columns" in text_of(page)
    assert columns_page(report) in text_of(page)
    post(browser, report, "known_devices.name", "known_devices.vendor", "")
    read_report(report.pk)
    assert KnownAsset.objects.filter(vendor="HP").count() == 2


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (("", "", ""), "No column names the device"),
        (("known_devices.vendor", "", ""), "No column names the device"),
        (("known_devices.name", "known_sites.city", ""), "not of both"),
    ],
)
def test_refuses_an_answer_that_names_nothing(
    fields: tuple[str, ...], why: str, browser: Client, tenant: Tenant
) -> None:
    report = uploaded(browser, tenant, UNSURE)
    assert why in text_of(post(browser, report, *fields))
    assert not ColumnMapping.objects.exists()


def test_asks_no_columns_of_a_report_of_traffic(browser: Client, tenant: Tenant) -> None:
    sample = Path(__file__).parents[1] / "reports" / "smtp_cs_report" / "utf16_no_bom.csv"
    report = uploaded(browser, tenant, sample.read_bytes(), sample.name)
    assert report.reader == "smtp_cs_report"
    page = browser.get(f"/admin/inventory/report/{report.pk}/change/")
    assert columns_page(report) not in text_of(page)
    assert browser.get(columns_page(report)).status_code == 403


def test_says_when_a_refused_file_is_no_list(browser: Client, tenant: Tenant) -> None:
    report = uploaded(browser, tenant, b'{"a": 1}', "x.json")
    page = browser.get(columns_page(report), follow=True)
    assert any("no list of devices or sites" in text for text in told(page))


def test_lists_the_newest_rows_and_filters_them(browser: Client, tenant: Tenant) -> None:
    site = SiteFactory.create(tenant=tenant)
    current = KnownAssetFactory.create(report__tenant=tenant, vendor="Ricoh", site=site)
    KnownAssetFactory.create(report__tenant=tenant, vendor="HP", match="confirmed")
    old = KnownAssetFactory.create(
        report__tenant=tenant, mapping=current.mapping, host_name="old-1", vendor="Ricoh"
    )
    KnownAssetFactory.create(report__tenant=TenantFactory.create(), vendor="Elsewhere")

    def listed(**query: str) -> set[KnownAsset]:
        page: Any = browser.get(ASSETS, query)
        assert "Elsewhere" not in text_of(page)
        return set(page.context["cl"].queryset)

    assert len(listed()) == 2
    assert old in listed(lists="all")
    assert listed(vendor="Ricoh") == {current}
    assert listed(at=str(site.pk)) == {current}
    assert listed(match="none") == {current}
    assert current not in listed(match="confirmed")


def test_says_what_a_logged_reply_means(browser: Client, tenant: Tenant) -> None:
    reply = DeviceReplyFactory.create(report__tenant=tenant, family="password")
    page = browser.get(f"/admin/inventory/devicereply/{reply.pk}/change/")
    assert "the password is wrong" in text_of(page)


def test_a_site_that_a_person_changed_is_theirs(browser: Client, tenant: Tenant) -> None:
    report = ReportFactory.create(tenant=tenant)
    site = SiteFactory.create(tenant=tenant, name="OSL")
    kept = EgressNetwork.objects.create(site=site, cidr="203.0.113.1/32")
    changed = EgressNetwork.objects.create(site=site, cidr="203.0.113.2/32")
    for row in (site, kept, changed):
        row.told_by.add(report)
    data = {
        "tenant": tenant.pk,
        "name": "OSL",
        "code": "",
        "city": "Oslo",
        "country": "",
        "notes": "",
        "egress_networks-TOTAL_FORMS": 2,
        "egress_networks-INITIAL_FORMS": 2,
        "egress_networks-0-id": kept.pk,
        "egress_networks-0-site": site.pk,
        "egress_networks-0-cidr": "203.0.113.1/32",
        "egress_networks-1-id": changed.pk,
        "egress_networks-1-site": site.pk,
        "egress_networks-1-cidr": "203.0.113.3/32",
    }
    browser.post(f"/admin/inventory/site/{site.pk}/change/", data)
    assert Site.objects.get().city == "Oslo"
    assert not site.told_by.exists()
    assert not changed.told_by.exists()
    assert kept.told_by.exists()
