"""Parts messages that are alike in everything constant, by who sent what to whom. Pure."""

from __future__ import annotations

import pandas as pd


def part_alike(rows: pd.DataFrame) -> pd.Series:
    """'' for every message, or which of several alike senders it is of."""
    return pd.Series("", index=rows.index)
