"""Which senders of an account go on from one another. Pure: decides, stores nothing.

Firmware and programs are updated, hosts are renamed and scripts moved: from one day on Message-IDs,
TLS or a name are others, while words and people stay the same. One that ends where another
begins is one sender with it, where nothing else could be.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from inventory.assets.names import is_address
from inventory.senders.fingerprints import INSIDE, RESERVED, TOKEN, is_own
from inventory.senders.looks import ID, Bunch, alike, people, steady, strong
from inventory.senders.networks import network

LEAST, LEAST_UNTOLD = 3, 12
"""Messages before and after."""
WORDS_ALIKE, PEOPLE_ALIKE = 0.5, 0.5
CIRCLE_ALIKE = 0.7
"""Where people alone tell that one of several alike devices goes on under another name."""
NAMES_ALIKE = 70
PAUSES, MOST_DAYS = 6, 21
"""How long nothing may come between: so many times the usual pause, and so many days."""
MOST_DAYS_NAMED = 7
"""Where both name the same in their subjects."""
MOST_TO_COMPARE = 80
NUMBER = re.compile(r"\d{3,}$")
"""At the end of a host's name."""
NOT_WORDS = {"a", ""}


@dataclass
class Stretch:
    """A bunch with what is compared."""

    bunch: Bunch
    spots: frozenset[str]

    @cached_property
    def first(self) -> int:
        return min(look.days[0] for look in self.bunch.looks)

    @cached_property
    def last(self) -> int:
        return max(look.days[1] for look in self.bunch.looks)

    @cached_property
    def count(self) -> int:
        return self.bunch.count

    @cached_property
    def name(self) -> str:
        """What its Message-IDs name, without the domain inside."""
        look = self.bunch.looks[0]
        if look.part.startswith(ID):
            return look.part.removeprefix(ID)
        return bare_host(look.host)

    @cached_property
    def named(self) -> frozenset[str]:
        return frozenset(name for look in self.bunch.looks for name in strong(look.names))

    @cached_property
    def words(self) -> Counter[str]:
        """Messages by the words of their subjects that are no names and no numbers."""
        found: Counter[str] = Counter()
        for look in self.bunch.looks:
            if look.subject:
                found[words_of(look.subject, self.name)] += look.count
        return found

    @cached_property
    def masks(self) -> Counter[str]:
        """Messages by what is fixed in their subjects, where that is any word: what a host calls
        itself is told as words until its Message-IDs name it, and as a name since."""
        found: Counter[str] = Counter()
        for look in self.bunch.looks:
            if words_of(look.subject, ""):
                found[look.subject] += look.count
        return found

    @cached_property
    def terms(self) -> Counter[str]:
        """Messages by single words, for months and numbers written out are others each time."""
        found: Counter[str] = Counter()
        for words, count in self.words.items():
            found.update(dict.fromkeys(words.split(), count))
        return found

    @cached_property
    def people(self) -> Counter[str]:
        return people(self.bunch)

    @cached_property
    def steady(self) -> str:
        return steady(self.bunch)

    @cached_property
    def forms(self) -> frozenset[str]:
        """How its Message-IDs are put together, whatever stands in them."""
        return frozenset(TOKEN.sub("x", look.shape) for look in self.bunch.looks)

    @cached_property
    def tls(self) -> frozenset[str]:
        return frozenset(look.tls for look in self.bunch.looks)


def bare_host(host: str) -> str:
    if is_address(host):
        return host
    label, _, rest = host.partition(".")
    ending = rest.rpartition(".")[2]
    return label if "." not in rest or ending in INSIDE | RESERVED else host


def words_of(mask: str, name: str) -> str:
    """Without names and numbers; the parts of the host's own name may look like words."""
    left_out = {*TOKEN.findall(name), *NOT_WORDS}
    words = "".join(each if each.isalnum() else " " for each in mask.lower()).split()
    return " ".join(word for word in words if word not in left_out)


def joined(bunches: Sequence[Bunch], place_of: Mapping[str, str]) -> list[Bunch]:
    """The bunches, with those put together that go on from one another."""
    found = list(bunches)
    for rule in (is_same_name, is_renamed, is_updated):
        found = joined_by(rule, found, place_of)
    return found


Rule = Callable[["Stretch", "Stretch"], bool]


def joined_by(rule: Rule, bunches: list[Bunch], place_of: Mapping[str, str]) -> list[Bunch]:
    stretches = [Stretch(bunch, spots_of(bunch, place_of)) for bunch in bunches]
    after: dict[int, list[int]] = defaultdict(list)
    before: dict[int, list[int]] = defaultdict(list)
    for one, other in candidates(stretches):
        if follows(stretches[one], stretches[other]) and rule(stretches[one], stretches[other]):
            after[one].append(other)
            before[other].append(one)
    home = list(range(len(bunches)))
    for n in sorted(range(len(bunches)), key=lambda n: stretches[n].first):
        if len(before[n]) == 1 and len(after[before[n][0]]) == 1:
            home[n] = home[before[n][0]]
    together: dict[int, list[Bunch]] = defaultdict(list)
    for n, bunch in enumerate(bunches):
        together[home[n]].append(bunch)
    return [Bunch([look for bunch in those for look in bunch.looks]) for those in together.values()]


