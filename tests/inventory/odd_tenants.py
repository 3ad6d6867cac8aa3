"""Invented tenants with odd senders, and how well messages are attributed there.

`tenant(seed)` makes messages with their true sender; shapes, words and habits are drawn by the
seed, so that what was not at hand while the rules were made is easy to draw.
"""

from __future__ import annotations

import datetime as dt
import random
import string
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from inventory.intake.taking import COUNTLESS
from inventory.senders import counters, kind_words, messages, subjects
from inventory.senders.fingerprints import Fingerprint, is_own, message_id_marks
from inventory.senders.from_grouping import Attempt, Seen, decide, logins_of
from inventory.senders.linking import group, propose
from inventory.senders.looks import Look
from inventory.senders.networks import network, places
from inventory.senders.rhythm import rhythm
from inventory.senders.trails import seen_in

DOMAIN = "fabrikam.example"
START = dt.datetime(2026, 8, 3, tzinfo=dt.UTC)
DAYS = 84
HEX = "0123456789abcdef"
SCANNED = [
    "Numérisation de {}",
    "Escaneo desde {}",
    "Gescannt von {}",
    "スキャン {}",
    "Skannaus {}",
]


@dataclass
class Mail:
    truth: str
    kind: str
    account: str
    at: dt.datetime
    address: str
    message_id: str
    subject: str
    recipients: tuple[str, ...]
    size: int
    tls: tuple[str, str] = ("TLS1.2", "AES256")
    auth: str = "basic"
    login: str = ""
    """Who logged in, where that is not the account that it is from."""


