"""A list of sites with the public networks their mail comes from; docs/readers."""

from __future__ import annotations

from inventory.readers.networks import networks_in
from inventory.records import BadCell, SiteTold

NAME = "known_sites"
TITLE = "a list of sites"
ASKS = (
    "nothing in the list names a site: say what its columns hold, on the report's page under "
    "Columns"
)


def record(cells: dict[str, str], bad: list[BadCell]) -> SiteTold:
    """A row by field; cells that cannot be taken go to `bad`. Raises ValueError for no site."""
    plain = {field: " ".join(text.split()) for field, text in cells.items()}
    name = plain.get("name") or plain.get("code", "")
    if not name:
        raise ValueError("nothing in the row names a site")
    networks, wrong = networks_in(cells.get("networks", ""))
    for part in wrong:
        reason = f"{part[:80]} is no public network; the rest of the row was taken"
        bad.append(BadCell("networks", reason))
    return SiteTold(
        name=name[:100],
        code=plain.get("code", "")[:40],
        city=plain.get("city", "")[:100],
        country=country(plain.get("country", ""), bad),
        networks=tuple(networks),
        notes=cells.get("notes", "")[:1_000],
    )


def country(text: str, bad: list[BadCell]) -> str:
    if not text:
        return ""
    if len(text) == 2 and text.isascii() and text.isalpha():
        return text.upper()
    reason = f"{text[:80]} is no country in two letters; the rest of the row was taken"
    bad.append(BadCell("country", reason))
    return ""
