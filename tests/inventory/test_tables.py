"""Bad rows are told with the line and the text that a person finds in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.readers.tables import BLOCK_BYTES, Table
from inventory.records import BadRow

GOOD = "a{0},b{0},c{0}"


def located(
    path: Path, text: str, bad: list[int], encoding: str = "utf-8"
) -> list[tuple[int, str]]:
    """(line, text) of the bad among the well-formed rows, and of misshapen ones."""
    path.write_bytes(text.encode(encoding))
    table = Table(path)
    rows = sum(batch.num_rows for batch in table.batches(["one", "two"]))
    assert all(index < rows for index in bad)
    errors = table.locate([BadRow(index, "one", "bad") for index in bad])
    return [(error.line, error.raw) for error in errors]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_finds_bad_and_misshapen_rows(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ["#TYPE x", "one,two,three", *(GOOD.format(n) for n in range(6)), "ä,ö,ü", "last,x,y"]
    lines[4] = "too,few"
    found = located(tmp_path / "f.csv", end.join(lines) + end, [1, 5], encoding)
    assert found == [(4, "a1,b1,c1"), (5, "too,few"), (9, "ä,ö,ü")]


def test_finds_them_without_an_end_of_the_last_line(tmp_path: Path) -> None:
    text = "one,two,three\n" + "\n".join(GOOD.format(n) for n in range(3))
    assert located(tmp_path / "f.csv", text, [2]) == [(4, "a2,b2,c2")]


@pytest.mark.parametrize("odd", ['"two\nlines",x,y\n', "\n"])
def test_finds_them_where_a_row_is_not_a_line(tmp_path: Path, odd: str) -> None:
    text = "one,two,three\n" + odd + "".join(GOOD.format(n) + "\n" for n in range(3))
    bad = [3] if odd.startswith('"') else [2]
    expected = 2 + odd.count("\n") + 2
    assert located(tmp_path / "f.csv", text, bad) == [(expected, "a2,b2,c2")]


def test_finds_them_in_a_file_of_many_blocks(tmp_path: Path) -> None:
    count = 3 * BLOCK_BYTES // 20
    text = "one,two,three\n" + "".join(f"row {n:07},two,three\n" for n in range(count))
    bad = list(range(7, count, 5_003))
    found = located(tmp_path / "f.csv", text, bad)
    assert found == [(n + 2, f"row {n:07},two,three") for n in bad]


@pytest.mark.parametrize("more", ["", "x"])
def test_takes_a_long_file_for_whole_whose_last_line_has_no_end(tmp_path: Path, more: str) -> None:
    """Of an even and of an odd number of bytes."""
    rows = [f'"{n:06d}","{"text " * 20}"' for n in range(1_000)]
    path = tmp_path / "long.csv"
    path.write_text("\n".join(['"number","words"', *rows, f'"last{more}","quoted"']))
    assert path.stat().st_size > 64 * 1024
    assert sum(batch.num_rows for batch in Table(path).batches(["number"])) == 1_001
