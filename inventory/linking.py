"""Which fingerprints are one sender, and what stands behind it. Pure: decides, stores nothing.

First cut: an account and the mark that its Message-IDs carry; where they carry none, an account
and the place it sends from. Every decision has its reason in words and a confidence in percent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from inventory.fingerprints import SERVER
from inventory.shapes import known_host, known_shape

PERSONAL = {"client"}


@dataclass(frozen=True)
class Look:
    """A stored fingerprint as linking sees it."""

    pk: int
    account: str
    address: str
    shape: str
    host: str
    site: str
    proof: str
    """`message` when a report proved SMTP AUTH message by message, `total` when only a grid
    total did, '' when it was seen in traces alone."""


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
    """The site where its networks are known, else the address; IPv6 by its /64, for hosts rotate
    the rest."""
    if look.site:
        return look.site
    if ":" in look.address:
        return str(ipaddress.ip_network(f"{look.address}/64", strict=False))
    return look.address


def is_marked(look: Look) -> bool:
    return look.shape not in ("", SERVER)


def key_of(look: Look) -> str:
    """What the fingerprints of one sender share, within their account."""
    if look.host:
        return f"{look.shape} at host {look.host}"
    if is_marked(look):
        known = known_shape(look.shape)
        moves = known is not None and known.kind in PERSONAL
        return look.shape if moves else f"{look.shape} from {place(look)}"
    return f"unmarked from {place(look)}" if look.address else "unmarked"


def group(looks: Iterable[Look]) -> dict[int, str]:
    """The sender's key for each fingerprint (by pk) of one account; those left out have none.

    A trace alone proves nothing: its fingerprints join a sender that something else proved. A
    grid's total stands for the account only while nothing tells its senders apart.
    """
    looks = list(looks)
    keys = {look.pk: key_of(look) for look in looks if look.proof == "message"}
    proven = set(keys.values())
    for look in looks:
        is_only_proof = look.proof == "total" and not proven
        if is_only_proof or (look.proof == "" and key_of(look) in proven):
            keys[look.pk] = key_of(look)
    return keys


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
