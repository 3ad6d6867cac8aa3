"""What kind of thing a sender is, from how it behaves, with the reasons. Pure.

Every sign gives points to a kind; a vendor's mark is one sign among others. Points were set by
judgement, not fitted to data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from inventory.assets.names import is_address
from inventory.senders.fingerprints import INSIDE, RESERVED, SERVER, form_of
from inventory.senders.grouping import is_free_text
from inventory.senders.kind_words import (
    APPLIANCE,
    APPLICATION,
    CLIENT,
    DEVICES,
    LETTERS,
    MFP,
    NAMES,
    PRODUCTS,
    SAYS_ITS_MAKER,
    SAYS_ITS_NAME,
    SCRIPT,
)
from inventory.senders.looks import (
    FREE_TEXT_MASKS,
    ID,
    Bunch,
    Look,
    busiest,
    is_to_everyone,
    steady,
)
from inventory.senders.rhythm import (
    CONTINUOUS,
    DAILY,
    HOURLY,
    MONTH_END,
    MONTHLY,
    ON_ALARM,
    QUARTERLY,
    WEEKLY,
    Rhythm,
)
from inventory.senders.shapes import known_host, known_shape
from inventory.senders.subjects import without_parts_of_names

ON_CLOCK = {HOURLY, DAILY, WEEKLY, MONTHLY, MONTH_END, QUARTERLY}

FACTORY = re.compile(r"[a-z][a-z\d]*[a-z\d]-?(?=[a-f]*\d)(?=\d*[a-f])(?:[\da-f]{6}|[\da-f]{12})")
NAME_PART = re.compile(r"[^\W\d_]+")
FLEET = 3
MANY_PEOPLE, OFTEN, SAME_AGAIN = 20, 30, 8
PEOPLES_HOURS = 0.6
FRAME = 2
"""Words that are always the same at the beginning or end of a subject."""


def judge(
    looks: Sequence[Look], rhythm: Rhythm | None = None, fleet: int = 1
) -> tuple[str, int, list[str]]:
    """(kind or '', points it is ahead by, reasons) of a sender's fingerprints, its rhythm, and how
    many senders of its account say the same."""
    points: Counter[str] = Counter()
    reasons: dict[str, list[str]] = {}
    for kind, count, reason in (*signs(looks, rhythm), *of_fleet(looks, fleet)):
        points[kind] += count
        reasons.setdefault(kind, []).append(reason)
    ranked = points.most_common(2)
    if not ranked or ranked[0][1] < 2:
        return "", 0, []
    kind, best = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0
    return kind, best - second, reasons[kind]


def signs(looks: Sequence[Look], rhythm: Rhythm | None) -> Iterable[tuple[str, int, str]]:
    """(kind, points, reason) of every sign."""
    yield from marks(looks)
    yield from words(looks)
    yield from habits(looks, is_on_clock=rhythm is not None and is_on_clock(rhythm))
    called = set(NAME_PART.findall(looks[0].account.partition("@")[0].lower()))
    yield from (
        (kind, 2, "the name of its account") for kind, names in NAMES.items() if names & called
    )
    if rhythm is not None:
        yield from clockwork(looks, rhythm)


def fleets(senders: Mapping[str, Sequence[Look]]) -> dict[str, int]:
    """{sender: how many of these senders write with the same words and Message-IDs, it included}"""
    said = {
        key: {
            (form_of(look.shape), without_parts_of_names(look.subject))
            for look in looks
            if look.subject
        }
        for key, looks in senders.items()
        if Bunch(list(looks)).count > 1
    }
    counts = Counter(each for words in said.values() for each in words)
    return {key: max((counts[each] for each in said.get(key, ())), default=1) for key in senders}


def of_fleet(looks: Sequence[Look], fleet: int) -> Iterable[tuple[str, int, str]]:
    """A script runs on a server or two; what stands in many places is a product."""
    if fleet < FLEET:
        return
    look = busiest(looks)
    if is_of_windows(look):  # Where there is a server at each place, a script may well be too.
        return
    reason = f"{fleet - 1} more of a kind say the same"
    is_marked = look.shape not in ("", SERVER)
    is_library = known_shape(look.shape) is not None
    yield APPLIANCE, 5 if is_marked else 3, reason
    yield MFP, 5 if is_marked else 3, reason
    yield APPLICATION, 5 if is_library else 3, reason
    yield SCRIPT, -5 if is_library else -3, reason


def is_on_clock(rhythm: Rhythm) -> bool:
    return rhythm.cadence in ON_CLOCK and bool(rhythm.at)


def clockwork(looks: Sequence[Look], rhythm: Rhythm) -> Iterable[tuple[str, int, str]]:
    """What keeps a time of its own is a machine, whatever language it speaks."""
    is_to_one = bool(steady(Bunch(list(looks))))
    if rhythm.cadence == CONTINUOUS and is_to_one and is_round_the_clock(looks):
        yield APPLICATION, 4, "it writes whenever something happens, by day and by night"
    if is_on_clock(rhythm):
        yield SCRIPT, 2 if is_to_one else 1, f"it sends {rhythm.cadence.replace('_', '-')} on time"
    if rhythm.cadence == ON_ALARM and is_to_one:
        yield APPLIANCE, 2, "it sends only now and then, always to the same people"


def is_round_the_clock(looks: Sequence[Look]) -> bool:
    """Of a library's Message-IDs, often, and not when people work."""
    count = sum(look.count for look in looks)
    return bool(known_shape(busiest(looks).shape)) and count >= OFTEN and not is_of_hours(looks)