class Drawn:
    """What a seed draws for one tenant."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.people = [f"person{n}@{DOMAIN}" for n in range(60)]
        self.ids = self.shape()

    def shape(self) -> Callable[[dt.datetime, str], str]:
        """A Message-ID shape that nobody has seen: random separators, words and parts."""
        pick = self.random
        word = "".join(pick.choices(string.ascii_lowercase, k=4))
        between = pick.choice(["-", "_", ".", "$"])
        length = pick.randint(8, 24)

        def make(at: dt.datetime, host: str) -> str:
            token = "".join(pick.choices(HEX, k=length))
            return f"{word}{between}{at:%Y%m%d%H%M%S}{between}{token}@{host}"

        return make

    def server_id(self) -> str:
        token = "".join(self.random.choices(HEX, k=24)).upper()
        return f"DB7PR03MB{token}@DB7PR03MB1111.eurprd03.prod.outlook.com"

    def office(self, per_day: float) -> Iterator[dt.datetime]:
        for day in range(DAYS):
            if day % 7 < 5:
                for _ in range(int(per_day) + (self.random.random() < per_day % 1)):
                    minute = self.random.randint(7 * 60, 17 * 60)
                    yield START + dt.timedelta(days=day, minutes=minute)

    def daily(self, minute: int) -> Iterator[dt.datetime]:
        for day in range(DAYS):
            yield START + dt.timedelta(days=day, minutes=minute + self.random.randint(0, 5))

    def favourites(self, count: int = 5) -> Callable[[], tuple[str, ...]]:
        chosen = self.random.sample(self.people, count)

        def some() -> tuple[str, ...]:
            pool = chosen if self.random.random() < 0.85 else self.people
            return (self.random.choice(pool),)

        return some


def tenant(seed: int) -> list[Mail]:
    """All oddities at once, in one organisation."""
    draw = Drawn(seed)
    found: list[Mail] = []
    for oddity in ODDITIES:
        found += oddity(draw)
    return sorted(found, key=lambda mail: mail.at)


def scanners_behind_nat(draw: Drawn) -> Iterator[Mail]:
    """Same model, same address, no host in the Message-ID: the subject names each."""
    words = draw.random.choice(SCANNED)
    for n in range(8):
        to = draw.favourites()
        name = f"{draw.random.choice(['COP', 'Etage', 'RM'])}-{n}{draw.random.randint(10, 99)}X"
        for at in draw.office(1.5):
            size = draw.random.randint(90_000, 2_000_000)
            yield Mail(
                f"nat{n}", "mfp", f"scan@{DOMAIN}", at, "192.0.2.10", draw.ids(at, DOMAIN),
                words.format(name), to(), size,
            )  # fmt: skip


def rotating_ipv6(draw: Drawn) -> Iterator[Mail]:
    """A host whose privacy address is new every day; its Message-IDs name it."""
    for at in draw.office(2):
        tail = ":".join("".join(draw.random.choices(HEX, k=4)) for _ in range(4))
        yield Mail(
            "rotating", "mfp", f"scan@{DOMAIN}", at, f"2001:db8:1:2:{tail}",
            draw.ids(at, f"kopia-{draw.people[0][6]}"), SCANNED[0].format("K1"),
            draw.favourites()(), draw.random.randint(90_000, 900_000),
        )  # fmt: skip


def moved_device(draw: Drawn) -> Iterator[Mail]:
    """It sent from one site, then from another, with the same people around it."""
    to = draw.favourites()
    for n, at in enumerate(draw.office(1)):
        address = "192.0.2.77" if n < 30 else "198.51.100.77"
        yield Mail(
            "moved", "mfp", f"reception@{DOMAIN}", at, address, draw.server_id(),
            "Scan to mail", to(), draw.random.randint(100_000, 900_000), ("TLS1.3", "AES128"),
        )  # fmt: skip


def one_script_on_two_hosts(draw: Drawn) -> Iterator[Mail]:
    make = draw.shape()
    for n, host in enumerate(("norda-srv1", "sudo-srv2")):
        for at in draw.daily(120 + 300 * n):
            yield Mail(
                f"job{n}", "script", f"batch@{DOMAIN}", at, "192.0.2.20", make(at, host),
                f"Nightly export finished {at:%Y-%m-%d}", (draw.people[1],), 4_000,
            )  # fmt: skip


def two_alike_on_the_clock(draw: Drawn) -> Iterator[Mail]:
    """Two recorders that differ in nothing but when and to whom they write."""
    for n in range(2):
        for at in draw.daily(200 + 400 * n):
            yield Mail(
                f"recorder{n}", "appliance", f"alarm@{DOMAIN}", at, "192.0.2.30",
                f"{at:%Y%m%d%H%M%S}{draw.random.randint(1000, 9999)}@rec",
                "Motion detected", (draw.people[10 + n],), 150_000, ("TLS1.2", "AES128"),
            )  # fmt: skip


def person_on_several_networks(draw: Drawn) -> Iterator[Mail]:
    nouns = ["offer", "minutes", "visit", "holiday", "question", "draft", "lunch", "notes",
             "call", "travel", "plan", "photo", "budget", "survey"]  # fmt: skip
    for at in draw.office(1.5):
        address = draw.random.choice(["192.0.2.10", "203.0.113.5", "198.51.100.200"])
        uuid = "-".join("".join(draw.random.choices(HEX, k=k)) for k in (8, 4, 4, 4, 12))
        reply = draw.random.choice(["Re: ", "", "AW: "])
        yield Mail(
            "person", "client", f"maria@{DOMAIN}", at, address, f"{uuid}@{DOMAIN}",
            f"{reply}{draw.random.choice(nouns)} {draw.random.choice(nouns)}",
            (draw.random.choice(draw.people),), draw.random.randint(3_000, 300_000),
        )  # fmt: skip


def shop_on_a_dynamic_address(draw: Drawn) -> Iterator[Mail]:
    """An application that writes two kinds of mail to ever other customers, without a host."""
    for n, at in enumerate(moment for hour in (3, 9, 21) for moment in draw.daily(hour * 60)):
        yield Mail(
            "shop", "application", f"noreply@{DOMAIN}", at, f"203.0.113.{n % 40}",
            draw.server_id(), f"{('Order confirmation', 'Invoice')[n % 2]} {n * 37 + 10_000}",
            (f"customer{n}@example.net",), draw.random.randint(20_000, 60_000),
        )  # fmt: skip


ODDITIES: list[Callable[[Drawn], Iterator[Mail]]] = [
    scanners_behind_nat,
    rotating_ipv6,
    moved_device,
    one_script_on_two_hosts,
    two_alike_on_the_clock,
    person_on_several_networks,
    shop_on_a_dynamic_address,
]


# -- several From addresses --------------------------------------------------------------------


def shop_that_writes_as_two(draw: Drawn) -> Iterator[Mail]:
    """One application; each run writes as sales and as accounts, from a pool of addresses."""
    for _ in range(40):
        at = START + dt.timedelta(minutes=draw.random.randint(0, DAYS * 1440))
        for account in ("sales", "accounts"):
            at += dt.timedelta(seconds=draw.random.randint(20, 240))
            yield Mail(
                "two names", "application", f"{account}@{DOMAIN}", at,
                f"192.0.2.{draw.random.randint(60, 63)}", draw.server_id(),
                f"Your order {draw.random.randint(10_000, 99_999)} is confirmed",
                (f"buyer{draw.random.randint(0, 9_999)}@example.net",), 30_000,
                login=f"erp@{DOMAIN}",
            )  # fmt: skip


def scanner_that_writes_as_people(draw: Drawn) -> Iterator[Mail]:
    """Its name is in the Message-IDs, the From is whoever stands at it."""
    people = draw.random.sample(draw.people, 3)
    host = f"{draw.random.choice(['kopi', 'etage', 'foyer'])}mfp{draw.random.randint(10, 99)}"
    for at in draw.office(2):
        person = draw.random.choice(people)
        yield Mail(
            "roll call", "mfp", person, at, "192.0.2.70", draw.ids(at, host),
            SCANNED[2].format("Etage"), (person,), draw.random.randint(90_000, 900_000),
            login=f"copier@{DOMAIN}",
        )  # fmt: skip


def programs_of_one_login(draw: Drawn) -> Iterator[Mail]:
    """Two programs on two servers behind one address, composed alike, that log in as one."""
    for n, (account, words) in enumerate((("tickets", "Ticket"), ("leave", "Leave request"))):
        for _ in range(60):
            at = START + dt.timedelta(minutes=draw.random.randint(0, DAYS * 1440))
            yield Mail(
                f"program{n}", "application", f"{account}@{DOMAIN}", at, "192.0.2.80",
                draw.server_id(), f"{words} {draw.random.randint(1_000, 9_999)} was assigned",
                (draw.random.choice(draw.people),), 8_000, login=f"relay@{DOMAIN}",
            )  # fmt: skip


def scripts_of_one_host(draw: Drawn) -> Iterator[Mail]:
    """Two jobs of one host and library, each with an account of its own."""
    make, host = draw.shape(), f"norda-srv{draw.random.randint(3, 9)}"
    for n in range(2):
        for at in draw.daily(60 + 400 * n):
            yield Mail(
                f"of a host{n}", "script", f"svc-job{n}@{DOMAIN}", at, "192.0.2.90",
                make(at, host), f"Nightly {('export', 'cleanup')[n]} finished", (draw.people[n],),
                2_000,
            )  # fmt: skip


def recorders_by_one_name(draw: Drawn) -> Iterator[Mail]:
    """The name from the factory, an account for each."""
    for n in range(2):
        for _ in range(12):
            at = START + dt.timedelta(minutes=draw.random.randint(0, DAYS * 1440))
            yield Mail(
                f"factory{n}", "appliance", f"nvr{n}@{DOMAIN}", at, "192.0.2.95",
                f"{at:%Y%m%d%H%M%S}{draw.random.randint(1000, 9999)}@recorder",
                "Motion detected", (draw.people[20],), 150_000,
            )  # fmt: skip


SEVERAL_FROMS: list[Callable[[Drawn], Iterator[Mail]]] = [
    shop_that_writes_as_two,
    scanner_that_writes_as_people,
    programs_of_one_login,
    scripts_of_one_host,
    recorders_by_one_name,
]


def several_froms(seed: int) -> list[Mail]:
    """All of these at once, together with the oddities."""
    draw = Drawn(seed)
    found = [mail for each in (*ODDITIES, *SEVERAL_FROMS) for mail in each(draw)]
    return sorted(found, key=lambda mail: mail.at)


# -- attributing and scoring -------------------------------------------------------------------


def attribute(mails: list[Mail], domain: str = "") -> tuple[list[str], dict[str, str]]:
    """(label of each mail, {label: kind}), as the product tells them from these mails."""
    rows = messages.refine(frame_of(mails, frozenset({domain or DOMAIN})))
    codes, marks = messages.fingerprints(rows)
    rows = rows.assign(fingerprint=codes, day=rows["at"].dt.normalize())
    seen = seen_in(rows)
    place_of = places(
        ((each.account, each.message_id_host, each.message_id_shape), each.address)
        for each in marks
        if each.message_id_host
    )
    looks: dict[str, list[Look]] = {}
    for pk, each in enumerate(marks):
        look = Look(
            pk, each.account, each.address, each.message_id_shape, each.message_id_host, "",
            "message", f"{each.tls_version} {each.tls_cipher}", each.subject_mask,
            each.subject_names, each.part, **seen[pk].__dict__,
        )  # fmt: skip
        looks.setdefault(each.account, []).append(look)
    label: dict[int, str] = {}
    kind: dict[str, str] = {}
    for account, its in looks.items():
        keys = group(its, place_of)
        for key in set(keys.values()):
            name = f"{account} {key}"
            behind = [look for look in its if keys[look.pk] == key]
            label |= {look.pk: name for look in behind}
            at = rows.loc[rows["fingerprint"].isin([look.pk for look in behind]), "at"]
            times = [each.to_pydatetime().replace(tzinfo=dt.UTC) for each in at.sort_values()]
            kind[name] = propose(account, key, behind, rhythm(times)).kind
    heads = one_of_several(mails, [label[code] for code in codes], marks, codes, kind)
    return [heads.get(label[code], label[code]) for code in codes], kind


def one_of_several(
    mails: list[Mail],
    labels: list[str],
    marks: list[Fingerprint],
    codes: pd.Series,
    kind: dict[str, str],
) -> dict[str, str]:
    """{label: that of the sender which it is one with}."""
    names = sorted(set(labels))
    number = {name: n for n, name in enumerate(names)}
    rows: dict[int, list[tuple[Mail, Fingerprint]]] = {}
    for mail, name, code in zip(mails, labels, codes, strict=True):
        rows.setdefault(number[name], []).append((mail, marks[code]))
    logged_in = {mail.login or mail.account for mail in mails}
    sent: dict[str, list[tuple[dt.datetime, str]]] = {}
    for mail in mails:
        if mail.account not in logged_in:
            sent.setdefault(mail.address, []).append((mail.at, mail.account))
    attempts = [
        Attempt(mail.login or mail.account, mail.address, mail.at - dt.timedelta(seconds=2))
        for mail in mails
    ]
    told = logins_of(attempts, {address: sorted(its) for address, its in sent.items()})
    logins = {pk: told[its[0][0].account] for pk, its in rows.items() if its[0][0].account in told}
    those = [
        Seen(
            pk=pk,
            account=its[0][0].account,
            kind=kind[names[pk]],
            hosts=frozenset(mark.message_id_host for _, mark in its) - {""},
            shapes=frozenset(mark.message_id_shape for _, mark in its) - {""},
            tls=frozenset(" ".join(mail.tls) for mail, _ in its),
            places=frozenset(network(mail.address) for mail, _ in its),
            words=frozenset(mark.subject_mask for _, mark in its) - {""},
            count=len(its),
        )
        for pk, its in rows.items()
    ]
    times = {pk: sorted(mail.at for mail, _ in its) for pk, its in rows.items()}
    return {
        names[one.sender]: names[one.head] for one in decide(those, logins, times) if one.is_linked
    }


def frame_of(mails: list[Mail], domains: frozenset[str]) -> pd.DataFrame:
    marks = [message_id_marks(mail.message_id, domains) for mail in mails]
    return pd.DataFrame(
        {
            "account": [mail.account for mail in mails],
            "address": [mail.address for mail in mails],
            "shape": [shape for shape, _ in marks],
            "host": [host for _, host in marks],
            "tls_version": [mail.tls[0] for mail in mails],
            "tls_cipher": [mail.tls[1] for mail in mails],
            "subject": [subjects.marks(mail.subject) for mail in mails],
            "hint": [kind_words.hint(mail.subject) for mail in mails],
            "recipients": [subjects.hash_recipients(";".join(mail.recipients)) for mail in mails],
            "id_numbers": [
                ""
                if (host and is_own(host)) or shape in COUNTLESS
                else counters.id_numbers(mail.message_id)
                for mail, (shape, host) in zip(mails, marks, strict=True)
            ],
            "subject_numbers": [counters.subject_numbers(mail.subject) for mail in mails],
            "auth_method": [mail.auth for mail in mails],
            "key": range(len(mails)),
            "at": pd.to_datetime([mail.at.replace(tzinfo=None) for mail in mails]),
            "message_count": 1,
            "byte_count": [mail.size for mail in mails],
            "is_first": True,
            "proves": True,
            "trail": 1,
        }
    )


def bcubed(truth: list[str], label: list[str]) -> tuple[float, float]:
    """(precision, recall) of labels against the truth, a line a message."""
    both = Counter(zip(truth, label, strict=True))
    true, labelled = Counter(truth), Counter(label)
    precision = sum(n * n / labelled[name] for (_, name), n in both.items()) / len(truth)
    recall = sum(n * n / true[name] for (name, _), n in both.items()) / len(truth)
    return precision, recall


def kinds_right(mails: list[Mail], label: list[str], kind: dict[str, str]) -> float:
    """Share of the true senders whose most common label has their kind."""
    told: dict[tuple[str, str], Counter[str]] = {}
    for mail, name in zip(mails, label, strict=True):
        told.setdefault((mail.truth, mail.kind), Counter())[name] += 1
    right = [kind[names.most_common(1)[0][0]] == each for (_, each), names in told.items()]
    return sum(right) / len(right)
