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

import itertools
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

from inventory.assets.names import is_address
from inventory.senders.answering import correspondence
from inventory.senders.fingerprints import is_own
from inventory.senders.looks import (
    ALIKE,
    COUNTED,
    DUE,
    FREE_TEXT_MASKS,
    ID,
    Bunch,
    Look,
    alike,
    is_to_everyone,
    steady,
    strong,
)
from inventory.senders.networks import network, place
from inventory.senders.pools import by_pools
from inventory.senders.record_kinds import says_its_kinds
from inventory.senders.settled_shapes import settle_shapes
from inventory.senders.stays import Stay, by_place
from inventory.senders.subjects import OWN, without_parts_of_names
from inventory.senders.turns import APART, IN_TURN

Home = tuple[Hashable, frozenset[str]]
"""To whom, and what it names."""
MANY_NAMES = 6
"""So many names spoken of to the same people are what is watched, not what watches."""
MOST_NAMES = 50
"""Of more names at one host the first are compared."""
LEAST_AT_HOME = 12
"""Messages from addresses that come again, to tell whose these are."""
LEAST_AGAIN = 3
"""Messages to each circle of people that a program always tells the same."""
LEAST_OF_ID = 8
"""Messages of a device at a host that several share: what counts has hardly any twice."""


def bunches(looks: Sequence[Look], place_of: Mapping[str, str]) -> list[Bunch]:
    """The senders of one account; every look is in exactly one of them."""
    shapes = settle_shapes(looks)
    ids = telling_ids(looks)
    hosted: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    running: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    bare: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    for look in looks:
        shape = shapes.get(look.pk, look.shape)
        is_named = bool(look.host) and is_own(look.host)
        if look.part in ids or (look.part.startswith(ID) and not is_named):
            running[look.part,].append(look)
        elif look.part.startswith(DUE):
            running[look.host, look.tls, look.part].append(look)
        elif look.part.startswith(COUNTED) and not is_named:
            running[look.tls, look.part].append(look)
        elif look.host:
            hosted[look.host, shape, "" if look.part.startswith(ID) else look.part].append(look)
        else:
            bare[shape, look.tls, "" if look.part in (IN_TURN, APART) else look.part].append(look)
    is_dedicated = len(hosted) + len(running) + len(bare) == 1
    counted = [Bunch(members) for members in running.values()]
    found = [
        each for members in bare.values() for each in of_no_host(members, place_of, is_dedicated)
    ]
    named = [each for members in hosted.values() for each in of_host(members, place_of)]
    return named + at_marks(counted + found, shapes)


def of_host(looks: list[Look], place_of: Mapping[str, str]) -> list[Bunch]:
    whole = by_names(looks)
    if is_address(looks[0].host) and len(whole) == 1:
        return by_place(whole[0], place_of)
    return [pool for bunch in whole for pool in by_pools(bunch)]


def of_no_host(looks: list[Look], place_of: Mapping[str, str], is_dedicated: bool) -> list[Bunch]:
    is_one = says_its_kinds(looks) and not any(map(is_told, looks))
    told = [Bunch(looks)] if is_one else by_subject(looks, is_dedicated=is_dedicated)
    pools = [pool for bunch in told for pool in by_pools(bunch)]
    return [part for pool in pools for part in by_place(pool, place_of)]


def at_marks(bunches: Sequence[Bunch], shapes: Mapping[int, str]) -> list[Bunch]:
    """What no trace told anything of goes to what of the same marks is told apart by more."""
    found: list[Bunch] = []
    untold: list[Bunch] = []
    like: dict[tuple[str, str], list[Bunch]] = defaultdict(list)
    for bunch in bunches:
        is_untold = not any(look.subject or look.part for look in bunch.looks)
        (untold if is_untold else found).append(bunch)
        if not is_untold:
            for marks in {(shapes.get(look.pk, look.shape), look.tls) for look in bunch.looks}:
                like[marks].append(bunch)
    for bunch in untold:
        look = bunch.looks[0]
        homes = like[shapes.get(look.pk, look.shape), look.tls]
        left = with_untold(homes, bunch.looks)[len(homes) :] if homes else [bunch]
        found += left
    return found


