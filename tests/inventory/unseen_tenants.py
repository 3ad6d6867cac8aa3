"""Invented tenants whose devices and programs name themselves in ways that no list knows.

Independent of `odd_tenants` and `strange_tenants`: plants whose controllers say the same words,
serial numbers and MAC addresses in Message-IDs, names from the factory, updates, renamed hosts,
moved scripts, people who follow each other, services in the cloud. Words, names, shapes of
Message-IDs, times and people are drawn anew for every seed.
"""

from __future__ import annotations

import datetime as dt
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.inventory.odd_tenants import Mail

DOMAIN = "northwind.example"
START = dt.datetime(2026, 8, 24, tzinfo=dt.UTC)
DAYS = 91
CHANGE = START + dt.timedelta(days=60)
"""When somebody else took over what goes to one person."""
HEX = "0123456789abcdef"
SYLLABLES = ["na", "gor", "eli", "tu", "vra", "ské", "mió", "dło", "ünt", "pe", "zar", "ki"]
MONTHS = ["avril", "maj", "Juni", "lipiec", "août", "wrzesień", "octubre", "Nov", "décembre"]
Ids = Callable[[dt.datetime, str], str]


@dataclass
class Plan:
    """What one seed draws."""

    seed: int
    random: random.Random = field(init=False)
    people: list[str] = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed * 104_729 + 3)
        self.people = [f"{self.word()}{n}@{DOMAIN}" for n in range(60)]

    def word(self) -> str:
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 3)))

    def words(self, count: int) -> str:
        return " ".join(self.word() for _ in range(count)).capitalize()

    def token(self, alphabet: str, length: int) -> str:
        return "".join(self.random.choices(alphabet, k=length))

    def account(self) -> str:
        self.number += 1
        return f"{self.random.choice(['mail', 'post', 'all', 'box'])}{self.number}@{DOMAIN}"

    def address(self) -> str:
        self.number += 1
        return f"192.0.{self.number % 250}.{self.random.randint(1, 254)}"

    def serial(self) -> str:
        return self.token(string.ascii_uppercase, 2) + self.token(string.digits, 7)

    def server_id(self) -> str:
        node = f"PA4PR{self.random.randint(10, 99)}MB{self.random.randint(1000, 9999)}"
        return f"{node}{self.token('0123456789ABCDEF', 20)}@{node}.eurprd04.prod.outlook.com"

    def ids(self) -> Ids:
        """A way to put Message-IDs together: a time, something random and a word of its own."""
        gap, program = self.random.choice("-_.~$!"), self.token(string.ascii_lowercase, 5)
        clock = self.random.choice(["%Y%m%d%H%M%S", "%d%m%y%H%M%S", "%Y%j%H%M%S"])

        def make(at: dt.datetime, host: str) -> str:
            return f"{at:{clock}}{gap}{self.token(HEX, 12)}{gap}{program}@{host}"

        return make

    # -- times

    def office(self, per_day: float, first: int = 0, last: int = DAYS) -> list[dt.datetime]:
        found = []
        for day in range(first, last):
            morning = START + dt.timedelta(days=day)
            sittings = int(per_day) + (self.random.random() < per_day % 1)
            for _ in range(sittings if morning.weekday() < 5 else 0):
                at = morning + dt.timedelta(seconds=self.random.randint(25_000, 60_000))
                for _ in range(self.random.choice([1, 1, 2, 3])):
                    found.append(at)
                    at += dt.timedelta(seconds=self.random.randint(20, 120))
        return sorted(found)

    def alarms(self, count: int) -> list[dt.datetime]:
        """Now and then, mostly with a second mail within minutes."""
        found = []
        for _ in range(count):
            at = self.any_time()
            found.append(at)
            if self.random.random() < 0.7:
                found.append(at + dt.timedelta(seconds=self.random.randint(60, 500)))
        return sorted(found)

    def any_time(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.random.randint(0, DAYS * 86_400))

    def daily(self, minute: int, first: int = 0, last: int = DAYS) -> list[dt.datetime]:
        """At the same time of day on the wall: an hour later by UTC once summer is over."""
        return [
            START + dt.timedelta(days=day, minutes=minute + 60 * (day > 62), seconds=day % 7)
            for day in range(first, last)
        ]

    # -- people

    def circle(self, size: int) -> list[str]:
        return self.random.sample(self.people, size)

    def follower(self) -> Callable[[dt.datetime], tuple[str, ...]]:
        """One person until the change, another from then on."""
        before, since = self.circle(2)
        return lambda at: (before if at < CHANGE else since,)

    def scan_size(self) -> int:
        return int(self.random.lognormvariate(12.5, 1))


