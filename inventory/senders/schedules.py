"""What keeps one schedule is one sender, and what keeps several is several. Pure.

A program that sends once a day or a week says this today and that tomorrow: taken together its
mails are on time, and what it says of each kind is not. Two devices of a model that each write to
people of their own are each on time by themselves, at different times.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.senders.fingerprints import form_of, is_own
from inventory.senders.looks import DUE, strong
from inventory.senders.networks import neighbourhood
from inventory.senders.subjects import OWN, hashed
from inventory.senders.turns import BURST, ON_TIME, SLACK_SECONDS, is_on_time
from inventory.senders.turns import SLACK as SLACK_SHARE

Whole = npt.NDArray[np.int64]

AT_MARKS = ["account", "host", "tls_cipher", "tls_version"]
"""Where one schedule is looked for: in all of it, else in what has Message-IDs of one form."""
SAID = ["shape", "mask", "names"]
"""What parts messages that keep one schedule."""
LEAST, LEAST_EACH = 6, 3
SHORTEST, SLACK = 6 * 3600, 4_000
"""Seconds: a schedule has longer pauses, and is kept to the hour by which clocks are changed."""
MISSED = 3
"""So many times as long as usual a pause may be, on days on which nothing was to be sent."""
IN_STEP = 0.75
"""Share of the messages with the same words that have to be on time among the others."""
MOST = 0.8
"""Share of the messages that go to those who are written to as a rule."""


def one_schedule(rows: pd.DataFrame) -> Iterator[pd.Series]:
    """A name for what keeps one schedule, whatever it says."""
    rows = rows.assign(form=rows["shape"].map(form_of))
    for by in (AT_MARKS, [*AT_MARKS, "form"]):
        looked = rows[may_be_regular(rows, by) & says_several(rows, by)]
        for _, those in looked.groupby(by, sort=False):
            host = str(those["host"].iat[0])
            mine = of_host(those) if host and is_own(host) else of_no_host(those)
            if len(mine):
                name = DUE + hashed("" if by is AT_MARKS else str(those["form"].iat[0]))
                rows = rows.drop(mine.index)
                yield pd.Series(name, index=mine.index, dtype=object)


def may_be_regular(rows: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Whether the messages that share these come about as `is_on_time` has it: told for all at
    once, for to look at each takes long."""
    keys = [rows[each] for each in by]
    gaps = rows.groupby(list(by), sort=False)["at"].diff().dt.total_seconds()
    usual = gaps.groupby(keys, sort=False).transform("median")
    near = ((gaps - usual).abs() <= np.maximum(SLACK_SECONDS, SLACK_SHARE * usual)).astype(float)
    share = near.where(gaps.notna()).groupby(keys, sort=False).transform("mean")
    count = gaps.groupby(keys, sort=False).transform("size")
    found: pd.Series = (count >= LEAST) & (usual >= SHORTEST) & (share >= ON_TIME)
    return found


