"""Which senders of several From addresses are one thing. Pure: decides, stores nothing.

A report names the From address of a message, not who logged in. One application may write as
orders@ and invoices@, one scanner as whoever stands at it. What only composes mail in the same way
is no more than a suggestion: two programs share a library, two devices a model.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import itertools
import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from inventory.senders.fingerprints import SERVER, TOKEN, form_of
from inventory.senders.kind_words import APPLIANCE, APPLICATION, CLIENT, MFP, SCRIPT
from inventory.senders.linking import LINKED_FROM

DEVICES = {MFP, APPLIANCE}
BY_NAME, BY_TIMES, BY_BOTH, BY_HABIT = 85, 80, 88, 75
LOOKS_SO = 60
MANY_PLACES = A_CROWD = 3
SEVERAL_WORDS = 2
MOST_OF_A_HABIT = 200
"""Senders beyond which a way to put Message-IDs together is nobody's own."""
MINUTES = dt.timedelta(minutes=10)
"""Within these, one thing that has several mails to write has written them."""
OTHER_DAYS = (-28, -21, -14, -7, -3, -2, -1, 1, 2, 3, 7, 14, 21, 28)
LEAST_TOGETHER = 2
UNLIKELY = 0.001


@dataclass(frozen=True)
class Seen:
    """A sender with what its fingerprints share."""

    pk: int
    account: str
    kind: str = ""
    hosts: frozenset[str] = frozenset()
    shapes: frozenset[str] = frozenset()
    tls: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    """Its subjects, masked."""
    count: int = 0
    item: int | None = None
    is_settled: bool = False
    """A person said what stands behind it."""
    ruled_out: frozenset[int] = frozenset()
    """Items that a person said it is not."""


class Login(NamedTuple):
    """Who logs in to send what a sender sent, and how that is known."""

    name: str
    reason: str


class One(NamedTuple):
    """`sender` is the same thing as `head`."""

    sender: int
    head: int
    confidence: int
    reason: str

    @property
    def is_linked(self) -> bool:
        return self.confidence >= LINKED_FROM


Times = Mapping[int, Sequence[dt.datetime]]
"""When messages were sent, in order, by sender."""


def decide(
    senders: Iterable[Seen], logins: Mapping[int, Login] | None = None, times: Times | None = None
) -> list[One]:
    """What is one with what; a sender that nothing is one with is left out."""
    logins, times = logins or {}, times or {}
    senders = sorted(senders, key=in_turn)
    found: dict[int, list[Pair]] = defaultdict(list)
    crowds = crowds_of(senders)
    for one, other in candidates(senders, logins):
        if pair := judge(one, other, logins, times, crowds):
            found[other.pk].append(pair)
    return chosen(senders, found)


Crowds = frozenset[tuple[str, str]]


