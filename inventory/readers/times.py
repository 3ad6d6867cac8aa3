"""Times as exports write them: ISO in UTC, or the words of one culture for the whole file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from inventory.records import NotThisReport

ISO = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]00:?00)?$"
CULTURE = (
    r"^(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<year>\d{4}),?[\s\x{a0}\x{202f}]+"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"[\s\x{a0}\x{202f}]*(?P<half>[AaPp])?\.?(?:[Mm]\.?)?$"
)
FILE_DATE = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")
EARLIEST, LATEST = np.datetime64("2000-01-01", "s"), np.datetime64("2100-01-01", "s")


def decide_day_first(values: Iterable[pa.Array], column: str) -> bool:
    """Whether the file's dates start with the day. Reads on only until one value tells.

    Raises NotThisReport when every date can be read both ways: a guess would move rows to
    other months.
    """
    ambiguous = 0
    for array in values:
        parts = pc.extract_regex(array.filter(pc.invert(is_iso(array))), CULTURE).drop_null()
        if not len(parts):
            continue
        if pc.any(pc.match_substring(array, ".")).as_py() and has_dots(array):
            return True
        first, second = (pc.struct_field(parts, name).cast(pa.int32()) for name in ("a", "b"))
        if pc.max(first).as_py() > 12:
            return True
        if pc.max(second).as_py() > 12:
            return False
        ambiguous += len(parts)
    if ambiguous:
        raise NotThisReport(
            f"the dates in {column} can be read with the day or the month first, and nothing in "
            "the file tells which; export it again with ISO dates or over more days"
        )
    return False


def has_dots(array: pa.Array) -> bool:
    """Only cultures that put the day first write dates with dots."""
    return bool(pc.any(pc.match_substring_regex(array, r"^\d{1,2}\.\d{1,2}\.\d{4}")).as_py())


def is_iso(array: pa.Array) -> pa.Array:
    return pc.match_substring_regex(array, ISO)


def read_times(array: pa.Array, *, day_first: bool) -> np.ndarray:
    """datetime64[s] in UTC, cut to the second; NaT where a value is no time we know."""
    iso = is_iso(array)
    stamp = pc.replace_substring(pc.utf8_slice_codeunits(array, 0, 19), " ", "T")
    times: np.ndarray = pc.strptime(
        pc.if_else(iso, stamp, pa.scalar(None, pa.string())),
        format="%Y-%m-%dT%H:%M:%S",
        unit="s",
        error_is_null=True,
    ).to_numpy(zero_copy_only=False)
    times = times.astype("datetime64[s]")
    other = ~iso.to_numpy(zero_copy_only=False)
    if other.any():
        rest = array.filter(pa.array(other))
        found = read_culture(rest, day_first=day_first)
        missing = np.isnat(found)
        found[missing] = [with_offset(text) for text in rest.filter(pa.array(missing)).to_pylist()]
        times[other] = found
    with np.errstate(invalid="ignore"):
        times[(times < EARLIEST) | (times >= LATEST)] = np.datetime64("NaT")
    return times


def read_culture(array: pa.Array, *, day_first: bool) -> np.ndarray:
    parts = pc.extract_regex(array, CULTURE)
    half = pc.utf8_lower(pc.struct_field(parts, "half")).fill_null("").to_numpy(False)
    number = {
        name: pd.to_numeric(
            pd.Series(pc.struct_field(parts, name).to_numpy(zero_copy_only=False)), errors="coerce"
        )
        for name in ("a", "b", "year", "hour", "minute", "second")
    }
    hour = number["hour"]
    out_of_clock = (half != "") & ((hour < 1) | (hour > 12))
    hour = hour.where(half == "", hour % 12 + np.where(half == "p", 12, 0)).mask(out_of_clock)
    day, month = ("a", "b") if day_first else ("b", "a")
    frame = pd.DataFrame(
        {
            "year": number["year"],
            "month": number[month],
            "day": number[day],
            "hour": hour,
            "minute": number["minute"],
            "second": number["second"].where(number["year"].isna(), number["second"].fillna(0)),
        }
    )
    return pd.to_datetime(frame, errors="coerce").to_numpy().astype("datetime64[s]")


def with_offset(text: str) -> np.datetime64:
    """An ISO time with an offset from UTC, for the few that have one."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return np.datetime64("NaT")
    if moment.tzinfo is None:
        return np.datetime64("NaT")
    return np.datetime64(moment.astimezone(dt.UTC).replace(tzinfo=None), "s")


def named_date(file_name: str) -> dt.date | None:
    """The day in a file's name, as `2026-11-22` or `20261122`."""
    if found := FILE_DATE.search(file_name):
        try:
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
    return None
