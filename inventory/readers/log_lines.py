"""Lines of logs: when, which host, whose account. Of any make; what is not told stays blank."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from inventory import normalize

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "feb",
            "mar mär mrz maer",
            "apr",
            "may mai maj mei",
            "jun",
            "jul",
            "aug",
            "sep",
            "oct okt",
            "nov",
            "dec dez des",
        ),
        start=1,
    )
    for name in names.split()
}
SYSLOG = re.compile(
    r"(?:<\d{1,3}>)?\s*(?:[A-Za-z]{2,3}\.?,?\s+)?(?P<month>[A-Za-zä]{3,4})\.?\s+(?P<day>\d{1,2})\s+(?:(?P<year>20\d\d)\s+)?"
    r"(?P<clock>\d\d:\d\d:\d\d)(?:[.,]\d+)?(?:\s+(?P<after>20\d\d))?\s*"
)
ISO = re.compile(
    r"(?:<\d{1,3}>)?(?:\d\s+)?[\[(\"']?(?P<date>20\d\d[-/.]\d\d[-/.]\d\d)[T ,]\s*"
    r"(?P<clock>\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?[\])\"']?[\s,;|:-]*"
)
NUMBERS = re.compile(
    r"[\[(\"']?(?P<a>\d{1,2})(?P<mark>[./-])(?P<b>\d{1,2})[./-](?P<year>20\d\d),?\s+"
    r"(?P<clock>\d{1,2}:\d\d:\d\d)(?:[.,]\d+)?(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?[\])\"']?[\s,;|-]*"
)
INSIDE = re.compile(r"(?<![\d-])(?=20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d)")
"""A time further behind in a line."""
WORDS = re.compile(
    r"[\[(\"']?(?P<day>\d{1,2})[-/ ](?P<month>[A-Za-zä]{3,4})[-/ ](?P<year>20\d\d)[: ]"
    r"(?P<clock>\d\d:\d\d:\d\d)(?:[.,]\d+)?\s?(?P<zone>Z|UTC|[+-]\d{4})?[\])\"']?[\s,;|-]*"
)
SERVER = re.compile(
    r"\[(?:Hostname=)?[A-Z0-9.-]+\.(?:outlook|office365|office)\.(?:com|[a-z]{2,3})"
    r"(?:\s+(?P<at>20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z)?[^\]]*\]",
    re.IGNORECASE,
)
NAMED_HOST = re.compile(
    r"""(?<![\w.])(?:host_?name|host|device_?name|device|devname|computer_?name|computer|machine
    |client_?host|source_?host|printer)["']?\s*[=:]\s*["'\[]?(?P<host>[A-Za-z0-9][\w.:-]*[\w])""",
    re.IGNORECASE | re.VERBOSE,
)
NAMED_TIME = re.compile(
    r"""["']?(?:@?timestamp|time|date|datetime|eventtime|ts|asctime)["']?\s*[=:]\s*["']?
    (?=20\d\d-)""",
    re.IGNORECASE | re.VERBOSE,
)
FIRST = re.compile(r"\[?(?P<host>[A-Za-z0-9][A-Za-z0-9_.:-]*)\]?(?=\s)")
LEVELS = {
    *("trace", "debug", "info", "notice", "warn", "warning", "error", "err", "fatal", "critical"),
    *("crit", "severe", "alert", "emerg", "fine", "information", "verbose", "failure", "fehler"),
    *("smtp", "mail", "email", "e-mail", "main", "smtpd", "auth", "reply", "server", "client"),
    *("traceback", "exception", "the", "failed", "sending", "could", "cannot", "unable", "job"),
}
PACKAGES = (
    "com.",
    "org.",
    "net.",
    "io.",
    "java.",
    "javax.",
    "jakarta.",
    "system.",
    "de.",
    "smtplib.",
)
SERVERS = ("outlook.com", "office365.com", "office.com", "microsoft.com", "outlook.office.com")
USER = re.compile(
    r"""(?<![\w-])(?:user_?name|user|login|account|acct|auth_?user|authid|sasl_username|mailbox
    |from|sender|identity|smtp_?user)["']?\s*(?:[=:]|\sis\s)\s*["'<(]*
    (?P<user>[^\s"'<>(),;@]{1,64}@[A-Za-z0-9.-]{1,250}[A-Za-z0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
SEND_AS = re.compile(
    r"(?P<user>(?<![^\s\"'<>(),;:])[^\s\"'<>(),;:@]{1,64}@[A-Za-z0-9.-]{1,250})[\"'>]?\s+"
    r"(?:is\s+|was\s+)?not allowed to send as",
    re.IGNORECASE,
)
ANY = re.compile(
    r"(?<![^\s\"'<>(),;:=\[\]{}])[^\s\"'<>(),;:=\[\]{}@]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
TO = re.compile(
    r"(?:\b(?:to|rcpt|recipients?|an|sendto|rcpt to)\b[\"']?\s*[=:]?\s*[\"'<(]*)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Stamp:
    """The beginning of a line; `is_zoned` when its time is UTC for certain."""

    at: dt.datetime | None
    is_zoned: bool
    host: str


def stamp_of(line: str, received_on: dt.date, *, day_first: bool | None = None) -> Stamp | None:
    """The time and host that a line begins with; None for a line without a time."""
    if found := SYSLOG.match(line):
        month = MONTHS.get(found["month"].lower()[:4]) or MONTHS.get(found["month"].lower()[:3])
        if month:
            year = found["year"] or found["after"]
            at = syslog_time(int(year or 0), month, int(found["day"]), found["clock"], received_on)
            return Stamp(at, False, syslog_host(line[found.end() :]))
    if found := ISO.match(line):
        at = iso_time(found["date"], found["clock"], found["zone"])
        return Stamp(at, bool(found["zone"]), first_host(line[found.end() :]))
    if found := WORDS.match(line):
        month = MONTHS.get(found["month"].lower()[:4]) or MONTHS.get(found["month"].lower()[:3], 0)
        date = f"{found['year']}-{month:02}-{int(found['day']):02}"
        at = iso_time(date, found["clock"], found["zone"])
        return Stamp(at, bool(found["zone"]), first_host(line[found.end() :]))
    if found := NUMBERS.match(line):
        return Stamp(numbers_time(found, day_first), False, first_host(line[found.end() :]))
    if found := NAMED_TIME.search(line) or INSIDE.search(line):
        inner = ISO.match(line[found.end() :])
        if inner:
            at = iso_time(inner["date"], inner["clock"], inner["zone"])
            return Stamp(at, bool(inner["zone"]), "")
    return None


def syslog_time(
    year: int, month: int, day: int, clock: str, received_on: dt.date
) -> dt.datetime | None:
    """A date without a year is the last such before the log came in."""
    years = [year] if year else [received_on.year, received_on.year - 1]
    for each in years:
        at = moment(each, month, day, clock)
        if at and (year or at.date() <= received_on + dt.timedelta(days=1)):
            return at
    return None


def moment(year: int, month: int, day: int, clock: str) -> dt.datetime | None:
    try:
        hour, minute, second = map(int, clock.split(":"))
        return dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=dt.UTC)
    except ValueError:
        return None


def iso_time(date: str, clock: str, zone: str | None) -> dt.datetime | None:
    year, month, day = (int(part) for part in re.split(r"[-/.]", date))
    at = moment(year, month, day, clock)
    if at is None or zone in (None, "Z", "UTC", "GMT"):
        return at
    digits = zone.replace(":", "")
    offset = dt.timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    try:
        return at - offset if digits[0] == "+" else at + offset
    except OverflowError:
        return None


def numbers_time(found: re.Match[str], day_first: bool | None) -> dt.datetime | None:
    """None where the day and the month cannot be told apart."""
    first, second = int(found["a"]), int(found["b"])
    if first > 12 or found["mark"] == ".":
        day_first = True
    elif second > 12 or first == second:
        day_first = False
    if day_first is None:
        return None
    day, month = (first, second) if day_first else (second, first)
    clock = found["clock"]
    if half := found["half"]:
        hour, _, rest = clock.partition(":")
        clock = f"{int(hour) % 12 + (12 if half.lower() == 'p' else 0)}:{rest}"
    return moment(int(found["year"]), month, day, clock)


def syslog_host(rest: str) -> str:
    """After a syslog time always the host, whatever it looks like."""
    found = FIRST.match(rest)
    return as_host(found["host"]) if found and not found["host"].endswith(":") else ""


def first_host(rest: str) -> str:
    """After other times a host now and then: what looks like one, or stands in brackets."""
    found = FIRST.match(rest)
    if not found or found["host"].endswith(":"):
        return ""
    word = found["host"].lower()
    if word in LEVELS or word.startswith(PACKAGES) or word.isdecimal():
        return ""
    is_bracketed = found[0].startswith("[")
    is_likely = any(each.isdigit() or each in "-." for each in word)
    if is_bracketed and not (is_ip(word) or re.search(r"\d", word)):
        return ""
    return as_host(word) if is_likely else ""


def as_host(text: str) -> str:
    try:
        return normalize.ip(text)
    except ValueError:
        text = text.strip(".:").lower()
        return "" if text.endswith(SERVERS) else text[:255]


def is_ip(text: str) -> bool:
    try:
        return bool(normalize.ip(text))
    except ValueError:
        return False


def named_host(line: str) -> str:
    """A host that the line names as such, not being Microsoft's."""
    for found in NAMED_HOST.finditer(line):
        if host := as_host(found["host"]):
            return host
    return ""


def without_server(line: str) -> tuple[str, dt.datetime | None]:
    """The line without what the server adds in brackets, and the server's own time."""
    found = SERVER.search(line)
    if not found:
        return line, None
    date, _, clock = (found["at"] or "").partition("T")
    at = iso_time(date, clock, None) if clock else None
    return line[: found.start()] + line[found.end() :], at


def account_of(line: str) -> str:
    """The mailbox that logged in, where the line names it; of several addresses none is guessed."""
    for pattern in (SEND_AS, USER):
        if (found := pattern.search(line)) and (user := as_account(found["user"])):
            return user
    others = {
        address
        for found in ANY.finditer(line)
        if not TO.search(line[: found.start()]) and (address := as_account(found[0]))
    }
    return others.pop() if len(others) == 1 else ""


def as_account(text: str) -> str:
    try:
        return normalize.account(text.strip(".'\""))
    except ValueError:
        return ""
