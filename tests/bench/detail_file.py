"""A detail report of SMTP AUTH clients and a list of devices, of any size, the same each time.

Each account has several devices: most name a host in their Message-IDs, each has its own shape and
TLS, and some change their address now and then.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

HEADER = (
    "date,senderName,senderDomain,authMethod,original_client_ip,tls_version,tls_cipher,"
    "message_count,message_id\r\n"
)
DAYS = 60
START = np.datetime64("2026-09-01T00:00:00", "s")
FORMS = ["{a:08x}.{b:05d}", "{a:06d}-{b:08x}", "scan.{a:08x}", "{a:08X}${b:04X}", "job{a}.{b}.mail"]
TLS = [("TLS1.2", "AES256"), ("TLS1.2", "AES128"), ("TLS1.3", "AES256"), ("TLS1.1", "AES128")]


class Sending(NamedTuple):
    """A device that logs in with an account."""

    account: int
    number: int
    host: str
    form: str
    tls: tuple[str, str]
    addresses: tuple[str, ...]


def senders(accounts: range, each: int, addresses: int = 1) -> list[Sending]:
    return [sending(account, n, addresses) for account in accounts for n in range(each)]


def sending(account: int, n: int, addresses: int) -> Sending:
    draw = np.random.default_rng([account, n])
    number = account * 1_000 + n
    site = number % 250
    return Sending(
        account,
        number,
        "" if n % 5 == 4 else f"mfp-{site:03d}-{number}",
        FORMS[draw.integers(len(FORMS))],
        TLS[draw.integers(len(TLS))],
        tuple(f"198.18.{site}.{(account + spot) % (addresses + 1)}" for spot in range(addresses)),
    )


def write(path: Path, rows: int, sending: list[Sending], *, seed: int = 0) -> None:
    draw = np.random.default_rng(seed)
    which = np.concatenate([np.arange(len(sending)), draw.integers(0, len(sending), rows)])[:rows]
    at = np.sort(draw.integers(0, DAYS * 86_400, rows))
    spots = draw.integers(0, 1_000, rows)
    ids = draw.integers(0, 2**31, (rows, 2))
    with path.open("w", encoding="utf-16-le", newline="") as file:
        file.write("\ufeff" + HEADER)
        for n in range(rows):
            each = sending[which[n]]
            moment = START + np.timedelta64(int(at[n]), "s")
            # One place after the other, as an address that a provider changes.
            spot = int(at[n] * len(each.addresses) / (DAYS * 86_400)) if spots[n] else 0
            mail = each.form.format(a=int(ids[n, 0]), b=int(ids[n, 1]))
            host = each.host or "contoso.com"
            file.write(
                f"{moment}Z,user{each.account},contoso.com,Basic,{each.addresses[spot]},"
                f"{each.tls[0]},{each.tls[1]},1,<{mail}@{host}>\r\n"
            )


def write_list(path: Path, rows: int, sending: list[Sending]) -> None:
    """Half of its rows are devices that send, with what lists have wrong and missing."""
    named = [each for each in sending if each.host][: rows // 2]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["hostname", "vendor", "model", "serial", "mac", "ip", "site", "owner"])
        writer.writerows(listed(n, named[n].host if n < len(named) else "") for n in range(rows))


def listed(n: int, host: str) -> list[str]:
    name = (host.upper() if n % 3 else host) if host else f"prn-{n % 40:02d}-{n:05d}"
    serial = "" if n % 7 == 0 else f"SN{n:07d}"
    mac = "" if n % 5 == 0 else f"02:00:5e:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}"
    address = f"10.{n // 62_500}.{n // 250 % 250}.{n % 250}"
    return [name, "Konica Minolta", f"C{n % 30}60i", serial, mac, address, f"S{n % 40}",
            f"owner{n % 50}@contoso.com"]  # fmt: skip


def write_sites(path: Path, count: int = 40) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["site", "city", "country", "egress_cidrs"])
        writer.writerows(site_rows(count))


def site_rows(count: int) -> Iterator[list[str]]:
    for n in range(count):
        yield [f"S{n}", f"City {n}", "NO", f"198.18.{n}.0/24"]