def says_several(rows: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    groups = rows.groupby(list(by), sort=False)
    found = pd.Series(data=False, index=rows.index)
    for each in SAID:
        found |= groups[each].transform("nunique") > 1
    return found


def of_host(rows: pd.DataFrame) -> pd.DataFrame:
    """All of a host that is put together in one way, where its Message-IDs have several words."""
    at = seconds_of(rows)
    counts = Counter(rows["shape"])
    is_several = sum(count >= LEAST_EACH for count in counts.values()) > 1
    is_one = rows["form"].nunique() == 1 and is_several and is_regular(at)
    return rows if is_one and are_due(at).mean() >= IN_STEP else rows[:0]


def of_no_host(rows: pd.DataFrame) -> pd.DataFrame:
    if any(OWN in each.split(".") for each in rows["names"].unique()):
        return rows[:0]
    said = rows.groupby(SAID, sort=False).ngroup()
    kept = in_step(seconds_of(rows), said.to_numpy().astype(np.int64))
    mine = rows[kept]
    return mine if len(mine) and is_parted(mine) and are_near(mine, said[kept]) else rows[:0]


def is_parted(rows: pd.DataFrame) -> bool:
    """Whether anything would part it: shapes, names, or that it writes to others each time."""
    told = Counter(rows.loc[rows["recipients"] != "", "recipients"])
    is_steady = bool(told) and told.most_common(1)[0][1] * 5 >= told.total() * 4
    is_naming = any(strong(each) for each in rows["names"].unique())
    return rows["shape"].nunique() > 1 or is_naming or not is_steady


def in_step(at: Whole, said: Whole) -> npt.NDArray[np.bool_]:
    """Which messages, in the order of times, keep the schedule that they have together; none
    where one thing is said. What is least in step goes first, for it puts others out."""
    kept = np.ones(len(at), dtype=bool)
    while kept.sum() >= LEAST and is_regular(at[kept]):
        those, which = np.unique(said[kept], return_inverse=True)
        share = np.bincount(which, are_due(at[kept])) / np.bincount(which)
        if share.min() >= IN_STEP:
            return kept if len(those) > 1 else np.zeros(len(at), dtype=bool)
        kept &= said != those[share.argmin()]
    return np.zeros(len(at), dtype=bool)


def are_due(at: Whole) -> npt.NDArray[np.bool_]:
    """Which come as long after the one before and before the next as is usual, or a few times as
    long."""
    gaps = np.diff(at)
    usual = float(np.median(gaps))
    multiple = np.round(gaps / usual)
    is_due = (multiple >= 1) & (multiple <= MISSED) & (np.abs(gaps - multiple * usual) <= SLACK)
    found: npt.NDArray[np.bool_] = np.append(True, is_due) & np.append(is_due, True)
    return found


def are_near(rows: pd.DataFrame, said: pd.Series) -> bool:
    """All is sent from where most is, not each thing that is said from a place of its own."""
    places = rows["address"].map(neighbourhood).groupby(said).agg(set)
    home = places[said.value_counts().index[0]]
    return all(each & home for each in places)


def several_schedules(rows: pd.DataFrame) -> Iterator[pd.Series]:
    """A name for each of several that say the same, to people and at times of their own."""
    is_named = rows["host"].map(
        {each: bool(each) and is_own(each) for each in rows["host"].unique()}
    )
    rows = rows[~is_named.astype(bool) & (rows["recipients"] != "")]
    rows = rows.assign(form=rows["shape"].map(form_of))
    by = [*AT_MARKS, "form", "mask"]
    groups = rows.groupby(by, sort=False)["recipients"]
    several = (groups.transform("nunique") > 1) & (groups.transform("size") >= 2 * LEAST)
    rows = rows[several]
    is_kept = may_be_regular(rows, [*by, "recipients"])
    several = is_kept.groupby([rows[each] for each in by], sort=False).transform("mean") >= MOST
    for _, those in rows[several].groupby(by, sort=False):
        homes = homes_of(Counter(those["recipients"]))
        home = those["recipients"].map(homes)
        times = {str(who): seconds_of(mine) for who, mine in those.groupby(home, sort=True)}
        if len(times) > 1 and all(map(is_regular, times.values())) and are_apart(times):
            yield "to " + home.map(hashed)


def homes_of(counts: Counter[str]) -> dict[str, str]:
    """{recipients: those that are written to as a rule and are most like them}; {} if few are."""
    often = sorted(who for who, count in counts.items() if count >= LEAST)
    if sum(counts[who] for who in often) < MOST * counts.total():
        return {}
    people = {who: set(who.split(".")) for who in counts}
    return {
        who: max(often, key=lambda each: (each == who, len(people[each] & people[who])))
        for who in counts
    }


def is_regular(at: Whole) -> bool:
    return float(np.median(np.diff(at))) >= SHORTEST and is_on_time(at)


def are_apart(times: Mapping[str, Whole]) -> bool:
    """Hardly ever within minutes of each other, in the same weeks."""
    for one, other in itertools.combinations(times.values(), 2):
        near = np.abs(one[:, None] - other[None, :]).min(axis=1) <= BURST
        if near.mean() > 1 - IN_STEP or one[0] > other[-1] or other[0] > one[-1]:
            return False
    return True


def seconds_of(rows: pd.DataFrame) -> Whole:
    found: Whole = rows["at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    return found
