"""What senders and items are called until a person names them. Pure.

Names say what people at a help desk know: what it is, where it stands, the words of its subjects.
Where that is the same for two, letters drawn from the sender's key tell them apart; they stay the
same whatever else is found.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

from inventory.assets.names import is_address
from inventory.senders.fingerprints import is_own
from inventory.senders.kind_words import APPLIANCE, APPLICATION, CLIENT, MFP, SCRIPT
from inventory.senders.looks import Look
from inventory.senders.networks import place
from inventory.senders.shapes import known_host

WHAT = {
    MFP: "Printer or scanner",
    APPLIANCE: "Appliance",
    APPLICATION: "Application",
    SCRIPT: "Script",
    CLIENT: "Mail program",
}
STANDS = {MFP, APPLIANCE}
"""Kinds of which the place is where they stand, not only where their mail comes from."""
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that they spell nothing; no digits, so that they are no serial number."""
MARK_LENGTH = 5
RUNS = re.compile(r"(?<!\w)[A#](?:[\s\-_./:]+[A#](?!\w))*(?!\w)")
"""Words of a masked subject that were left out."""
LONGEST_WORDS = 60
ENDING = re.compile(rf" \([^()]{{0,20}}@, [{LETTERS}]{{{MARK_LENGTH}}}\)$")


def called(kind: str, look: Look, library: str = "") -> str:
    """What a sender is, as its most frequent fingerprint shows it."""
    what = WHAT.get(kind, "Unnamed sender")
    if is_address(look.host):
        return f"{what}{where(kind, look)}, {look.host}"
    if look.host:
        vendor = known.name if (known := known_host(look.host)) else ""
        what = f"{vendor} {what.lower()}" if vendor else what
        named = f"{what} {'on ' if kind in (SCRIPT, APPLICATION) else ''}{look.host}"
        return named + (f", {library}" if library else "")
    name = what + where(kind, look)
    if kind == CLIENT:
        return name
    words = words_of(look.subject)
    told = f"“{words}”" if words else tls(look)
    return f"{name}, {told}" if told else name


def where(kind: str, look: Look) -> str:
    spot = place(look)
    return f" {'at' if kind in STANDS else 'from'} {spot}" if spot else ""


def tls(look: Look) -> str:
    version = look.tls.partition(" ")[0]
    return re.sub(r"(?i)^tls\s*(?=\d)", "TLS ", version)


def words_of(mask: str) -> str:
    """The fixed words of a subject; '' where there are none."""
    text = RUNS.sub("…", mask).strip()
    if len(text) > LONGEST_WORDS:
        text = text[:LONGEST_WORDS].rstrip("… ") + "…"
    return text[:1].upper() + text[1:] if any(each.isalpha() for each in text) else ""


def mark(account: str, key: str) -> str:
    """Letters that are a sender's own, and stay so."""
    drawn = int.from_bytes(hashlib.blake2b(f"{account} {key}".encode(), digest_size=8).digest())
    found = ""
    for _ in range(MARK_LENGTH):
        drawn, letter = divmod(drawn, len(LETTERS))
        found += LETTERS[letter]
    return found


def item_name(account: str, key: str, kind: str, look: Look, library: str = "") -> str:
    """Different for different senders, but for those of one host."""
    local = account.partition("@")[0]
    if is_address(look.host) and kind not in (SCRIPT, APPLICATION):
        return called(kind, look)[:280] + marked(account, key)
    if look.host and kind in (SCRIPT, APPLICATION):
        told = [library] if library else []
        told += [mark(look.host, look.shape + look.part)] if look.part or not library else []
        return f"{local} on {look.host} ({', '.join(told)})"
    if look.host:
        if look.part or (look.names and not is_own(look.host)):
            return f"{look.host} ({mark(account, key)})"
        return look.host if is_own(look.host) else f"{look.host} ({local})"
    return called(kind, look)[:280] + marked(account, key)


def marked(account: str, key: str) -> str:
    """How the name of an item ends that nothing names by itself."""
    return f" ({account.partition('@')[0][:20]}@, {mark(account, key)})"


def ending_of(name: str) -> str:
    """How the name of an item ends that the rules gave; '' for one that a host or a person gave."""
    found = ENDING.search(name)
    return found[0] if found else ""


def distinct(account: str, names: Mapping[str, str]) -> dict[str, str]:
    """{key: name} of the senders of an account, with a mark where a name would come twice."""
    counts = Counter(names.values())
    return {
        key: f"{account} · {name}" + (f" ({mark(account, key)})" if counts[name] > 1 else "")
        for key, name in names.items()
    }
