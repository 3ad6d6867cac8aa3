"""Invented tenants of many devices behind few addresses, some of which differ in nothing constant.

Independent of `odd_tenants` and `strange_tenants`: a whole fleet shares one account, a few models
and one or two addresses. What two devices of a model have for themselves is drawn by the seed:
people of whom they share none or most, loads, sizes of scans, the day of going over to OAuth, how
long they were there, and now and then a number that runs on. Among them are devices of many people
and devices that several departments use, which have to stay one.
"""

from __future__ import annotations

import datetime as dt
import random
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from tests.inventory.odd_tenants import Mail

DOMAIN = "tailspin.example"
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
DAYS = 90
WORDS = [
    "Skan",
    "Digitalizzato",
    "Scan",
    "Kopia",
    "Dokument",
    "Numérisé",
    "Escaneado",
    "Изображение",
]


@dataclass
class Model:
    """What all devices of a model have in common."""

    name: str
    words: str
    tls: tuple[str, str]
    make_id: Callable[[dt.datetime, int], str]
    is_counting: bool


@dataclass
class Device:
    truth: str
    model: Model
    address: str
    people: list[str]
    weights: list[float]
    stray: float
    per_day: float
    size: float
    first: int = 0
    last: int = DAYS
    oauth_from: int | None = None
    count: int = 0
    departments: int = 1
    """Each sitting is of one of them, with half of its mails; the rest is to anybody's people."""


@dataclass
class Fleet:
    """What one seed draws: devices, of which `alike` says which differ in nothing constant."""

    seed: int
    random: random.Random = field(init=False)
    people: list[str] = field(init=False)
    devices: list[Device] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed * 104_729 + 5)
        self.people = [f"p{n}@{DOMAIN}" for n in range(self.random.randint(30, 110))]

    def token(self, alphabet: str, length: int) -> str:
        return "".join(self.random.choices(alphabet, k=length))

    def model(self, number: int) -> Model:
        pick = self.random
        word, gap = self.token(string.ascii_lowercase, 3), pick.choice("-._$")
        is_counting = pick.random() < 0.2

        def server(at: dt.datetime, count: int) -> str:
            node = f"VE1P{pick.randint(100, 199)}MB{pick.randint(1000, 9999)}"
            return f"{node}{self.token('0123456789ABCDEF', 20)}@{node}.eurp190.prod.outlook.com"

        def timed(at: dt.datetime, count: int) -> str:
            return f"{at:%Y%m%d%H%M%S}.{pick.randint(100_000, 999_999)}@{DOMAIN}"

        def drawn(at: dt.datetime, count: int) -> str:
            return f"{word}{gap}{self.token('0123456789abcdef', 12)}@{DOMAIN}"

        def counted(at: dt.datetime, count: int) -> str:
            return f"{word}{gap}{count}@{DOMAIN}"

        return Model(
            name=f"{pick.choice(['MX', 'IR', 'VL', 'TA'])}-{number}{pick.randint(10, 99)}0",
            words=pick.choice(WORDS),
            tls=pick.choice([("TLS1.2", "AES256"), ("TLS1.3", "AES256"), ("TLS1.2", "AES128")]),
            make_id=counted if is_counting else pick.choice([server, timed, drawn]),
            is_counting=is_counting,
        )

    def circle(self, size: int, near: list[str], shared: float) -> list[str]:
        """People of whom about so many share are also among those near."""
        common = self.random.sample(near, min(len(near), round(size * shared)))
        others = [each for each in self.people if each not in near]
        return common + self.random.sample(others, min(len(others), size - len(common)))

    def device(self, truth: str, model: Model, address: str, people: list[str]) -> Device:
        pick = self.random
        return Device(
            truth, model, address, people,
            weights=[pick.uniform(0.5, 1.5) for _ in people],
            stray=pick.uniform(0.05, 0.2),
            per_day=pick.choice([0.5, 0.8, 1.2, 2, 3]),
            size=pick.gauss(12.4, 0.3),
            oauth_from=pick.randint(30, 60) if pick.random() < 0.4 else None,
            count=pick.randint(1_000, 90_000),
        )  # fmt: skip

    def mails_of(self, device: Device) -> Iterator[Mail]:
        for sitting in sorted(self.sittings(device)):
            mine = device.people[self.random.randrange(device.departments) :: device.departments]
            for at in sitting:
                device.count += self.random.randint(1, 3)
                day = (at - START).days
                is_oauth = device.oauth_from is not None and day >= device.oauth_from
                yield Mail(
                    device.truth, "mfp", f"scan@{DOMAIN}", at, device.address,
                    device.model.make_id(at, device.count),
                    f"{device.model.words} {device.model.name}", self.to(device, mine),
                    int(self.random.lognormvariate(device.size, 1)), device.model.tls,
                    "oauth" if is_oauth else "basic",
                )  # fmt: skip

    def to(self, device: Device, mine: list[str]) -> tuple[str, ...]:
        found = []
        for _ in range(2 if self.random.random() < 0.06 else 1):
            if self.random.random() < device.stray:
                found.append(self.random.choice(self.people))
            elif device.departments > 1 and self.random.random() < 0.5:
                found.append(self.random.choice(mine))
            else:
                found.append(self.random.choices(device.people, device.weights)[0])
        return tuple(dict.fromkeys(found))

    def sittings(self, device: Device) -> Iterator[list[dt.datetime]]:
        for day in range(device.first, device.last):
            if (START + dt.timedelta(days=day)).weekday() > 4:
                continue
            for _ in range(poisson(self.random, device.per_day)):
                seconds = min(max(self.random.gauss(43_200, 9_000), 21_600), 68_000)
                found = [START + dt.timedelta(days=day, seconds=int(seconds))]
                for _ in range(self.random.choice([0, 0, 0, 1, 1, 2, 3])):
                    found.append(found[-1] + dt.timedelta(seconds=self.random.randint(10, 120)))
                yield found