def marks(looks: Sequence[Look]) -> Iterable[tuple[str, int, str]]:
    look = busiest(looks)
    label = look.host.partition(".")[0]
    if host := known_host(look.host):
        is_telling = host.is_product or host.kind in DEVICES
        yield host.kind, 6 if host.kind in DEVICES else 4 if is_telling else 2, host.reason
    elif is_serial(label) or look.part.startswith(ID):
        yield MFP, 2, "a serial number or MAC address in its Message-IDs"
        yield APPLIANCE, 2, "a serial number or MAC address in its Message-IDs"
    if is_of_service(look):
        yield APPLICATION, 2, "its Message-IDs end in the domain of somebody else"
    elif has_mac(label):
        yield APPLIANCE, 4, "the host name ends with a part of a MAC address, as made in a factory"
        yield MFP, 3, "the host name ends with a part of a MAC address, as made in a factory"
    if is_of_windows(look):
        yield SCRIPT, 2, "its Message-IDs begin with its name, as Windows itself writes them"
        yield APPLICATION, 2, "its Message-IDs begin with its name, as Windows itself writes them"
    if is_address(look.host):
        yield APPLIANCE, 5, "its Message-IDs name an address and no name, as devices do"
        yield MFP, 4, "its Message-IDs name an address and no name, as devices do"
    shape = known_shape(look.shape)
    if shape and not (shape.kind == CLIENT and says_the_same(looks)):
        yield shape.kind, 4 if shape.is_product else 2, shape.reason
    if named := PRODUCTS.search(look.shape):
        yield APPLICATION, 4, f"its Message-IDs name {named[1]}"


def says_the_same(looks: Sequence[Look]) -> bool:
    """Over and over, as nobody writes who writes himself."""
    told = Counter[str]()
    for look in looks:
        if look.subject:
            told[without_parts_of_names(look.subject)] += look.count
    is_again = bool(told) and told.most_common(1)[0][1] * 4 >= told.total() >= SAME_AGAIN
    return is_again and not is_forwarding(looks)


def is_forwarding(looks: Sequence[Look]) -> bool:
    """Now and then it passes on what others wrote, as no helpdesk does."""
    hints = [(letters, count) for look in looks for letters, count in look.hints.items()]
    total = sum(count for _, count in hints)
    return sum(count for letters, count in hints if "f" in letters) * 10 >= total > 0


def is_of_service(look: Look) -> bool:
    """Its Message-IDs end in a public domain that is not the organisation's."""
    domain = look.host if look.host.count(".") > 1 else look.shape.partition("@")[2]
    ending = domain.rpartition(".")[2]
    return "." in domain and ending.isalpha() and ending not in INSIDE | RESERVED


def is_of_windows(look: Look) -> bool:
    """Its Message-IDs begin with the host's name in capitals, and what is drawn right after it."""
    stem, dash, drawn = look.shape.rpartition("-")
    label = look.host.partition(".")[0].upper()
    return dash != "" and drawn == "w" and stem.isupper() and label.startswith(f"{stem}-")


def is_serial(label: str) -> bool:
    """As devices are called that nobody gave a name: digits for the most part, or hexadecimal."""
    digits = sum(each.isdigit() for each in label)
    return label.isalnum() and len(label) >= 8 and (digits * 2 >= len(label) or is_mac(label))


