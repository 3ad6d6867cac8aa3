"""Message-ID shapes of an account that are one. Pure; learned from the data.

What is drawn may look like a word, and a word like something drawn, in a shape that is made of one
Message-ID alone; beside the others of its account it shows which of them it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from inventory.senders.fingerprints import SERVER, TOKEN, form_of
from inventory.senders.looks import Look
from inventory.senders.record_kinds import of_one_program

MASKED = {"x", "w"}
DRAWN, MANY_FORMS = re.compile(r"(?!uuid|UUID)[0-9A-Za-z_\-]+"), 4
"""What may be drawn with dashes in it, and so many ways of placing these."""


def settle_shapes(looks: Sequence[Look]) -> dict[int, str]:
    """{pk: shape} with the tokens masked that only look like words by chance.

    Shapes with equal separators at one host are compared; a literal token stays only where it
    makes up a good part of them. Without a host a rare literal gives way to the mask it stands
    beside.
    """
    groups: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        if look.shape not in ("", SERVER):
            groups[look.host, form_of(look.shape)].append(look)
    settled: dict[int, str] = {}
    for (host, _), members in groups.items():
        settled |= settle_group(members, is_hosted=bool(host))
    settled |= drawn_alike(looks, settled)
    return settled | of_one_program(looks, settled)


def drawn_alike(looks: Iterable[Look], settled: Mapping[int, str]) -> dict[int, str]:
    """{pk: w} of what is drawn with dashes among the characters, which so stand anywhere: of many
    forms at a host, hardly two of which are the same, the commonest has none."""
    at: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        if DRAWN.fullmatch(settled.get(look.pk, "")):
            at[look.host, look.tls if not look.host else ""].append(look)
    found: dict[int, str] = {}
    for those in at.values():
        forms: Counter[str] = Counter()
        for look in those:
            forms[form_of(settled[look.pk])] += look.count
        seldom = {form for form, count in forms.items() if count * 3 <= forms.total()} | {""}
        plain = sum(look.count for look in those if settled[look.pk] == "w")
        if len(seldom) >= MANY_FORMS and plain * 8 >= forms.total():
            found |= {each.pk: "w" for each in those if form_of(settled[each.pk]) in seldom}
    return found


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