def crowds_of(senders: Iterable[Seen]) -> Crowds:
    """(host, form) of Message-IDs that several accounts share which are no device's or script's:
    nobody has so many mailboxes in one mail program."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sender in senders:
        if sender.kind not in {*DEVICES, SCRIPT}:
            is_known = sender.kind == APPLICATION
            hosts = [each for each in sender.hosts if is_known or is_own_name(each)]
            for pair in itertools.product(hosts, forms(sender)):
                users[pair].add(sender.account)
    return frozenset(pair for pair, names in users.items() if len(names) >= A_CROWD)


def forms(sender: Seen) -> set[str]:
    """How its Message-IDs are put together, whatever stands in them."""
    return set(map(form_of, sender.shapes))


def in_turn(sender: Seen) -> tuple[Any, ...]:
    """The surest to keep first; the same in whatever order reports came."""
    marks = (sender.account, sorted(sender.hosts), sorted(sender.shapes), sorted(sender.words))
    return (not sender.is_settled, -sender.count, *marks, sender.pk)


def candidates(senders: Sequence[Seen], logins: Mapping[int, Login]) -> list[tuple[Seen, Seen]]:
    """Pairs of different accounts that share a host or a login, the one to keep first."""
    order = {sender.pk: n for n, sender in enumerate(senders)}
    by_key: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for sender in senders:
        for host in sender.hosts:
            by_key["host", host].append(sender)
        if sender.kind not in DEVICES and not sender.hosts:
            its = (
                sender.shapes
                if sender.kind == APPLICATION
                else filter(is_public_one, sender.shapes)
            )
            for shape in filter(is_own_habit, its):
                by_key["habit", shape].append(sender)
        if sender.kind == APPLICATION:
            for words in filter(is_telling, sender.words):
                by_key["words", words].append(sender)
        if login := logins.get(sender.pk):
            by_key["login", login.name].append(sender)
    pairs: dict[tuple[int, int], tuple[Seen, Seen]] = {}
    for (sort, _), members in by_key.items():
        if sort in ("habit", "words") and len(members) > MOST_OF_A_HABIT:
            continue
        for n, one in enumerate(members):
            for other in members[n + 1 :]:
                if one.account != other.account:
                    first, second = sorted((one, other), key=lambda each: order[each.pk])
                    pairs[first.pk, second.pk] = (first, second)
    return [pairs[key] for key in sorted(pairs, key=lambda key: (order[key[0]], order[key[1]]))]


class Pair(NamedTuple):
    head: Seen
    confidence: int
    reason: str
    is_by_words: bool
    """They say the same; then what looked like several senders of one address may be one."""


def judge(
    one: Seen, other: Seen, logins: Mapping[int, Login], times: Times, crowds: Crowds
) -> Pair | None:
    """That two are one; None where something speaks against it, or nothing for it."""
    both = itertools.product(one.hosts & other.hosts, forms(one) & forms(other))
    is_crowd = not crowds.isdisjoint(both)
    is_made_alike = is_crowd or bool(one.shapes & other.shapes)
    if is_said_apart(one, other) or not (is_made_alike and is_sent_alike(one, other)):
        return None
    kinds = {one.kind, other.kind} - {""}
    login = same_login(one, other, logins)
    hosts = sorted(host for host in one.hosts & other.hosts if is_own_name(host))
    is_service = is_crowd or is_of_service(one, other)
    habits = is_service or (
        kinds == {APPLICATION} and any(map(is_own_habit, one.shapes & other.shapes))
    )
    if is_service:
        kinds = {APPLICATION}
    words = sorted(filter(is_telling, one.words & other.words))
    is_same_said = kinds == {APPLICATION} and say_the_same(one, other, words)
    is_known = bool(hosts or login or habits or is_same_said)
    if len(kinds) > 1 or (CLIENT in kinds and not login) or not is_known:
        return None
    together = sent_together(times.get(one.pk, ()), times.get(other.pk, ()))
    told = [f"Message-IDs of both name the host {hosts[0]}"] if hosts else []
    told += ["Message-IDs of both are put together in a way of their own"] if habits else []
    told += [login] if login else []
    told += [f"{together} times one wrote within minutes of the other"] if together else []
    told += [f"both write “{words[0][:60]}”"] if words else []
    confidence = sureness(
        kinds, has_host=bool(hosts), login=login, together=together, has_words=bool(words)
    )
    is_surely = hosts or words or is_crowd or is_public(one.shapes & other.shapes)
    if is_same_said or (habits and is_surely):
        confidence = max(confidence, BY_HABIT)
    if confidence < LINKED_FROM:
        told.append("but two of a kind may share all that")
    is_by_words = bool(login and words) and kinds == {APPLICATION}
    return Pair(one, confidence, "; ".join(told), is_by_words)


def sureness(kinds: set[str], *, has_host: bool, login: str, together: int, has_words: bool) -> int:
    """A name that a device has to itself tells most. A host may run several programs, and a
    login may be several programs': only what writes as both in one go, or an application that
    says the same under both, is one. Devices of a model all say the same."""
    if has_host and kinds and kinds <= DEVICES:
        return BY_BOTH if login else BY_NAME
    is_one_program = kinds == {APPLICATION} and (has_words or has_host)
    if login and not kinds & DEVICES and (together or is_one_program):
        return BY_BOTH if has_host else BY_TIMES
    return LOOKS_SO


def say_the_same(one: Seen, other: Seen, shared: Sequence[str]) -> bool:
    """Of the several things that either says, most are the other's too."""
    fewer = min(sum(map(is_telling, each.words)) for each in (one, other))
    return len(shared) >= SEVERAL_WORDS and len(shared) * 2 > fewer


