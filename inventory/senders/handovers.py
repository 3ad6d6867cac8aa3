"""Who took over from whom what is always written to the same people. Pure.

Somebody leaves, and from one day on all reports and alarms go to somebody else: what sends them
is still the same. Told from mails with the same words that went to some until then, and to others
ever since; what ended before that day had gone to the first as well.
"""

from __future__ import annotations

import pandas as pd

BY = ["account", "host", "mask", "names"]
LEAST = 2
"""Mails to either."""
NEARLY_ALL = 0.85


def to_heirs(rows: pd.DataFrame) -> pd.Series:
    """The recipients of each message, those who were followed by others replaced by these.

    `rows` has a line a message: BY, `shape`, `at` and `recipients`, '' where not told.
    """
    found = rows["recipients"].copy()
    told = rows[rows["recipients"] != ""]
    if told.empty:
        return found
    groups = told.groupby(BY, sort=False)["recipients"]
    several = (groups.transform("nunique") > 1) & (groups.transform("size") >= 2 * LEAST)
    heirs: dict[tuple[str, str], tuple[str, pd.Timestamp]] = {}
    for _, those in told[several].groupby(BY, sort=False):
        if pair := handover(those):
            mine = those.index[those["recipients"] == pair[0]]
            found.loc[mine] = pair[1]
            since = those.loc[those["recipients"] == pair[1], "at"].min()
            heirs[str(those["account"].iat[0]), pair[0]] = (pair[1], since)
    concerned = told[told["account"].isin({account for account, _ in heirs})]
    for _, mails in concerned.groupby("account", sort=False):
        account = str(mails["account"].iat[0])
        for first in map(str, mails["recipients"].unique()):
            if (account, first) in heirs:
                mine = ended(mails, first, *heirs[account, first])
                found.loc[mine] = heirs[account, first][0]
    return found


def ended(mails: pd.DataFrame, first: str, heir: str, since: pd.Timestamp) -> pd.Index:
    """Of an account's mails those to the first whose like went to nobody else, and to him no
    more after the heir had his first."""
    its = mails[mails["recipients"].isin([first, heir])]
    whole = mails.groupby(BY, sort=False)["at"].transform("size").loc[its.index]
    only = its.groupby(BY, sort=False)["at"].transform("size") == whole
    mine = its[only & (its["recipients"] == first)]
    last = mine.groupby(BY, sort=False)["at"].transform("max")
    return mine.index[last <= since]


def handover(rows: pd.DataFrame) -> tuple[str, str] | None:
    """(who until then, who since) of mails with the same words; None where it is otherwise."""
    counts = rows["recipients"].value_counts()
    two = counts.index[:2]
    if counts[two[1]] < LEAST or counts[two].sum() < NEARLY_ALL * len(rows):
        return None
    times = {who: rows.loc[rows["recipients"] == who, "at"] for who in two}
    first, second = sorted(two, key=lambda who: times[who].min())
    return (first, second) if times[first].max() <= times[second].min() else None
