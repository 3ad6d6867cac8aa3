"""Replies of Exchange Online as devices and scripts write them into their logs; docs/readers.

A log is any text: syslog, lines with ISO times, tracebacks. Lines that are no reply are passed
over. Nothing of a line is kept that would let somebody log in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import median

from inventory import replies
from inventory.readers.log_lines import (
    NUMBERS,
    Stamp,
    account_of,
    named_host,
    stamp_of,
    without_server,
)
from inventory.readers.masking import masked
from inventory.records import LoggedReply

NAME = "smtp_replies"
TITLE = "a log with SMTP replies"
TEXT_LENGTH = 300
LONGEST = 4_000
"""Characters of a line that are looked at."""
NEAR = 60
"""Lines from a time to the reply that belongs to it: a traceback stands in between."""
MAY_BE = re.compile(
    r"(?<!\d)[45]\d\d(?!\d)|[45]\.\d\d?\d?\.\d|uthenticat|disabled for the|SendAs|oncurrent"
)
PAIR = re.compile(
    r"(?<![\d.])(?:4[2-5]\d[\Wb]{1,5}4|5(?!00)[0-5]\d[\Wb]{1,5}5)\.\d{1,3}\.\d{1,3}(?![\d.])"
)
AMBIGUOUS = {"direct_send", "connections", "rate", "limit", "relay", "security_defaults"}
"""Families whose words other programs, and settings, have too."""
BARE = re.compile(
    r"^\W*535\b|(?:smtp|auth\w*|code|error|reply|respon[sd]\w*|returned?|said|status|server)\W{1,3}"
    r"(?:code\W{1,2})?535(?![\d.,])",
    re.IGNORECASE,
)
ABOUT_MAIL = re.compile(
    r"smtp|e-?mail|\bauth|server (?:said|re)|mail\b|login|logon|SendAs|aka\.ms|STOREDRV|send as",
    re.IGNORECASE,
)
OF_MICROSOFT = re.compile(r"aka\.ms|outlook\.com|office365|STOREDRV", re.IGNORECASE)
REFUSING = re.compile(
    r"auth|denied|refus|reject|\brepl|respon|error|fail|not allowed|unable|said", re.IGNORECASE
)
CONTINUED = re.compile(r"(?<![\d.])([45]\d\d)-[45]\.")
CLOCK_STEP = dt.timedelta(minutes=15)
WIDEST_ZONE = dt.timedelta(hours=14)


@dataclass(frozen=True)
class Found:
    """A reply in a line; `clock` is the time of the line itself, in the host's own zone."""

    reply: LoggedReply
    server_at: dt.datetime | None
    clock: Stamp | None


def meaning_of(line: str) -> tuple[replies.Family | None, int | None, str] | None:
    """(family, code, enhanced code) of a reply that refuses or defers; None for other lines.

    Numbers alone are no reply: job 535, firmware 5.7.3.
    """
    if not MAY_BE.search(line):
        return None
    found = replies.classify(line)
    code, enhanced = replies.codes_of(line)
    if found is None:
        is_pair = bool(PAIR.search(line)) and code is not None and code >= 400
        return (None, code, enhanced) if is_pair else None
    if PAIR.search(line) or is_told_in_words(found.family, line):
        return found.family, found.code, found.enhanced
    if found.enhanced and ABOUT_MAIL.search(line) and REFUSING.search(line):
        return found.family, found.code, found.enhanced
    if not found.enhanced and BARE.search(line) and ABOUT_MAIL.search(line):
        return found.family, found.code, found.enhanced
    return None


def is_told_in_words(family: replies.Family, line: str) -> bool:
    """Whether the text says it without any number."""
    if family.name in AMBIGUOUS and not OF_MICROSOFT.search(line):
        return False
    return bool(ABOUT_MAIL.search(line)) and replies.is_in_words(family.name, line)


def looks_like_log(lines: Iterable[str], received_on: dt.date) -> bool:
    """Whether the first lines of a file hold a reply, or many begin with a time."""
    shown = [line for line in lines if line.strip()][:400]
    if any(meaning_of(line[:LONGEST]) for line in shown):
        return True
    stamped = sum(1 for line in shown[:50] if stamp_of(line[:200], received_on))
    return stamped > 0.3 * len(shown[:50])


def decide_day_first(lines: Iterable[str]) -> tuple[bool | None, bool]:
    """(whether dates such as 05/10/2026 start with the day, whether there are such dates).

    Reads on only until one date tells; None when none does.
    """
    has_dates = False
    for line in lines:
        if found := NUMBERS.match(line):
            has_dates = True
            if found["mark"] == "." or int(found["a"]) > 12:
                return True, True
            if int(found["b"]) > 12:
                return False, True
    return None, has_dates


