"""How far the reading of a report has come, as far as that can be told. No database."""

from __future__ import annotations

from pathlib import Path

SAMPLE = 256 * 1024
MOST = 0.99
"""The share of a file that is still being read: how many rows it has is a guess."""


class Progress:
    """Counts rows against what the beginning of the file lets expect of the whole."""

    def __init__(self, path: Path) -> None:
        self.row_count = 0
        self.expected = expected_rows(path)

    @property
    def share(self) -> float | None:
        return min(MOST, self.row_count / self.expected) if self.expected else None


def expected_rows(path: Path) -> float | None:
    """From the length of the first lines; None where lines do not stand for rows."""
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE)
        size = path.stat().st_size
    except OSError:
        return None
    lines = sample.count(b"\n")
    return size / (len(sample) / lines) if lines > 1 else None


def words(state: str, row_count: int, share: float | None) -> str:
    """ "" for what is not under way."""
    if state == "received":
        return "waits for a worker"
    if state != "reading":
        return ""
    if not row_count:
        return "is being opened"
    about = f", about {share:.0%} of the file" if share is not None else ""
    done = "; what it says is being stored" if share is not None and share >= MOST else ""
    return f"{row_count:,} rows so far{about}{done}"
