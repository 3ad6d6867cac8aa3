"""Which fingerprints are one sender, and what stands behind it. Pure: decides, stores nothing.

Every decision has its reason in words and a confidence in percent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inventory.fingerprints import SERVER
from inventory.grouping import Bunch, Look, bunches, network
from inventory.shapes import known_host, known_shape


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


def propose(account: str, key: str, looks: list[Look]) -> Proposal:
    """What stands behind a sender. `looks` are its fingerprints, at least one."""
    look = looks[0]
    local = account.partition("@")[0]
    host, shape = known_host(look.host), known_shape(look.shape)
    known = host or shape
    name = f"{account} · {key}"
    kind = known.kind if known else ""
    library = shape.name if shape else ""
    if not known and not look.host:
        total = all(each.proof == "total" for each in looks)
        reason = (
            "only a total is known; a detail report would tell its senders apart"
            if total
            else "its messages carry no mark of what sent them; the account stands for it"
        )
        return Proposal(name, "", "account", account, "", "", "", reason, 30)
    if kind == "client":
        reason = f"Message-ID: {shape.reason if shape else look.shape}; a person's mail program"
        return Proposal(name, kind, "account", account, look.host, library, "", reason, 70)
    category = "script" if kind in ("script", "application") else "device"
    label = look.host or f"{local} {library}".strip()
    if category == "script" and look.host:
        label = f"{local} on {look.host}" + (f" ({library})" if library else "")
    elif not look.host:
        label = f"{label} from {place(look)}"
    why = [f"Message-IDs name the host {look.host}"] if look.host else []
    why += [known.reason] if known else ["nothing tells yet what kind it is"]
    confidence = (80 if look.host else 50) - (0 if known else 20)
    vendor = host.name if host else ""
    return Proposal(
        name, kind, category, label, look.host, library, vendor, "; ".join(why), confidence
    )