def read(
    lines: Iterable[str], received_on: dt.date, *, day_first: bool | None = None
) -> list[LoggedReply]:
    """The replies of a log, each with the server's time where it tells one, else the host's."""
    return in_server_time(list(found_in(lines, received_on, day_first)))


def found_in(lines: Iterable[str], received_on: dt.date, day_first: bool | None) -> Iterator[Found]:
    continued = ""
    seen: Counter[int] = Counter()
    above: deque[str] = deque(maxlen=NEAR)
    for number, line in enumerate(lines, start=1):
        line = line.replace("\0", "").strip()[:LONGEST]
        meaning = meaning_of(line)
        if meaning is None:
            above.append(line)
            continue
        rest, _ = without_server(line)
        own = stamp_of(rest, received_on, day_first=day_first)
        is_rest = bool(continued) and own is None and continued in line[:80]
        continued = multiline_code(line)
        if not is_rest:
            near = own or stamp_above(above, received_on, day_first)
            found = found_of(number, line, near, meaning)
            key = key_of(line, found)
            seen[key] += 1
            yield replace(found, reply=replace(found.reply, key=nth(key, seen[key])))
        above.append(line)


def stamp_above(above: Iterable[str], received_on: dt.date, day_first: bool | None) -> Stamp | None:
    """Of the nearest line above that tells a time."""
    stamps = (stamp_of(each, received_on, day_first=day_first) for each in reversed([*above]))
    return next(filter(None, stamps), None)


def multiline_code(line: str) -> str:
    """The code with which the next line of the same reply begins; "" when this is the last."""
    found = CONTINUED.search(line)
    return found[1] if found else ""


def found_of(
    number: int,
    line: str,
    stamp: Stamp | None,
    meaning: tuple[replies.Family | None, int | None, str],
) -> Found:
    family, code, enhanced = meaning
    rest, server_at = without_server(line)
    host = (stamp.host if stamp else "") or named_host(rest)
    reply = LoggedReply(
        line=number,
        at=server_at or (stamp.at if stamp else None),
        host=host,
        account=account_of(rest),
        family=family.name if family else "",
        code=code,
        enhanced=enhanced,
        is_refusal=family.is_refusal if family else (code or 0) >= 500,
        text=shortened(masked(line)),
        key=0,
    )
    return Found(reply, server_at, stamp)


def shortened(line: str) -> str:
    """The beginning of a line, or its beginning and the reply where that stands far behind."""
    found = PAIR.search(line)
    if len(line) <= TEXT_LENGTH or not found or found.end() < TEXT_LENGTH - 100:
        return line[:TEXT_LENGTH]
    return f"{line[:60]} … {line[found.start() :]}"[:TEXT_LENGTH]


def key_of(line: str, found: Found) -> int:
    """Equal for the same line of another log."""
    at = found.reply.at.isoformat() if found.reply.at else ""
    digest = hashlib.blake2b(f"{line}\x1f{at}".encode(errors="replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")


def nth(key: int, count: int) -> int:
    """The n-th of equal lines is the same in all logs; 64 bits with a sign."""
    key = (key + (count - 1) * 0x9E3779B97F4A7C15) % 2**64
    return key - 2**63


# -- clocks ------------------------------------------------------------------------------------


def in_server_time(found: list[Found]) -> list[LoggedReply]:
    """Lines without the server's time, moved by how far their host's clock is from it."""
    offsets = offsets_of(found)
    is_usual = len(offsets) > 1 and len(set(offsets.values())) == 1
    default = next(iter(offsets.values())) if is_usual else dt.timedelta(0)
    return [moved(each, offsets.get(each.reply.host, default)) for each in found]


def offsets_of(found: list[Found]) -> dict[str, dt.timedelta]:
    """{host: its clock less the server's}, in quarters of an hour as time zones are."""
    told: defaultdict[str, list[dt.timedelta]] = defaultdict(list)
    for each in found:
        if each.server_at and each.clock and each.clock.at and not each.clock.is_zoned:
            told[each.reply.host].append(each.clock.at - each.server_at)
    offsets = {}
    for host, differences in told.items():
        steps = round(median(each / CLOCK_STEP for each in differences))
        offset = steps * CLOCK_STEP
        offsets[host] = offset if abs(offset) <= WIDEST_ZONE else dt.timedelta(0)
    return offsets


def moved(found: Found, offset: dt.timedelta) -> LoggedReply:
    clock = found.clock
    if found.server_at or clock is None or clock.at is None or clock.is_zoned:
        return found.reply
    return replace(found.reply, at=clock.at - offset)