def telling_ids(looks: Iterable[Look]) -> set[str]:
    """What in Message-IDs names a device better than the host does: hosts that several share, and
    hosts of which one comes after the other, as addresses and given names do."""
    counts: Counter[str] = Counter()
    told: dict[str, Counter[str]] = defaultdict(Counter)
    days: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for look in looks:
        counts[look.host] += look.count
        if look.part.startswith(ID):
            told[look.host][look.part] += look.count
            first, last = days[look.part].get(look.host, look.days)
            days[look.part][look.host] = (min(first, look.days[0]), max(last, look.days[1]))
    shared = {
        part
        for host, ids in told.items()
        if len(ids) > 1
        and ids.total() * 10 >= counts[host] * 9
        and ids.total() >= len(ids) * LEAST_OF_ID
        for part in ids
    }
    followed = {
        part
        for part, hosts in days.items()
        if come_one_by_one(list(hosts.values()))
        and all(told[host][part] * 10 >= counts[host] * 9 for host in hosts)
    }
    return shared | followed


def come_one_by_one(spans: list[tuple[int, int]]) -> bool:
    spans.sort()
    return all(later[0] >= earlier[1] for earlier, later in itertools.pairwise(spans))


def is_told(look: Look) -> bool:
    """Its subjects have names that are those of senders."""
    return OWN in look.names.split(".") and bool(strong(look.names))


def by_names(looks: list[Look]) -> list[Bunch]:
    """Part by their subjects what says to be at a host that many devices are called by: by names
    that are those of senders, or that last and have people of their own. What else seems to be
    one host is parted where each name comes from an address of its own."""
    named = by_name([look for look in looks if look.subject])
    stays = [Stay(those) for those in named]
    if len(stays) < 2:
        return [Bunch(looks)]
    if is_own(looks[0].host):
        is_several = have_own_places(stays)
    else:
        is_several = any(map(is_told, looks)) or have_own_people(stays)
    if not is_several:
        return [Bunch(looks)]
    untold = [look for look in looks if not look.subject]
    return with_untold([Bunch(those) for those in named], untold)


def by_name(looks: Iterable[Look]) -> list[list[Look]]:
    found: dict[frozenset[str], list[Look]] = defaultdict(list)
    for look in looks:
        found[frozenset(strong(look.names))].append(look)
    return list(found.values())


def has_names(part: Bunch) -> bool:
    return all(strong(look.names) for look in part.looks)


def have_own_places(stays: Sequence[Stay]) -> bool:
    """Addresses that are used on several days are each used under one name, and several names have
    such an address in the same weeks."""
    spots: dict[str, Counter[int]] = defaultdict(Counter)
    days: dict[str, set[int]] = defaultdict(set)
    for n, stay in enumerate(stays):
        for look in stay.looks:
            spots[place(look)][n] += look.count
            days[place(look)].update(look.days)
    again = [names for spot, names in spots.items() if names.total() > 1 and len(days[spot]) > 1]
    at_home = [names.most_common(1)[0] for names in again]
    total = sum(names.total() for names in again)
    if total < LEAST_AT_HOME or sum(count for _, count in at_home) * 20 < total * 19:
        return False
    homes = sorted({n for n, _ in at_home})
    together = {
        each
        for one, other in itertools.combinations(homes[:MOST_NAMES], 2)
        if stays[one].first < stays[other].last and stays[other].first < stays[one].last
        for each in (one, other)
    }
    is_most = total * 2 > sum(stay.count for stay in stays)
    return len(together) > 1 and is_most


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
    """What no trace told the subject of goes where nearly all else from its network goes; the
    rest stays a sender of its own."""
    at: dict[str, Counter[int]] = defaultdict(Counter)
    for n, bunch in enumerate(found):
        for look in bunch.looks:
            at[network(look.address)][n] += look.count
    everywhere = Counter({n: bunch.count for n, bunch in enumerate(found)})
    left = []
    for look in untold:
        home = most_of(at[network(look.address)] or everywhere)
        if home is None:
            left.append(look)
        else:
            found[home].looks.append(look)
    return found + ([Bunch(left)] if left else [])


def most_of(counts: Counter[int]) -> int | None:
    top, count = counts.most_common(1)[0]
    return top if count * 10 >= counts.total() * 9 else None


