"""Shapes of one program that says in its Message-IDs what a mail is of: `issue-7`, `journal-8`.

Pure. The word is another, all else that the program writes is the same: the words around it and in
subjects, TLS, the places, and whom it writes to, in the same weeks.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from inventory.senders.fingerprints import TOKEN, form_of
from inventory.senders.looks import Bunch, Look, alike, is_to_everyone, people
from inventory.senders.networks import neighbourhood

DRAWN = {"x", "w", "uuid", "UUID"}
LEAST_WORD = 3
"""Letters of a word that both have."""
OF_SEVERAL = re.compile(r"(?i)(?:(?!uuid)[a-z]{3,}[_\-])+(?!uuid)[a-z]{3,}(?![0-9a-z])")
"""A word of several, such as `merge_request`, which counts as one."""
MOST = 12
"""Shapes alike; more are names."""
LEAST_OF_KIND = 5
SAME_WORDS, SAME_PEOPLE, SAME_PLACES = 0.5, 0.6, 0.8


def of_one_program(looks: Sequence[Look], settled: Mapping[int, str]) -> dict[int, str]:
    """{pk: the shape that stands for it and its like}."""
    groups: dict[tuple[str, str, str], dict[str, list[Look]]] = defaultdict(dict)
    for look in looks:
        shape = settled.get(look.pk, "")
        if any(is_word(token) for token in TOKEN.findall(shape)):
            group = groups[look.host, look.tls, form_of(in_one_word(shape))]
            group.setdefault(shape, []).append(look)
    found: dict[int, str] = {}
    for shapes in groups.values():
        if 1 < len(shapes) <= MOST:
            for shape, standing in together(shapes).items():
                found |= {look.pk: standing for look in shapes[shape]}
    return found


def together(shapes: Mapping[str, list[Look]]) -> dict[str, str]:
    """{shape: the commonest of those that are one with it}."""
    home = {shape: shape for shape in shapes}
    ranked = sorted(shapes, key=lambda each: (-Bunch(shapes[each]).count, each))
    for one, other in itertools.combinations(ranked, 2):
        is_new = home[one] != home[other]
        is_named = bool(shapes[one][0].host)
        is_like = differ_in_a_word(one, other, is_named=is_named)
        if is_new and is_like and are_one(shapes[one], shapes[other]):
            old = home[other]
            home.update({each: home[one] for each in ranked if home[each] == old})
    return home


def says_its_kinds(looks: Sequence[Look]) -> bool:
    """What has one shape by now says in its Message-IDs of what kind a mail is, as one program
    does."""
    counts: Counter[str] = Counter()
    for look in looks:
        counts[look.shape] += look.count
    often = [shape for shape, count in counts.items() if count >= LEAST_OF_KIND]
    return 1 < len(often) <= MOST and all(
        form_of(in_one_word(one)) == form_of(in_one_word(other))
        and differ_in_a_word(one, other, is_named=False)
        for one, other in itertools.combinations(often, 2)
    )


def is_word(token: str) -> bool:
    return token not in DRAWN and len(token) >= LEAST_WORD


def in_one_word(shape: str) -> str:
    return OF_SEVERAL.sub(lambda found: re.sub(r"[_\-]", "", found[0]), shape)


def differ_in_a_word(one: str, other: str, *, is_named: bool) -> bool:
    """And share one, or the name of their host, with the same drawn between them."""
    tokens = (TOKEN.findall(in_one_word(each)) for each in (one, other))
    pairs = list(zip(*tokens, strict=True))
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    has_same = any(is_word(a) for a, b in pairs if a == b)
    return (has_same or is_named) and not any(
        token in DRAWN for pair in differing for token in pair
    )


def are_one(some: Sequence[Look], others: Sequence[Look]) -> bool:
    one, other = Bunch(list(some)), Bunch(list(others))
    words = [Counter[str](), Counter[str]()]
    places = [Counter[str](), Counter[str]()]
    for n, bunch in enumerate((one, other)):
        for look in bunch.looks:
            words[n][look.subject] += look.count if look.subject else 0
            places[n][look.site or neighbourhood(look.address)] += look.count
    is_for_all = is_to_everyone(one) and is_to_everyone(other)
    return (
        are_together(some, others)
        and alike(words[0], words[1]) >= SAME_WORDS
        and alike(places[0], places[1]) >= SAME_PLACES
        and (is_for_all or alike(people(one), people(other)) >= SAME_PEOPLE)
    )


def are_together(some: Sequence[Look], others: Sequence[Look]) -> bool:
    """In the same weeks."""
    spans = [
        (min(look.days[0] for look in each), max(look.days[1] for look in each))
        for each in (some, others)
    ]
    return max(first for first, _ in spans) <= min(last for _, last in spans)
