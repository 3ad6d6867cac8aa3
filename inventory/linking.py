"""Which fingerprints are one sender, and what stands behind it. Pure: decides, stores nothing.

Every decision has its reason in words and a confidence in percent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inventory.fingerprints import SERVER
from inventory.grouping import Bunch, Look, bunches, network
from inventory.kinds import APPLICATION, CLIENT, SCRIPT, judge
from inventory.shapes import known_host, known_shape

LINKED_FROM = 70
"""Percent of confidence from which the rules link; below they suggest, and a person reviews."""


@dataclass(frozen=True)
class Proposal:
    """What a sender's fingerprints say of it."""

    name: str
    kind: str
    category: str
    """Of the item: device, script or account."""
    item_name: str
    host: str
    library: str
    vendor: str
    reason: str
    confidence: int


def place(look: Look) -> str:
    return look.site or network(look.address)


def is_marked(look: Look) -> bool:
    return look.shape not in ("", SERVER)


def group(looks: Iterable[Look], place_of: Mapping[str, str] | None = None) -> dict[int, str]:
    """The sender's key for each fingerprint (by pk) of one account; those left out have none.

    A trace alone proves nothing: its fingerprints join a sender that something else proved. A
    grid's total stands for the account only while nothing tells its senders apart.
    """
    looks = sorted(looks, key=lambda look: look.pk)
    proven = [look for look in looks if look.proof == "message"]
    if not proven:
        return {look.pk: "unmarked" for look in looks if look.proof == "total"}
    keys: dict[int, str] = {}
    taken: Counter[str] = Counter()
    homes: dict[tuple[str, ...], set[str]] = {}
    for bunch in bunches(proven, place_of or {}):
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
    look = max(bunch.looks, key=lambda look: (look.count, -look.pk))
    shape = "unmarked" if not is_marked(look) else look.shape
    if look.host:
        return f"{shape} at host {look.host}" + (f" part {look.part}" if look.part else "")
    said = [shape, look.tls, place(look) and f"from {place(look)}"]
    said += [look.subject and f"“{look.subject[:80]}”", look.names, look.part]
    return " ".join(each for each in said if each)[:240]


def propose(account: str, key: str, looks: list[Look], *, is_alone: bool = False) -> Proposal:
    """What stands behind a sender. `looks` are its fingerprints, at least one; `is_alone` when
    nothing else was seen to log in with the account."""
    look = max(looks, key=lambda look: (look.count, -look.pk))
    local = account.partition("@")[0]
    name = f"{account} · {key}"
    if all(each.proof == "total" for each in looks):
        reason = "only a total is known; a detail report would tell its senders apart"
        return Proposal(name, "", "account", account, "", "", "", reason, 30)
    kind, lead, reasons = judge(looks)
    host, shape = known_host(look.host), known_shape(look.shape)
    library = shape.name if shape and shape.kind == kind else ""
    why = [f"Message-IDs name the host {look.host}"] if look.host else []
    why += ["; ".join(reasons)] if reasons else ["nothing tells yet what kind it is"]
    if kind == CLIENT:
        why.append("a person's mail program")
    elif not look.host:
        why.append(apart_by(look, is_alone=is_alone))
    confidence = sureness(look, lead, is_alone=is_alone)
    if kind == CLIENT or not (kind or look.host):
        return Proposal(
            name, kind, "account", account, look.host, library, "", "; ".join(why), confidence
        )
    category = "script" if kind in (SCRIPT, APPLICATION) else "device"
    vendor = host.name if host else ""
    return Proposal(
        name,
        kind,
        category,
        label_of(local, key, look, category, library),
        look.host,
        library,
        vendor,
        "; ".join(why),
        confidence,
    )


def apart_by(look: Look, *, is_alone: bool) -> str:
    """What tells a sender that names no host from the others of its account."""
    if is_alone:
        return "nothing else logs in with the account"
    said = [
        look.names and "a name in its subjects",
        look.subject and not look.names and "the words of its subjects",
        look.part and "whom it writes to",
        "its TLS and Message-IDs",
    ]
    return f"told apart by {', '.join(each for each in said if each)}"


def sureness(look: Look, lead: int, *, is_alone: bool) -> int:
    """Percent."""
    base = 85 if look.host else 75 if is_alone else 65 if look.names else 50
    if look.part:
        base -= 15
    return max(10, min(95, base + 2 * min(lead, 5) - (0 if lead else 20)))


def label_of(local: str, key: str, look: Look, category: str, library: str) -> str:
    """What an item is called until a person names it; different for different senders."""
    if category == "script" and look.host:
        return f"{local} on {look.host}" + (f" ({library or look.shape})")
    if look.host:
        return look.host + (f" part {look.part}" if look.part else "")
    return f"{local} {key}"[:320]
