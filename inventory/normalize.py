"""Microsoft's words into ours. Pure; every function takes one value as the report wrote it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII)
TLS = re.compile(r"(?:tls|ssl)\D{0,3}(\d)(?:[._](\d))?", re.IGNORECASE)
IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}", re.ASCII)
BRACKETED = re.compile(r"\[([^\]]+)\](?::\d+)?")
WITH_PORT = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+")


def account(name: str, domain: str = "") -> str:
    """The mailbox address in lower case; a bare local part is completed with the domain.

    Raises ValueError for what cannot be an address.
    """
    text = name.strip().strip("<>").lower()
    if text and "@" not in text and domain.strip():
        text = f"{text}@{domain.strip().lower()}"
    if not ADDRESS.fullmatch(text) or len(text) > 320:
        raise ValueError("not a mail address")
    return text


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def is_within(domain: str, domains: Collection[str]) -> bool:
    """Whether the domain is one of these or a subdomain of one."""
    labels = domain.split(".")
    return any(".".join(labels[n:]) in domains for n in range(len(labels)))


INSIDE, OUTSIDE = 1, 2


def reach(recipients: str, domains: Collection[str]) -> int:
    """INSIDE, OUTSIDE or both added, by whether addresses (parted by `;`) are the organisation's;
    0 for none."""
    found = 0
    for address in recipients.split(";"):
        if domain := domain_of(address.strip().lower()):
            found |= INSIDE if is_within(domain, domains) else OUTSIDE
    return found


def ip(text: str) -> str:
    """An IPv4 or IPv6 address in its shortest form; "" stays "".

    Takes `[ip]`, `ip:port`, `[ip]:port`, an IPv6 zone and IPv4 mapped into IPv6.
    Raises ValueError for anything else.
    """
    text = text.strip()
    if not text or IPV4.fullmatch(text):
        return text
    for pattern in (BRACKETED, WITH_PORT):
        if found := pattern.fullmatch(text):
            text = found[1]
    address = ipaddress.ip_address(text.partition("%")[0].removeprefix("IPv6:"))
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def auth_method(text: str) -> str:
    """`basic`, `oauth`, or `unknown` for words not seen before; "" stays "".

    Sources differ: "Basic", "Basic auth", "Basic Authentication"; "OAuth", "Modern".
    """
    word = text.strip().lower()
    if not word:
        return ""
    if "basic" in word:
        return "basic"
    return "oauth" if "oauth" in word or "modern" in word else "unknown"


def tls_version(text: str) -> str:
    """`TLS1.2` from "TLS1.2", "TLSv1.2" or "SP_PROT_TLS1_2_SERVER"; else as it is."""
    if found := TLS.search(text):
        return f"TLS{found[1]}.{found[2] or '0'}"
    return text.strip()[:40]
