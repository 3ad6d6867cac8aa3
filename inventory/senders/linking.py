"""Which fingerprints are one sender, and what stands behind it. Pure: decides, stores nothing.

Every decision has its reason in words and a confidence in percent.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from inventory.senders.continuing import joined
from inventory.senders.fingerprints import SERVER, is_own
from inventory.senders.grouping import bunches
from inventory.senders.kind_words import APPLICATION, CLIENT, SCRIPT
from inventory.senders.kinds import judge
from inventory.senders.looks import COUNTED, DUE, Bunch, Look, busiest, in_order
from inventory.senders.naming import called, item_name
from inventory.senders.networks import network, place
from inventory.senders.rhythm import Rhythm
from inventory.senders.shapes import known_host, known_shape
from inventory.senders.turns import APART, IN_TURN

LINKED_FROM = 70
"""Percent: from here on a sender is linked, below it is only suggested what stands behind it.
What names a host, counts or is alone with its account reaches it, what only looks alike not."""


@dataclass(frozen=True)
class Proposal:
    """What a sender's fingerprints say of it."""

    name: str
    """Of the sender, without its account; others of the account may be called the same."""
    kind: str
    category: str
    """Of the item: device, script or account."""
    item_name: str
    host: str
    library: str
    vendor: str
    reason: str
    confidence: int
    settle_by: str = ""
    """What would settle the doubt, as a sentence for a person; '' where there is hardly any."""


def circle(look: Look) -> str:
    """Which of several circles of people it writes to, if these part it from others."""
    is_other = look.part in (IN_TURN, APART) or look.part.startswith(DUE)
    return "" if is_other else look.part


def is_marked(look: Look) -> bool:
    return look.shape not in ("", SERVER)


def group(looks: Iterable[Look], place_of: Mapping[str, str] | None = None) -> dict[int, str]:
    """The sender's key for each fingerprint (by pk) of one account; those left out have none.

    A trace alone proves nothing: its fingerprints join a sender that something else proved. A
    grid's total stands for the account only while nothing tells its senders apart.
    """
    looks = in_order(looks)
    proven = [look for look in looks if look.proof == "message"]
    if not proven:
        return {look.pk: "unmarked" for look in looks if look.proof == "total"}
    keys: dict[int, str] = {}
    taken: Counter[str] = Counter()
    homes: dict[tuple[str, ...], set[str]] = {}
    for bunch in joined(bunches(proven, place_of or {}), place_of or {}):
        key = key_of(bunch)
        taken[key] += 1
        key = key if taken[key] == 1 else f"{key} ({taken[key]})"
        for look in bunch.looks:
            keys[look.pk] = key
            for marks in marks_of(look):
                homes.setdefault(marks, set()).add(key)
    for look in looks:
        if look.proof == "":
            found = next((homes[marks] for marks in marks_of(look) if marks in homes), set())
            if len(found) == 1:
                keys[look.pk] = next(iter(found))
    return keys


def marks_of(look: Look) -> Iterator[tuple[str, ...]]:
    """What a trace can share with a proven sender, the most telling first."""
    base = (look.shape, look.host)
    yield (*base, look.subject, look.names, look.part, network(look.address))
    yield (*base, look.subject, look.names, look.part)
    if look.host:
        yield base


def key_of(bunch: Bunch) -> str:
    """What the fingerprints of one sender share, within their account, in words."""
    look = busiest(bunch.looks)
    shape = "unmarked" if not is_marked(look) else look.shape
    if look.host:
        said = [f"{shape} at host {look.host}", look.part and f"part {look.part}"]
        said += [look.names if not is_own(look.host) else ""]
        return " ".join(each for each in said if each)[:240]
    said = [shape, look.tls, place(look) and f"from {place(look)}"]
    said += [look.subject and f"“{look.subject[:80]}”", look.names, circle(look)]
    return " ".join(each for each in said if each)[:240]