def poisson(pick: random.Random, mean: float) -> int:
    at, count = pick.expovariate(mean), 0
    while at < 1:
        at, count = at + pick.expovariate(mean), count + 1
    return count


# -- what stands together ----------------------------------------------------------------------


def twins(fleet: Fleet, name: str, count: int, shared: float) -> list[Device]:
    model, address = fleet.model(len(fleet.devices)), fleet.random.choice(ADDRESSES)
    found: list[Device] = []
    near: list[str] = []
    for n in range(count):
        people = fleet.circle(fleet.random.randint(3, 8), near, shared)
        near = sorted({*near, *people})
        found.append(fleet.device(f"{name} {n}", model, address, people))
    return found


def lone(fleet: Fleet, name: str, size: int) -> list[Device]:
    model, address = fleet.model(len(fleet.devices)), fleet.random.choice(ADDRESSES)
    return [fleet.device(name, model, address, fleet.circle(size, [], 0))]


def shared_by_departments(fleet: Fleet, name: str, count: int) -> list[Device]:
    [device] = lone(fleet, name, 4 * count)
    return [replace(device, departments=count, oauth_from=None)]


def successor(fleet: Fleet, name: str) -> list[Device]:
    """One died and another of the model, with people of its own, came later."""
    pair = twins(fleet, name, 2, 0.2)
    day = fleet.random.randint(30, 60)
    return [replace(pair[0], last=day), replace(pair[1], first=day)]


ADDRESSES = ["203.0.113.40", "203.0.113.41"]


def fleet_of(seed: int) -> Fleet:
    """Lone devices of few and of many people, pairs that share none to most, and fours."""
    fleet = Fleet(seed)
    pick = fleet.random
    for n in range(8):
        fleet.devices += lone(fleet, f"lone {n}", pick.randint(3, 14))
    for n in range(7):
        fleet.devices += twins(fleet, f"pair {n}", 2, pick.choice([0, 0.2, 0.4, 0.6, 0.8]))
    fleet.devices += twins(fleet, "four", 4, pick.choice([0, 0.3, 0.6]))
    fleet.devices += successor(fleet, "heir")
    for n in range(2):
        fleet.devices += shared_by_departments(fleet, f"lone of departments {n}", n + 2)
    return fleet


def tenant(seed: int, *, told: float = 1.0) -> list[Mail]:
    """All mails in the order of their times; `told` is the share of the days that a trace tells
    subjects, sizes and recipients of."""
    fleet = fleet_of(seed)
    first = START + dt.timedelta(days=DAYS * (1 - told))
    return in_order(
        mail if mail.at >= first else replace(mail, subject="", recipients=(), size=0)
        for device in fleet.devices
        for mail in fleet.mails_of(device)
    )


def in_order(mails: Iterable[Mail]) -> list[Mail]:
    return sorted(mails, key=lambda mail: mail.at)
