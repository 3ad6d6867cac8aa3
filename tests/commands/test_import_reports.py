"""What people and schedulers call: exit codes, lines of JSON, and what bad input gets."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from inventory.models import Observation, Report, RowError, Tenant

pytestmark = pytest.mark.django_db
KEYS = [
    "file",
    "reader",
    "state",
    "rows",
    "accepted",
    "rejected",
    "duplicates",
    "period_start",
    "period_end",
    "warnings",
]
HEADER = (
    "date,senderName,senderDomain,authMethod,original_client_ip,"
    "tls_version,tls_cipher,message_count,message_id\r\n"
)


def row(number: int, domain: str = "contoso.com") -> str:
    return (
        f"2026-10-{number:02d}T07:15:02Z,scan@{domain},{domain},Login,203.0.113.9,TLS1.2,"
        f"AES256,1,<{number}@mfp-01.{domain}>\r\n"
    )


def detail(*rows: str) -> bytes:
    return (HEADER + "".join(rows)).encode("utf-16")


Import = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def imported(capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: Settings) -> Import:
    settings.MEDIA_ROOT = tmp_path / "media"

    def run(*paths: Path, fails: bool = False) -> list[dict[str, Any]]:
        command = ["import_reports", *map(str, paths), "--tenant", "Contoso", "--create-tenant"]
        if fails:
            with pytest.raises(CommandError) as caught:
                call_command(*command, "--json")
            assert caught.value.returncode == 1
        else:
            call_command(*command, "--json")
        lines = capsys.readouterr().out.splitlines()
        return [json.loads(line) for line in lines]

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def test_prints_one_object_for_each_file(imported: Import, folder: Path) -> None:
    (folder / "a.csv").write_bytes(detail(row(1), row(2)))
    (folder / "b.csv").write_bytes(detail(row(2), row(3), "nonsense\r\n"))
    first, second = imported(folder)
    assert list(first) == KEYS
    assert (first["file"], first["reader"], first["state"]) == ("a.csv", "smtp_cs_report", "read")
    assert (first["rows"], first["accepted"], first["duplicates"]) == (2, 2, 0)
    assert first["period_start"].startswith("2026-10-01T07:15:02")
    assert (second["accepted"], second["rejected"], second["duplicates"]) == (1, 1, 1)
    assert RowError.objects.get().line == 4


def test_counts_nothing_twice(imported: Import, folder: Path) -> None:
    (folder / "a.csv").write_bytes(detail(row(1), row(2)))
    imported(folder)
    (folder / "copy.csv").write_bytes(detail(row(1), row(2)))
    again = imported(folder)
    assert [(line["state"], line["accepted"], line["duplicates"]) for line in again] == [
        ("known", 0, 2),
        ("known", 0, 2),
    ]
    assert Report.objects.count() == 1
    assert sum(Observation.objects.values_list("message_count", flat=True)) == 2


def test_opens_archives(imported: Import, folder: Path) -> None:
    (folder / "a.csv.gz").write_bytes(gzip.compress(detail(row(1))))
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.writestr("inner/one.csv", detail(row(2)))
        archive.writestr("inner/two.csv", detail(row(3)))
    lines = imported(folder)
    assert [line["file"] for line in lines] == ["a.csv.gz", "one.csv", "two.csv"]
    assert {line["state"] for line in lines} == {"read"}


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0" * 5_000_000)


BAD: dict[str, bytes] = {
    "unknown.csv": b"colour,size\r\nred,1\r\n",
    "empty.csv": b"",
    "truncated.csv": detail(row(1))[:-1],
    "wrong_header.csv": HEADER.replace("senderName", "who").encode("utf-16"),
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@pytest.mark.parametrize("name", BAD)
def test_refuses_what_is_no_report_and_keeps_it(imported: Import, folder: Path, name: str) -> None:
    (folder / name).write_bytes(BAD[name])
    (folder / "zz_good.csv").write_bytes(detail(row(1)))
    bad, good = imported(folder, fails=True)
    assert (bad["state"], bad["accepted"], good["state"]) == ("refused", 0, "read")
    assert bad["warnings"][0]
    report = Report.objects.get(file_name=name)
    assert report.content.read() == BAD[name]
    assert not report.observations.exists()


def test_refuses_a_zip_bomb(imported: Import, folder: Path, settings: Settings) -> None:
    settings.REPORT_SIZE_LIMIT = 1_000_000
    bomb(folder / "bomb.zip")
    [line] = imported(folder, fails=True)
    assert line["state"] == "refused"
    assert "unpacks to far more" in line["warnings"][0]


def test_refuses_another_tenants_report(imported: Import, folder: Path) -> None:
    (folder / "a.csv").write_bytes(detail(row(1)))
    (folder / "b.csv").write_bytes(detail(row(2, "fabrikam.com"), row(3, "fabrikam.com")))
    ours, theirs = imported(folder, fails=True)
    assert (ours["state"], theirs["state"]) == ("read", "refused")
    assert "fabrikam.com" in theirs["warnings"][0]
    assert not Observation.objects.filter(fingerprint__account__endswith="fabrikam.com").exists()


def test_names_a_tenant_or_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no tenant is called 'Nobody'"):
        call_command("import_reports", str(tmp_path), "--tenant", "Nobody")
    Tenant.objects.create(name="Contoso")
    with pytest.raises(CommandError, match="no such file or folder"):
        call_command("import_reports", str(tmp_path / "missing"), "--tenant", "Contoso")


def test_prints_what_columns_of_a_list_were_guessed(imported: Import, tmp_path: Path) -> None:
    path = tmp_path / "printers.csv"
    path.write_text("Hostname,Serial,Colour\nmfp-1,A100001,yes\n")
    [line] = imported(path)
    assert line["reader"] == "known_devices"
    assert line["warnings"] == [
        "columns guessed: Hostname as host name, Serial as serial number; left out: Colour"
    ]
