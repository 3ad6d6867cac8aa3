"""Every sample of a settings reader is named for its reason and has what it must give."""

from __future__ import annotations

import datetime as dt
import random
from contextlib import suppress
from pathlib import Path

import pytest

from inventory import readers
from inventory.exchange import reading_settings
from inventory.exchange.reading_settings import SettingsReading
from inventory.records import NotThisReport
from tests.inventory.test_readers import DOCS, expected, files, read_as_settings

TODAY = dt.date(2026, 11, 24)
NO_DOMAINS: frozenset[str] = frozenset()


def read(path: Path, domains: frozenset[str] = NO_DOMAINS) -> SettingsReading:
    reader = reading_settings.reader_of(path, path.name, TODAY)
    assert reader is not None
    return reading_settings.read(path, reader, path.name, domains, lambda: None)


SAMPLES = [path for name in readers.SETTINGS for path in files(name)]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_reads_a_sample_as_expected(path: Path) -> None:
    found = read(path)
    want = expected(path)

    assert path.parent.name == found.reader
    got = {
        "settings": [[each.scope, each.subject, each.name, each.value] for each in found.settings],
        "rejected": sorted(error.line for error in found.errors),
        "rows": found.row_count,
        "duplicates": found.duplicate_count,
        "warnings": found.warnings,
        "taken": found.taken_at.isoformat() if found.taken_at else None,
    }
    assert {name: got[name] for name in want} == want
    assert found.rejected_count == len(found.errors)


@pytest.mark.parametrize("name", readers.SETTINGS)
def test_every_reader_has_samples_and_a_page(name: str) -> None:
    assert len(files(name)) >= 3
    assert name in (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", readers.READERS)
def test_takes_no_report_of_traffic_for_settings(name: str) -> None:
    for path in files(name):
        assert reading_settings.reader_of(path, path.name, TODAY) is None


def test_refuses_settings_of_another_organisation() -> None:
    path = files("cas_mailbox")[0]
    with pytest.raises(NotThisReport, match="another organisation"):
        read(path, frozenset({"fabrikam.example"}))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_mangled_files_are_read_or_refused_with_words(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    choose = random.Random(path.stem)
    for number in range(40):
        mangled = bytearray(content)
        for _ in range(choose.randint(1, 6)):
            mangled[choose.randrange(len(mangled))] = choose.randrange(256)
        if number % 3 == 0:
            del mangled[choose.randrange(len(mangled)) :]
        broken = tmp_path / path.name
        broken.write_bytes(mangled)
        with suppress(NotThisReport):
            found = read_as_settings(broken)
            assert found is None or found.row_count >= len(found.errors)


def test_a_deeply_nested_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"AllowBasicAuthSmtp": ' + "[" * 200_000)
    reader = readers.SETTINGS["authentication_policy"]
    with pytest.raises(NotThisReport, match="no whole JSON"):
        reading_settings.read(path, reader, path.name, NO_DOMAINS, lambda: None)
