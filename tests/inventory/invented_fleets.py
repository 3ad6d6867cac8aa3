"""Invented fleets: devices that send, and the list that somebody keeps of them, with the truth.

Lists are as people keep them: stale addresses, names in another case or with a domain, rows twice,
gaps, devices that were replaced or never send, headers in a language, MAC addresses spelled in four
ways. Names differ by a number only, as in life. Vendors, prefixes, models and sites are drawn anew.
"""

from __future__ import annotations

import datetime as dt
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

from tests.inventory.odd_tenants import Mail

DOMAIN = "tailspin.example"
START = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
HEADERS = {
    "en": "Asset,Hostname,Serial number,MAC address,IP address,Manufacturer,Model,Site,Owner,"
    "Status",
    "de": "Bezeichnung,Rechnername,Seriennummer,MAC-Adresse,IP-Adresse,Hersteller,Modell,Standort,"
    "Verantwortlicher,Zustand",
    "fr": "Désignation,Nom d'hôte,N° de série,Adresse MAC,Adresse IP,Fabricant,Modèle,Emplacement,"
    "Responsable,État",
    "es": "Nombre,Nombre de host,Número de serie,Dirección MAC,Dirección IP,Fabricante,Modelo,"
    "Ubicación,Propietario,Estado",
}
SPELLINGS: list[Callable[[str], str]] = [
    lambda mac: mac.upper(),
    lambda mac: ":".join(mac[n : n + 2] for n in range(0, 12, 2)),
    lambda mac: "-".join(mac[n : n + 2] for n in range(0, 12, 2)).upper(),
    lambda mac: ".".join(mac[n : n + 4] for n in range(0, 12, 4)),
]


@dataclass(frozen=True)
class Thing:
    """One true device."""

    number: int
    host: str
    serial: str
    mac: str
    vendor: str
    model: str
    site: int
    names: str
    """How its mail names it: `host`, `fqdn`, `mac`, `serial`, `account`, `subject` or nothing."""
    is_listed: bool


@dataclass(frozen=True)
class Fleet:
    things: list[Thing]
    mails: list[Mail]
    rows: list[tuple[int | None, str]]
    """The true device of each row, None for one that never sends, and the row."""
    header: str
    sites: list[str]

    def is_named(self, number: int | None, row: str) -> bool:
        """Whether the row tells what the device's mail names it by."""
        thing = next((each for each in self.things if each.number == number), None)
        if thing is None or not thing.names:
            return False
        _, host, serial, mac, *_ = row.split(",")
        return bool({"mac": mac, "serial": serial}.get(thing.names, host))

    @property
    def devices_csv(self) -> bytes:
        return "\n".join([self.header, *(row for _, row in self.rows), ""]).encode()

    @property
    def sites_csv(self) -> bytes:
        rows = [f"{name},203.0.{n + 1}.0/24" for n, name in enumerate(self.sites)]
        return "\n".join(["Site,Public IP", *rows, ""]).encode()


