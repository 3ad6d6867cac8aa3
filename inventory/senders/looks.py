"""Fingerprints as linking sees them, one by one and together. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.senders.subjects import STRONG

FREE_TEXT_MASKS = 8
"""So many subjects, each rare, are a person's or an application's own words."""
COUNTED = "no "
"""How parts begin that a counter runs through: one sender, whatever it says from wherever."""
DUE = "due "
"""How parts begin that keep one schedule: one sender, whatever it says from wherever."""
ID = "id "
"""How parts begin that something in Message-IDs of whatever shape names."""
ALIKE = 0.45
"""From here on two ways of writing to people are one sender's."""


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
    """Messages by `kind_words.hint` of their subject."""
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


def steady(part: Bunch) -> str:
    """The one set of recipients that nearly all its messages go to, or ''."""
    return nearly_all(part.recipients)


def nearly_all(recipients: Counter[str]) -> str:
    total = sum(recipients.values())
    if not total:
        return ""
    top, count = recipients.most_common(1)[0]
    return top if count * 5 >= total * 4 else ""


def is_to_everyone(part: Bunch) -> bool:
    """Nearly every message goes to somebody else, as to customers."""
    return are_everyone(part.recipients)


def are_everyone(recipients: Counter[str]) -> bool:
    total = sum(recipients.values())
    return total >= 4 and len(recipients) * 3 >= total * 2


def strong(names: str) -> set[str]:
    return {name for name in names.split(".") if name.startswith(STRONG)}


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
