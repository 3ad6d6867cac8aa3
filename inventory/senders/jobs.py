"""Which of several programs or jobs of one host each message is of. Pure.

Jobs that a host runs with one mail library differ in nothing but what they say, whom they tell and
when. A job keeps a time of its own and always writes to the same people; two that differ in both
are two. Programs that put Message-IDs together alike may still talk TLS each in a way of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.senders.fingerprints import form_of
from inventory.senders.subjects import hashed
from inventory.senders.turns import is_on_time

Whole = npt.NDArray[np.int64]
Span = tuple[int, int]
"""Seconds from and until when something was seen."""

BY = ["account", "host", "form"]
"""`form` is how the Message-ID is put together (`fingerprints.form_of`)."""
TLS = ["tls_version", "tls_cipher"]
JOB = "job "
"""How parts begin that a job of a host is told by."""
LEAST = 4
APART_MINUTES = 4
"""So many minutes lie between the usual times of two jobs, on the same days."""
DAY = 1440


def parts(rows: pd.DataFrame) -> Iterator[pd.Series]:
    """A name for the job that each message is of, for hosts with several."""
    hosted = rows[rows["host"] != ""]
    hosted = hosted.assign(form=hosted["shape"].map(form_of))
    program = programs(hosted)
    yield JOB + program[program != ""]
    told = hosted.assign(program=program)
    told = told[(told["mask"] != "") & (told["recipients"] != "")]
    masks = told.groupby([*BY, "program"], sort=False)["mask"].transform("nunique")
    for _, those in told[masks > 1].groupby([*BY, "program"], sort=False):
        jobs = jobs_of(those)
        if len(set(jobs.values())) > 1:
            named = those["mask"].map(jobs).dropna()
            yield JOB + named


def programs(rows: pd.DataFrame) -> pd.Series:
    """'' or which program of its host each message is of: those that for long each had a TLS and
    words of their own at the same time are several."""
    found = pd.Series("", index=rows.index, dtype=object)
    several = rows.groupby(BY, sort=False)[TLS].transform("nunique").max(axis=1) > 1
    for _, those in rows[several].groupby(BY, sort=False):
        ways = those["tls_version"].astype(str) + " " + those["tls_cipher"].astype(str)
        if are_programs(those.assign(way=ways)):
            found.update(ways.map(hashed))
    return found


def are_programs(rows: pd.DataFrame) -> bool:
    """Whether each way of TLS is another program's."""
    told = rows[rows["mask"] != ""]
    whole = told.groupby("mask", sort=False)["at"].transform("size")
    mine = told.groupby(["mask", "way"], sort=False)["at"].transform("size")
    own = told[(mine > 1) & (mine * 10 >= whole * 9)]
    all_of, own_of = told["way"].value_counts(), own["way"].value_counts()
    spans = {str(way): span_of(those) for way, those in told.groupby("way")}
    return len(spans) == rows["way"].nunique() and all(
        own_of.get(one, 0) * 10 >= max(all_of[one], LEAST) * 9
        and all(are_together(span, spans[each]) for each in spans if each != one)
        for one, span in spans.items()
    )


def span_of(rows: pd.DataFrame) -> Span:
    at = rows["at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    return int(at.min()), int(at.max())


def are_together(one: Span, other: Span) -> bool:
    """For at least half the time of the shorter."""
    since, until = max(one[0], other[0]), min(one[1], other[1])
    shorter = min(last - first for first, last in (one, other))
    return (until - since) * 2 >= shorter > 0


def jobs_of(rows: pd.DataFrame) -> Mapping[str, str]:
    """{mask: the job it is of} of those that keep a time; {} unless nearly all do."""
    times: dict[str, Whole] = {}
    to: dict[str, str] = {}
    for mask, those in rows.groupby("mask", sort=True):
        who, count = Counter(those["recipients"]).most_common(1)[0]
        at = those["at"].to_numpy().astype("datetime64[s]").astype(np.int64)
        if len(at) >= LEAST and count * 5 >= len(at) * 4:
            times[str(mask)], to[str(mask)] = np.sort(at), str(who)
    found: dict[str, str] = {}
    for mask in sorted(times, key=lambda each: -len(times[each])):
        home = next((each for each in found if are_one(times, to, each, mask)), None)
        if home is not None:
            found[mask] = found[home]
        elif is_on_time(times[mask]):
            found[mask] = hashed(mask)
    kept = sum(len(times[mask]) for mask in found)
    return found if kept * 10 >= len(rows) * 9 else {}


def are_one(times: Mapping[str, Whole], to: Mapping[str, str], one: str, other: str) -> bool:
    """They write to the same people, or at the same time of day."""
    return to[one] == to[other] or abs(apart(times[one], times[other])) < APART_MINUTES


def apart(one: Whole, other: Whole) -> float:
    """Minutes between their usual times of day, compared on days near each other."""
    near = np.clip(np.searchsorted(one, other), 1, len(one) - 1) if len(one) > 1 else 0
    minutes = (other - one[near]) // 60 % DAY
    return float(np.median(np.minimum(minutes, DAY - minutes)))
