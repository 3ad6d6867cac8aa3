"""Whose organisation a report is of. No database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from inventory import normalize
from inventory.records import Batch, NotThisReport

PEEKED = 5_000
"""Rows of a trace by which the organisation is told, where nothing is known of it."""
AT_ONCE = 1_000


def own_domains(batches: Iterator[Batch], known: frozenset[str]) -> frozenset[str]:
    """The mail domains of the organisation that a trace is of.

    A trace holds other people's mail too, with the organisation on one side of every row.
    Raises NotThisReport for another organisation's trace.
    """
    found: Counter[str] = Counter()
    rows = 0
    for batch in batches:
        sides = [map(normalize.domain_of, batch.texts(name)) for name in ("account", "recipient")]
        for domains, count in Counter(zip(*sides, strict=True)).items():
            found.update(dict.fromkeys({*domains} - {""}, count))
        rows += batch.length
        if any(normalize.is_within(domain, known) for domain in found):
            return known
        if not known and rows >= PEEKED:
            break
    check_domains(found.keys(), known)
    return known or frozenset(sorted(found, key=lambda name: (-found[name], name))[:1])


def check_domains(found: Collection[str], known: frozenset[str]) -> None:
    """Raises NotThisReport when domains are known and none of these is within them."""
    if not known or not found or any(normalize.is_within(domain, known) for domain in found):
        return
    counts = found if isinstance(found, Counter) else Counter(found)
    seen = ", ".join(name for name, _ in counts.most_common(3))
    raise NotThisReport(
        f"a report of another organisation: it is about {seen}, this tenant's domains are "
        f"{', '.join(sorted(known))}; if it is theirs, add the domain to the tenant"
    )
