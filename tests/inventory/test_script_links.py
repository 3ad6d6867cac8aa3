"""Scripts that a scan found, linked with the senders seen."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.intake.script_items import store
from inventory.models import Script, Sender, Submission, Tenant
from inventory.scripts import Finding
from inventory.senders.script_matching import FoundScript, SeenSender, match
from tests.factories import NOW
from tests.inventory.test_ingest import detail, row, take

ACCOUNT = "svc@x.example"


def script(pk: int = 1, **changes: Any) -> FoundScript:
    return FoundScript(pk=pk, account=ACCOUNT, **changes)


def sender(pk: int = 1, **changes: Any) -> SeenSender:
    return SeenSender(pk=pk, account=ACCOUNT, **changes)


def only(scripts: list[FoundScript], senders: list[SeenSender]) -> tuple[int, bool] | None:
    found = match(scripts, senders)
    return (found[0].script, found[0].is_linked) if found else None


PYTHON = frozenset({"smtplib"})
TIMES = frozenset({"x.x.x"})
RANDOM = frozenset({"w"})


def test_suggests_the_only_script_of_an_account_for_its_only_sender() -> None:
    assert only([script()], [sender()]) == (1, False)


def test_links_it_where_the_library_agrees() -> None:
    assert only([script(techniques=PYTHON)], [sender(shapes=TIMES)]) == (1, True)


def test_links_by_the_host() -> None:
    told = [sender(hosts=frozenset({"srv01"}))]
    assert only([script(1, host="SRV02"), script(2, host="SRV01.corp.example")], told) == (2, True)


def test_links_nothing_that_runs_on_another_host() -> None:
    assert only([script(host="srv02")], [sender(hosts=frozenset({"srv01"}))]) is None


def test_links_nothing_composed_by_another_library() -> None:
    assert only([script(techniques=PYTHON)], [sender(shapes=RANDOM)]) is None


def test_tells_scripts_of_one_account_apart_by_what_they_say() -> None:
    scripts = [script(1, path="jobs/stock-sync.py"), script(2, path="jobs/disk-report.py")]
    told = sender(shapes=TIMES, subjects=frozenset({"disk report for #"}))
    assert only([script(n.pk, path=n.path, techniques=PYTHON) for n in scripts], [told]) == (
        2,
        True,
    )


def test_does_not_guess_among_several() -> None:
    scripts = [script(1, techniques=PYTHON), script(2, techniques=PYTHON)]
    assert only(scripts, [sender(shapes=TIMES)]) is None


@pytest.mark.parametrize("kind", ["mfp", "appliance", "client"])
def test_leaves_what_is_no_script(kind: str) -> None:
    assert match([script()], [sender(kind=kind)]) == []


# -- stored ------------------------------------------------------------------------------------


@pytest.fixture
def tenant(db: None) -> Tenant:
    return Tenant.objects.create(name="Contoso")


def scan(tenant: Tenant, *paths: str) -> None:
    found = [
        Finding(path, 3, "smtplib", "smtp.office365.com", "post@contoso.com", "basic", "literal")
        for path in paths
    ]
    store(tenant, found, "/srv/scripts", "", NOW)


def test_becomes_the_item_of_what_had_none(tenant: Tenant) -> None:
    take(tenant, detail(row(1, account="post", host="contoso.com")))
    scan(tenant, "jobs/nightly.py")
    found = Sender.objects.get()
    assert (str(found.item), found.link) == ("jobs/nightly.py", "suggested")
    assert found.link_reason.startswith("it logs in as post@contoso.com")
    assert Script.objects.get().message_count == 1
    take(tenant, detail(row(2, account="post", host="contoso.com")))
    found.refresh_from_db()
    assert (str(found.item), found.link) == ("jobs/nightly.py", "suggested")
    assert found.link_reason.startswith("it logs in as post@contoso.com")


def test_is_linked_when_the_sender_comes_after_the_scan(tenant: Tenant) -> None:
    take(tenant, detail(row(1, account="post", host="mfp-01")))
    scan(tenant, "jobs/nightly.py")
    take(tenant, detail(row(2, account="post", host="contoso.com")))
    assert Sender.objects.get(script__isnull=False).item_id == Script.objects.get().pk


def test_stands_beside_an_item_that_is_there(tenant: Tenant) -> None:
    take(tenant, detail(row(1, account="post", host="batch-srv01")))
    before = Sender.objects.get()
    scan(tenant, "jobs/nightly.py")
    after = Sender.objects.get()
    assert after.item_id == before.item_id
    assert str(after.script) == "jobs/nightly.py"


def test_is_forgotten_when_it_is_gone(tenant: Tenant) -> None:
    take(tenant, detail(row(1, account="post", host="batch-srv01")))
    scan(tenant, "jobs/nightly.py")
    scan(tenant)
    assert Submission.objects.get().gone_at is not None
    assert Sender.objects.get().script is None