# -- a plant -----------------------------------------------------------------------------------


def controllers(plan: Plan) -> Iterator[Mail]:
    """Alike but for the name in their subjects, at one address, to one person; their Message-IDs
    name the host that all leave the factory with."""
    account, address, to, make = plan.account(), plan.address(), plan.follower(), plan.ids()
    alarm, end, host = (
        plan.words(2),
        plan.words(3),
        f"{plan.token(string.ascii_lowercase, 4)}.local",
    )
    for n in range(plan.random.randint(7, 12)):
        name, size = f"{plan.token('KLMN', 1)}{n // 4}-U{n:02}", plan.random.randint(1_500, 9_000)
        for k, at in enumerate(plan.alarms(plan.random.randint(5, 12))):
            subject = f"{end} {name}" if k % 2 else f"{alarm} {name}: {plan.random.randint(1, 99)}"
            yield Mail(
                f"controller {n}", "appliance", account, at, address, make(at, host), subject,
                to(at), size + plan.random.randint(-40, 40),
            )  # fmt: skip


def numbered_lines(plan: Plan) -> Iterator[Mail]:
    """A short number says which, another one says what."""
    account, address, to = plan.account(), plan.address(), plan.follower()
    line, point = plan.word(), plan.word()
    for n in range(1, 7):
        size = plan.random.randint(1_500, 9_000)
        for at in plan.alarms(plan.random.randint(8, 14)):
            yield Mail(
                f"line {n}", "appliance", account, at, address, plan.server_id(),
                f"Alarm {line} {n} {point} {plan.random.randint(1, 99)}", to(at),
                size + plan.random.randint(-40, 40),
            )  # fmt: skip


def cameras(plan: Plan) -> Iterator[Mail]:
    """A MAC address in the Message-ID, which an update puts together otherwise."""
    account, address, to, words = plan.account(), plan.address(), plan.follower(), plan.words(2)
    gap, program = plan.random.choice("$-_"), plan.token(string.ascii_lowercase, 6)
    for n in range(5):
        mac, update = plan.token(HEX, 12), plan.random.randint(20, 70) if n % 2 else DAYS
        mac = f"{mac[:6]}4{mac[7:]}"
        for at in plan.alarms(plan.random.randint(20, 60)):
            late = (at - START).days > update
            local = (
                f"{plan.token(string.ascii_letters, 10)}+{program}+{mac}"
                if late
                else f"{int(at.timestamp())}{gap}{plan.random.randint(10_000, 99_999)}{gap}{mac}"
            )
            yield Mail(
                f"camera {n}", "appliance", account, at, address, f"{local}@mail.{DOMAIN}", words,
                to(at), 90_000, ("TLS1.3", "A") if late else ("TLS1.2", "B"),
            )  # fmt: skip


# -- offices -----------------------------------------------------------------------------------


def serial_numbers(plan: Plan) -> Iterator[Mail]:
    """Scanners that all call themselves `device` and name their serial numbers in subjects."""
    account, address, make = plan.account(), plan.address(), plan.ids()
    words = plan.words(2)
    for n in range(5):
        serial, people = plan.serial(), plan.circle(5)
        for at in plan.office(0.9):
            yield Mail(
                f"serial {n}", "mfp", account, at, address, make(at, "device"),
                f"{words} {serial}", (plan.random.choice(people),), plan.scan_size(),
            )  # fmt: skip


def updated_scanners(plan: Plan) -> Iterator[Mail]:
    """Named hosts; one day Message-IDs are put together otherwise, one is called otherwise."""
    account, address, words = plan.account(), plan.address(), plan.words(2)
    for n in range(3):
        host, people = f"{plan.token(string.ascii_lowercase, 4)}-{n}1", plan.circle(5)
        first, second = plan.ids(), plan.ids()
        for at in plan.office(0.9):
            late = (at - START).days > 45
            made = (
                first(at, f"{host}.lan")
                if not late
                else first(at, f"{host}x.lan")
                if n == 2
                else second(at, host.upper())
            )
            yield Mail(
                f"updated {n}", "mfp", account, at, address, made, words,
                (plan.random.choice(people),), plan.scan_size(),
            )  # fmt: skip


