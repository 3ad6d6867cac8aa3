"""docs/events.md and the code tell the same."""

from pathlib import Path

from inventory.events import KINDS
from tracker.delivery import PAUSES

PAGE = Path(__file__).parents[2] / "docs" / "events.md"


def test_describes_every_kind_and_no_other() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    assert {line.split("`")[1] for line in rows} == KINDS.keys()


def test_promises_as_many_attempts_as_are_made() -> None:
    assert len(PAUSES) == 9
    assert "After the tenth failure" in PAGE.read_text(encoding="utf-8")
