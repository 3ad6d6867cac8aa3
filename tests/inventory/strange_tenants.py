"""Invented tenants that are as unlike each other as a seed can make them, with their truth.

Independent of `odd_tenants`: other vendors, languages, Message-ID styles, counters and habits, each
drawn anew for every seed. Each strange thing has an account or a network of its own, so that what
goes wrong can be told; `CADENCES` says how often each true sender sends where that is certain.
"""

from __future__ import annotations

import datetime as dt
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.inventory.odd_tenants import Mail

DOMAIN = "wingtip.example"
START = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
DAYS = 91
SYLLABLES = [
    "ba",
    "ko",
    "li",
    "mu",
    "ne",
    "ra",
    "shi",
    "to",
    "vo",
    "zen",
    "qua",
    "ør",
    "ły",
    "ße",
    "ça",
    "ña",
]
SCRIPTS_OF_OTHERS = ["файл", "отчёт", "文書", "書類", "통지", "Έγγραφο", "מסמך", "ملف", "เอกสาร"]
BASES = (10, 16, 36)


@dataclass
class World:
    """What one seed draws."""

    seed: int
    random: random.Random = field(init=False)
    people: list[str] = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed * 7919 + 17)
        self.people = [f"{self.word()}.{n}@{DOMAIN}" for n in range(70)]

    # -- words and names

    def word(self) -> str:
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 3)))

    def phrase(self, count: int = 3) -> str:
        pool = [self.word() for _ in range(count)] + self.random.sample(SCRIPTS_OF_OTHERS, 1)
        self.random.shuffle(pool)
        return " ".join(pool[:count])

    def account(self) -> str:
        self.number += 1
        return f"{self.random.choice(['mx', 'post', 'x', 'kb', 'dev'])}{self.number}@{DOMAIN}"

    def address(self) -> str:
        self.number += 1
        return f"198.51.{100 + self.number % 100}.{self.random.randint(1, 254)}"

    def host(self) -> str:
        return f"{self.word()}-{self.random.randint(1, 99):02d}".encode("ascii", "ignore").decode()

    def token(self, alphabet: str, length: int) -> str:
        return "".join(self.random.choices(alphabet, k=length))

    # -- Message-IDs

    def server_id(self) -> str:
        node = f"VI1P{self.random.randint(100, 199)}MB{self.random.randint(1000, 9999)}"
        return f"{node}{self.token('0123456789ABCDEF', 20)}@{node}.eurp190.prod.outlook.com"

    def style(self) -> Callable[[dt.datetime, int], str]:
        """The left part of a vendor's Message-IDs, from a time and a running number."""
        gap = self.random.choice(["-", ".", "_", "~", "$", "="])
        fixed = self.token(string.ascii_lowercase, 3)
        base = self.random.choice(BASES)
        clock = self.random.choice(["%Y%m%d%H%M%S", "%y%j", "%d%m%H", ""])
        order = self.random.random()

        def make(at: dt.datetime, count: int) -> str:
            number = in_base(count, base)
            parts = [each for each in (at.strftime(clock) if clock else "", number) if each]
            return gap.join([fixed, *(parts if order < 0.5 else parts[::-1])])

        return make

    def random_style(self) -> Callable[[], str]:
        length = self.random.randint(10, 22)
        alphabet = self.random.choice(["0123456789abcdef", string.ascii_letters + string.digits])
        fixed = self.token(string.ascii_lowercase, 2)
        return lambda: f"{fixed}.{self.token(alphabet, length)}"

    # -- times

    def sittings(self, per_day: float, first: int = 0, last: int = DAYS) -> Iterator[dt.datetime]:
        """Working hours; several mails within minutes."""
        found = []
        for day in range(first, last):
            if (START + dt.timedelta(days=day)).weekday() > 4:
                continue
            for _ in range(int(per_day) + (self.random.random() < per_day % 1)):
                at = START + dt.timedelta(days=day, seconds=self.random.randint(25_000, 60_000))
                for _ in range(self.random.choice([1, 1, 2, 2, 3, 4])):
                    found.append(at)
                    at += dt.timedelta(seconds=self.random.randint(15, 110))
        return iter(sorted(found))

    def alarms(self, count: int) -> Iterator[dt.datetime]:
        for _ in range(count):
            yield START + dt.timedelta(seconds=self.random.randint(0, DAYS * 86_400))

    def daily(self, minute: int, jitter: int = 2) -> Iterator[dt.datetime]:
        for day in range(DAYS):
            seconds = minute * 60 + self.random.randint(0, jitter * 60)
            yield START + dt.timedelta(days=day, seconds=seconds)

    # -- people

    def circle(self, size: int, apart_from: tuple[str, ...] = ()) -> tuple[str, ...]:
        return tuple(self.random.sample([p for p in self.people if p not in apart_from], size))

    def one_of(self, circle: tuple[str, ...]) -> tuple[str, ...]:
        pool = circle if self.random.random() < 0.9 else self.people
        return (self.random.choice(pool),)

    def scan_size(self) -> int:
        return int(self.random.lognormvariate(12.5, 1))


