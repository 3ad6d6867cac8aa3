"""Times as exports write them: ISO in UTC, or the words of one culture for the whole file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from inventory.records import DatesUndecided

ISO = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]00:?00)?$"
GAP = r"[\s\x{a0}\x{202f}\x{200e}\x{200f}]"
CLOCK = (
    rf",?{GAP}+(?P<before>[^\d]*?){GAP}*(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})"
    rf"(?:[:.](?P<second>\d{{2}})(?:[.,]\d{{1,7}})?)?{GAP}*(?P<after>[^\d]*)$"
)
FILE_DATE = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")
CULTURE = rf"^(?P<a>\d{{1,2}})[/.\-]{GAP}?(?P<b>\d{{1,2}})[/.\-]{GAP}?(?P<year>\d{{4}})\.?" + CLOCK
YEAR_FIRST = (
    rf"^(?P<year>\d{{4}})[/.\-]{GAP}?(?P<a>\d{{1,2}})[/.\-]{GAP}?(?P<b>\d{{1,2}})\.?" + CLOCK
)
JAVASCRIPT = r"^\\?/Date\((?P<ms>-?\d{1,15})(?:[+-]\d{4})?\)\\?/$"
"""What PowerShell 5 makes of a time in JSON: milliseconds since 1970, UTC."""
LONGEST_DATE = 12
"""Letters of `31. 12. 2026`."""
CLOCKS = {
    r" \d{1,2}:\d\d:\d\d [AP]M": " %I:%M:%S %p",
    r" \d{1,2}:\d\d:\d\d": " %H:%M:%S",
}
"""The commonest, which Arrow reads many times faster than the patterns above."""
BEFORE_NOON = {"am", "a", "πμ", "ص", "오전", "上午", "午前", "sa", "fm", "de", "पूर्वाह्न"}
AFTER_NOON = {"pm", "p", "μμ", "م", "오후", "下午", "午後", "ch", "em", "du", "अपराह्न"}
EARLIEST, LATEST = np.datetime64("2000-01-01", "s"), np.datetime64("2100-01-01", "s")


def decide_day_first(values: Iterable[pa.Array], column: str, answer: bool | None = None) -> bool:
    """Whether the file's dates start with the day. Reads on only until one value tells.

    `answer` is a person's, for a file that does not tell. Raises DatesUndecided without one: a
    guess would move rows to other months.
    """
    ambiguous = 0
    for array in map(one_of_each_date, values):
        culture = array.filter(pc.invert(is_iso(array)))
        parts = pc.extract_regex(culture, CULTURE).drop_null()
        if not len(parts):
            continue
        if has_dots(culture):
            return True
        first, second = (pc.struct_field(parts, name).cast(pa.int32()) for name in ("a", "b"))
        for number, day_first in ((first, True), (second, False)):
            if pc.any(pc.and_(pc.greater(number, 12), pc.less(number, 32))).as_py():
                return day_first
        ambiguous += pc.sum(pc.not_equal(first, second)).as_py()
    if ambiguous and answer is None:
        raise DatesUndecided(
            f"the dates in {column} can be read with the day or the month first, and nothing in "
            "the file tells which: say which it is and read it again, or export it again with "
            "ISO dates"
        )
    return bool(answer)


def one_of_each_date(array: pa.Array) -> pa.Array:
    """Trimmed texts, one for each way that they begin up to the year; all where one of these is no
    time."""
    texts = pc.utf8_trim_whitespace(array)
    beginnings = pc.utf8_slice_codeunits(texts, 0, LONGEST_DATE).dictionary_encode()
    _, first = np.unique(beginnings.indices.to_numpy(zero_copy_only=False), return_index=True)
    some = texts.take(pa.array(first))
    is_time = pc.or_(is_iso(some), pc.match_substring_regex(some, CULTURE))
    return some if pc.all(is_time).as_py() else texts


def has_dots(array: pa.Array) -> bool:
    """Only cultures that put the day first write dates with dots."""
    dotted = r"^\s*\d{1,2}\.\s?\d{1,2}\.\s?\d{4}"
    return bool(pc.any(pc.match_substring_regex(array, dotted)).as_py())


def is_iso(array: pa.Array) -> pa.Array:
    return pc.match_substring_regex(array, ISO)


def read_times(array: pa.Array, *, day_first: bool) -> np.ndarray:
    """datetime64[s] in UTC, cut to the second; NaT where a value is no time we know."""
    times = read_common(array, day_first=day_first)
    missing = np.isnat(times)
    if missing.any():
        rest = array.filter(pa.array(missing)) if not missing.all() else array
        times[missing] = read_uncommon(pc.utf8_trim_whitespace(rest), day_first=day_first)
    with np.errstate(invalid="ignore"):
        times[(times < EARLIEST) | (times >= LATEST)] = np.datetime64("NaT")
    return times


def read_common(array: pa.Array, *, day_first: bool) -> np.ndarray:
    """The times in the form that the first of them has, if it is one of the commonest."""
    form = form_of(array[0].as_py().strip(), day_first=day_first) if len(array) else ""
    if not form:
        return np.full(len(array), np.datetime64("NaT"), dtype="datetime64[s]")
    read = pc.strptime(array, format=form, unit="s", error_is_null=True)
    times: np.ndarray = read.to_numpy(zero_copy_only=False)
    return times.astype("datetime64[s]")


def read_uncommon(array: pa.Array, *, day_first: bool) -> np.ndarray:
    if not pc.any(pc.match_substring_regex(array, r"\d")).as_py():
        return np.full(len(array), np.datetime64("NaT"), dtype="datetime64[s]")
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
        times[other] = read_any(array.filter(pa.array(other)), day_first=day_first)
    return times


def form_of(text: str, *, day_first: bool) -> str:
    """What Arrow calls the form of a time, where it is one of the commonest; else ''."""
    day, month = ("%d", "%m") if day_first else ("%m", "%d")
    for mark in "/.-":
        for clock, form in CLOCKS.items():
            date = rf"\d{{1,2}}{re.escape(mark)}\d{{1,2}}{re.escape(mark)}\d{{4}}"
            if re.fullmatch(date + clock, text, re.ASCII):
                return f"{day}{mark}{month}{mark}%Y{form}"
    return ""


def read_any(array: pa.Array, *, day_first: bool) -> np.ndarray:
    found = np.full(len(array), np.datetime64("NaT"), dtype="datetime64[s]")
    for pattern, order in ((CULTURE, "ab" if day_first else "ba"), (YEAR_FIRST, "ba")):
        if pc.any(pc.match_substring_regex(array, pattern)).as_py():
            found = np.where(np.isnat(found), read_culture(array, pattern, order), found)
    found = np.where(np.isnat(found), read_milliseconds(array), found)
    missing = np.isnat(found)
    found[missing] = [with_offset(text) for text in array.filter(pa.array(missing)).to_pylist()]
    return found


def read_milliseconds(array: pa.Array) -> np.ndarray:
    parts = pc.struct_field(pc.extract_regex(array, JAVASCRIPT), "ms")
    times: np.ndarray = parts.cast(pa.int64()).cast(pa.timestamp("ms")).to_numpy(False)
    return times.astype("datetime64[s]")


def read_culture(array: pa.Array, pattern: str, order: str) -> np.ndarray:
    """Times in a culture's words; `order` names the pattern's groups for day and month."""
    parts = pc.extract_regex(array, pattern)
    half, unknown = halves(parts)
    number = {
        name: pd.to_numeric(
            pd.Series(pc.struct_field(parts, name).to_numpy(zero_copy_only=False)), errors="coerce"
        )
        for name in ("a", "b", "year", "hour", "minute", "second")
    }
    hour = number["hour"]
    out_of_clock = unknown | ((half != "") & ((hour < 1) | (hour > 12)))
    hour = hour.where(half == "", hour % 12 + np.where(half == "p", 12, 0)).mask(out_of_clock)
    day, month = order[0], order[1]
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


def halves(parts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """("a", "p" or "" for the half of the day, mask of words not known)."""
    words = pc.binary_join_element_wise(
        *(pc.struct_field(parts, name).fill_null("") for name in ("before", "after")), ""
    ).dictionary_encode()
    found, unknown = [], []
    for word in words.dictionary.to_pylist():
        plain = "".join(letter for letter in word.lower() if letter.isprintable())
        plain = plain.replace(".", "").replace(" ", "").replace("\xa0", "")
        found.append("a" if plain in BEFORE_NOON else "p" if plain in AFTER_NOON else "")
        unknown.append(bool(plain) and not found[-1])
    codes = words.indices.to_numpy(zero_copy_only=False)
    return np.array(found, dtype=object)[codes], np.array(unknown, dtype=bool)[codes]


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
