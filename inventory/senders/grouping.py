"""Which fingerprints of an account are one sender. Pure: decides, stores nothing.

In this order, each told from the data and not from a list of vendors:
1. Message-ID shapes that differ only in random parts are one shape.
2. A host named in the Message-ID is one sender per shape, wherever it sends from.
3. What names no host is parted by shape and TLS, then by what its subjects say: subjects that
   speak to the same people are one sender, subjects that name different things are several.
4. Addresses that named hosts use side by side are one place. What has nothing but a model's
   marks and comes from two places at the same time is two; from one after the other, it moved.
"""

from __future__ import annotations

import ipaddress
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from inventory.assets.names import is_address
from inventory.senders.fingerprints import SERVER, is_own
from inventory.senders.subjects import OWN, STRONG
from inventory.senders.turns import APART, IN_TURN

TOKEN = re.compile(r"[0-9A-Za-z]+")
MASKED = {"x", "w"}
FREE_TEXT_MASKS = 8
"""So many subjects, each rare, are a person's or an application's own words."""
MANY_NAMES = 6
"""So many names spoken of to the same people are what is watched, not what watches."""
COUNTED = "no "
"""How parts begin that a counter runs through: one sender, whatever it says from wherever."""
ID = "id "
"""How parts begin that something in Message-IDs of whatever shape names."""
ALIKE = 0.45
"""From here on two ways of writing to people are one sender's."""
FEW_PLACES, AGAIN = 4, 4
"""So few places, each with so many messages, are as many things, not lines of one."""
FEW, POOL = 3, 6
"""Messages that tell nothing of a place by themselves; places from which on they may be a pool."""
MOST_NAMES = 50
"""Of more names at one host the first are compared."""
ROAMING = 12
"""Places beyond which a host roams, and says nothing about what lies together."""


@dataclass(frozen=True)
class Look:
    """A stored fingerprint as linking sees it."""

    pk: int
    account: str
    address: str
    shape: str
    host: str
    site: str
    proof: str
    """`message` when a report proved SMTP AUTH message by message, `total` when only a grid
    total did, '' when it was seen in traces alone."""
    tls: str = ""
    subject: str = ""
    names: str = ""
    part: str = ""
    count: int = 1
    days: tuple[int, int] = (0, 0)
    """First and last day it was seen, as ordinals."""
    recipients: Mapping[str, int] = field(default_factory=dict)
    """Messages by hash of their set of recipients."""
    hints: Mapping[str, int] = field(default_factory=dict)
    """Messages by `kinds.hint` of their subject."""
    size: int = 0
    """Mean bytes of a message, 0 where not told."""
    office: float = 0.0
    """Share of the messages sent on weekdays from 5 to 19 UTC."""


def in_order(looks: Iterable[Look]) -> list[Look]:
    """The same whatever report told first, and so in whatever order they were stored."""
    return sorted(looks, key=lambda look: (look.days, told_by(look)))


def busiest(looks: Iterable[Look]) -> Look:
    """The one that shows best what its sender is like; of equals the latest, for that is so now."""
    return max(looks, key=lambda look: (look.count, look.days[1], told_by(look)))


def told_by(look: Look) -> tuple[str | int, ...]:
    marks = (look.address, look.shape, look.host, look.tls)
    return (*marks, look.subject, look.names, look.part, look.pk)