class Drawn:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed * 31 + 5)
        self.sites = [self.word(5).title() for _ in range(4)]
        self.makers = [self.maker() for _ in range(4)]
        self.gap = self.random.choice(["-", "", "_"])
        self.width = self.random.choice([2, 3])
        self.people = [f"{self.word(6)}@{DOMAIN}" for _ in range(30)]
        self.language = self.random.choice(sorted(HEADERS))

    def word(self, length: int) -> str:
        pairs = (
            self.random.choice("bdfgklmnprstvz") + self.random.choice("aeiou")
            for _ in range(length)
        )
        return "".join(pairs)[:length]

    def maker(self) -> tuple[str, str, list[str]]:
        """(name, what its hosts begin with from the factory, models)"""
        name = self.word(6).title()
        models = [f"{name[:2].upper()}{self.random.randint(100, 9999)}{x}" for x in ("", "C", "dn")]
        return name, "".join(self.random.choices(string.ascii_uppercase, k=3)), models

    def thing(self, number: int) -> Thing:
        site = self.random.randrange(4)
        vendor, _, models = self.random.choice(self.makers)
        sort = self.random.choice(["prn", "mfp", "ups", "nas"])
        code = self.sites[site][:3].lower()
        names = self.random.choices(
            ["host", "fqdn", "mac", "serial", "account", "subject", ""],
            [25, 10, 15, 10, 15, 15, 10],
        )[0]
        return Thing(
            number,
            f"{sort}{self.gap}{code}{self.gap}{number:0{self.width}}",
            "".join(self.random.choices(string.ascii_uppercase + string.digits, k=10)),
            "".join(self.random.choices("0123456789abcdef", k=12)),
            vendor,
            self.random.choice(models),
            site,
            names,
            self.random.random() < 0.85,
        )

    # -- mail

    def mails(self, thing: Thing) -> list[Mail]:
        account = f"{thing.host}@{DOMAIN}" if thing.names == "account" else f"scan@{DOMAIN}"
        prefix = next(each[1] for each in self.makers if each[0] == thing.vendor)
        host = {
            "host": self.random.choice([thing.host, thing.host.upper()]),
            "fqdn": f"{thing.host}.{self.sites[thing.site].lower()}.corp.local",
            "mac": prefix + self.random.choice([thing.mac, thing.mac[-6:]]).upper(),
            "serial": f"{prefix}{thing.serial}",
        }.get(thing.names, DOMAIN)
        subject = {"subject": f"Scan from {thing.host.upper()}", "": f"Message {thing.number % 3}"}
        some = self.random.sample(self.people, 3)
        day = dt.timedelta(days=1)
        return [
            Mail(
                str(thing.number),
                "mfp",
                account,
                START + n * day + dt.timedelta(minutes=self.random.randint(420, 1000)),
                f"203.0.{thing.site + 1}.9",
                f"{self.word(4)}.{self.random.randint(10**6, 10**7)}@{host}",
                subject.get(thing.names, "Scanned document"),
                (self.random.choice(some),),
                90_000,
                ("TLS1.2", "AES256"),
            )
            for n in range(0, 30, 3)
        ]

    # -- the list

    def rows(self, thing: Thing) -> list[tuple[int | None, str]]:
        if not thing.is_listed:
            return []
        found: list[tuple[int | None, str]] = [(thing.number, self.row(thing))]
        if self.random.random() < 0.12:
            found.append((thing.number, self.row(thing, is_stale=True)))
        if self.random.random() < 0.1:
            found.append((None, self.row(self.before(thing), status="retired")))
        return found

    def before(self, thing: Thing) -> Thing:
        """The device that it took the place of; the name was given on."""
        return self.like(thing, thing.number)

    def like(self, thing: Thing, number: int) -> Thing:
        other = self.thing(number)
        return Thing(
            number, thing.host if number == thing.number else other.host, other.serial, other.mac,
            other.vendor, other.model, thing.site, "", True,
        )  # fmt: skip

    def row(self, thing: Thing, *, is_stale: bool = False, status: str = "in use") -> str:
        def gap(value: str, often: float = 0.15) -> str:
            return "" if self.random.random() < often else value

        forms = [thing.host, thing.host.upper(), f"{thing.host}.{DOMAIN}"]
        host = gap(self.random.choice(forms), 0.2)
        mac = self.random.choice(SPELLINGS)(thing.mac)
        serial = thing.serial if self.random.random() < 0.9 else thing.serial.lower()
        site = self.sites[self.random.randrange(4) if is_stale else thing.site]
        return ",".join(
            [
                f"A{self.random.randint(10_000, 99_999)}",
                host,
                serial if not host else gap(serial),
                gap(mac, 0.2),
                f"10.{self.random.randrange(4)}.0.{self.random.randint(2, 250)}",
                gap(thing.vendor),
                gap(self.random.choice([thing.model, f"{thing.vendor} {thing.model}"])),
                gap(site),
                gap(self.random.choice(self.people), 0.5),
                gap(status, 0.3),
            ]
        )


def fleet(seed: int, count: int = 60) -> Fleet:
    draw = Drawn(seed)
    things = [draw.thing(number) for number in range(1, count + 1)]
    mails = [mail for thing in things for mail in draw.mails(thing)]
    rows = [row for thing in things for row in draw.rows(thing)]
    silent = [draw.thing(number) for number in range(count + 1, count + 40)]
    rows += [(None, draw.row(thing)) for thing in silent]
    draw.random.shuffle(rows)
    return Fleet(things, mails, rows, HEADERS[draw.language], draw.sites)