def is_mac(label: str) -> bool:
    return len(label) == 12 and all(each in "0123456789abcdef" for each in label)


def has_mac(label: str) -> bool:
    """A model or a maker and the end of a MAC address, as devices call themselves."""
    return FACTORY.fullmatch(label) is not None


def words(looks: Sequence[Look]) -> Iterable[tuple[str, int, str]]:
    told: Counter[str] = Counter()
    for look in looks:
        for letters, count in look.hints.items():
            told.update(dict.fromkeys(letters, count) if letters else {})
    total = sum(count for look in looks for count in look.hints.values())
    for kind, letter in LETTERS.items():
        if told[letter] * 2 >= total > 0:
            weight = {MFP: 5, APPLIANCE: 4, APPLICATION: 3, SCRIPT: 3}[kind]
            yield kind, weight, "the words of its subjects"
    if told[SAYS_ITS_NAME] * 2 >= total > 0:
        yield APPLICATION, 3, "a product's own words in its subjects"
    if told[SAYS_ITS_MAKER] * 2 >= total > 0:
        yield APPLIANCE, 6, "the name of a device's maker or model in its subjects"
    is_of_people = told["a"] * 2 < total or is_forwarding(looks)
    if told["r"] * 5 >= total > 0 and is_of_people and is_of_hours(looks):
        yield CLIENT, 4, "it answers mail"


def has_frame(looks: Sequence[Look]) -> bool:
    """What people wrote stands between words that are always the same."""
    masks = [(look.subject.split(), look.count) for look in looks if look.subject]
    total = sum(count for _, count in masks)
    if len({tuple(words) for words, _ in masks}) < FREE_TEXT_MASKS:
        return False
    starts, ends = Counter[str](), Counter[str]()
    for words, count in masks:
        if len(words) > FRAME:
            starts[" ".join(words[:FRAME])] += count
            ends[" ".join(words[-FRAME:])] += count
    most = max((each.most_common(1)[0][1] for each in (starts, ends) if each), default=0)
    return most * 5 >= total * 4


def is_of_hours(looks: Sequence[Look]) -> bool:
    """Hardly ever at night, as people are."""
    count = sum(look.count for look in looks)
    return sum(look.office * look.count for look in looks) >= PEOPLES_HOURS * count


def is_to_many(bunch: Bunch) -> bool:
    """As an application does; of those who use a device some do so more than others."""
    recipients = bunch.recipients
    most = max(recipients.values(), default=0)
    return len(recipients) >= MANY_PEOPLE and most * 12 <= recipients.total()


def habits(looks: Sequence[Look], *, is_on_clock: bool = False) -> Iterable[tuple[str, int, str]]:
    bunch = Bunch(list(looks))
    count = bunch.count
    if not any(look.recipients for look in looks):
        return
    size = sum(look.size * look.count for look in looks) // max(1, count)
    office = sum(look.office * look.count for look in looks) / max(1, count)
    parts = [Bunch([look]) for look in looks]
    told = Counter(letter for look in looks for letters in look.hints for letter in letters)
    is_tagged = told["a"] * 2 >= sum(len(look.hints) for look in looks) > 0
    is_framed = has_frame(looks)
    is_personal = is_free_text(parts) and office > 0.8 and not (is_tagged or is_framed)
    if is_framed:
        yield APPLICATION, 3, "its subjects all begin or end with the same words"
    if is_personal:
        yield CLIENT, 4, "subjects as a person writes them, in working hours"
    elif office > 0.95 and count >= 8 and size > 60_000 and not is_on_clock:
        yield MFP, 3, "attachments in working hours"
    if office < 0.7 and count >= 3:
        yield SCRIPT, 1, "it sends outside working hours"
        yield APPLICATION, 1, "it sends outside working hours"
        yield APPLIANCE, 1, "it sends outside working hours"
    if not steady(bunch) and office < PEOPLES_HOURS and count >= 8:
        yield APPLICATION, 2, "it writes round the clock to many people"
    if is_to_everyone(bunch) and not is_personal and size < 400_000 and count >= 6:
        yield APPLICATION, 1, "it writes to ever other people"
    if is_to_many(bunch) and says_the_same(looks):
        yield APPLICATION, 4, "it writes to very many, to nobody often"
    if steady(bunch):
        yield SCRIPT, 1, "it always writes to the same people"
        yield APPLIANCE, 1, "it always writes to the same people"