def in_base(number: int, base: int) -> str:
    digits = string.digits + string.ascii_lowercase
    text = ""
    while number:
        number, rest = divmod(number, base)
        text = digits[rest] + text
    return text.rjust(4, "0")


def job_numbers(world: World, start: int | None = None) -> Iterator[int]:
    count = world.random.randint(3_000, 900_000) if start is None else start
    while True:
        count += world.random.choice([1, 1, 1, 2, 3, 5, 9])
        yield count


# -- strange things ----------------------------------------------------------------------------


def twins_that_count(world: World) -> Iterator[Mail]:
    """Same model, address, people and words: only the job numbers run apart."""
    account, address, make = world.account(), world.address(), world.style()
    people, words = world.circle(6), world.phrase()
    for n in range(world.random.randint(2, 4)):
        numbers = job_numbers(world, start=20_000 * (n + 1) + world.random.randint(0, 9_000))
        for at in world.sittings(1.2):
            yield Mail(
                f"counting twin {n}", "mfp", account, at, address,
                f"{make(at, next(numbers))}@{DOMAIN}", words, world.one_of(people),
                world.scan_size(),
            )  # fmt: skip


def twins_that_count_in_the_subject(world: World) -> Iterator[Mail]:
    account, address, words = world.account(), world.address(), world.phrase(2)
    people = world.circle(7)
    for n in range(2):
        numbers = job_numbers(world, start=300_000 * (n + 1))
        for at in world.sittings(1.2):
            yield Mail(
                f"numbered twin {n}", "mfp", account, at, address, world.server_id(),
                f"{words} {next(numbers)}", world.one_of(people), world.scan_size(),
            )  # fmt: skip


def twins_with_people_of_their_own(world: World) -> Iterator[Mail]:
    """No number counts; each has a department."""
    account, address, words = world.account(), world.address(), world.phrase()
    circles: tuple[str, ...] = ()
    for n in range(2):
        people = world.circle(4, apart_from=circles)
        circles += people
        for at in world.sittings(1.5):
            yield Mail(
                f"department twin {n}", "mfp", account, at, address, world.server_id(), words,
                world.one_of(people), world.scan_size(), ("TLS1.3", "CHACHA20"),
            )  # fmt: skip