def updated_unnamed(plan: Plan) -> Iterator[Mail]:
    """Nothing names it; TLS and Message-IDs change on one day."""
    account, address, make = plan.account(), plan.address(), plan.ids()
    people, words = plan.circle(5), plan.words(3)
    for at in plan.office(1.2):
        late = (at - START).days > 40
        yield Mail(
            "unnamed", "mfp", account, at, address,
            make(at, DOMAIN) if late else plan.server_id(), words,
            (plan.random.choice(people),), plan.scan_size(),
            ("TLS1.3", "A") if late else ("TLS1.2", "B"),
        )  # fmt: skip


# -- servers -----------------------------------------------------------------------------------


def moved_script(plan: Plan) -> Iterator[Mail]:
    """The same job on another host; its subject has the month in words."""
    account, to, make = plan.account(), plan.follower(), plan.ids()
    words, places = plan.words(2), [plan.address(), plan.address()]
    hosts = [f"{plan.token(string.ascii_lowercase, 3)}-srv-{n}" for n in (4, 18)]
    for at in plan.daily(plan.random.randint(0, 1_300)):
        late = (at - START).days > 50
        yield Mail(
            "moved script", "script", account, at, places[late], make(at, hosts[late]),
            f"{words} {MONTHS[(at.month + at.day // 16) % 9]}", to(at), 3_000,
        )  # fmt: skip


def jobs_of_one_host(plan: Plan) -> Iterator[Mail]:
    """Two with one library; they tell other people at other times."""
    account, address, make = plan.account(), plan.address(), plan.ids()
    host, start = f"{plan.token(string.ascii_lowercase, 4)}-77", plan.random.randint(0, 600)
    for n in range(2):
        to, words = tuple(plan.circle(1)), plan.words(3)
        for at in plan.daily(start + n * plan.random.randint(40, 700)):
            yield Mail(
                f"job {n}", "script", account, at, address, make(at, host),
                f"{words} {at:%d.%m.%Y}", to, 3_000,
            )  # fmt: skip


# -- the cloud ---------------------------------------------------------------------------------


def pool(plan: Plan, prefix: str, count: int) -> list[str]:
    return [
        f"{prefix}.{plan.random.randint(0, 250)}.{plan.random.randint(1, 250)}"
        for _ in range(count)
    ]


def service_for_many(plan: Plan) -> Iterator[Mail]:
    """Somebody else's program that writes as whoever uses it, from a pool of addresses."""
    spots, domain = pool(plan, "34.89", 8), f"{plan.token(string.ascii_lowercase, 6)}.example"
    users, words = plan.circle(4), plan.words(2)
    for n in range(300):
        at = plan.any_time()
        local = f"{plan.token(HEX, 20)}.{int(at.timestamp()):x}"
        yield Mail(
            "service", "application", plan.random.choice(users), at, plan.random.choice(spots),
            f"{local}@{domain}", f"{words} {plan.word()} [#{20_000 + n * 7}]",
            (f"client{plan.random.randint(0, 200)}@example.net",), 20_000,
        )  # fmt: skip


def bookings(plan: Plan) -> Iterator[Mail]:
    """The date is one word with letters; addresses change from day to day."""
    account, make, words = plan.account(), plan.ids(), plan.word()
    spots = pool(plan, "203.0", 70)
    for _ in range(200):
        at = plan.any_time()
        yield Mail(
            "bookings", "application", account, at, spots[(at - START).days * 70 // (DAYS + 1)],
            make(at, "localhost"), f"予約 {words} {at:%Y}年{at:%m}月{at:%d}日 {at:%H:%M}",
            (plan.random.choice(plan.people),), 6_000,
        )  # fmt: skip


UNSEEN: list[Callable[[Plan], Iterator[Mail]]] = [
    controllers,
    numbered_lines,
    cameras,
    serial_numbers,
    updated_scanners,
    updated_unnamed,
    moved_script,
    jobs_of_one_host,
    service_for_many,
    bookings,
]


def tenant(seed: int) -> list[Mail]:
    """All of them at once, in one organisation, in the order of their times."""
    plan = Plan(seed)
    return in_order(mail for each in UNSEEN for mail in each(plan))


def in_order(mails: Iterator[Mail]) -> list[Mail]:
    return sorted(mails, key=lambda mail: mail.at)
