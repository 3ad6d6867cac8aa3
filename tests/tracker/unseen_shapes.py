"""Mailboxes that look alike and are not: one of each pair is safe, the other breaks.

Something tells them apart each time: a host of its own, what the subjects say, a log of logins, or
mail that goes on. Of what nothing tells apart nobody could know.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.tracker.unseen_tenants import DAY, OFTEN, ON, PLACES, SELDOM, Thing, World, cadence

SCAN, TONER, INVOICE, ORDER, BACKUP = (
    "Scan from the third floor",
    "Toner is low",
    "Your invoice {n}",
    "We have received your order {n}",
    "Backup finished",
)
OFFICE = ("daily", "workdays", "workdays")


def add_shapes(world: World, rng: random.Random) -> None:
    for n, shape in enumerate(SHAPES):
        if rng.random() < 0.3:
            shape(world, rng, n)


def shapes_alone(rng: random.Random) -> World:
    world = World(switches={"person0@contoso.com": "False"}, people={"person0@contoso.com"})
    for n, shape in enumerate(SHAPES):
        shape(world, rng, n)
    return world


def made(
    world: World,
    rng: random.Random,
    name: str,
    login: str,
    *,
    cadences: tuple[str, ...] = OFFICE,
    host: str = "",
    place: str = PLACES[0],
    subject: str = SCAN,
    sent_as: str = "",
) -> Thing:
    world.switches.setdefault(login, rng.choice(("False", "False", "")))
    sends_on = cadence(rng.choice(cadences), rng)
    thing = Thing(name, login, sent_as or login, sends_on, host=host, place=place, subject=subject)
    world.things.append(thing)
    return thing


def move(thing: Thing, rng: random.Random) -> None:
    thing.moved_to, thing.moved_on = "oauth", ON - rng.randint(8, 60) * DAY


# -- moved to OAuth ----------------------------------------------------------------------------


def one_that_moved(world: World, rng: random.Random, n: int) -> None:
    move(made(world, rng, f"mfp-{n}", f"mfp{n}@contoso.com", host=f"MFP47{n:02}11"), rng)


def one_host_with_another_profile(world: World, rng: random.Random, n: int) -> None:
    """Its scans go with OAuth; what it tells of itself still goes with Basic."""
    login, host = f"profile{n}@contoso.com", f"MFP47{n:02}11"
    move(made(world, rng, f"scans-{n}", login, host=host), rng)
    subject = rng.choice((TONER, BACKUP))
    status = made(world, rng, f"status-{n}", login, host=host, subject=subject, cadences=SELDOM)
    status.must_tell = "words"


def twins_with_hosts(world: World, rng: random.Random, n: int) -> None:
    login = f"twins{n}@contoso.com"
    move(made(world, rng, f"left-{n}", login, host=f"MFP47{n:02}11"), rng)
    made(world, rng, f"right-{n}", login, host=f"MFP47{n:02}12", cadences=(*OFTEN, *SELDOM))


def twins_alike_in_all(world: World, rng: random.Random, n: int) -> None:
    login = f"alike{n}@contoso.com"
    move(made(world, rng, f"left-{n}", login), rng)
    made(world, rng, f"right-{n}", login)


def a_private_address_for_a_host(world: World, rng: random.Random, n: int) -> None:
    """Each site has a printer with this address of its own network."""
    login = f"sites{n}@contoso.com"
    move(made(world, rng, f"here-{n}", login, host="192.168.1.20"), rng)
    there = {"host": "192.168.1.20", "place": PLACES[2]}
    made(world, rng, f"there-{n}", login, cadences=("weekly", "monthly"), **there)


def a_device_beside_a_script(world: World, rng: random.Random, n: int) -> None:
    login = f"both{n}@contoso.com"
    move(made(world, rng, f"mfp-{n}", login, host=f"MFP47{n:02}11"), rng)
    host = rng.choice((f"srv-{n}1", ""))
    made(world, rng, f"job-{n}", login, host=host, subject=BACKUP, cadences=(*OFTEN, "monthly"))


def one_that_went_back(world: World, rng: random.Random, n: int) -> None:
    """The consent for its token was lost, and somebody typed the password in again."""
    thing = made(world, rng, f"back-{n}", f"back{n}@contoso.com", host=f"MFP47{n:02}11")
    move(thing, rng)
    back_on = [day for day in sorted(thing.sends_on) if day < ON - 4 * DAY][-rng.randint(1, 4)]
    thing.fell_back = tuple(day for day in thing.sends_on if day >= back_on)


def one_whose_old_copy_fails(world: World, rng: random.Random, n: int) -> None:
    """The copy with the old password stands in the next room and tries on."""
    login = f"copy{n}@contoso.com"
    move(made(world, rng, f"new-{n}", login, host=f"MFP47{n:02}11"), rng)
    old = made(world, rng, f"old-{n}", login, host=f"MFP47{n:02}12", cadences=("alarm",))
    old.must_tell, old.traces = "failure", ("failure",)


# -- sent as another ---------------------------------------------------------------------------


def sent_by_another(world: World, rng: random.Random, n: int, *, login: str = "") -> str:
    """Returns the address; its own mailbox may log in and never does."""
    address, login = f"invoices{n}@contoso.com", login or f"app{n}@contoso.com"
    world.switches[address] = rng.choice(("False", ""))
    host = rng.choice((f"srv-app{n}1", ""))
    place = rng.choice((PLACES[1], ""))
    for k, subject in enumerate((INVOICE, ORDER)):
        thing = made(
            world, rng, f"app-{n}-{k}", login,
            sent_as=address, host=host, place=place, subject=subject,
        )  # fmt: skip
        thing.must_tell = "login"
    return address


def sent_by_a_person(world: World, rng: random.Random, n: int) -> None:
    sent_by_another(world, rng, n, login="person0@contoso.com")


def sent_by_another_and_itself(world: World, rng: random.Random, n: int) -> None:
    address = sent_by_another(world, rng, n)
    own = made(
        world, rng, f"own-{n}", address,
        host=rng.choice((f"srv-own{n}1", "")), place=rng.choice(PLACES), cadences=(*OFTEN, *SELDOM),
        subject=rng.choice((BACKUP, INVOICE)),
    )  # fmt: skip
    is_lost_in_the_rest = own.host == "" and own.subject == INVOICE
    own.host = f"srv-own{n}1" if is_lost_in_the_rest else own.host


def sent_by_itself_under_another_name(world: World, rng: random.Random, n: int) -> None:
    """Logs of logins name users by a name that need not be the address of their mailbox."""
    address = f"billing{n}@contoso.com"
    world.login_names[address] = f"u{n}4711@contoso.onmicrosoft.com"
    made(world, rng, f"billing-{n}", address, subject=INVOICE, place=PLACES[1])


def sent_by_one_that_moved(world: World, rng: random.Random, n: int) -> None:
    """Its own mail goes with OAuth, what it sends as another still with Basic."""
    sent_by_another(world, rng, n)
    login = f"app{n}@contoso.com"
    move(made(world, rng, f"app-{n}", login, host=f"srv-app{n}2", subject=BACKUP), rng)


SHAPES: tuple[Callable[[World, random.Random, int], object], ...] = (
    one_that_moved,
    one_host_with_another_profile,
    twins_with_hosts,
    twins_alike_in_all,
    a_private_address_for_a_host,
    a_device_beside_a_script,
    one_that_went_back,
    one_whose_old_copy_fails,
    sent_by_another,
    sent_by_a_person,
    sent_by_another_and_itself,
    sent_by_itself_under_another_name,
    sent_by_one_that_moved,
)