def told_apart(parts: list[Bunch], *, is_dedicated: bool) -> list[Bunch]:
    """Where subjects are free text, only those with names of senders tell anything."""
    if not is_free_text(parts):
        mine = [] if is_dedicated else correspondence(parts)
        if len(mine) > 1:
            rest = [part for part in parts if not any(part is each for each in mine)]
            one = Bunch([look for part in mine for look in part.looks])
            return [one, *(told_apart(rest, is_dedicated=is_dedicated) if rest else [])]
        return at_home(parts, is_dedicated=is_dedicated)
    named_parts = [part for part in parts if all(map(is_told, part.looks))]
    others = [part for part in parts if has_names(part) and not all(map(is_told, part.looks))]
    stays = [Stay(looks) for looks in by_name(look for part in others for look in part.looks)]
    if have_own_places(stays):
        named_parts += others
    kept = set(map(id, named_parts))
    rest = [part for part in parts if id(part) not in kept]
    found = at_home(named_parts, is_dedicated=is_dedicated)
    if rest and len(rest) < len(parts):
        return found + told_apart(rest, is_dedicated=is_dedicated)
    return found + ([Bunch([look for part in rest for look in part.looks])] if rest else [])


def at_home(parts: list[Bunch], *, is_dedicated: bool) -> list[Bunch]:
    """Put together by whom they write to and what they name."""
    if len(parts) < 2:
        return parts
    many = many_named(parts)
    homes: dict[Home, Bunch] = {}
    first: dict[Hashable, Home] = {}
    for part in sorted(parts, key=lambda part: (not named(part, many), -part.count)):
        audience = "" if is_dedicated else audience_of(part)
        names = named(part, many)
        home: Home = (audience, names)
        if audience is None:
            home = (min(part.subjects), frozenset())
        elif not names:
            home = first.get(audience, home)
        first.setdefault(home[0], home)
        if home in homes:
            homes[home].looks += part.looks
        else:
            homes[home] = Bunch(list(part.looks))
    return list(nested(homes).values())


def nested(homes: Mapping[Home, Bunch]) -> dict[Home, Bunch]:
    """What names less goes to the only other that names all of it and more, to the same people:
    a model's name besides a device's own in some of what it says."""
    found = dict(homes)
    naming: dict[tuple[Hashable, str], list[frozenset[str]]] = defaultdict(list)
    for audience, names in homes:
        for name in names:
            naming[audience, name].append(names)
    wider: dict[Home, list[frozenset[str]]] = {}
    for audience, names in homes:
        near = min((naming[audience, name] for name in names), key=len, default=[])
        wider[audience, names] = [each for each in near[:MOST_NAMES] if names < each]
    inside = Counter((home[0], each[0]) for home, each in wider.items() if len(each) == 1)
    for (audience, names), those in wider.items():
        if len(those) == 1:
            whole: Home = (audience, those[0])
            if inside[whole] == 1 and not wider[whole]:
                found[whole].looks += found.pop((audience, names)).looks
    return found


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
    is_varied = len(masks) >= FREE_TEXT_MASKS and len(masks) * 12 >= total
    return is_varied and not are_routine(parts)


def are_routine(parts: list[Bunch]) -> bool:
    """Nearly all that is said is said again, each thing always to the same people, and these are
    few circles: several programs that say several things each."""
    told = [part for part in parts if part.recipients]
    total = sum(part.count for part in told)
    circles: Counter[str] = Counter()
    for part in told:
        circles[steady(part) if part.count > 1 else ""] += part.count
    one_off = circles.pop("", 0)
    is_again = one_off * 10 <= total and min(circles.values(), default=0) >= LEAST_AGAIN
    return is_again and len(circles) > 1 and len(circles) * 2 <= len(told)


def many_named(parts: list[Bunch]) -> set[str]:
    """Masks that speak of many things, always to the same people, wherever they come from."""
    said: dict[str, list[Bunch]] = defaultdict(list)
    masks: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for subject, name in part.subjects:
            if name:
                words = without_parts_of_names(subject)
                said[words].append(part)
                masks[words].add(subject)
    return {
        mask
        for words, those in said.items()
        if len(those) >= MANY_NAMES
        and len({steady(part) for part in those} - {""}) == 1
        and not have_own_places([Stay(part.looks) for part in those])
        for mask in masks[words]
    }