def is_said_apart(one: Seen, other: Seen) -> bool:
    """A person ruled it out, or linked both to different items."""
    if one.item in other.ruled_out or other.item in one.ruled_out:
        return True
    return one.is_settled and other.is_settled and one.item != other.item


def is_sent_alike(one: Seen, other: Seen) -> bool:
    """In the same way, from a place that both use."""
    if bool(one.hosts) != bool(other.hosts):
        return False
    if one.tls and other.tls and not (one.tls & other.tls):
        return False
    return bool(one.places & other.places) or not (one.places and other.places)


def is_of_service(one: Seen, other: Seen) -> bool:
    """Somebody else's program in the cloud writes as both: Message-IDs end in his domain, and both
    come from many of the same addresses, none of which is a site."""
    both = one.places & other.places
    fewer = min(len(one.places), len(other.places))
    return (
        is_public(one.shapes & other.shapes)
        and not (one.kind in DEVICES or other.kind in DEVICES)
        and len(both) >= MANY_PLACES
        and len(both) * 2 >= fewer
        and all(is_network(place) for place in one.places | other.places)
    )


def is_network(place: str) -> bool:
    """And not the name of a site."""
    try:
        return bool(ipaddress.ip_network(place, strict=False))
    except ValueError:
        return False


def is_own_habit(shape: str) -> bool:
    """Whether the way Message-IDs are put together names the program: a word of its own, or the
    domain of who runs it."""
    if shape == SERVER:
        return False
    return is_public({shape}) or any(
        token.isalpha() and len(token) > 2 and token.lower() not in {"uuid", "javamail"}
        for token in TOKEN.findall(shape.partition("@")[0])
    )


def is_public_one(shape: str) -> bool:
    return is_public([shape])


def is_public(shapes: Iterable[str]) -> bool:
    """Whether Message-IDs end in somebody's domain that is not the organisation's."""
    domains = (shape.partition("@")[2] for shape in shapes)
    return any("." in domain and not domain.startswith("localhost") for domain in domains)


def is_own_name(host: str) -> bool:
    """Not as many devices leave the factory: one word without a number."""
    return any(letter.isdigit() for letter in host) and host != "127.0.0.1"


def is_telling(words: str) -> bool:
    """Says something once numbers and names are masked."""
    return any(len(word) > 1 and word.isalpha() for word in words.split())


def same_login(one: Seen, other: Seen, logins: Mapping[int, Login]) -> str:
    """Why both are known to log in as one account, or ''."""
    first, second = logins.get(one.pk), logins.get(other.pk)
    if first is None or second is None or first.name != second.name:
        return ""
    reasons = [
        f"{login.reason} {sender.account}"
        for sender, login in ((one, first), (other, second))
        if login.reason
    ]
    return "; ".join([f"both log in as {first.name}", *reasons])


def sent_together(some: Sequence[dt.datetime], others: Sequence[dt.datetime]) -> int:
    """How often one wrote within minutes of the other, if far more often than on other days at
    the same time; else 0."""
    count = close(some, others, dt.timedelta(0))
    chance = sum(close(some, others, dt.timedelta(days=each)) for each in OTHER_DAYS)
    usual = (chance + 0.5) / len(OTHER_DAYS)
    return count if count >= LEAST_TOGETHER and by_chance(count, usual) < UNLIKELY else 0


def by_chance(count: int, usual: float) -> float:
    """How likely it is to see so many or more where so many are usual."""
    # In logarithms: a busy sender has thousands, which no power of a float holds.
    logs = (n * math.log(usual) - usual - math.lgamma(n + 1) for n in range(count))
    return 1 - sum(map(math.exp, logs))


def close(some: Sequence[dt.datetime], others: Sequence[dt.datetime], later: dt.timedelta) -> int:
    few, many = sorted((some, others), key=len)
    found = 0
    for moment in few:
        at = moment + later
        place = bisect_left(many, at)
        found += any(abs(each - at) <= MINUTES for each in many[max(0, place - 1) : place + 1])
    return found


