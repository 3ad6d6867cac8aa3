"""The watched folder: every file once, none of it half, nobody's file for another."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from inventory.intake import watch
from inventory.intake.ingest import read_waiting
from inventory.models import Report, Tenant
from tests.admin.conftest import with_every_permission
from tests.factories import UserFactory
from tests.inventory.test_ingest import detail, row, total, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(name="Contoso Ltd")


@pytest.fixture
def inbox(tmp_path: Path, settings: Settings, tenant: Tenant) -> Path:
    settings.INBOX = tmp_path / "inbox"
    settings.INBOX_REST_SECONDS = 0
    watch.told.clear()
    watch.sweep()
    return tmp_path / "inbox"


def drop(folder: Path, name: str = "r.csv", content: bytes = b"") -> Path:
    path = folder / name
    path.write_bytes(content or detail(row(1), row(2)))
    return path


def look(tenant: Tenant) -> list[str]:
    lines = watch.sweep()
    read_waiting(tenant)
    return [*lines, *watch.sweep()]


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_takes_a_file_and_puts_it_away_when_it_was_read(inbox: Path, tenant: Tenant) -> None:
    drop(inbox / "contoso-ltd")

    assert watch.sweep() == ["r.csv: received for Contoso Ltd"]
    assert not (inbox / "contoso-ltd" / "done").exists()
    read_waiting(tenant)
    assert watch.sweep() == ["r.csv: done"]

    assert names_in(inbox) == ["contoso-ltd/done/r.csv"]
    report = Report.objects.get()
    assert (report.origin, report.state, total(tenant)) == ("watched", "read", 2)


def test_says_beside_a_refused_file_why(inbox: Path, tenant: Tenant) -> None:
    drop(inbox / "contoso-ltd", "odd.zip", zipped(a=detail(row(1)), b=b"x,y\n1,2\n"))
    look(tenant)

    folder = inbox / "contoso-ltd" / "refused"
    assert names_in(folder) == ["odd.zip", "odd.zip.reason.txt"]
    assert (folder / "odd.zip.reason.txt").read_text().startswith("b: no reader knows this file")
    assert total(tenant) == 1


def test_does_not_take_what_is_too_large(inbox: Path, tenant: Tenant, settings: Settings) -> None:
    settings.REPORT_SIZE_LIMIT = 10
    drop(inbox / "contoso-ltd")
    look(tenant)
    reason = inbox / "contoso-ltd" / "refused" / "r.csv.reason.txt"
    assert "larger than" in reason.read_text()
    assert not Report.objects.exists()


def test_leaves_a_file_alone_until_nobody_writes_to_it(
    inbox: Path, tenant: Tenant, settings: Settings
) -> None:
    settings.INBOX_REST_SECONDS = 1
    path = drop(inbox / "contoso-ltd")
    os.utime(path, (0, 0))  # As a copy has the times of what it copies.
    assert watch.sweep() == []
    time.sleep(1.1)
    assert watch.sweep() == ["r.csv: received for Contoso Ltd"]


@pytest.mark.parametrize("name", [".hidden.csv", "r.csv.part", "r.tmp", "r.csv.crdownload"])
def test_leaves_a_copy_under_way_alone(inbox: Path, tenant: Tenant, name: str) -> None:
    path = drop(inbox / "contoso-ltd", name)
    assert watch.sweep() == []
    assert path.exists()


def test_follows_no_link_and_no_deeper_folder(inbox: Path, tenant: Tenant, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    secret = drop(outside, "secret.csv")
    Tenant.objects.create(name="Linked")
    (inbox / "contoso-ltd" / "link.csv").symlink_to(secret)
    (inbox / "contoso-ltd" / "deeper").mkdir()
    drop(inbox / "contoso-ltd" / "deeper")
    (inbox / "linked").symlink_to(outside)

    assert watch.sweep() == []
    assert secret.exists()
    assert not Report.objects.exists()


def test_never_guesses_whose_a_folder_is(
    inbox: Path, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    (inbox / "fabrikam").mkdir()
    path = drop(inbox / "fabrikam")
    drop(inbox, "loose.csv")

    assert watch.sweep() == []
    watch.sweep()

    assert path.exists()
    assert [record.getMessage() for record in caplog.records] == [
        "the watched folder 'fabrikam' is called like no tenant",
        "loose.csv lies beside the tenants' folders of the watched folder",
    ]


def test_does_not_choose_between_tenants_of_one_short_name(inbox: Path, tenant: Tenant) -> None:
    other = Tenant.objects.create(name="Contoso-Ltd.")
    drop(inbox / "contoso-ltd")
    assert watch.sweep() == []
    assert "may be that of Contoso Ltd, Contoso-Ltd." in next(iter(watch.problems(inbox)))

    (inbox / "Contoso-Ltd.").mkdir()
    drop(inbox / "Contoso-Ltd.")
    look(other)
    assert (total(other), total(tenant)) == (2, 0)


def test_takes_up_what_a_dead_worker_left(inbox: Path, tenant: Tenant, settings: Settings) -> None:
    folder = next(iter(watch.folders(inbox)))
    claimed = watch.claim(folder, drop(folder.path))
    assert claimed is not None
    assert watch.sweep() == []
    settings.REPORT_LEASE_SECONDS = -1

    assert "r.csv: done" in look(tenant)
    assert total(tenant) == 2


def test_counts_once_what_was_received_before_the_worker_died(
    inbox: Path, tenant: Tenant, settings: Settings
) -> None:
    drop(inbox / "contoso-ltd")
    watch.sweep()
    [note] = (inbox / "contoso-ltd" / ".taking").rglob(watch.NOTE)
    note.unlink()  # It died after receiving and before noting that.
    settings.REPORT_LEASE_SECONDS = -1

    look(tenant)

    assert (Report.objects.count(), total(tenant)) == (1, 2)
    assert names_in(inbox) == ["contoso-ltd/done/r.csv"]


def test_does_not_read_what_another_worker_is_just_noting(
    inbox: Path, tenant: Tenant, settings: Settings
) -> None:
    folder = next(iter(watch.folders(inbox)))
    claimed = watch.claim(folder, drop(folder.path))
    assert claimed is not None
    claimed.with_name(watch.DRAFT).write_text("")
    assert watch.sweep() == []
    settings.REPORT_LEASE_SECONDS = -1  # It died over it.

    look(tenant)

    assert total(tenant) == 2
    assert list((folder.path / watch.TAKING).iterdir()) == []


def test_keeps_two_files_of_one_name(inbox: Path, tenant: Tenant) -> None:
    drop(inbox / "contoso-ltd", content=detail(row(1)))
    look(tenant)
    drop(inbox / "contoso-ltd", content=detail(row(2)))
    look(tenant)
    assert len(names_in(inbox / "contoso-ltd" / "done")) == 2
    assert total(tenant) == 2


@pytest.mark.django_db(transaction=True)
def test_shares_the_files_between_workers(inbox: Path, tenant: Tenant) -> None:
    for number in range(12):
        drop(inbox / "contoso-ltd", f"{number}.csv", detail(row(number)))

    def work(_: int) -> list[str]:
        try:
            return watch.sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        lines = [line for found in pool.map(work, range(4)) for line in found]
    look(tenant)

    assert sorted(line.split(":")[0] for line in lines) == sorted(f"{n}.csv" for n in range(12))
    assert (Report.objects.count(), total(tenant)) == (12, 12)
    assert len(names_in(inbox / "contoso-ltd" / "done")) == 12


def test_the_command_takes_reads_and_puts_away(
    inbox: Path, tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    drop(inbox / "contoso-ltd")
    call_command("watch", "--once")
    assert capsys.readouterr().out.splitlines() == [
        "r.csv: received for Contoso Ltd",
        "r.csv: done",
    ]


def test_the_command_says_when_nothing_is_watched(settings: Settings) -> None:
    settings.INBOX = None
    with pytest.raises(CommandError, match="OFFRAMP_INBOX"):
        call_command("watch", "--once")


@pytest.mark.parametrize("is_superuser", [True, False])
def test_shows_superusers_alone_what_belongs_to_nobody(
    inbox: Path, tenant: Tenant, client: Client, is_superuser: bool
) -> None:
    (inbox / "fabrikam").mkdir()
    person = UserFactory.create(tenants=[tenant], is_superuser=is_superuser)
    client.force_login(with_every_permission(person))
    page = client.get("/admin/inventory/report/sources/").content.decode()
    assert ("fabrikam" in page) == is_superuser