@dataclass
class Bunch:
    """Fingerprints that are one sender as far as was decided."""

    looks: list[Look]

    @property
    def count(self) -> int:
        return sum(look.count for look in self.looks)

    @property
    def recipients(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for look in self.looks:
            total.update(look.recipients)
        return total

    @property
    def subjects(self) -> set[tuple[str, str]]:
        return {(look.subject, look.names) for look in self.looks}


# -- shapes ------------------------------------------------------------------------------------


def settle_shapes(looks: Iterable[Look]) -> dict[int, str]:
    """{pk: shape} with the tokens masked that only look like words by chance.

    Shapes with equal separators at one host are compared; a literal token stays only where it
    makes up a good part of them. Without a host a rare literal gives way to the mask it stands
    beside.
    """
    groups: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        if look.shape not in ("", SERVER):
            groups[look.host, TOKEN.sub("", look.shape)].append(look)
    settled: dict[int, str] = {}
    for (host, _), members in groups.items():
        settled |= settle_group(members, is_hosted=bool(host))
    return settled


def settle_group(members: list[Look], *, is_hosted: bool) -> dict[int, str]:
    parts = {look.pk: TOKEN.findall(look.shape) for look in members}
    width = max(len(tokens) for tokens in parts.values())
    total = sum(look.count for look in members)
    masks: list[dict[str, str]] = []
    for position in range(width):
        counts: Counter[str] = Counter()
        for look in members:
            if position < len(parts[look.pk]):
                counts[parts[look.pk][position]] += look.count
        masks.append(masks_of(counts, total, is_hosted=is_hosted))
    found = {}
    for look in members:
        settled = [masks[n][token] for n, token in enumerate(parts[look.pk])]
        between = TOKEN.split(look.shape)
        woven = zip(between, [*settled, ""], strict=True)
        found[look.pk] = "".join(gap + token for gap, token in woven)
    return found


def masks_of(counts: Counter[str], total: int, *, is_hosted: bool) -> dict[str, str]:
    """{token: what stands for it} at one position."""
    once = [token for token, count in counts.items() if count == 1]
    common = {
        token
        for token, count in counts.items()
        if token not in MASKED and count * 5 >= total and (count > 1 or len(once) < 3)
    }
    has_mask = bool(MASKED & counts.keys())
    literals = counts.keys() - MASKED - common
    loud = max(MASKED, key=lambda token: (counts[token], token))
    found = {}
    for token, count in counts.items():
        if token in common:
            found[token] = token
        elif token in literals:
            is_random = count <= 2 and (has_mask or len(literals) > 2)
            found[token] = loud if is_random and has_mask else "w" if is_random else token
        else:
            is_stray = count * 10 <= total or is_hosted
            found[token] = loud if is_stray else token
    return found


# -- places ------------------------------------------------------------------------------------


def network(address: str) -> str:
    """The address; of IPv6 its /64, for hosts rotate the rest."""
    if ":" in address:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address


def place(look: Look) -> str:
    return look.site or network(look.address)


def places(seen: Iterable[tuple[Hashable, str]]) -> dict[str, str]:
    """{network: place} from (named host, address) pairs of a whole tenant.

    Networks are one place when two or more hosts use both, and they are a good part of the hosts
    that use the rarer one: a second uplink, a pool. A host that roams says nothing.
    """
    by_host: dict[Hashable, set[str]] = defaultdict(set)
    for host, address in seen:
        if address:
            by_host[host].add(network(address))
    users: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for used in by_host.values():
        if len(used) <= ROAMING:
            users.update(used)
            both.update((a, b) for a in used for b in used if a < b)
    parent: dict[str, str] = {name: name for used in by_host.values() for name in used}
    for (a, b), count in both.items():
        if count >= 2 and count * 5 >= 2 * min(users[a], users[b]):
            parent[max(root(parent, a), root(parent, b))] = min(root(parent, a), root(parent, b))
    return {name: root(parent, name) for name in parent}


def root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        name = parent[name]
    return name


# -- senders -----------------------------------------------------------------------------------


def bunches(looks: Sequence[Look], place_of: Mapping[str, str]) -> list[Bunch]:
    """The senders of one account; every look is in exactly one of them."""
    shapes = settle_shapes(looks)
    hosted: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    running: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    bare: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    for look in looks:
        shape = shapes.get(look.pk, look.shape)
        is_named = bool(look.host) and is_own(look.host)
        if look.part.startswith(ID) and not is_named:
            running[look.part,].append(look)
        elif look.part.startswith(COUNTED) and not is_named:
            running[look.tls, look.part].append(look)
        elif look.host:
            hosted[look.host, shape, look.part].append(look)
        else:
            bare[shape, look.tls, look.part].append(look)
    is_dedicated = len(hosted) + len(running) + len(bare) == 1
    found = [Bunch(members) for members in running.values()]
    for members in hosted.values():
        whole = by_names(members)
        is_inside = is_address(members[0].host)
        found += by_place(whole[0], place_of) if is_inside and len(whole) == 1 else whole
    for members in bare.values():
        for bunch in by_subject(members, is_dedicated=is_dedicated):
            found += by_place(bunch, place_of)
    return found


def is_told(look: Look) -> bool:
    """Its subjects have names that are those of senders."""
    return OWN in look.names.split(".") and bool(strong(look.names))


def by_names(looks: list[Look]) -> list[Bunch]:
    """Part by their subjects what says to be at a host that many devices are called by: by names
    that are those of senders, or that last and have people of their own. What else seems to be
    one host is parted where each name comes from an address of its own."""
    by_name: dict[frozenset[str], list[Look]] = defaultdict(list)
    for look in looks:
        if look.subject:
            by_name[frozenset(strong(look.names))].append(look)
    stays = [Stay(those) for those in by_name.values()]
    if len(stays) < 2:
        return [Bunch(looks)]
    if is_own(looks[0].host):
        is_several = have_own_places(stays)
    else:
        is_several = any(map(is_told, looks)) or have_own_people(stays)
    if not is_several:
        return [Bunch(looks)]
    untold = [look for look in looks if not look.subject]
    return with_untold([Bunch(those) for those in by_name.values()], untold)


def have_own_places(stays: Sequence[Stay]) -> bool:
    """Most come again and again from addresses that no other comes from, in the same weeks."""
    spots = [Counter[str]() for _ in stays]
    for stay, seen in zip(stays, spots, strict=True):
        for look in stay.looks:
            seen[place(look)] += look.count
    often = [
        (stay, seen)
        for stay, seen in zip(stays, spots, strict=True)
        if stay.count >= AGAIN and len(seen) * 2 <= stay.count
    ]
    together = [
        (mine, its)
        for (one, mine), (other, its) in itertools.combinations(often[:MOST_NAMES], 2)
        if one.first < other.last and other.first < one.last
    ]
    is_most = sum(stay.count for stay, _ in often) * 2 > sum(stay.count for stay in stays)
    return is_most and bool(together) and not any(mine & its for mine, its in together)


def have_own_people(stays: Sequence[Stay]) -> bool:
    """Most last, and write to other people than most others."""
    first, last = min(stay.first for stay in stays), max(stay.last for stay in stays)
    lasting = [stay for stay in stays if (stay.last - stay.first) * 4 >= last - first]
    if len(lasting) < 2 or len(lasting) * 2 < len(stays):
        return False
    largest = sorted(lasting, key=lambda stay: -stay.count)[:MANY_NAMES]
    pairs = [alike(a.people, b.people) for a, b in itertools.combinations(largest, 2)]
    return sum(each < ALIKE for each in pairs) * 3 >= len(pairs) * 2


def by_subject(looks: list[Look], *, is_dedicated: bool) -> list[Bunch]:
    """Part what names no host by its subjects."""
    groups: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        groups[look.subject, look.names].append(look)
    untold = groups.pop(("", ""), [])
    parts = [Bunch(members) for members in groups.values()]
    if not parts:
        return [Bunch(untold)]
    found = told_apart(parts, is_dedicated=is_dedicated)
    return with_untold(found, untold)


def with_untold(found: list[Bunch], untold: list[Look]) -> list[Bunch]:
    """What no trace told the subject of goes where all else from its network goes, if that is
    one; the rest stays a sender of its own."""
    at: dict[str, list[Bunch]] = defaultdict(list)
    for bunch in found:
        for spot in {network(look.address) for look in bunch.looks}:
            at[spot].append(bunch)
    left = []
    for look in untold:
        homes = found if len(found) == 1 else at[network(look.address)]
        if len(homes) == 1:
            homes[0].looks.append(look)
        else:
            left.append(look)
    return found + ([Bunch(left)] if left else [])


def told_apart(parts: list[Bunch], *, is_dedicated: bool) -> list[Bunch]:
    if len(parts) == 1:
        return parts
    if is_free_text(parts):
        named_parts = [part for part in parts if all(map(is_told, part.looks))]
        rest = [look for part in parts if part not in named_parts for look in part.looks]
        told = told_apart(named_parts, is_dedicated=is_dedicated) if named_parts else []
        return told + ([Bunch(rest)] if rest else [])
    many = many_named(parts)
    homes: dict[Hashable, Bunch] = {}
    for part in sorted(parts, key=lambda part: (not named(part, many), -part.count)):
        audience = "" if is_dedicated else audience_of(part)
        names = named(part, many)
        home: Hashable = (audience, names)
        if audience is None:
            home = (min(part.subjects), "alone")
        elif not names:
            home = next((each for each in homes if each[0] == audience), home)  # type: ignore[index]
        if home in homes:
            homes[home].looks += part.looks
        else:
            homes[home] = Bunch(list(part.looks))
    return list(homes.values())


def audience_of(part: Bunch) -> str | None:
    """To whom it always writes, `everyone` if to ever other people; None for anything between,
    which is no reason to take different subjects for one sender's."""
    return steady(part) or ("everyone" if is_to_everyone(part) else None)


def named(part: Bunch, many: set[str]) -> frozenset[str]:
    """What its subjects name: the same words with another name in them are two of a kind."""
    return frozenset(
        name
        for subject, names in part.subjects
        if subject not in many or OWN in names.split(".")
        for name in strong(names)
    )


def is_free_text(parts: list[Bunch]) -> bool:
    """Nearly every message has words of its own, as people write them."""
    total = sum(part.count for part in parts)
    masks = {subject for part in parts for subject, _ in part.subjects}
    return len(masks) >= FREE_TEXT_MASKS and len(masks) * 12 >= total


def many_named(parts: list[Bunch]) -> set[str]:
    """Masks that speak of many things, always to the same people."""
    names: dict[str, list[Bunch]] = defaultdict(list)
    for part in parts:
        for subject, name in part.subjects:
            if name:
                names[subject].append(part)
    return {
        subject
        for subject, those in names.items()
        if len(those) >= MANY_NAMES and len({steady(part) for part in those} - {""}) == 1
    }


def steady(part: Bunch) -> str:
    """The one set of recipients that nearly all its messages go to, or ''."""
    recipients = part.recipients
    total = sum(recipients.values())
    if not total:
        return ""
    top, count = recipients.most_common(1)[0]
    return top if count * 5 >= total * 4 else ""


def is_to_everyone(part: Bunch) -> bool:
    """Nearly every message goes to somebody else, as to customers."""
    recipients = part.recipients
    total = sum(recipients.values())
    return total >= 4 and len(recipients) * 3 >= total * 2


def strong(names: str) -> set[str]:
    return {name for name in names.split(".") if name.startswith(STRONG)}


def by_place(bunch: Bunch, place_of: Mapping[str, str]) -> list[Bunch]:
    """Part what comes from several places at the same time, unless something names it."""
    at: dict[str, list[Look]] = defaultdict(list)
    for look in bunch.looks:
        spot = network(look.address)
        at[look.site or place_of.get(spot, spot)].append(look)
    if len(at) == 1:
        return [bunch]
    if steady(bunch):
        return part_steady(bunch, at)
    if len(at) * 3 > bunch.count or len(bunch.subjects) >= FREE_TEXT_MASKS:
        return [bunch]
    audiences: dict[str, list[Look]] = defaultdict(list)
    for looks in at.values():
        audiences[steady(Bunch(looks))] += looks
    if len(audiences) > 1 and "" not in audiences:
        return [part for looks in audiences.values() for part in by_place(Bunch(looks), place_of)]
    return part_by(is_story, at)


def part_steady(bunch: Bunch, at: Mapping[str, list[Look]]) -> list[Bunch]:
    """Of what always writes to the same people: as its turns tell, else as its places do."""
    way = bunch.looks[0].part
    if way != IN_TURN and (way == APART or are_several(at)):
        return part_by(follows, at)
    return [bunch]


def part_by(is_one: Callable[[Stay, Stay], bool], at: Mapping[str, list[Look]]) -> list[Bunch]:
    merged: list[Stay] = []
    stays = [Stay(looks) for looks in at.values()]
    is_pool = len(at) >= POOL
    for stay in sorted(stays, key=lambda stay: (stay.count < FEW, stay.first, -stay.count)):
        homes = [each for each in merged if is_one(each, stay) or (is_pool and covers(each, stay))]
        if homes:
            max(homes, key=lambda home: likeness(home, stay)).add(stay)
        else:
            merged.append(stay)
    return [Bunch(stay.looks) for stay in merged]


def likeness(home: Stay, stay: Stay) -> tuple[bool, float, int]:
    return (home.is_known == stay.is_known, alike(home.people, stay.people), home.count)


def covers(home: Stay, stay: Stay) -> bool:
    """Of a pool of addresses: most it writes to is written to from the others too."""
    known = sum(count for name, count in stay.people.items() if name in home.people)
    return (
        not (home.is_known or stay.is_known)
        and known * 5 >= 3 * stay.people.total()
        and stay.people.total() > 0
    )


class Stay:
    """What one place sends of something: counted once, for there may be many to compare."""

    def __init__(self, looks: list[Look]) -> None:
        bunch = Bunch(looks)
        self.looks = list(looks)
        self.count = bunch.count
        self.people = people(bunch)
        self.is_to_everyone = is_to_everyone(bunch)
        self.first = min(look.days[0] for look in looks)
        self.last = max(look.days[1] for look in looks)
        self.spans = [(self.first, self.last)]
        self.is_known = any(look.site for look in looks)

    def add(self, other: Stay) -> None:
        self.looks += other.looks
        self.count += other.count
        self.people.update(other.people)
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.spans += other.spans


def are_several(at: Mapping[str, Sequence[Look]]) -> bool:
    """Whether what always writes to the same people is several things, as the places alone tell:
    known sites, or few addresses each of which comes back again and again. More are a pool, and
    one of either version of IP are a host that has both."""
    known = {look.site for looks in at.values() for look in looks} - {""}
    if len(known) > 1:
        return True
    often = [spot for spot, looks in at.items() if sum(look.count for look in looks) >= AGAIN]
    versions = {":" in spot for spot in often}
    return len(often) == len(at) <= FEW_PLACES and (len(versions) == 1 or len(often) > 2)


def follows(home: Stay, part: Stay) -> bool:
    """One came after the other, or too few messages tell a pool from a second device."""
    is_before_or_after = all(
        first >= until or last <= since for first, last in part.spans for since, until in home.spans
    )
    return part.count < FEW or is_before_or_after


def is_story(home: Stay, part: Stay) -> bool:
    """The same, or both write to the same people."""
    if follows(home, part):
        return True
    if home.is_to_everyone and part.is_to_everyone:
        return True
    if not (home.people and part.people):
        return all(strong(look.names) for look in part.looks)
    return alike(home.people, part.people) >= ALIKE


def people(bunch: Bunch) -> Counter[str]:
    """Messages by hash of each single recipient."""
    total: Counter[str] = Counter()
    for recipients, count in bunch.recipients.items():
        total.update(dict.fromkeys(recipients.split("."), count) if recipients else {})
    return total


def alike(some: Counter[str], others: Counter[str]) -> float:
    """Cosine of two counts, 0 to 1."""
    product = sum(count * others[name] for name, count in some.items())
    sizes = [math.sqrt(sum(count * count for count in each.values())) for each in (some, others)]
    return product / (sizes[0] * sizes[1]) if all(sizes) else 0.0