def chosen(senders: Sequence[Seen], found: Mapping[int, Sequence[Pair]]) -> list[One]:
    """One head for each, which is no other's; what may as well be two of one account is neither."""
    head_of: dict[int, int] = {}
    accounts: dict[int, set[str]] = defaultdict(set)
    told: list[One] = []
    for sender in senders:
        pairs = sorted(found.get(sender.pk, ()), key=lambda pair: -pair.confidence)
        if not pairs:
            continue
        best = pairs[0]
        root = head_of.get(best.head.pk, best.head.pk)
        if not best.is_by_words:
            rivals = [pair.head.account for pair in pairs if pair.confidence == best.confidence]
            is_doubtful = len(set(rivals)) < len(rivals) or sender.account in accounts[root]
            if is_doubtful:
                continue
        if best.confidence >= LINKED_FROM:
            head_of[sender.pk] = root
            accounts[root] |= {sender.account, best.head.account}
        told.append(One(sender.pk, root, best.confidence, best.reason[:300]))
    return told


# -- who logs in -------------------------------------------------------------------------------

BEFORE, AFTER = dt.timedelta(seconds=30), dt.timedelta(seconds=5)
"""A login comes shortly before its mail; clocks differ a little."""
LEAST_SHARE = 0.3
"""Of an account's messages: a program that keeps its connection logs in less often."""
SELDOM = 0.07
TIMES_OTHERS = 3
SHIFTS = [dt.timedelta(minutes=each) for each in (-180, -67, -31, -13, 13, 31, 67, 180)]


class Attempt(NamedTuple):
    """A moment in which an account logged in."""

    login: str
    address: str
    at: dt.datetime


Sent = Mapping[str, Sequence[tuple[dt.datetime, str]]]
"""(when, account) of messages in order, by address."""


def logins_of(attempts: Iterable[Attempt], sent: Sent) -> dict[str, Login]:
    """Who logs in for accounts that never do themselves: each time somebody logged in from where
    and when such an account, and no other, wrote. Far more often than chance has it."""
    attempts = list(attempts)
    hits = counted(attempts, sent, dt.timedelta(0))
    chance: Counter[tuple[str, str]] = Counter()
    for shift in SHIFTS:
        chance.update(counted(attempts, sent, shift))
    totals = Counter(account for rows in sent.values() for _, account in rows)
    by_account: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (account, login), count in hits.items():
        by_account[account].append((count, login))
    found = {}
    for account, ranked in by_account.items():
        count, login = max(ranked)
        rest = sum(each for each, _ in ranked) - count
        usual = (chance[account, login] + 0.5) / len(SHIFTS)
        is_share = count >= LEAST_SHARE * totals[account] and rest * TIMES_OTHERS <= count
        if is_share and by_chance(count, usual) < SELDOM:
            times = "once" if count == 1 else f"{count} times"
            found[account] = Login(login, f"it logged in {times} right before mail of")
    return found


def counted(
    attempts: Iterable[Attempt], sent: Sent, shift: dt.timedelta
) -> Counter[tuple[str, str]]:
    """How many attempts, moved by so much, come right before mail of one account alone."""
    hits: Counter[tuple[str, str]] = Counter()
    for attempt in attempts:
        rows = sent.get(attempt.address, ())
        at = attempt.at + shift
        first = bisect_left(rows, at - AFTER, key=lambda row: row[0])
        near = set()
        for moment, account in rows[first:]:
            if moment > at + BEFORE:
                break
            near.add(account)
        if len(near) == 1:
            hits[near.pop(), attempt.login] += 1
    return hits


SEND_AS = re.compile(r"(?i)([\w.+-]+@[\w.-]+\w) not allowed to send as ([\w.+-]+@[\w.-]+\w)")


def said_by_refusal(text: str) -> tuple[str, str] | None:
    """(who logs in, the From address) that a refusal names."""
    found = SEND_AS.search(text)
    return (found[1].lower(), found[2].lower()) if found else None