def spots_of(bunch: Bunch, place_of: Mapping[str, str]) -> frozenset[str]:
    spots = ((look.site, network(look.address)) for look in bunch.looks)
    return frozenset(site or place_of.get(spot, spot) for site, spot in spots)


def candidates(stretches: Sequence[Stretch]) -> Iterable[tuple[int, int]]:
    """Pairs, either way round, that share a name, or words they use most."""
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    untold: list[int] = []
    for n, stretch in enumerate(stretches):
        if stretch.count >= LEAST:
            if stretch.name:
                blocks["name", stretch.name].append(n)
            elif not stretch.words:
                untold.append(n)
            for words, _ in (*stretch.words.most_common(2), *stretch.terms.most_common(2)):
                blocks["words", words].append(n)
            for mask, _ in stretch.masks.most_common(2):
                blocks["mask", mask].append(n)
    for n in untold:
        near = [m for m, each in enumerate(stretches) if each.spots & stretches[n].spots]
        blocks["spot", str(n)] = [m for m in near if not stretches[m].name]
    pairs: dict[tuple[int, int], None] = {}
    for those in blocks.values():
        if len(those) <= MOST_TO_COMPARE:
            pairs |= dict.fromkeys((a, b) for a in those for b in those if a != b)
    return list(pairs)


def follows(one: Stretch, other: Stretch) -> bool:
    """The other began when this ended, or before long; later where it is called the same."""
    if other.first < one.last or other.last <= one.last or one.first >= other.first:
        return False
    if one.name and one.name == other.name and is_own(one.name):
        return other.first - one.last <= MOST_DAYS
    if one.named and one.named == other.named and not (one.name or other.name):
        return other.first - one.last <= MOST_DAYS_NAMED
    usual = (one.last - one.first + other.last - other.first) / (one.count + other.count)
    return other.first - one.last <= min(MOST_DAYS, max(3, PAUSES * usual))


def is_same_name(one: Stretch, other: Stretch) -> bool:
    """The host is called the same and says the same: its firmware is another."""
    return (
        bool(one.name)
        and one.name == other.name
        and is_own(one.name)
        and alike(one.terms, other.terms) >= WORDS_ALIKE
    )


def is_renamed(one: Stretch, other: Stretch) -> bool:
    """What it names is nearly the same, or another host runs the same for the same people."""
    if bool(one.name) != bool(other.name):
        return False
    if not one.forms & other.forms:
        return is_renumbered(one, other)
    if one.name == other.name and (one.named == other.named or not (one.named and other.named)):
        return False
    if alike(one.terms, other.terms) < WORDS_ALIKE or not are_people_alike(one, other):
        return False
    if one.named and one.named == other.named:
        return True
    if one.name != other.name and fuzz.ratio(one.name, other.name) >= NAMES_ALIKE:
        return bool(one.spots & other.spots)
    if one.name == other.name:
        return bool(one.spots & other.spots)
    if one.steady and one.steady == other.steady:
        return True
    return is_alike_but_for_its_name(one, other)


def is_renumbered(one: Stretch, other: Stretch) -> bool:
    """Another version at the same place, whose host is called otherwise but has the number."""
    number = NUMBER.search(one.name)
    return (
        number is not None
        and one.name != other.name
        and other.name.endswith(number[0])
        and bool(one.spots & other.spots)
        and bool(one.steady and one.steady == other.steady)
        and alike(one.terms, other.terms) >= WORDS_ALIKE
    )


def is_alike_but_for_its_name(one: Stretch, other: Stretch) -> bool:
    """The same program at the same place says the same to the same circle of people."""
    return (
        bool(one.name and one.spots & other.spots)
        and one.forms == other.forms
        and bool(one.tls & other.tls)
        and alike(one.people, other.people) >= CIRCLE_ALIKE
    )


def is_updated(one: Stretch, other: Stretch) -> bool:
    """Message-IDs or TLS are others at the same place, and name nothing before or since."""
    if (one.name and other.name) or (one.name == other.name and one.named != other.named):
        return False
    if not one.spots & other.spots:
        return False
    if not (one.name or other.name or one.terms):
        return one.forms == other.forms and min(one.count, other.count) >= LEAST_UNTOLD
    return are_words_alike(one, other) and are_people_alike(one, other)


def are_words_alike(one: Stretch, other: Stretch) -> bool:
    return max(alike(one.terms, other.terms), alike(one.masks, other.masks)) >= WORDS_ALIKE


def are_people_alike(one: Stretch, other: Stretch) -> bool:
    return not (one.people and other.people) or alike(one.people, other.people) >= PEOPLE_ALIKE
