"""What people do on the pages of the admin, and what the pages tell them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from inventory.intake.ingest import read_report
from inventory.models import Device, Report, Sender, Tenant
from inventory.people import correct
from tests.factories import (
    PASSWORD,
    AccountFactory,
    CutoverFactory,
    DeviceFactory,
    FingerprintFactory,
    KnownAssetFactory,
    ObservationFactory,
    ReportFactory,
    RowErrorFactory,
    SenderFactory,
    UserFactory,
)
from tracker.models import Cutover

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "inventory" / "sample").glob("SmtpCSReport*.gz"))
UPLOAD = "/admin/inventory/report/upload/"
SENDERS = "/admin/inventory/sender/"
REVIEW = "/admin/inventory/suggestion/"
CUTOVERS = "/admin/tracker/cutover/"


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def upload(browser: Client, tenant: Tenant, *files: SimpleUploadedFile) -> Any:
    return browser.post(UPLOAD, {"tenant": tenant.pk, "reports": list(files)}, follow=True)


def a_file(content: bytes = b"anything", name: str = "report.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# -- reports -----------------------------------------------------------------------------------


def test_takes_several_files_at_once(browser: Client, tenant: Tenant) -> None:
    files = [a_file(path.read_bytes(), path.name) for path in SAMPLES]
    response = upload(browser, tenant, *files)
    assert len(files) > 1
    assert [text.endswith("received, it is being read") for text in told(response)] == [True] * 2
    for report in Report.objects.filter(tenant=tenant):
        read_report(report.pk)
    assert set(Report.objects.values_list("state", flat=True)) == {"read"}


def test_says_of_a_file_that_it_is_known(browser: Client, tenant: Tenant) -> None:
    upload(browser, tenant, a_file())
    assert told(upload(browser, tenant, a_file(name="again.csv"))) == [
        "report.csv: known already, nothing changed"
    ]
    assert Report.objects.count() == 1


def test_asks_for_a_file_when_there_is_none(browser: Client, tenant: Tenant) -> None:
    response = browser.post(UPLOAD, {"tenant": tenant.pk})
    assert "This field is required" in text_of(response)


@pytest.mark.parametrize("empty", [{}, {"tenant": ""}])
def test_stays_on_the_page_when_nothing_was_filled_in(
    empty: dict[str, str], browser: Client
) -> None:
    assert browser.post(UPLOAD, empty).status_code == 200
    assert not Report.objects.exists()


def test_says_that_a_file_is_too_large(browser: Client, tenant: Tenant, settings: Any) -> None:
    settings.REPORT_SIZE_LIMIT = 1024 * 1024
    response = upload(browser, tenant, a_file(b"x" * (1024 * 1024 + 1)), a_file())
    assert told(response) == [
        "report.csv: the file is larger than 1 MB",
        "report.csv: received, it is being read",
    ]


def test_shows_why_a_report_was_refused(browser: Client, tenant: Tenant) -> None:
    upload(browser, tenant, a_file())
    report = Report.objects.get()
    read_report(report.pk)
    report.refresh_from_db()
    page = browser.get(f"/admin/inventory/report/{report.pk}/change/")
    assert report.refusal
    assert report.refusal in text_of(page)
    assert "Refresh" not in page.headers


def test_shows_which_rows_were_not_taken(browser: Client, tenant: Tenant) -> None:
    error = RowErrorFactory.create(report__tenant=tenant, reason="no such month", raw="2026-13-01")
    page = text_of(browser.get(f"/admin/inventory/report/{error.report_id}/change/"))
    assert "no such month" in page
    assert "2026-13-01" in page


def test_reads_refused_reports_again_from_a_filtered_list(browser: Client, tenant: Tenant) -> None:
    reports = ReportFactory.create_batch(2, tenant=tenant, state=Report.State.REFUSED)
    data = {"action": "read_again", "_selected_action": [report.pk for report in reports]}
    url = "/admin/inventory/report/?state__exact=refused"
    assert told(browser.post(url, data, follow=True)) == ["2 of 2 will be read again."]
    assert set(Report.objects.values_list("state", flat=True)) == {"received"}


# -- senders -----------------------------------------------------------------------------------


@pytest.fixture
def sender(tenant: Tenant) -> Sender:
    item = DeviceFactory.create(tenant=tenant)
    return SenderFactory.create(tenant=tenant, item=item)


def test_confirms_a_link_only_when_asked_twice(browser: Client, sender: Sender) -> None:
    url = reverse("admin:inventory_sender_confirm_one", args=[sender.pk])
    assert "Yes, confirm" in text_of(browser.get(url))
    sender.refresh_from_db()
    assert sender.link == Sender.Link.INFERRED
    browser.post(url, {"csrfmiddlewaretoken": "x"})
    sender.refresh_from_db()
    assert sender.link == Sender.Link.CONFIRMED


def test_says_why_a_link_cannot_be_confirmed(browser: Client, tenant: Tenant) -> None:
    loose = SenderFactory.create(tenant=tenant)
    url = reverse("admin:inventory_sender_confirm_one", args=[loose.pk])
    assert "linked to nothing" in text_of(browser.post(url))
    data = {"action": "confirm", "_selected_action": [loose.pk]}
    assert told(browser.post(SENDERS, data, follow=True))[-1] == "0 of 1 confirmed."


def test_corrects_what_stands_behind_a_sender(
    browser: Client, sender: Sender, tenant: Tenant
) -> None:
    right = DeviceFactory.create(tenant=tenant)
    url = reverse("admin:inventory_sender_correct", args=[sender.pk])
    assert f"What stands behind {sender.name}?" in text_of(browser.get(url))
    browser.post(url, {"item": right.pk, "reason": "its label"})
    sender.refresh_from_db()
    assert sender.item_id == right.pk
    assert sender.link == Sender.Link.CORRECTED
    assert sender.link_reason.startswith("its label")


def test_makes_senders_of_one_account_one(browser: Client, tenant: Tenant) -> None:
    upload(browser, tenant, a_file(SAMPLES[0].read_bytes(), SAMPLES[0].name))
    read_report(Report.objects.get().pk)
    accounts = Sender.objects.order_by("account").values_list("account")
    account = accounts.annotate(count=Count("pk")).filter(count__gt=1).first()
    assert account is not None
    into, other = Sender.objects.filter(account=account[0]).order_by("pk")[:2]
    data = {"action": "unite", "_selected_action": [into.pk, other.pk]}
    assert "Are these 2 senders all one?" in text_of(browser.post(SENDERS, data))
    done = browser.post(SENDERS, {**data, "confirmed": "yes", "into": into.pk}, follow=True)
    assert told(done)[-1].startswith("They are one now. It can be undone under ")
    total = into.message_count + other.message_count
    into.refresh_from_db()
    other.refresh_from_db()
    assert other.merged_into_id == into.pk
    assert into.message_count == total


def test_gives_senders_of_two_accounts_one_item(browser: Client, sender: Sender) -> None:
    other = SenderFactory.create(tenant=sender.tenant)
    data = {
        "action": "unite",
        "_selected_action": [sender.pk, other.pk],
        "confirmed": "yes",
        "into": sender.pk,
    }
    assert "They are one now." in told(browser.post(SENDERS, data, follow=True))[-1]
    other.refresh_from_db()
    assert other.item_id == sender.item_id


def test_rejects_a_link_with_a_reason(browser: Client, sender: Sender) -> None:
    url = reverse("admin:inventory_sender_reject_one", args=[sender.pk])
    assert "will not propose that item" in text_of(browser.get(url))
    browser.post(url, {"reason": "it was scrapped"})
    sender.refresh_from_db()
    assert (sender.link, sender.item_id) == ("rejected", sender.account_id)
    page = text_of(browser.get(f"{SENDERS}{sender.pk}/change/"))
    assert "it was scrapped" in page
    assert f"{sender.name}: not mfp" in page


def test_undoes_the_last_correction_of_a_sender(
    browser: Client, sender: Sender, person: User
) -> None:
    correct.reject(sender, person)
    url = reverse("admin:inventory_sender_undo_last", args=[sender.pk])
    assert "All is as before then." in text_of(browser.get(url))
    browser.post(url, {"csrfmiddlewaretoken": "x"})
    sender.refresh_from_db()
    assert sender.link == Sender.Link.INFERRED
    assert f"Nobody has corrected {sender.name}." in told(browser.get(url, follow=True))


def test_says_why_a_correction_is_not_undone(browser: Client, sender: Sender, person: User) -> None:
    first = correct.confirm(sender, person)
    correct.reject(sender, person)
    data = {"action": "undo", "_selected_action": [first.pk]}
    *why, count = told(browser.post("/admin/inventory/correction/", data, follow=True))
    assert "a later correction stands on it" in why[0]
    assert count == "0 of 1 undone."


def test_queues_suggestions_and_counts_them(browser: Client, tenant: Tenant) -> None:
    item = DeviceFactory.create(tenant=tenant)
    suggested = Sender.Link.SUGGESTED
    quiet, busy = [
        SenderFactory.create(tenant=tenant, item=item, link=suggested, message_count=count)
        for count in (3, 30)
    ]
    SenderFactory.create(tenant=tenant, item=item)
    SenderFactory.create(tenant=tenant, item=item, link=suggested, merged_into=busy)
    response = browser.get(REVIEW)
    assert list(response.context["cl"].queryset) == [busy, quiet]
    badges = [i for group in response.context["sidebar_navigation"] for i in group["items"]]
    assert {str(i["badge_callback"]) for i in badges if i["title"] == "Suggestions"} == {"2"}
    data = {"action": "confirm", "_selected_action": [busy.pk]}
    browser.post(REVIEW, data)
    assert list(browser.get(REVIEW).context["cl"].queryset) == [quiet]
    url = reverse("admin:inventory_suggestion_reject_one", args=[quiet.pk])
    done: Any = browser.post(url, {"reason": ""})
    assert done.url == REVIEW


def test_splits_a_sender_by_fingerprints(browser: Client, sender: Sender) -> None:
    AccountFactory.create(tenant=sender.tenant)
    marks = FingerprintFactory.create_batch(
        2, tenant=sender.tenant, sender=sender, account=sender.account.name
    )
    url = reverse("admin:inventory_sender_split", args=[sender.pk])
    ObservationFactory.create(fingerprint=marks[0], day=dt.date(2026, 11, 3))
    marks[0].subject_mask, marks[0].address = "scan from #", "203.0.113.9"
    marks[0].save()
    page = text_of(browser.get(url))
    assert "203.0.113.9 · " in page
    assert "“scan from #”" in page
    assert ": 2026-11-03 to 2026-11-03" in page
    both = browser.post(url, {"fingerprints": [mark.pk for mark in marks]})
    assert "but not all" in text_of(both)
    browser.post(url, {"fingerprints": [marks[0].pk]})
    part = sender.account.senders.exclude(pk=sender.pk).get()
    assert list(part.fingerprints.all()) == [marks[0]]


# -- owners and assets -------------------------------------------------------------------------

NOBODY = "/admin/inventory/ownerless/"


def test_takes_a_suggested_owner_with_one_click(browser: Client, tenant: Tenant) -> None:
    item = DeviceFactory.create(tenant=tenant)
    KnownAssetFactory.create(tenant=tenant, item=item, match="linked", owner="kari@contoso.com")
    url = reverse("admin:inventory_device_take_owner", args=[item.pk])
    page = text_of(browser.get(f"/admin/inventory/device/{item.pk}/change/"))
    assert f'name="owner_taken" value="kari@contoso.com" formaction="{url}"' in page
    assert "kari@contoso.com (85 %)" in page
    browser.post(url, {"owner_taken": "kari@contoso.com", "name": "not touched"})
    was = item.name
    item.refresh_from_db()
    assert (item.owner, item.name) == ("kari@contoso.com", was)


def test_queues_what_nobody_owns_until_somebody_does(browser: Client, tenant: Tenant) -> None:
    items = DeviceFactory.create_batch(2, tenant=tenant)
    DeviceFactory.create(tenant=tenant, owner="kari")
    listed = browser.get(NOBODY)
    assert {row.pk for row in listed.context["cl"].queryset} == {item.pk for item in items}
    badges = [i for group in listed.context["sidebar_navigation"] for i in group["items"]]
    assert {str(i["badge_callback"]) for i in badges if i["title"] == "Nobody owns"} == {"2"}
    data = {"action": "own", "_selected_action": [item.pk for item in items]}
    assert "Who owns these 2 items?" in text_of(browser.post(NOBODY, data))
    done = browser.post(NOBODY, {**data, "confirmed": "yes", "owner_taken": "ops"}, follow=True)
    assert told(done) == ["2 items belong to ops."]
    assert not browser.get(NOBODY).context["cl"].queryset.exists()


def test_says_what_an_asset_is(browser: Client, tenant: Tenant) -> None:
    item = DeviceFactory.create(tenant=tenant, name="cellar")
    asset = KnownAssetFactory.create(tenant=tenant)
    assert asset in browser.get("/admin/inventory/knownasset/?match=none").context["cl"].queryset
    url = reverse("admin:inventory_knownasset_confirm_one", args=[asset.pk])
    browser.post(url, {"item": item.pk})
    asset.refresh_from_db()
    assert (asset.item_id, asset.match) == (item.pk, "confirmed")
    in_a_list = browser.get("/admin/inventory/device/?in_a_list=yes").context["cl"].queryset
    assert [row.pk for row in in_a_list] == [item.pk]
    data = {"action": "reject", "_selected_action": [asset.pk]}
    browser.post("/admin/inventory/knownasset/", data)
    asset.refresh_from_db()
    assert asset.match == "rejected"


# -- cutovers ----------------------------------------------------------------------------------


@pytest.fixture
def cutover(tenant: Tenant) -> Cutover:
    return CutoverFactory.create(item__tenant=tenant)


def test_moves_a_cutover(browser: Client, cutover: Cutover) -> None:
    url = reverse("admin:tracker_cutover_move_one", args=[cutover.pk])
    assert f"Move {cutover.item.name}" in text_of(browser.get(url))
    assert browser.post(url, {"to": "assessed", "reason": ""}).status_code == 302
    cutover.refresh_from_db()
    assert cutover.status == Cutover.Status.ASSESSED
    assert cutover.moves.get().moved_by is not None


def test_says_why_a_cutover_does_not_move(browser: Client, cutover: Cutover) -> None:
    url = reverse("admin:tracker_cutover_move_one", args=[cutover.pk])
    assert "cannot move to blocked: say why" in text_of(browser.post(url, {"to": "blocked"}))
    cutover.refresh_from_db()
    assert cutover.status == Cutover.Status.DISCOVERED


def test_counts_what_moved_out_of_a_filtered_list(browser: Client, tenant: Tenant) -> None:
    rows = CutoverFactory.create_batch(3, item__tenant=tenant)
    data = {"action": "move_selected", "_selected_action": [row.pk for row in rows]}
    url = f"{CUTOVERS}?status__exact=discovered"
    assert "Move 3 cutovers" in text_of(browser.post(url, data))
    done = browser.post(url, {**data, "confirmed": "yes", "to": "assessed"}, follow=True)
    assert told(done) == ["3 of 3 moved."]


def test_says_of_each_why_it_did_not_move(browser: Client, tenant: Tenant) -> None:
    rows = CutoverFactory.create_batch(2, item__tenant=tenant)
    data = {"action": "move_selected", "_selected_action": [row.pk for row in rows]}
    done = browser.post(CUTOVERS, {**data, "confirmed": "yes", "to": "verified"}, follow=True)
    *reasons, count = told(done)
    assert count == "0 of 2 moved."
    assert len(reasons) == 2


def test_keeps_all_pages_chosen_while_it_asks(browser: Client, tenant: Tenant) -> None:
    rows = CutoverFactory.create_batch(3, item__tenant=tenant)
    data = {"action": "move_selected", "_selected_action": rows[0].pk, "select_across": "1"}
    page = text_of(browser.post(CUTOVERS, data))
    assert "Move 3 cutovers" in page
    assert 'name="select_across" value="1"' in page


# -- the start page ----------------------------------------------------------------------------


def test_calls_unknown_what_no_report_told(browser: Client, tenant: Tenant) -> None:
    ReportFactory.create(tenant=tenant, state=Report.State.REFUSED)
    page = text_of(browser.get("/admin/"))
    assert "Nothing is known" in page
    assert "days left to" in page
    for zero in ("cutovers to finish", "overdue", "senders seen", "Verified"):
        assert zero not in page


def test_does_not_take_a_trace_for_a_report_of_smtp_auth(browser: Client, tenant: Tenant) -> None:
    ReportFactory.create(tenant=tenant, reader="message_trace")
    assert "Nothing is known" in text_of(browser.get("/admin/"))


def test_counts_once_a_report_was_read(browser: Client, tenant: Tenant) -> None:
    ReportFactory.create(tenant=tenant)
    CutoverFactory.create(item__tenant=tenant, owner="")
    CutoverFactory.create(item__tenant=tenant, status=Cutover.Status.VERIFIED)
    response = browser.get("/admin/")
    (board,) = response.context["boards"]
    page = text_of(response)
    assert "Nothing is known" not in page
    assert '<span class="number">1</span><span class="what">cutovers to finish' in page
    assert '<span class="number">1</span><span class="what">open without owner' in page
    assert f'<span class="number">{board.standing.days_left}</span>' in page
    assert {step.status: step.count for step in board.steps if step.count} == {
        "discovered": 1,
        "verified": 1,
    }


def test_links_every_number_to_its_rows(browser: Client, tenant: Tenant) -> None:
    ReportFactory.create(tenant=tenant)
    CutoverFactory.create(item__tenant=tenant, owner="", due_on="2020-01-01")
    (board,) = browser.get("/admin/").context["boards"]
    for url in (*board.links.values(), *(step.url for step in board.steps)):
        assert browser.get(url).status_code == 200
    for step in board.steps:
        assert browser.get(step.url).context["cl"].result_count == step.count
    assert Device.objects.count() == 1


@pytest.mark.parametrize("value", ["abc", "0", "-1", "99999999999999999999999", "١"])
def test_survives_a_tenant_that_is_none(value: str, browser: Client) -> None:
    assert browser.get(CUTOVERS, {"tenant": value}, follow=True).status_code == 200


def test_opens_the_start_page_after_a_login() -> None:
    person = UserFactory.create(is_superuser=True)
    data = {"username": person.username, "password": PASSWORD}
    response: Any = Client().post(reverse("admin:login"), data)
    assert (response.status_code, response.url) == (302, reverse("admin:index"))


def test_gives_the_rows_not_taken_as_a_file(browser: Client, tenant: Tenant) -> None:
    error = RowErrorFactory.create(report__tenant=tenant, raw='=HYPERLINK("x"),1', reason="no date")
    Report.objects.update(rejected_count=3)
    answer: Any = browser.get(f"/admin/inventory/report/{error.report_id}/errors/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "line,column,reason,row",
        f'{error.line},date,no date,"\'=HYPERLINK(""x""),1"',
        ',,"2 more rows were not taken; they were not kept",'.replace('"', ""),
    ]


def test_says_whether_a_report_is_whole_and_what_it_covers(browser: Client, tenant: Tenant) -> None:
    whole, cut = ReportFactory.create(tenant=tenant), ReportFactory.create(tenant=tenant)
    Report.objects.filter(pk=cut.pk).update(row_count=5000)
    pages = [
        text_of(browser.get(f"/admin/inventory/report/{each.pk}/change/")) for each in (whole, cut)
    ]
    assert "nothing speaks against it" in pages[0]
    assert "30 days by its first and last row" in pages[0]
    assert "probably not: exactly 5,000 rows" in pages[1]