def propose(
    account: str,
    key: str,
    looks: list[Look],
    rhythm: Rhythm | None = None,
    *,
    is_alone: bool = False,
    fleet: int = 1,
) -> Proposal:
    """What stands behind a sender. `looks` are its fingerprints, at least one; `is_alone` when
    nothing else was seen to log in with the account; `fleet`: as `kind_signs.fleets` counts."""
    look = busiest(looks)
    if all(each.proof == "total" for each in looks):
        reason = "only a total is known; a detail report would tell its senders apart"
        name = "All of its mail"
        return Proposal(name, "", "account", account, "", "", "", reason, 30, TOTAL_DOUBT)
    kind, lead, reasons = judge(looks, rhythm, fleet)
    host, shape = known_host(look.host), known_shape(look.shape)
    library = shape.name if shape and shape.kind == kind else ""
    shown = with_words(look, looks)
    name = called(kind, shown, library)
    why = [f"Message-IDs name the host {look.host}"] if look.host else []
    why += ["; ".join(reasons)] if reasons else ["nothing tells yet what kind it is"]
    if kind == CLIENT:
        why.append("a person's mail program")
    elif not look.host:
        why.append(apart_by(look, is_alone=is_alone))
    confidence = sureness(look, lead, is_alone=is_alone)
    doubt = settle_by(account, kind, looks, confidence, is_alone=is_alone)
    reason = "; ".join(why)
    if kind == CLIENT or not (kind or look.host):
        return Proposal(
            name, kind, "account", account, look.host, library, "", reason, confidence, doubt
        )
    category = "script" if kind in (SCRIPT, APPLICATION) else "device"
    vendor = host.name if host else ""
    return Proposal(
        name,
        kind,
        category,
        item_name(account, key, kind, shown, library),
        look.host,
        library,
        vendor,
        reason,
        confidence,
        doubt,
    )


def with_words(look: Look, looks: Sequence[Look]) -> Look:
    """With the words that most of its mail has of which a trace tells subjects."""
    if look.subject:
        return look
    told = [each for each in looks if each.subject]
    return replace(look, subject=busiest(told).subject) if told else look


def apart_by(look: Look, *, is_alone: bool) -> str:
    """What tells a sender that names no host from the others of its account."""
    if look.part.startswith(COUNTED):
        return "a number in its mails runs on from one to the next"
    if look.part.startswith(DUE) and not is_alone:
        return "it keeps a time of its own"
    if is_alone:
        return "nothing else logs in with the account"
    said = [
        look.names and "a name in its subjects",
        look.subject and not look.names and "the words of its subjects",
        circle(look) and "whom it writes to",
        look.part == APART and "its place",
        "its TLS and Message-IDs",
    ]
    return f"told apart by {', '.join(each for each in said if each)}"


def sureness(look: Look, lead: int, *, is_alone: bool) -> int:
    """Percent. A host name or a counter tells most; to be like itself alone tells least."""
    if look.host or look.part.startswith(COUNTED):
        base = 85
    elif is_alone or look.part.startswith(DUE):
        base = 75
    else:
        base = 70 if look.names else 55
        base -= 10 if circle(look) else 0
    return max(10, min(95, base + 2 * min(lead, 5) - (0 if lead else 20)))


# -- what would settle the doubt ---------------------------------------------------------------

SURE_FROM = 90
TOTAL_DOUBT = "A detail report of SMTP AUTH clients would name its messages one by one."


def settle_by(
    account: str, kind: str, looks: Sequence[Look], confidence: int, *, is_alone: bool
) -> str:
    """The one thing that would tell most, as a sentence."""
    look = busiest(looks)
    told = {each.subject for each in looks}
    if confidence >= SURE_FROM:
        return ""
    if kind == CLIENT:
        return f"Whoever uses {account} can say whether it is their mail program."
    if told == {""}:
        return f"A message trace of {period(looks)} would show its subjects and whom it writes to."
    if look.host:
        return f"Whoever runs {look.host} can say what it is."
    if look.part.startswith(COUNTED):
        return "The job lists of the devices would show whose numbers these are."
    if circle(look):
        return (
            f"Those it writes to can say which device they stand at; so would a host name of its "
            f"own in every device at {place(look) or 'that place'}."
        )
    if not kind:
        return f"Its recipients, or who logs in with {account}, can say what sends these mails."
    if is_alone:
        return f"Whoever set up {account} can say where it is used."
    return (
        f"A name of its own in the subjects or Message-IDs of whatever uses {account} would tell "
        "in the next report whether this is one."
    )


def period(looks: Sequence[Look]) -> str:
    """The days on which it was seen, such as `11–20 Nov 2026`."""
    first, last = (dt.date.fromordinal(max(1, day)) for day in seen_days(looks))
    if first == last:
        return f"{last.day} {last:%b %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%b %Y}"
    return f"{first.day} {first:%b %Y} – {last.day} {last:%b %Y}"


def seen_days(looks: Sequence[Look]) -> tuple[int, int]:
    return min(look.days[0] for look in looks), max(look.days[1] for look in looks)
