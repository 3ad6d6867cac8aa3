from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from inventory.models import Sender
from tests.commands.test_import_reports import detail, row

KINDS = {"mfp", "appliance", "application", "script", "client", ""}
COLUMNS = ["message_id", "account", "ip", "sender", "item", "kind", "confidence"]


@pytest.mark.django_db
def test_writes_a_row_for_each_message(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    report, output = tmp_path / "detail.csv", tmp_path / "out.csv"
    report.write_bytes(detail(*map(row, range(1, 6))))
    call_command("import_reports", str(report), "--tenant", "Contoso", "--create-tenant")
    call_command("attribute", str(report), "--tenant", "Contoso", "--output", str(output))
    with output.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    assert [each["message_id"] for each in rows] == [f"{n}@mfp-01.contoso.com" for n in range(1, 6)]
    assert {each["account"] for each in rows} == {"scan@contoso.com"}
    assert {each["ip"] for each in rows} == {"203.0.113.9"}
    [sender] = {each["sender"] for each in rows}
    assert sender
    assert Sender.objects.count() == 1
    assert {each["kind"] for each in rows} <= {
        "mfp",
        "appliance",
        "application",
        "script",
        "client",
        "",
    }
