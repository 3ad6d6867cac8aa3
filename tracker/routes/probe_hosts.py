"""Which servers a page may test. Pure.

Who can fill in a form must not reach into the network behind the server, nor have it send a
password to a host of their own.
"""

from __future__ import annotations

from collections.abc import Iterable

PORTS = (587, 25)
MICROSOFT = {
    "smtp.office365.com",
    "smtp-hve.office365.com",
    "smtp-legacy.office365.com",
    "smtp.azurecomm.net",
    "smtp.office365.us",
    "smtp.partner.outlook.cn",
}
MICROSOFT_BELOW = (
    ".mail.protection.outlook.com",
    ".mail.protection.office365.us",
    ".mail.protection.partner.outlook.cn",
    ".mx.microsoft",
)
"""Zones in which Microsoft alone makes names."""


def plain(host: str) -> str:
    return host.strip().lower().rstrip(".")


def refusal(host: str, port: int, allowed: Iterable[str]) -> str:
    """Why it is not tested, or "". `allowed`: `host:port` that the settings name."""
    host = plain(host)
    if f"{host}:{port}" in {each.strip().lower() for each in allowed}:
        return ""
    if not is_microsofts(host):
        return (
            "Only servers of Microsoft are tested from here, and those that the setting "
            "OFFRAMP_PROBE_HOSTS names. For any other run manage.py probe where it can be reached."
        )
    if port not in PORTS:
        return f"Microsoft takes mail on port {PORTS[0]} or {PORTS[1]}."
    return ""


def is_microsofts(host: str) -> bool:
    letters = host.replace("-", "").replace(".", "")
    is_name = letters.isascii() and letters.isalnum() and len(host) <= 253
    return is_name and (host in MICROSOFT or host.endswith(MICROSOFT_BELOW))
