"""Mailboxes that look alike and are not: one of each pair is safe, the other breaks.

Something tells them apart each time: a host of its own, what the subjects say, a log of logins, or
mail that goes on. Of what nothing tells apart nobody could know.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from tests.tracker.signs import asset, reply, script
from tests.tracker.unseen_tenants import (
    DAY,
    OFTEN,
    ON,
    PLACES,
    SELDOM,
    Thing,
    World,
    cadence,
    days,
)

SCAN, TONER, INVOICE, ORDER, BACKUP, BATTERY, RETURNED = (
    "Scan from the third floor",
    "Toner is low",
    "Your invoice {n}",
    "We have received your order {n}",
    "Backup finished",
    "UPS: On battery power",
    "UPS: Returned from battery",
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


# -- one mail, and a name ------------------------------------------------------------------------


def now_and_then(rng: random.Random, first: int = -120) -> set[dt.date]:
    """Something happens now and then, and will."""
    return set(rng.sample(list(days(first, 0)), 7)) | set(rng.sample(list(days(1, 366)), 5))


def alarms(
    world: World, rng: random.Random, name: str, login: str, *, place: str = PLACES[0]
) -> Thing:
    thing = made(world, rng, name, login, subject=rng.choice((BATTERY, RETURNED)), place=place)
    thing.sends_on, thing.is_told = now_and_then(rng), True
    return thing


def listed(world: World, host: str, vendor: str = "APC") -> None:
    world.told.append(lambda tenant: asset(tenant, "", host=host, vendor=vendor))


def a_device_that_its_mailbox_is_named_after(world: World, rng: random.Random, n: int) -> None:
    move(alarms(world, rng, f"ups-{n}", f"ups-{n}@contoso.com"), rng)
    listed(world, f"ups-{n}", "Eaton")


def a_second_device_on_its_mailbox(world: World, rng: random.Random, n: int) -> None:
    """Listed as well, or elsewhere; what it sent with Basic looks as if the first had sent it."""
    login = f"ups-{n}@contoso.com"
    move(first := alarms(world, rng, f"ups-{n}", login), rng)
    is_elsewhere = rng.random() < 0.5
    place = PLACES[2] if is_elsewhere else PLACES[0]
    second = alarms(world, rng, f"ups-{n}-b", login, place=place)
    second.subject = first.subject
    moved_on = first.moved_on or ON
    second.sends_on = {day for day in second.sends_on if day < moved_on or day > ON}
    second.sends_on.add(moved_on - 2 * DAY)
    listed(world, f"ups-{n}")
    if not is_elsewhere:
        listed(world, f"ups-{n}-b")


def a_printer_that_its_mailbox_is_named_after(world: World, rng: random.Random, n: int) -> None:
    """Scans go the new way, and what it says of itself the old one."""
    login, host = f"mfp-{n}@contoso.com", f"MFP47{n:02}11"
    for name, subject in ((f"mfp-{n}", SCAN), (f"mfp-{n}-says", TONER)):
        thing = made(world, rng, name, login, host=host, subject=subject)
        thing.sends_on, thing.is_told = now_and_then(rng), True
        if subject == SCAN:
            move(thing, rng)
        else:
            thing.sends_on.add(ON - 85 * DAY)
            thing.must_tell = "words"
            thing.is_told = False
    listed(world, f"mfp-{n}", "Ricoh")


# -- what the sources say ------------------------------------------------------------------------


def job(world: World, rng: random.Random, n: int, name: str, *, root: str) -> Thing:
    login = f"svc-{name}-{n}@contoso.com"
    subject = f"{name.replace('-', ' ').capitalize()} is ready"
    thing = made(world, rng, f"{name}-{n}", login, host=f"srv{n}", subject=subject)
    thing.is_told = True
    path = f"jobs/{name}.py"
    world.told.append(
        lambda tenant: script(tenant, login, auth="oauth", root=root, path=path, found_on=ON)
    )
    return thing


def a_job_whose_source_has_moved(world: World, rng: random.Random, n: int) -> None:
    beside, thing = jobs(world, rng, n)
    beside.moved_to, beside.moved_on = "oauth", ON - 70 * DAY
    move(thing, rng)


def jobs(world: World, rng: random.Random, n: int) -> tuple[Thing, Thing]:
    """One that runs every day, and one that was last seen weeks ago with Basic."""
    beside = job(world, rng, n, "price-list", root=f"/trees/{n}")
    thing = job(world, rng, n, "stock-count", root=f"/trees/{n}")
    seen_on = {ON - rng.randint(20, 80) * DAY for _ in range(rng.randint(1, 3))}
    thing.sends_on = seen_on | set(rng.sample(list(days(1, 366)), 6))
    return beside, thing


def sources_that_do_not_run_yet(world: World, rng: random.Random, n: int) -> None:
    """They were rewritten, and rolled out nowhere: what runs every day shows it."""
    jobs(world, rng, n)


def a_copy_that_still_has_the_password(world: World, rng: random.Random, n: int) -> None:
    beside, thing = jobs(world, rng, n)
    beside.moved_to, beside.moved_on = "oauth", ON - 70 * DAY
    world.told.append(lambda tenant: script(tenant, thing.login, path="archive/stock-count.py"))


def a_device_on_the_mailbox_of_a_job(world: World, rng: random.Random, n: int) -> None:
    beside, thing = jobs(world, rng, n)
    beside.moved_to, beside.moved_on = "oauth", ON - 70 * DAY
    thing.subject = SCAN
    thing.must_tell = "words"
    thing.is_told = False


def a_source_with_oauth_that_runs_once_a_year(world: World, rng: random.Random, n: int) -> None:
    """On the mailbox of a person: SMTP AUTH has to stay on, though no report shows why."""
    thing = job(world, rng, n, "year-end", root=f"/trees/{n}")
    world.people.add(thing.login)
    thing.moved_to, thing.moved_on = "oauth", ON - 300 * DAY
    thing.sends_on = {ON + rng.randint(1, 300) * DAY}


# -- refused after it was let in -----------------------------------------------------------------


def refused(world: World, rng: random.Random, n: int) -> Thing:
    """Who logs in is told by the refusal of a day, whose mailbox cannot log in."""
    login, address = f"app{n}@contoso.com", f"notices{n}@contoso.com"
    world.switches[address] = "True"
    host = f"srv-notices{n}"
    thing = made(world, rng, f"app-{n}", login, sent_as=address, host=host, subject=ORDER)
    thing.is_told = True
    text = f"554 5.2.252 SendAsDenied; {login} not allowed to send as {address}"
    on = ON - rng.randint(2, 25) * DAY
    world.told.append(
        lambda tenant: reply(tenant, on, host=host, account=login, family="send_as", text=text)
    )
    return thing


def refused_with_oauth(world: World, rng: random.Random, n: int) -> None:
    thing = refused(world, rng, n)
    thing.moved_to, thing.moved_on = "oauth", ON - rng.randint(31, 85) * DAY


def refused_with_a_password(world: World, rng: random.Random, n: int) -> None:
    """Its mail of that time was refused, so that reports show older mail alone."""
    thing = refused(world, rng, n)
    thing.sends_on = {day for day in thing.sends_on if day > ON or day < ON - 60 * DAY}


def refused_beside_a_copy_with_a_password(world: World, rng: random.Random, n: int) -> None:
    thing = refused(world, rng, n)
    thing.moved_to, thing.moved_on = "oauth", ON - rng.randint(31, 60) * DAY
    copy = made(
        world, rng, f"copy-{n}", thing.login, sent_as=thing.sent_as, host=f"srv-copy{n}",
        subject=INVOICE,
    )  # fmt: skip
    copy.sends_on, copy.is_told = now_and_then(rng, -89), True
    copy.sends_on.add(ON - rng.randint(31, 60) * DAY)


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
    a_device_that_its_mailbox_is_named_after,
    a_second_device_on_its_mailbox,
    a_printer_that_its_mailbox_is_named_after,
    a_job_whose_source_has_moved,
    sources_that_do_not_run_yet,
    a_copy_that_still_has_the_password,
    a_device_on_the_mailbox_of_a_job,
    a_source_with_oauth_that_runs_once_a_year,
    refused_with_oauth,
    refused_with_a_password,
    refused_beside_a_copy_with_a_password,
)
