"""Signs of what kind of thing a sender is, in what it writes, how, when and to whom. Pure.

Each sign has a name, by which `kinds` knows how much it speaks for each kind, and the words in
which a person is told of it. A vendor's mark is one sign among others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from inventory.assets.names import is_address
from inventory.senders.fingerprints import INSIDE, RESERVED, SERVER, form_of, is_own
from inventory.senders.kind_words import APPLIANCE, CLIENT, LETTERS, MFP, SCRIPT, surely
from inventory.senders.looks import (
    ID,
    Bunch,
    Look,
    are_everyone,
    busiest,
    nearly_all,
)
from inventory.senders.rhythm import ON_ALARM, UNKNOWN, Rhythm
from inventory.senders.shapes import known_host, known_shape
from inventory.senders.subjects import without_parts_of_names

Sign = tuple[str, str]
"""Its name, and what a person is told."""

FACTORY = re.compile(r"[a-z][a-z\d]*[a-z\d]-?(?=[a-f]*\d)(?=\d*[a-f])(?:[\da-f]{6}|[\da-f]{12})")
NAME_PART = re.compile(r"[^\W\d_]+")
SHAPE_WORD = re.compile(r"(?!uuid|UUID)[A-Za-z]{3,}")
PERSON = re.compile(r"[a-z]{2,}[._-][a-z]{2,}\d*|[a-z]\.[a-z]{3,}\d*")
ACCOUNTS = {
    MFP: {"scan", "scanner", "scans", "mfp", "print", "printer", "copier", "kopier", "fax", "prn"},
    APPLIANCE: {"alarm", "alert", "ups", "nas", "nvr", "idrac", "ilo", "apc", "firewall", "fw",
                "camera", "cam", "pdu", "switch"},
    SCRIPT: {"svc", "service", "job", "jobs", "cron", "batch", "sql", "etl", "script", "task"},
}  # fmt: skip
"""What people put into the names of accounts."""
SAID = {ON_ALARM: "it sends only now and then", UNKNOWN: ""}
TOLD_BY_WORDS = "the words of its subjects"

WORDS = (20, 40, 65)
OFFICE = (30, 60, 80, 95)
SIZES = (5, 20, 60, 200, 600)
COUNTS = (3, 8, 30, 100)
MASKS = (2, 4, 8)
SAME = (50, 80, 98)
FLEETS = (2, 3, 6)


def signs(looks: Sequence[Look], rhythm: Rhythm | None = None, fleet: int = 1) -> dict[str, str]:
    """{name: what a person is told, '' for nothing} of every sign. `looks` are the fingerprints of
    a sender, at least one; `fleet`: as `fleets` counts."""
    look = busiest(looks)
    bunch = Bunch(list(looks))
    found: list[Sign] = []
    found += of_words(looks)
    found += of_host(look)
    found += of_shape(look)
    found += of_account(look.account)
    found += of_subjects(looks)
    found += of_people(bunch.recipients)
    found += of_times(looks, rhythm)
    found += of_size(bunch)
    if not is_of_windows(look):  # Where there is a server at each place, a script may well be too.
        found += steps("fleet", fleet, FLEETS, f"{fleet - 1} more of a kind say the same")
    return dict(found)


def steps(name: str, value: float, edges: Iterable[int], told: str) -> Iterator[Sign]:
    """A sign for each edge that a value reaches."""
    return ((f"{name} {edge}", told) for edge in edges if value >= edge)


def of_words(looks: Sequence[Look]) -> Iterator[Sign]:
    hints: Counter[str] = Counter()
    for look in looks:
        hints.update(look.hints)
    total = hints.total()
    if not total:
        return
    shares: Counter[str] = Counter()
    for letters, count in hints.items():
        for letter in letters:
            shares[letter.lower()] += count * (80 if letter.isupper() else 40)
    for kind, letter in LETTERS.items():
        yield from steps(f"words {kind}", shares[letter] / total, WORDS, TOLD_BY_WORDS)
    if answered := sum(count for letters, count in hints.items() if "r" in letters):
        yield "answers", "it answers mail"
        if answered * 5 >= total:
            yield "answers often", "it answers mail"
    if sum(count for letters, count in hints.items() if "f" in letters) * 10 >= total:
        yield "forwards", "it passes on what others wrote"


def of_host(look: Look) -> Iterator[Sign]:
    label = look.host.partition(".")[0]
    if not look.host:
        yield "host none", ""
    elif is_address(look.host):
        yield "host address", "its Message-IDs name an address and no name, as devices do"
    elif host := known_host(look.host):
        how = " maker" if host.name else " named" if host.is_product else ""
        yield f"host {host.kind}{how}", host.reason
    elif is_serial(label):
        yield "host serial", "a serial number or MAC address in its Message-IDs"
    elif has_mac(label):
        yield "host mac", "the host name ends with a part of a MAC address, as made in a factory"
    elif not is_own(look.host):
        yield "host word", "its host is called as many are that nobody gave a name"
    else:
        yield "host other", ""
    if look.host and not is_address(look.host):
        said = " ".join(NAME_PART.findall(label))
        yield from says("host", said, f"its host is called {label}")
    if look.part.startswith(ID):
        yield "serial in ids", "a serial number or MAC address in its Message-IDs"


def of_shape(look: Look) -> Iterator[Sign]:
    local = look.shape.partition("@")[0]
    if look.shape == SERVER:
        yield "id server", "Exchange Online gave it its Message-IDs"
    elif is_of_windows(look):
        yield "id windows", "its Message-IDs begin with its name, as Windows itself writes them"
    elif shape := known_shape(look.shape):
        yield f"id {shape.name}", shape.reason
    elif is_of_service(look):
        yield "id service", "its Message-IDs end in the domain of somebody else"
    elif look.shape:
        yield "id other", ""
    said = " ".join(SHAPE_WORD.findall(local)) if look.shape != SERVER else ""
    if said:
        yield "id says", ""
        yield from says("id", said, f"its Message-IDs say {said}")


def says(where: str, words: str, told: str) -> Iterator[Sign]:
    """A sign where words leave little doubt of a kind."""
    return ((f"{where} says {kind}", told) for kind in surely(words) if kind != CLIENT)


def of_account(account: str) -> Iterator[Sign]:
    name = account.partition("@")[0].lower()
    called = set(NAME_PART.findall(name))
    for kind, names in ACCOUNTS.items():
        if names & called:
            yield f"account {kind}", "the name of its account"
    if PERSON.fullmatch(name):
        yield "account person", "its account is called as a person is"
    else:
        yield from says("account", " ".join(sorted(called)), "the name of its account")


def of_subjects(looks: Sequence[Look]) -> Iterator[Sign]:
    masks: Counter[str] = Counter()
    for look in looks:
        if look.subject:
            masks[look.subject] += look.count
    if not masks:
        return
    # Of equals the same one, in whatever order reports came.
    top, count = max(masks.items(), key=lambda each: (each[1], each[0]))
    yield from steps("subjects", len(masks), MASKS, "it says different things")
    yield from steps("same", count * 100 / masks.total(), SAME, "it says the same again and again")
    for mark in "#[:-":
        if mark in top:
            yield f"in subject {mark}", ""


def of_people(recipients: Counter[str]) -> Iterator[Sign]:
    if not recipients:
        return
    if nearly_all(recipients):
        yield "to the same", "it always writes to the same people"
    if are_everyone(recipients):
        yield "to everyone", "it writes to ever other people"
    if any("." in each for each in recipients):
        yield "to several", "it writes to several people at a time"


def of_times(looks: Sequence[Look], rhythm: Rhythm | None) -> Iterator[Sign]:
    count = max(1, sum(look.count for look in looks))
    office = round(sum(look.office * look.count for look in looks) * 100 / count, 6)
    if rhythm is not None:
        how = " on time" if rhythm.at else ""
        told = SAID.get(rhythm.cadence, f"it sends {rhythm.cadence.replace('_', '-')}{how}")
        yield f"cadence {rhythm.cadence}{how}", told
    yield from steps("office", office, OFFICE, "it sends in working hours")
    yield from steps("count", count, COUNTS, "")


def of_size(bunch: Bunch) -> Iterator[Sign]:
    size = sum(look.size * look.count for look in bunch.looks) / max(1, bunch.count) / 1000
    yield from steps("size", size, SIZES, "the size of its mails")
    if not size:
        yield "size untold", ""


def fleets(senders: Mapping[str, Sequence[Look]]) -> dict[str, int]:
    """{sender: how many of these senders write with the same words and Message-IDs, it included}"""
    said = {
        key: {
            (form_of(look.shape), without_parts_of_names(look.subject))
            for look in looks
            if look.subject
        }
        for key, looks in senders.items()
        if Bunch(list(looks)).count > 1
    }
    counts = Counter(each for words in said.values() for each in words)
    return {key: max((counts[each] for each in said.get(key, ())), default=1) for key in senders}


def is_of_service(look: Look) -> bool:
    """Its Message-IDs end in a public domain that is not the organisation's."""
    domain = look.host if look.host.count(".") > 1 else look.shape.partition("@")[2]
    ending = domain.rpartition(".")[2]
    return "." in domain and ending.isalpha() and ending not in INSIDE | RESERVED


def is_of_windows(look: Look) -> bool:
    """Its Message-IDs begin with the host's name in capitals, and what is drawn right after it."""
    stem, dash, drawn = look.shape.rpartition("-")
    label = look.host.partition(".")[0].upper()
    return dash != "" and drawn == "w" and stem.isupper() and label.startswith(f"{stem}-")


def is_serial(label: str) -> bool:
    """As devices are called that nobody gave a name: digits for the most part, or hexadecimal."""
    digits = sum(each.isdigit() for each in label)
    return label.isalnum() and len(label) >= 8 and (digits * 2 >= len(label) or is_mac(label))


def is_mac(label: str) -> bool:
    return len(label) == 12 and all(each in "0123456789abcdef" for each in label)


def has_mac(label: str) -> bool:
    """A model or a maker and the end of a MAC address, as devices call themselves."""
    return FACTORY.fullmatch(label) is not None
