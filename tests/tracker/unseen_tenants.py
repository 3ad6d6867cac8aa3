"""Invented tenants of which the future is known: what sends, what reports show of it, and what
would break within a year if Basic were off.

A world first, from which reports are cut as Microsoft would give them, with what goes wrong on the
way. Whatever sends with Basic leaves some trace, be it one mail, a script, a refusal or a line in a
list of devices, or it has a mailbox to itself: of anything else nobody could know.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from inventory.models import Tenant
from tests.inventory.test_ingest import GRID, HEADER, take
from tests.tracker.signs import asset, reply, script, sign_in

ON = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)
KEPT = 90
"""Days that Microsoft keeps."""
STEADY = "203.0.113.99"
"""From where somebody sends every day."""
PLACES = ("203.0.113.9", "203.0.113.10", "198.51.100.7")


@dataclass
class Thing:
    """What sends: from when to when with what, and how often."""

    name: str
    login: str
    sent_as: str
    sends_on: set[dt.date]
    moved_on: dt.date | None = None
    moved_to: str = ""
    """`oauth`, `relay` or `off`, from that day on."""
    host: str = ""
    place: str = PLACES[0]
    traces: tuple[str, ...] = ()
    """`script`, `reply`, `asset`, `failure`: what tells of it beside its mail."""

    must_tell: str = ""
    """What tells of it in any case: a `failure`; or something, where there is no log of logins that
    tells of the `login`, or no trace that tells its `words`."""
    subject: str = "Report"
    is_told: bool = False
    """What the world tells besides tells of it."""

    fell_back: tuple[dt.date, ...] = ()
    """Days after the move on which it went the old way."""

    def came_from(self, day: dt.date) -> str:
        """Behind a line that gets another address every few days, or always the same."""
        return self.place or f"192.0.2.{day.toordinal() // 3 % 250}"

    def way(self, day: dt.date) -> str:
        if day in self.fell_back:
            return "basic"
        return self.moved_to if self.moved_on and day >= self.moved_on else "basic"


@dataclass
class World:
    things: list[Thing] = field(default_factory=list)
    switches: dict[str, str] = field(default_factory=dict)
    """{mailbox: `True`, `False` or blank}."""
    people: set[str] = field(default_factory=set)
    """Mailboxes with other mail on most days."""
    aliases: dict[str, str] = field(default_factory=dict)
    login_names: dict[str, str] = field(default_factory=dict)
    """{mailbox: what it logs in with} where that is not its address."""
    organisation: str = "False"
    policies: dict[str, str] = field(default_factory=dict)
    """{mailbox: policy}."""
    has_security_defaults: bool = False
    told: list[Callable[[Tenant], object]] = field(default_factory=list)
    """What is known besides: each stores it."""

    def lets_in(self, account: str, way: str) -> bool:
        switch = self.switches[account] or self.organisation
        if switch == "True":
            return False
        is_refused = self.has_security_defaults or self.policies.get(account) == "No basic"
        return way == "oauth" or not is_refused

    def breaks(self, account: str, action: str) -> bool:
        """Whether mail that goes out today would be stopped within a year by what is advised."""
        stopped = {"disable": {"basic", "oauth"}, "block_basic_only": {"basic"}}.get(action, set())
        return any(
            thing.way(day) in stopped and self.lets_in(account, thing.way(day))
            for thing in self.things
            if thing.login == account
            for day in thing.sends_on
            if day > ON
        )

    def is_needed(self, account: str) -> bool:
        return self.breaks(account, "disable")


# -- the world ---------------------------------------------------------------------------------


def days(first: int, last: int) -> Iterator[dt.date]:
    return (ON + n * DAY for n in range(first, last + 1))


def cadence(name: str, rng: random.Random) -> set[dt.date]:
    """Days on which it sends, from more than a year ago to a year ahead."""
    every = list(days(-430, 366))
    if name == "daily":
        return set(every)
    if name == "workdays":
        return {day for day in every if day.weekday() < 5 and rng.random() > 0.1}
    if name == "school":
        return {
            day
            for day in every
            if day.weekday() < 5 and not dt.date(day.year, 7, 1) <= day <= dt.date(day.year, 8, 31)
        }
    if name == "weekly":
        on = rng.randrange(7)
        return {day for day in every if day.weekday() == on}
    if name == "monthly":
        on = rng.randint(1, 28)
        return {day for day in every if day.day == on}
    if name == "month_end":
        return {day for day in every if (day + DAY).day == 1}
    if name == "quarterly":
        return {day for day in every if (day + DAY).day == 1 and day.month % 3 == 0}
    if name == "yearly":
        start = rng.randrange(0, 365)
        dates = {every[0] + (start + n) * DAY for n in range(rng.choice((1, 2, 3)))}
        return {each + n * 365 * DAY for each in dates for n in range(3)}
    if name == "alarm":
        return set(rng.sample(every, rng.randint(5, 16)))
    raise ValueError(name)


OFTEN = ("daily", "school", "workdays", "workdays", "weekly")
SELDOM = ("monthly", "month_end", "quarterly", "yearly", "alarm", "alarm")
CADENCES = (*OFTEN, *SELDOM)


def world_of(rng: random.Random) -> World:
    world = World(organisation=rng.choice(("False", "False", "True")))
    world.has_security_defaults = rng.random() < 0.08
    for n in range(rng.randint(2, 4)):
        add_mailbox(world, f"person{n}@contoso.com", rng)
        world.people.add(f"person{n}@contoso.com")
    for n in range(rng.randint(4, 7)):
        login = f"svc{n}@contoso.com"
        add_mailbox(world, login, rng)
        for part in range(rng.choice((1, 1, 1, 2, 3))):
            world.things.append(thing(f"thing-{n}-{part}", login, rng))
        if rng.random() < 0.15:
            world.people.add(login)
    if rng.random() < 0.5:
        lend_an_address(world, rng)
    if rng.random() < 0.4:
        world.aliases["old-name@contoso.com"] = "svc0@contoso.com"
        world.things[0].sent_as = "old-name@contoso.com"
    if rng.random() < 0.3:
        person = f"person{rng.randrange(2)}@contoso.com"
        mail_program = thing("mail-program", person, rng, "workdays")
        world.things.append(mail_program)
    return world


def add_mailbox(world: World, account: str, rng: random.Random) -> None:
    world.switches[account] = rng.choice(("", "", "False", "False", "True"))
    if rng.random() < 0.1:
        world.policies[account] = rng.choice(("No basic", "Basic"))


def thing(name: str, login: str, rng: random.Random, how_often: str = "") -> Thing:
    made = Thing(name, login, login, cadence(how_often or rng.choice(CADENCES), rng))
    made.host = rng.choice((name, name, ""))
    made.place = rng.choice((*PLACES, *PLACES, ""))
    fate = rng.random()
    if fate < 0.25:
        made.moved_to, made.moved_on = "oauth", ON - rng.randint(1, 150) * DAY
    elif fate < 0.4:
        made.moved_to, made.moved_on = "relay", ON - rng.randint(1, 150) * DAY
    elif fate < 0.55:
        made.moved_to, made.moved_on = "off", ON - rng.randint(1, 400) * DAY
    if made.moved_to == "oauth" and rng.random() < 0.2:
        since = sorted(day for day in made.sends_on if (made.moved_on or ON) <= day <= ON)
        made.fell_back = tuple(since[:20][-2:])
    return made


def lend_an_address(world: World, rng: random.Random) -> None:
    """A service without other mail sends as a shared mailbox that cannot log in itself."""
    world.switches["orders@contoso.com"] = "True"
    lender = rng.choice(world.things)
    if lender.login not in world.people and sum(t.login == lender.login for t in world.things) == 1:
        lender.sent_as = "orders@contoso.com"


# -- what reports show of it -------------------------------------------------------------------


@dataclass
class Windows:
    """What was exported, and how well."""

    detail: list[tuple[dt.date, dt.date]]
    is_half_read: bool = False
    has_grid: bool = False
    has_sign_ins: bool = False
    has_column: bool = True
    has_users: bool = True
    has_words: bool = False
    """Whether traces tell of mail with SMTP AUTH too, with its subjects."""
    has_transport: bool = True
    has_detail: bool = True


def windows_of(rng: random.Random) -> Windows:
    first = ON - rng.choice((KEPT, KEPT, KEPT, 200, 300)) * DAY
    last = ON - rng.choice((0, 0, 1, 3, 12)) * DAY
    spans = [(first, last)]
    if rng.random() < 0.4:
        middle = first + rng.randint(20, 70) * DAY
        pause = rng.choice((0, 0, 1, 9)) * DAY
        spans = [(first, middle), (middle + DAY + pause, last)]
    return Windows(
        spans,
        is_half_read=rng.random() < 0.1,
        has_grid=rng.random() < 0.3,
        has_sign_ins=rng.random() < 0.5,
        has_column=rng.random() > 0.1,
        has_users=rng.random() > 0.1,
        has_transport=rng.random() > 0.1,
        has_detail=rng.random() > 0.05,
        has_words=rng.random() < 0.6,
    )


def give_traces(world: World, windows: Windows, rng: random.Random) -> None:
    """Of what no report shows and whose mailbox is used otherwise, something else has to tell."""
    kinds = ("script", "reply", "asset", "failure")
    for each in list(world.things):
        if each.is_told:
            continue
        each.traces = tuple(kind for kind in kinds if rng.random() < 0.12)
        if is_told_otherwise(each, windows):
            each.traces = (*each.traces, rng.choice(("script", "asset", "failure")))
        others = [other for other in world.things if each.login in (other.login, other.sent_as)]
        if is_seen(each, world, windows) or (len(others) == 1 and each.login not in world.people):
            continue
        if each.way(ON) == "basic":
            each.traces = each.traces or (rng.choice(kinds),)
            each.must_tell = each.must_tell or "failure"
            each.place = STEADY  # Logins that fail elsewhere are guesses, for all that is known.
        elif each.way(ON) == "oauth":
            world.things.remove(each)


def is_told_otherwise(thing: Thing, windows: Windows) -> bool:
    missing = {"login": not windows.has_sign_ins, "words": not windows.has_words, "": False}
    return missing.get(thing.must_tell, True)


def is_seen(thing: Thing, world: World, windows: Windows) -> bool:
    return any(
        first <= day <= last and world.lets_in(thing.login, thing.way(day))
        for day in thing.sends_on
        if thing.way(day) == thing.way(ON)
        for first, last in windows.detail
    )


def import_all(tenant: Tenant, world: World, windows: Windows, rng: random.Random) -> None:
    for n, (first, last) in enumerate(windows.detail if windows.has_detail else []):
        text = "\n".join([HEADER, *detail_rows(world, first, last), ""])
        if windows.is_half_read and n == 0:
            text += "never,x@contoso.com,contoso.com,Basic,,,,1,<x>\n" * 60
        take(tenant, text.encode(), f"detail {n}.csv")
    take(tenant, trace(world, windows).encode(), "trace.csv")
    if windows.has_grid:
        take(tenant, grid(world).encode(), f"grid_{ON}.csv")
    import_settings(tenant, world, windows)
    tell_traces(tenant, world, rng)
    for tell in world.told:
        tell(tenant)
    if windows.has_sign_ins:
        tell_sign_ins(tenant, world, rng)


def detail_rows(world: World, first: dt.date, last: dt.date) -> Iterator[str]:
    """With somebody who sends every day, so that the report has each of its days."""
    for n in range((last - first).days + 1):
        day = first + n * DAY
        yield row(day, "steady@contoso.com", "Basic", STEADY, "erp-99", 999)
        for k, each in enumerate(world.things):
            way = each.way(day)
            if (
                day in each.sends_on
                and way in ("basic", "oauth")
                and world.lets_in(each.login, way)
            ):
                method = "Basic" if way == "basic" else "OAuth"
                yield row(day, each.sent_as, method, each.came_from(day), each.host, k)


def row(day: dt.date, sent_as: str, method: str, place: str, host: str, number: int) -> str:
    return (
        f"{day}T07:{number % 60:02}:00Z,{sent_as},contoso.com,{method},{place},TLS1.2,"
        f"AES256,1,{message_id(day, host, number)}"
    )


def message_id(day: dt.date, host: str, number: int) -> str:
    if host:
        return f"<{day:%Y%m%d}.{number}@{host}>"
    return f"<AM{number:04}{day:%Y%m%d}ABCDEF@AM9PR07MB2477.eurprd07.prod.outlook.com>"


def trace(world: World, windows: Windows) -> str:
    """Mail of the last days without SMTP AUTH, and with it where the export was as wide."""
    lines = ["Received,SenderAddress,RecipientAddress,Subject,FromIP,Size,MessageId"]
    for n in range(40):
        day = ON - n * DAY
        for person in sorted(world.people):
            if day.weekday() < 5:
                lines.append(f"{day}T09:00:00Z,{person},x@example.com,Hello,,10,<{n}@{person}>")
        for k, each in enumerate(world.things):
            if day in each.sends_on and each.way(day) == "relay":
                lines.append(
                    f"{day}T07:00:00Z,{each.sent_as},x@example.com,Report,{each.came_from(day)},10,"
                    f"<{day:%Y%m%d}.{k}@{each.host or 'relay'}>"
                )
    if windows.has_words:
        first = min(day for day, _ in windows.detail)
        lines += [line for day in days((first - ON).days, 0) for line in submitted(world, day)]
    return "\n".join([*lines, ""])


def submitted(world: World, day: dt.date) -> Iterator[str]:
    for k, each in enumerate(world.things):
        way = each.way(day)
        if day in each.sends_on and way in ("basic", "oauth") and world.lets_in(each.login, way):
            subject = each.subject.format(n=day.toordinal() * 7 % 9973)
            yield (
                f"{day}T07:{k % 60:02}:00Z,{each.sent_as},boss@contoso.com,{subject},"
                f"{each.came_from(day)},10,{message_id(day, each.host, k)}"
            )


def grid(world: World) -> str:
    lines = [GRID, "steady@contoso.com,contoso.com,100,90,Basic"]
    for each in world.things:
        for way, method in (("basic", "Basic"), ("oauth", "OAuth")):
            count = sum(
                day in each.sends_on and each.way(day) == way and world.lets_in(each.login, way)
                for day in days(-KEPT + 1, 0)
            )
            if count:
                lines.append(f"{each.sent_as},contoso.com,100,{count},{method}")
    return "\n".join([*lines, ""])


def import_settings(tenant: Tenant, world: World, windows: Windows) -> None:
    rows = []
    for account, switch in {**world.switches, "steady@contoso.com": "False"}.items():
        entry: dict[str, object] = {
            "PrimarySmtpAddress": account,
            "EmailAddresses": [
                f"SMTP:{account}",
                *(f"smtp:{alias}" for alias, owner in world.aliases.items() if owner == account),
            ],
        }
        if windows.has_column:
            value = {"True": True, "False": False, "": None}[switch]
            entry["SmtpClientAuthenticationDisabled"] = value
        rows.append(entry)
    take(tenant, json.dumps(rows).encode(), f"cas_{ON}.json")
    if windows.has_transport:
        text = f"SmtpClientAuthenticationDisabled\n{world.organisation}\n"
        take(tenant, text.encode(), f"transport_{ON}.csv")
    if windows.has_users:
        users = "".join(f"{name},{world.policies.get(name, '')}\n" for name in world.switches)
        text = f"UserPrincipalName,AuthenticationPolicy\n{users}"
        take(tenant, text.encode(), f"users_{ON}.csv")
    take(tenant, b'DefaultAuthenticationPolicy\n\n""\n', f"organisation_{ON}.csv")
    policies = b"Name,AllowBasicAuthSmtp\nNo basic,False\nBasic,True\n"
    take(tenant, policies, f"policies_{ON}.csv")
    text = f"DisplayName,IsEnabled\nSecurity Defaults,{world.has_security_defaults}\n"
    take(tenant, text.encode(), f"defaults_{ON}.csv")


def tell_traces(tenant: Tenant, world: World, rng: random.Random) -> None:
    for each in world.things:
        if each.way(ON) != "basic":
            continue
        if "script" in each.traces:
            script(tenant, each.login)
        if "asset" in each.traces:
            asset(tenant, each.login, host=f"listed-{each.name}", name=each.name)
        # What others log in with there settles what failed before them.
        latest = 3 if each.must_tell else 60
        if "reply" in each.traces:
            on, host = ON - rng.randint(0, latest) * DAY, each.host or "box"
            reply(tenant, on, host=host, account=each.login, family="password")
        if "failure" in each.traces:
            on = ON - rng.randint(0, min(latest, 25)) * DAY
            place = each.place or STEADY
            sign_in(tenant, each.login, on, result="failure", address=place)


def tell_sign_ins(tenant: Tenant, world: World, rng: random.Random) -> None:
    """Of thirty days, and somebody guesses passwords."""
    rows = []
    for day in days(-29, 0):
        for k, each in enumerate(world.things):
            is_sent = day in each.sends_on and each.way(day) == "basic"
            if is_sent and world.lets_in(each.login, "basic"):
                at = dt.datetime.combine(day, dt.time(7, k % 60), dt.UTC) - dt.timedelta(seconds=3)
                name = world.login_names.get(each.login, each.login)
                rows.append(attempt(name, at, each.came_from(day)))
        target = rng.choice(sorted(world.switches))
        guessed_at = dt.datetime.combine(day, dt.time(3), dt.UTC)
        rows.append(attempt(target, guessed_at, f"198.18.0.{rng.randrange(250)}", error=50126))
    for n, made in enumerate(rows):
        made["id"] = f"{tenant.pk}-{n}"
    take(tenant, json.dumps({"value": rows}).encode(), "signIns.json")


def attempt(login: str, at: dt.datetime, address: str, *, error: int = 0) -> dict[str, object]:
    return {
        "createdDateTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "userPrincipalName": login,
        "ipAddress": address,
        "clientAppUsed": "Authenticated SMTP",
        "status": {"errorCode": error, "failureReason": "Invalid password" if error else ""},
    }
