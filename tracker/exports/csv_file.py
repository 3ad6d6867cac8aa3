"""CSV that Excel opens as it is meant: UTF-8 with BOM, and no cell that runs as a formula."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from inventory.formulas import inert


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    frame.map(cell).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def cell(value: Any) -> Any:
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    # pandas would turn a column of numbers and gaps into fractions.
    return str(value) if isinstance(value, int) else value
