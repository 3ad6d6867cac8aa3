"""Reports that come in through the API, read by the code that the worker calls."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from pytest_django import Settings
from rest_framework.test import APIClient

from inventory.intake.ingest import read_report
from inventory.models import Event, Observation, Report, Tenant
from tests.factories import TenantFactory

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
SAMPLE = next((ROOT / "inventory" / "sample").glob("SmtpCSReport*11232026*.gz"))
REFUSED = ROOT / "tests" / "reports" / "refused"


@pytest.fixture
def tenant(db: None) -> Tenant:
    """One that has had no report yet: its domains are taken from the first."""
    return TenantFactory.create(domains=[])


def upload(api: APIClient, tenant: Tenant, content: bytes, name: str = "report.csv") -> Any:
    data = {"tenant": tenant.pk, "file": SimpleUploadedFile(name, content)}
    return api.post("/api/v1/reports", data, format="multipart")


def read(api: APIClient, answer: Any) -> list[dict[str, Any]]:
    """The reports of an upload's answer, as the API tells of them once a worker was here."""
    assert answer.status_code == 201, answer.content
    ids = [each["report"]["id"] for each in answer.json()]
    for pk in ids:
        read_report(pk)
    return [api.get(f"/api/v1/reports/{pk}").json() for pk in ids]


def messages_of(tenant: Tenant) -> int:
    rows = Observation.objects.filter(report__tenant=tenant)
    return int(rows.aggregate(total=Sum("message_count"))["total"] or 0)


def test_counts_a_report_that_comes_twice_once_and_says_so(api: APIClient, tenant: Tenant) -> None:
    first = upload(api, tenant, SAMPLE.read_bytes(), SAMPLE.name)
    assert [each["is_known"] for each in first.json()] == [False]
    assert first.json()[0]["report"]["state"] == "received"
    (report,) = read(api, first)
    counted = messages_of(tenant)
    assert report["state"] == "read"
    assert report["reader"] == "smtp_cs_report"
    assert report["accepted_count"] > 0
    told = report["accepted_count"] + report["rejected_count"] + report["duplicate_count"]
    assert told == report["row_count"]

    again = upload(api, tenant, SAMPLE.read_bytes(), "under another name.csv.gz")
    assert [each["is_known"] for each in again.json()] == [True]
    assert read(api, again) == [report]
    assert messages_of(tenant) == counted > 0
    assert Report.objects.filter(tenant=tenant).count() == 1


def test_takes_the_same_content_for_each_tenant(
    api: APIClient, tenant: Tenant, person: Any
) -> None:
    other = Tenant.objects.create(name="Fabrikam")
    other.people.add(person)
    upload(api, tenant, b"a,b\n1,2\n")
    assert upload(api, other, b"a,b\n1,2\n").json()[0]["is_known"] is False


def test_tells_of_each_report_in_a_zip(api: APIClient, tenant: Tenant) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(SAMPLE.stem, gzip.decompress(SAMPLE.read_bytes()))
        archive.writestr("notes.txt", "nothing")
    reports = read(api, upload(api, tenant, packed.getvalue(), "all.zip"))
    assert sorted(report["state"] for report in reports) == ["read", "refused"]


def test_refuses_what_is_larger_than_the_limit(
    api: APIClient, tenant: Tenant, settings: Settings
) -> None:
    settings.REPORT_SIZE_LIMIT = 1024 * 1024
    answer = upload(api, tenant, b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["attr"], problem["detail"]) == ("file", "the file is larger than 1 MB")
    assert not Report.objects.exists()
    assert not Event.objects.exists()


def test_refuses_what_grows_over_the_limit_when_unpacked(
    api: APIClient, tenant: Tenant, settings: Settings
) -> None:
    settings.REPORT_SIZE_LIMIT = 1024 * 1024
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", b"0" * (3 * 1024 * 1024))
    answer = upload(api, tenant, packed.getvalue(), "bomb.zip")
    if answer.status_code == 201:
        assert answer.json()[0]["report"]["state"] == "refused"
        assert answer.json()[0]["report"]["refusal"]
    else:
        assert answer.status_code == 400
    assert not Observation.objects.exists()


RUBBISH = [
    pytest.param(path, id=path.name)
    for path in sorted(REFUSED.iterdir())
    if not path.name.endswith(".expected.json")
]


@pytest.mark.parametrize("path", RUBBISH)
def test_keeps_rubbish_as_a_refused_report_with_a_reason(
    path: Path, api: APIClient, tenant: Tenant
) -> None:
    (report,) = read(api, upload(api, tenant, path.read_bytes(), path.name))
    assert report["state"] == "refused"
    assert report["refusal"].strip()
    assert report["accepted_count"] == 0
    assert not Observation.objects.exists()


def test_tells_which_rows_were_not_taken_and_why(api: APIClient, tenant: Tenant) -> None:
    path = ROOT / "tests" / "reports" / "smtp_cs_report" / "bad_rows_of_every_kind.csv"
    (report,) = read(api, upload(api, tenant, path.read_bytes(), path.name))
    errors = api.get(f"/api/v1/reports/{report['id']}/errors").json()["results"]
    assert len(errors) == report["rejected_count"] > 0
    assert all(error["line"] > 1 and error["reason"] for error in errors)


@pytest.mark.parametrize("missing", ["tenant", "file"])
def test_asks_for_what_is_missing(missing: str, api: APIClient, tenant: Tenant) -> None:
    data = {"tenant": tenant.pk, "file": SimpleUploadedFile("report.csv", b"x")}
    del data[missing]
    answer = api.post("/api/v1/reports", data, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == missing


def test_takes_no_report_as_json(api: APIClient, tenant: Tenant) -> None:
    answer = api.post("/api/v1/reports", {"tenant": tenant.pk, "file": "x"}, format="json")
    assert answer.status_code == 415
