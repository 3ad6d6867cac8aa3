"""Lists of devices and sites, and logs: stored once, taken back whole, people's word kept."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile

import pytest

from inventory.intake.answer_columns import answer
from inventory.intake.device_replies import overlapping
from inventory.intake.ingest import forget, read_again, read_report
from inventory.intake.reading_lists import Columns
from inventory.models import (
    ColumnMapping,
    DeviceReply,
    EgressNetwork,
    Event,
    KnownAsset,
    Report,
    RowError,
    Sender,
    Site,
    Tenant,
)
from tests.factories import DeviceFactory, SiteFactory, UserFactory
from tests.inventory.test_ingest import detail, row, take, tenant  # noqa: F401
from tests.inventory.test_readers import SAMPLES

pytestmark = pytest.mark.django_db

HEADER = "Hostname,Serial,MAC,IP,Site,Owner"
REPLY = "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."
Match = KnownAsset.Match


def devices(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


def sites(*rows: str) -> bytes:
    return "\n".join(["Site,City,Country,Public IP", *rows, ""]).encode()


def log(*days: int) -> bytes:
    return "".join(f"Oct {day:2} 07:00:00 mfp-1 mail: {REPLY}\n" for day in days).encode()


MFP1 = "mfp-1,A100001,EC:9F:8A:BD:66:85,10.1.1.1,OSL,anna"
MFP2 = "mfp-2,A100002,EC:9F:8A:BD:66:86,10.1.1.2,BGO,jan"
MFP3 = "mfp-3,A100003,EC:9F:8A:BD:66:87,10.1.1.3,BGO,jan"


def current(tenant: Tenant) -> set[str]:  # noqa: F811
    rows = KnownAsset.objects.filter(tenant=tenant).current()
    return set(rows.values_list("host_name", flat=True))


def test_stores_a_list_of_devices_and_joins_their_sites(tenant: Tenant) -> None:  # noqa: F811
    site = SiteFactory.create(tenant=tenant, name="Oslo HQ", code="osl")

    report = take(tenant, devices(MFP1, MFP2, ",,,,,", "x,,,10.1.1.999,,"), "cmdb.csv")

    assert (report.state, report.reader) == (Report.State.READ, "known_devices")
    assert (report.row_count, report.accepted_count, report.rejected_count) == (3, 3, 0)
    asset = KnownAsset.objects.get(host_name="mfp-1")
    assert (asset.line, asset.mac_address, asset.site) == (2, "ec:9f:8a:bd:66:85", site)
    assert KnownAsset.objects.get(host_name="mfp-2").site is None
    error = RowError.objects.get(report=report)
    assert (error.line, error.column) == (5, "IP")
    assert report.warnings[0].startswith("columns guessed: Hostname as host name")


def test_finds_the_site_of_assets_that_came_before_it(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, devices(MFP1), "cmdb.csv")
    take(tenant, sites("Headquarters,OSL,NO,203.0.113.1"), "sites.csv")
    assert KnownAsset.objects.get().site == Site.objects.get(name="Headquarters")


def test_a_newer_list_takes_the_place_of_the_older(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, devices(MFP1, MFP2), "cmdb_1.csv")
    take(tenant, b"Name,Vendor,IP\nups-9,APC,10.9.9.9\n", "other.csv")
    newer = take(tenant, devices(MFP2, MFP3), "cmdb_2.csv")

    assert current(tenant) == {"mfp-2", "mfp-3", "ups-9"}
    assert KnownAsset.objects.filter(tenant=tenant).count() == 5

    forget(newer)
    assert current(tenant) == {"mfp-1", "mfp-2", "ups-9"}


def test_an_older_list_that_comes_in_again_counts_again(tenant: Tenant) -> None:  # noqa: F811
    old = devices(MFP1, MFP2)
    first = take(tenant, old, "cmdb_1.csv")
    take(tenant, devices(MFP2, MFP3), "cmdb_2.csv")

    again = take(tenant, old, "cmdb_3.csv")

    assert again == first
    assert current(tenant) == {"mfp-1", "mfp-2"}
    assert KnownAsset.objects.filter(tenant=tenant).count() == 4


def test_an_empty_list_takes_no_place(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, devices(MFP1), "cmdb_1.csv")
    report = take(tenant, devices(), "cmdb_2.csv")
    assert (report.state, report.row_count) == (Report.State.READ, 0)
    assert any("that is no data" in warning for warning in report.warnings)
    assert current(tenant) == {"mfp-1"}


def test_warns_when_a_newer_list_is_of_other_devices(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, devices(MFP1, MFP2), "oslo.csv")
    report = take(tenant, devices(MFP3), "bergen.csv")
    assert any("takes the place of oslo.csv" in warning for warning in report.warnings)
    same = take(tenant, devices(MFP3, MFP1), "bergen_2.csv")
    assert not any("takes the place" in warning for warning in same.warnings)


@pytest.mark.parametrize(
    "row_now",
    [
        "renamed,a100001,,10.1.1.9,OSL,",
        "renamed,,EC-9F-8A-BD-66-85,10.1.1.9,OSL,",
        "MFP-1,,,10.1.1.9,OSL,",
    ],
)
def test_carries_a_decision_over_to_the_newer_list(row_now: str, tenant: Tenant) -> None:  # noqa: F811
    device = DeviceFactory.create(tenant=tenant)
    take(tenant, devices(MFP1, MFP2), "cmdb_1.csv")
    KnownAsset.objects.filter(host_name="mfp-1").update(
        match=Match.CONFIRMED, item_id=device.pk, match_confidence=100, match_reason="by anna"
    )

    newer = take(tenant, devices(row_now, MFP2), "cmdb_2.csv")

    asset = KnownAsset.objects.get(report=newer, line=2)
    assert (asset.match, asset.item_id) == (Match.CONFIRMED, device.pk)
    assert (asset.match_confidence, asset.match_reason) == (100, "by anna")
    assert KnownAsset.objects.get(report=newer, line=3).match == ""


def test_carries_no_decision_that_was_taken_back_since(tenant: Tenant) -> None:  # noqa: F811
    device = DeviceFactory.create(tenant=tenant)
    take(tenant, devices(MFP1), "cmdb_1.csv")
    KnownAsset.objects.update(match=Match.CONFIRMED, item=device)
    take(tenant, devices(MFP1, MFP2), "cmdb_2.csv")
    assert KnownAsset.objects.filter(match=Match.CONFIRMED).count() == 2
    KnownAsset.objects.filter(report__file_name="cmdb_2.csv").update(match=Match.NONE, item=None)

    take(tenant, devices(MFP1, MFP3), "cmdb_3.csv")

    assert not KnownAsset.objects.filter(report__file_name="cmdb_3.csv", match="confirmed").exists()


def test_carries_nothing_on_contradicting_rows(tenant: Tenant) -> None:  # noqa: F811
    twice = "mfp-1,A100001,,10.1.1.1,OSL,"
    first = take(tenant, devices(twice, twice), "cmdb_1.csv")
    KnownAsset.objects.filter(report=first, line=2).update(match=Match.REJECTED)
    newer = take(tenant, devices(twice), "cmdb_2.csv")
    assert KnownAsset.objects.get(report=newer).match == ""


def test_keeps_decisions_when_a_list_is_read_again(tenant: Tenant) -> None:  # noqa: F811
    device = DeviceFactory.create(tenant=tenant)
    report = take(tenant, devices(MFP1, MFP2), "cmdb.csv")
    KnownAsset.objects.filter(line=2).update(match=Match.CONFIRMED, item=device)
    person = UserFactory.create()

    names = HEADER.split(",")
    fields = ["host_name", "serial_number", "mac_address", "address", "site_name", "contact"]
    answer(report, Columns("known_devices", names, fields, is_confirmed=True), person)
    read_report(report.pk)

    assert KnownAsset.objects.get(line=2).match == Match.CONFIRMED
    assert set(KnownAsset.objects.values_list("contact", "owner")) == {("anna", ""), ("jan", "")}
    report.refresh_from_db()
    assert report.warnings == []


def test_asks_for_columns_and_remembers_the_answer(tenant: Tenant) -> None:  # noqa: F811
    person = UserFactory.create(tenants=[tenant])
    report = take(tenant, b"Thing,Vendor,Owner\nA one,HP,anna\nA two,HP,jan\n", "list.csv")
    assert (report.state, report.asks_columns) == (Report.State.REFUSED, True)
    assert "under Columns" in report.refusal
    assert not ColumnMapping.objects.exists()

    said = Columns("known_devices", ["Thing", "Vendor", "Owner"], ["name", "vendor", ""], True)
    answer(report, said, person)
    read_report(report.pk)
    later = take(tenant, b"Thing,Vendor,Owner\nA three,Ricoh,eva\n", "list_2.csv")

    report.refresh_from_db()
    assert (report.state, report.asks_columns) == (Report.State.READ, False)
    assert later.state == Report.State.READ
    assert set(KnownAsset.objects.values_list("name", flat=True)) == {"A one", "A two", "A three"}
    mapping = ColumnMapping.objects.get()
    assert (mapping.confirmed_by, mapping.current_report) == (person, later)
    again = Event.objects.filter(kind="report.received", data__again=True).get()
    assert again.data["by"] == person.get_username()


def test_a_guess_never_takes_the_place_of_an_answer(tenant: Tenant) -> None:  # noqa: F811
    report = take(tenant, devices(MFP1), "cmdb.csv")
    names = HEADER.split(",")
    fields = ["name", "", "", "", "", ""]
    answer(report, Columns("known_devices", names, fields, True), UserFactory.create())
    take(tenant, devices(MFP2), "cmdb_2.csv")
    assert ColumnMapping.objects.get().fields == fields
    assert KnownAsset.objects.get(name="mfp-2").serial_number == ""


def test_adds_what_is_missing_of_sites_and_changes_nothing(tenant: Tenant) -> None:  # noqa: F811
    own = SiteFactory.create(tenant=tenant, name="Oslo", city="Oslo!", country="")
    EgressNetwork.objects.create(site=own, cidr="203.0.113.1/32")

    report = take(tenant, sites("OSLO,Elsewhere,NO,203.0.113.1;203.0.113.2", "Depot,York,GB,"))

    own.refresh_from_db()
    assert (own.name, own.city, own.country) == ("Oslo", "Oslo!", "NO")
    assert networks(tenant) == {"203.0.113.1/32", "203.0.113.2/32"}
    forget(report)
    assert networks(tenant) == {"203.0.113.1/32"}
    assert set(Site.objects.values_list("name", flat=True)) == {"Oslo"}


def networks(tenant: Tenant) -> set[str]:  # noqa: F811
    return set(EgressNetwork.objects.filter(site__tenant=tenant).values_list("cidr", flat=True))


def test_takes_back_only_what_no_other_list_tells(tenant: Tenant) -> None:  # noqa: F811
    first = take(tenant, sites("A,Oslo,NO,203.0.113.1", "B,Bergen,NO,203.0.113.9"), "1.csv")
    take(tenant, sites("A,Oslo,NO,203.0.113.1;203.0.113.2", "C,Voss,NO,"), "2.csv")
    DeviceFactory.create(tenant=tenant, site=Site.objects.get(name="B"))

    forget(first)

    assert set(Site.objects.values_list("name", flat=True)) == {"A", "B", "C"}
    assert networks(tenant) == {"203.0.113.1/32", "203.0.113.2/32"}
    assert first in Site.objects.get(name="B").told_by.all()


@pytest.mark.parametrize("pack", ["plain", "gzip", "zip"])
def test_takes_a_workbook_for_one_report(pack: str, tenant: Tenant) -> None:  # noqa: F811
    content = (SAMPLES / "known_devices" / "french_fleet_with_titles.xlsx").read_bytes()
    name = "parc.xlsx"
    if pack == "gzip":
        content, name = gzip.compress(content), "parc.xlsx.gz"
    if pack == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("folder/parc.xlsx", content)
        content = packed.getvalue()

    report = take(tenant, content, name)

    assert (report.file_name, report.state, report.row_count) == ("parc.xlsx", "read", 3)
    assert KnownAsset.objects.filter(report=report).count() == 3
    assert Report.objects.count() == 1


def test_counts_a_line_of_overlapping_logs_once(tenant: Tenant) -> None:  # noqa: F811
    first = take(tenant, log(1, 2, 3), "a.log")
    second = take(tenant, log(2, 3, 4), "b.log")

    assert (first.accepted_count, first.duplicate_count) == (3, 0)
    assert (second.row_count, second.accepted_count, second.duplicate_count) == (3, 1, 2)
    assert DeviceReply.objects.filter(tenant=tenant).count() == 4
    reply = DeviceReply.objects.get(report=second)
    assert (reply.line, reply.host, reply.family, reply.code) == (3, "mfp-1", "password", 535)
    assert (first.period_start, first.period_end) != (None, None)
    assert list(overlapping(first)) == [second]
    assert not overlapping(second).exists()


def test_remembers_the_columns_of_a_list_of_sites(tenant: Tenant) -> None:  # noqa: F811
    report = take(tenant, sites("OSL,Oslo,NO,203.0.113.1"))
    mapping = ColumnMapping.objects.get()
    assert (mapping.kind, mapping.fields) == (
        "known_sites",
        ["name", "city", "country", "networks"],
    )
    assert (mapping.current_report, mapping.confirmed_at) == (report, None)


def test_asks_which_way_round_the_dates_of_a_log_are(tenant: Tenant) -> None:  # noqa: F811
    line = "05/10/2026 07:00:00 mfp-1 mail: " + REPLY + "\n"
    report = take(tenant, line.encode(), "a.log")
    assert (report.state, report.asks_date_order) == (Report.State.REFUSED, True)
    assert not DeviceReply.objects.exists()

    read_again(report, date_order=Report.DateOrder.DAY_FIRST)
    read_report(report.pk)
    assert DeviceReply.objects.get().at == dt.datetime(2026, 10, 5, 7, tzinfo=dt.UTC)

    told = line + line.replace("05/10", "05/13")
    assert take(tenant, told.encode(), "b.log").state == Report.State.READ
    assert DeviceReply.objects.filter(at__month=5).count() == 2


def test_counts_the_same_lines_for_each_tenant(tenant: Tenant) -> None:  # noqa: F811
    take(tenant, log(1), "a.log")
    other = Tenant.objects.create(name="Other")
    assert take(other, log(1), "a.log").accepted_count == 1


def test_stores_a_log_again_when_it_is_read_again(tenant: Tenant) -> None:  # noqa: F811
    report = take(tenant, log(1, 2), "a.log")
    Report.objects.update(state=Report.State.RECEIVED)
    read_report(report.pk)
    report.refresh_from_db()
    assert (report.accepted_count, report.duplicate_count) == (2, 0)


def test_leaves_traffic_as_it_was(tenant: Tenant) -> None:  # noqa: F811
    report = take(tenant, detail(row(1), row(2)))
    assert (report.reader, report.accepted_count) == ("smtp_cs_report", 2)
    take(tenant, devices(MFP1), "cmdb.csv")

    assert Sender.objects.get().message_count == 2
