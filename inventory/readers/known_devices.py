"""A list of devices: CMDB, printer fleet, NetBox, DHCP leases; docs/readers.

A wrong cell is told and left blank, and its row is taken: lists are full of gaps.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from inventory import normalize
from inventory.records import IDENTIFYING, Asset, BadCell

NAME = "known_devices"
TITLE = "a list of devices"
ASKS = (
    "nothing in the list names a device for certain (host name, serial number, MAC or IP "
    "address): say what its columns hold, on the report's page under Columns"
)
HEX = re.compile(r"[0-9a-f]{12}")
NOTHING = {
    "",
    "-",
    "--",
    "n/a",
    "na",
    "none",
    "null",
    "unknown",
    "unbekannt",
    "inconnu",
    "?",
    "tbd",
}
LENGTHS = {
    "name": 255,
    "host_name": 255,
    "site_name": 100,
    "owner": 320,
    "contact": 320,
}
LENGTH = 100


def record(cells: dict[str, str], bad: list[BadCell]) -> Asset:
    """A row by field; cells that cannot be taken go to `bad`. Raises ValueError for no device."""
    told = {}
    for field, text in cells.items():
        try:
            told[field] = TRANSLATED.get(field, plain)(text)[: LENGTHS.get(field, LENGTH)]
        except ValueError as error:
            bad.append(BadCell(field, f"{text[:80]} is {error}; the rest of the row was taken"))
    asset = Asset(**told)
    if not any(getattr(asset, field) for field in IDENTIFYING):
        raise ValueError("nothing in the row names a device")
    return asset


def plain(text: str) -> str:
    text = " ".join(text.split())
    return "" if text.lower() in NOTHING else text


def mac(text: str) -> str:
    digits = re.sub(r"[^0-9a-z]", "", plain(text).lower().removeprefix("0x"))
    if not digits or digits == "0" * 12:
        return ""
    if len(digits) == 14 and digits.startswith("01"):
        digits = digits[2:]  # A DHCP client identifier: 01 for Ethernet, then the address.
    if not HEX.fullmatch(digits):
        raise ValueError("not a MAC address")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def address(text: str) -> str:
    """The first address of the cell, without the mask that NetBox writes."""
    text = plain(text)
    if not text or text in {"0.0.0.0", "::"}:  # noqa: S104
        return ""
    first = re.split(r"[;,\s]+", text)[0].partition("/")[0]
    try:
        return normalize.ip(first)
    except ValueError:
        raise ValueError("not an IP address") from None


def account(text: str) -> str:
    text = plain(text)
    return normalize.account(text.removeprefix("mailto:")) if text else ""


TRANSLATED: dict[str, Callable[[str], str]] = {
    "mac_address": mac,
    "address": address,
    "account": account,
}
