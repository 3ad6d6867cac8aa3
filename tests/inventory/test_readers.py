"""Every sample in tests/reports/<reader>/ is named for its reason and has what it must give."""

import datetime as dt
import json
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from inventory import readers
from inventory.exchange import reading_settings
from inventory.exchange.reading_settings import SettingsReading
from inventory.readers import sign_ins
from inventory.readers.sources import open_source
from inventory.records import COLUMNS, NotThisReport, RowError

SAMPLES = Path(__file__).parents[1] / "reports"
DOCS = Path(__file__).parents[2] / "docs" / "readers"
TODAY = dt.date(2026, 11, 24)


def files(folder: str) -> list[Path]:
    return sorted(
        path for path in (SAMPLES / folder).iterdir() if not path.name.endswith(".expected.json")
    )


def expected(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.with_suffix(".expected.json").read_text())
    return found


def read(path: Path) -> tuple[ModuleType, pd.DataFrame, list[RowError], list[str]]:
    source = open_source(path)
    head = readers.head_of(source, path.name, TODAY)
    reader = readers.choose(head)
    batches = list(reader.read(source, head))
    rows = [batch.frame() for batch in batches]
    bad = [row for batch in batches for row in batch.bad]
    frame = pd.concat(rows) if rows else pd.DataFrame({name: [] for name in columns_of(reader)})
    return reader, frame, source.locate(bad), source.warnings


def read_as_settings(path: Path) -> SettingsReading | None:
    reader = reading_settings.reader_of(path, path.name, TODAY)
    if reader is None:
        return None
    return reading_settings.read(path, reader, path.name, frozenset(), lambda: None)


def columns_of(reader: ModuleType) -> list[str]:
    return [*COLUMNS, *(sign_ins.TOLD if reader.NAME in readers.SIGN_INS else [])]


def values(frame: pd.DataFrame, column: str) -> list[str]:
    return sorted(set(frame[column]))


def kept(rows: pd.DataFrame) -> list[list[object]]:
    columns = ["account", "client", "result", "error_code", "is_smtp"]
    found: list[list[object]] = rows.loc[rows["is_kept"], columns].to_numpy().tolist()
    return sorted(found, key=str)


@pytest.mark.parametrize(
    "path",
    [path for name in readers.READERS for path in files(name)],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_reads_a_sample_as_expected(path: Path) -> None:
    reader, rows, errors, warnings = read(path)
    want = expected(path)

    assert path.parent.name == reader.NAME
    assert list(rows.columns) == columns_of(reader)
    found = {
        "rows": len(rows),
        "rejected": [[error.line, error.column] for error in errors],
        "first": rows["at"].min().isoformat() if len(rows) else None,
        "last": rows["at"].max().isoformat() if len(rows) else None,
        "accounts": values(rows, "account"),
        "addresses": values(rows, "address"),
        "auth_methods": values(rows, "auth_method"),
        "tls_versions": values(rows, "tls_version"),
        "messages": int(rows["message_count"].sum()),
        "distinct": rows["row_key"].nunique(),
        "distinct_messages": rows["message_key"].nunique(),
        "recipients": values(rows, "recipient"),
        "first_addresses": values(rows.drop_duplicates("message_key"), "address"),
        "warnings": warnings,
        "kept": kept(rows) if len(rows) and reader.NAME in readers.SIGN_INS else [],
    }
    assert {name: found[name] for name in want} == want


@pytest.mark.parametrize("path", files("refused"), ids=lambda path: str(path.stem))
def test_refuses_what_is_no_report(path: Path) -> None:
    with pytest.raises(NotThisReport, match=str(expected(path)["why"])):
        read_as_settings(path) or read(path)


@pytest.mark.parametrize("name", readers.READERS)
def test_every_reader_has_samples_and_a_page(name: str) -> None:
    assert len(files(name)) >= 3
    assert name in (DOCS / f"{name}.md").read_text(encoding="utf-8")


def test_every_sample_folder_belongs_to_a_reader() -> None:
    folders = {path.name for path in SAMPLES.iterdir()}
    assert folders == {*readers.READERS, *readers.SETTINGS, *readers.LISTS, "refused"}


def test_says_what_stands_in_a_bad_row_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("date,senderName,authMethod\nnever," + "x" * 5000 + "@contoso.com,Basic\n")

    _, rows, errors, _ = read(path)

    assert len(rows) == 0
    assert errors[0].raw.startswith("never,xxx")
    assert len(errors[0].raw) == 200


def test_tells_equal_rows_without_id_apart_across_batches(tmp_path: Path) -> None:
    line = "2026-09-30T07:15:02Z,scan@contoso.com,Basic\n"
    path = tmp_path / "report.csv"
    path.write_text("date,senderName,authMethod\n" + line * 200_000)  # over two blocks

    _, rows, _, _ = read(path)

    assert rows["row_key"].nunique() == 200_000


def test_keys_stay_the_same_for_ever() -> None:
    # They are kept in databases: another value would count every old row again.
    _, rows, _, _ = read(SAMPLES / "smtp_cs_report" / "utf16_no_bom.csv")
    assert list(rows["row_key"]) == KNOWN_KEYS


KNOWN_KEYS = [18206703201580101794, 10606052685526472408]