def lone_counter_that_starts_anew(world: World) -> Iterator[Mail]:
    """One device; its counter was reset with a repair, and its people changed meanwhile."""
    account, address, make, words = world.account(), world.address(), world.style(), world.phrase()
    early, late = world.circle(4), world.circle(4)
    numbers = job_numbers(world, start=700_000)
    half = START + dt.timedelta(days=DAYS // 2)
    for at in world.sittings(1.5):
        if at > half and early:
            numbers, early = job_numbers(world, start=1), ()
        yield Mail(
            "reset counter", "mfp", account, at, address, f"{make(at, next(numbers))}@localhost",
            words, world.one_of(early or late), world.scan_size(),
        )  # fmt: skip


def lone_device_of_many(world: World) -> Iterator[Mail]:
    """One device, and whoever scans sends it to himself: no sitting has two people."""
    account, address, words = world.account(), world.address(), world.phrase()
    people, mine, last = world.circle(8), "", START
    for at in world.sittings(2):
        if (at - last).total_seconds() > 600 or not mine:
            mine = world.random.choice(people)
        last = at
        yield Mail(
            "scan to self", "mfp", account, at, address, world.server_id(), words, (mine,),
            world.scan_size(),
        )  # fmt: skip


def lone_device_of_few(world: World) -> Iterator[Mail]:
    account, address, words = world.account(), world.address(), world.phrase()
    make, people = world.random_style(), world.circle(world.random.randint(3, 9))
    for at in world.sittings(world.random.uniform(1, 5)):
        yield Mail(
            "lone device", "mfp", account, at, address, f"{make()}@{DOMAIN}", words,
            world.one_of(people), world.scan_size(),
        )  # fmt: skip


def private_addresses(world: World) -> Iterator[Mail]:
    """IPv6 with a new tail every day; the server assigns its Message-IDs."""
    account, words, people = world.account(), world.phrase(), world.circle(4)
    for at in world.sittings(1.5):
        day = random.Random(f"{world.seed} {at:%j}")
        tail = ":".join(f"{day.randint(1, 65_535):x}" for _ in range(4))
        yield Mail(
            "private", "mfp", account, at, f"2001:db8:{world.seed % 999:x}:7:{tail}",
            world.server_id(), words, world.one_of(people), world.scan_size(),
        )  # fmt: skip


def dynamic_address(world: World) -> Iterator[Mail]:
    """A branch whose line gets another address every few days."""
    account, words, people = world.account(), world.phrase(), world.circle(4)
    pool = [world.address() for _ in range(20)]
    for at in world.sittings(1.5):
        yield Mail(
            "dynamic", "mfp", account, at, pool[(at - START).days // 5], world.server_id(), words,
            world.one_of(people), world.scan_size(),
        )  # fmt: skip


def moved_and_counting(world: World) -> Iterator[Mail]:
    """It moved to another site, other people use it, and its counter went on."""
    account, make, words = world.account(), world.style(), world.phrase()
    places, circles = [world.address(), world.address()], [world.circle(4), world.circle(4)]
    numbers = job_numbers(world)
    for at in world.sittings(1.5):
        late = (at - START).days > 50
        yield Mail(
            "moved counter", "mfp", account, at, places[late],
            f"{make(at, next(numbers))}@{DOMAIN}", words, world.one_of(circles[late]),
            world.scan_size(),
        )  # fmt: skip


def replaced_under_its_name(world: World) -> Iterator[Mail]:
    """Another model took over the name."""
    account, address, host, people = world.account(), world.address(), world.host(), world.circle(5)
    for n, (first, last) in enumerate(((0, 40), (44, DAYS))):
        make, words = world.style(), world.phrase()
        numbers = job_numbers(world)
        for at in world.sittings(1.5, first, last):
            yield Mail(
                f"replaced {n}", "mfp", account, at, address, f"{make(at, next(numbers))}@{host}",
                words, world.one_of(people), world.scan_size(), ("TLS1.2", f"SUITE{n}"),
            )  # fmt: skip


def script_with_two_cards(world: World) -> Iterator[Mail]:
    """One host, two addresses in turn."""
    account, host, words = world.account(), world.host(), world.phrase(4)
    addresses, make, to = [world.address(), world.address()], world.style(), world.circle(2)
    for n, at in enumerate(world.daily(world.random.randint(0, 1_400))):
        yield Mail(
            "two cards", "script", account, at, world.random.choice(addresses),
            f"{make(at, 9 + n * world.random.randint(1, 5))}@{host}.{DOMAIN}",
            f"{words} {at:%d.%m.}", to, 2_500,
        )  # fmt: skip


def scripts_by_the_minute(world: World) -> Iterator[Mail]:
    """Two alike but for the minute and whom they tell."""
    account, address, words = world.account(), world.address(), world.phrase(4)
    start = world.random.randint(0, 600)
    for n in range(2):
        to = world.circle(1)
        for at in world.daily(start + n * world.random.randint(60, 700)):
            yield Mail(
                f"minute {n}", "script", account, at, address, world.server_id(), words, to, 3_000
            )


def alarm_panels(world: World) -> Iterator[Mail]:
    """They speak only when something is wrong, in the same words, each from its own site to the
    one who looks after it."""
    account, words = world.account(), world.phrase(4)
    for n in range(3):
        address, to = world.address(), world.circle(1)
        for at in world.alarms(world.random.randint(5, 14)):
            yield Mail(
                f"panel {n}", "appliance", account, at, address, world.server_id(), words, to, 1_800
            )


def mail_client(world: World) -> Iterator[Mail]:
    account = f"{world.word()}.{world.word()}@{DOMAIN}"
    nouns = [world.word() for _ in range(30)]
    networks = [world.address() for _ in range(4)]
    kind = world.random.choice(["upper", "lower"])
    for at in world.sittings(1.6):
        uuid = "-".join(world.token("0123456789abcdef", k) for k in (8, 4, 4, 4, 12))
        subject = " ".join(world.random.sample(nouns, world.random.randint(1, 3)))
        yield Mail(
            "client", "client", account, at, world.random.choice(networks),
            f"{uuid.upper() if kind == 'upper' else uuid}@{DOMAIN}",
            world.random.choice(["", "Re: ", "Sv: ", "Odp: "]) + subject,
            (world.random.choice(world.people),), world.random.randint(2_000, 900_000),
        )  # fmt: skip


def shop_with_series(world: World) -> Iterator[Mail]:
    """An application with two series of numbers, to ever other customers."""
    account, address, words = world.account(), world.address(), world.phrase(2)
    series = [job_numbers(world, start=10_000), job_numbers(world, start=5_000_000)]
    for n in range(300):
        at = START + dt.timedelta(seconds=world.random.randint(0, DAYS * 86_400))
        yield Mail(
            "shop", "application", account, at, address, world.server_id(),
            f"{words} {next(world.random.choice(series))}", (f"buyer{n}@example.net",),
            world.random.randint(15_000, 60_000),
        )  # fmt: skip


STRANGE: list[Callable[[World], Iterator[Mail]]] = [
    twins_that_count,
    twins_that_count_in_the_subject,
    twins_with_people_of_their_own,
    lone_counter_that_starts_anew,
    lone_device_of_many,
    lone_device_of_few,
    private_addresses,
    dynamic_address,
    moved_and_counting,
    replaced_under_its_name,
    script_with_two_cards,
    scripts_by_the_minute,
    alarm_panels,
    mail_client,
    shop_with_series,
]
CADENCES = {
    "two cards": "daily",
    "minute 0": "daily",
    "minute 1": "daily",
    "panel 0": "on_alarm",
    "panel 1": "on_alarm",
    "panel 2": "on_alarm",
    "lone device": "continuous",
    "shop": "continuous",
}


def tenant(seed: int) -> list[Mail]:
    """All strange things at once, in one organisation, in the order of their times."""
    world = World(seed)
    return sorted((mail for each in STRANGE for mail in in_order(each(world))), key=time_of)


def in_order(mails: Iterator[Mail]) -> list[Mail]:
    return sorted(mails, key=time_of)


def time_of(mail: Mail) -> dt.datetime:
    return mail.at
