"""What makes two messages look like one sender. Pure.

Vendors, mail libraries and hosts leave their mark in the Message-ID: the shape of its left part
and the host after the @. One that Exchange Online assigned says that the client sent none.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

SERVER = "server"
"""The shape of a Message-ID that the server assigned."""
SERVER_HOSTS = (".prod.outlook.com", ".outlook.office365.com", ".exchangelabs.com")
NO_HOSTS = {"", "localhost", "localhost.localdomain", "local", "unknown", "mail", "smtp", "server"}
BRACKETED = re.compile(r"\[(?:ipv6:)?([0-9a-f.:]+)\]")
TOKEN = re.compile(r"[0-9A-Za-z]+")
HEX = re.compile(r"[0-9a-fA-F]+")
UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WORD = re.compile(r"\w+", re.UNICODE)
SHAPE_LENGTH, LONGEST_SHAPE = 58, 80
"""Of the left part, and with a habit of the right one."""
INSIDE = {"local", "lan", "internal", "intern", "intra", "corp", "home", "localdomain", "ad",
          "private", "office", "domain", "arpa", "site", "jira", "server"}  # fmt: skip
"""Endings that are not public: what stands before them is a machine."""
RESERVED = {"localhost", "invalid", "test"}
"""Endings that nobody can own."""
MASK_LENGTH = 120


class Fingerprint(NamedTuple):
    """The constant features of a message; '' where the source does not tell."""

    account: str
    address: str = ""
    message_id_shape: str = ""
    message_id_host: str = ""
    subject_mask: str = ""
    tls_cipher: str = ""
    tls_version: str = ""
    subject_names: str = ""
    part: str = ""

    @property
    def digest(self) -> int:
        """63 bits (a database integer), the same for ever."""
        joined = "\x1f".join(self).encode(errors="replace")
        return int.from_bytes(hashlib.blake2b(joined, digest_size=8).digest()) >> 1


@lru_cache(maxsize=100_000)
def form_of(shape: str) -> str:
    """How a Message-ID is put together, whatever stands in it."""
    return TOKEN.sub("", shape)


def message_id_marks(message_id: str, domains: frozenset[str]) -> tuple[str, str]:
    """(shape, host) of a Message-ID without its <>; ('', '') for none.

    The host is '' when it does not name one machine: the organisation's own domain, localhost.
    That it is localhost and not the domain is a habit of the sender's, and stays in the shape.
    """
    local, at, host = message_id.strip().rpartition("@")
    if not message_id.strip():
        return "", ""
    host = host.lower()
    if host.endswith(SERVER_HOSTS):
        return SERVER, ""
    if not at:
        local, host = host, ""
    if host in NO_HOSTS - {""} or is_bare_domain(host, domains):
        return (shape(local) + f"@{host}")[:LONGEST_SHAPE], ""
    return shape(local), own_host(host, domains)


def is_bare_domain(host: str, domains: frozenset[str]) -> bool:
    """Somebody's domain, which many machines may write: two labels, without a number."""
    name, dot, rest = host.partition(".")
    if not dot or "." in rest or host in domains or rest in domains or rest in INSIDE:
        return False
    return not any(letter.isdigit() for letter in name) and rest.isalpha()


def own_host(host: str, domains: frozenset[str]) -> str:
    if found := BRACKETED.fullmatch(host):
        return found[1]
    for domain in domains:
        host = host.removesuffix("." + domain)
    return "" if host in NO_HOSTS or host in domains else host[:255]


def is_own(host: str) -> bool:
    """Whether it is a name that nobody else has: one word without a number is how many devices
    leave the factory."""
    label, _, rest = host.partition(".")
    return not label.isalpha() or (bool(rest) and rest not in INSIDE)


def shape(local: str) -> str:
    """The left part of a Message-ID with everything that runs masked."""
    text = UUID.sub(lambda found: "UUID" if found[0].isupper() else "uuid", local)
    return TOKEN.sub(lambda found: masked_token(found[0]), text)[:SHAPE_LENGTH]


def masked_token(token: str) -> str:
    """`x` for numbers and hexadecimal, `w` for what looks random, else the word itself."""
    if token in {"uuid", "UUID"}:
        return token
    if any(letter.isdigit() for letter in token):
        return "x" if HEX.fullmatch(token) else "w"
    is_mixed = not (token.islower() or token.isupper() or token.istitle())
    if len(token) > 12 or (is_mixed and "JavaMail" not in token):
        return "w"
    return token


def mask_subject(subject: str) -> str:
    """The subject's fixed words. Words with a digit become #, capitalised ones past the first a
    capital A: numbers and names are what differs between mails, and names are personal data."""
    words = 0

    def mask(found: re.Match[str]) -> str:
        nonlocal words
        words += 1
        word = found[0]
        if any(letter.isdigit() for letter in word):
            return "#"
        return "A" if words > 1 and word[:1].isupper() else word.lower()

    return " ".join(WORD.sub(mask, subject[:400]).split())[:MASK_LENGTH]
