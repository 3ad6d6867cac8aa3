"""What the columns of a list hold: guessed from their names, then from the shape of their values.

A guess is shown to people and corrected by them, so it may be bold where a name is known; but
without something that names a device it is asked, not taken.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from inventory import normalize
from inventory.readers import list_words
from inventory.readers.grids import MAC, UNNAMED, Grid, is_ip
from inventory.readers.list_words import Words
from inventory.readers.networks import networks_in
from inventory.records import IDENTIFYING, squeeze

DEVICES, SITES = "known_devices", "known_sites"
DEVICE_FIELDS = {
    "name": "name",
    "host_name": "host name",
    "kind": "kind of device",
    "vendor": "vendor",
    "model": "model",
    "serial_number": "serial number",
    "mac_address": "MAC address",
    "address": "IP address",
    "site_name": "site",
    "owner": "owner",
    "contact": "contact",
    "account": "mail address it sends with",
    "status": "status",
}
SITE_FIELDS = {
    "name": "name of the site",
    "code": "code of the site",
    "city": "city",
    "country": "country",
    "networks": "public networks its mail comes from",
    "notes": "notes",
}
FIELDS = {DEVICES: DEVICE_FIELDS, SITES: SITE_FIELDS}
TELLING = {"host_name", "serial_number", "mac_address", "address", "vendor", "model", "site_name"}
"""Two of these and the list is one of devices: names, kinds and owners are in any list."""
SHAPED = {"mac_address", "address"}
"""Nothing else looks like these; a code of any kind looks like a host name or a serial number."""
ABOUT_PLACES = {"address", "site_name"}
"""A list of sites has these too."""
LOOKED_AT = 300
LONG = 8
"""Letters from which a word is looked for inside a column's name."""
LONGEST_NAME = 120
CODE = re.compile(r"""["'\]}]\s*[:,{]|[{\[]\s*["'{]|null[}\]]""")
TIME = re.compile(r"\D?(?:\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{4}|[A-Z][a-z]{2} [ \d]\d )")
ID = re.compile(r"<[^<>@\s]+@[^<>\s]+>")
HOST = re.compile(r"(?=.*[\d.-])[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*", re.IGNORECASE)
SERIAL = re.compile(r"(?!\d{2,4}-\d\d-\d\d)(?=.*\d)[A-Z0-9][A-Z0-9-]{5,24}")
COUNTED = re.compile(r"\d{1,5}")


@dataclass(frozen=True)
class Guess:
    """A field or "" for each column."""

    kind: str
    fields: list[str]
    is_sure: bool


def signature(names: list[str]) -> str:
    """Equal for lists with the same columns in the same order."""
    joined = "\x1f".join(folded(name) for name in names)
    return hashlib.sha256(joined.encode()).hexdigest()


def folded(name: str) -> str:
    """A column name without case, accents and marks."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o"))
    return squeeze("".join(each for each in plain if not unicodedata.combining(each)))


def guess(grid: Grid) -> Guess | None:
    """What the list is and its columns hold; None when nothing speaks for a list of this kind."""
    columns = [column_values(grid, number) for number in range(len(grid.names))]
    names = [folded(name) for name in grid.names]
    if is_code(grid.names) or is_traffic(names, columns):
        return None
    site_guess = guess_sites(names, columns)
    device_guess = guess_devices(names, columns)
    told = told_by_name(names, columns) & TELLING
    if site_guess.is_sure and not told - ABOUT_PLACES:
        return site_guess
    is_likely = bool(told) and len({*device_guess.fields} - {""}) > 1
    return device_guess if device_guess.is_sure or is_likely else None


def told_by_name(names: list[str], columns: list[list[str]]) -> set[str]:
    return set(by_name(names, columns, list_words.DEVICES, device_fits)) - {""}


def column_values(grid: Grid, number: int) -> list[str]:
    return [cells[number] for _, cells in grid.rows[:LOOKED_AT] if cells[number]]


def is_traffic(names: list[str], columns: list[list[str]]) -> bool:
    """Whether rows tell of messages or sign-ins: such a report is never a list of devices."""
    if any(is_of_traffic(name) for name in names):
        return True
    if any(share(values, ID.fullmatch) > 0.2 for values in columns):
        return True
    is_unnamed = all(name.startswith(folded(UNNAMED)) for name in names)
    return is_unnamed and any(share(values, TIME.match) > 0.7 for values in columns)


def is_of_traffic(name: str) -> bool:
    if name in list_words.TRAFFIC:
        return True
    return any(len(word) >= LONG and word in name for word in list_words.TRAFFIC)


def is_code(names: list[str]) -> bool:
    """Whether the first row is a piece of JSON or of a program rather than names of columns."""
    return any(CODE.search(name) or len(name) > LONGEST_NAME for name in names)


def share(values: list[str], test: Callable[[str], object]) -> float:
    return sum(1 for value in values if test(value)) / len(values) if values else 0.0


def variety(values: list[str]) -> float:
    return len({value.lower() for value in values}) / len(values) if values else 0.0


# -- devices -----------------------------------------------------------------------------------


def guess_devices(names: list[str], columns: list[list[str]]) -> Guess:
    fields = by_name(names, columns, list_words.DEVICES, device_fits)
    told = set(fields)
    if "name" in fields and "host_name" not in fields:
        number = fields.index("name")
        if share(columns[number], is_host) > 0.7:
            fields[number] = "host_name"
    by_shape(fields, columns)
    told |= set(fields) & SHAPED
    if told & TELLING - {"site_name"}:
        told |= set(fields) & {"host_name"}
    is_sure = bool(told.intersection(IDENTIFYING)) and len(told & TELLING) >= 2
    return Guess(DEVICES, fields, is_sure)


def device_fits(field: str, values: list[str]) -> bool:
    """Whether values can be what the column's name says; a column without values can."""
    if not values:
        return True
    if field == "mac_address":
        return share(values, is_mac) > 0.5
    if field == "address":
        return share(values, is_ip) > 0.5
    if field == "account":
        return share(values, is_mail) > 0.5
    if field == "host_name":
        return share(values, COUNTED.fullmatch) < 0.5
    return True


def by_shape(fields: list[str], columns: list[list[str]]) -> None:
    """Fill in what names of columns did not tell, the surest shapes first."""
    for field, fits in SHAPES.items():
        if field in fields:
            continue
        free = [number for number, known in enumerate(fields) if not known]
        found = [number for number in free if len(columns[number]) > 1 and fits(columns[number])]
        if found:
            fields[found[0]] = field


def is_mac(text: str) -> bool:
    return bool(MAC.fullmatch(text) or re.fullmatch(r"[0-9A-Fa-f]{12}", text))


def is_mail(text: str) -> bool:
    try:
        return bool(normalize.account(text))
    except ValueError:
        return False


def is_host(text: str) -> bool:
    return len(text) > 2 and bool(HOST.fullmatch(text)) and not is_ip(text) and not is_mac(text)


SHAPES: dict[str, Callable[[list[str]], bool]] = {
    "mac_address": lambda values: share(values, MAC.fullmatch) > 0.7,
    "address": lambda values: share(values, is_ip) > 0.7 and variety(values) > 0.5,
    "account": lambda values: share(values, is_mail) > 0.7 and variety(values) > 0.8,
    "owner": lambda values: share(values, is_mail) > 0.7,
    "host_name": lambda values: (
        share(values, is_host) > 0.8
        and share(values, re.compile(r".*[A-Za-z].*").fullmatch) > 0.9
        and variety(values) > 0.8
    ),
    "serial_number": lambda values: share(values, SERIAL.fullmatch) > 0.8 and variety(values) > 0.9,
}
"""The surest first."""


# -- sites -------------------------------------------------------------------------------------


def guess_sites(names: list[str], columns: list[list[str]]) -> Guess:
    fields = by_name(names, columns, list_words.SITES, site_fits)
    if "code" in fields and "name" not in fields:
        fields[fields.index("code")] = "name"
    if "networks" not in fields:
        by_shape_of_networks(fields, columns)
    is_sure = has_site(names, columns, fields)
    is_sure = is_sure and not {"serial_number", "mac_address"} & told_by_name(names, columns)
    return Guess(SITES, fields, is_sure)


def has_site(names: list[str], columns: list[list[str]], fields: list[str]) -> bool:
    """Networks of something that has a name, or places that are called sites."""
    if "name" not in fields:
        return False
    if "networks" in fields and any(columns):
        return True
    number = fields.index("name")
    is_called_site = names[number] in list_words.SITES["name"]
    is_called_site = is_called_site and names[number] not in list_words.BARE_NAMES
    has_people = any(share(values, is_mail) > 0.5 for values in columns)
    return is_called_site and bool({"city", "country"} & set(fields)) and not has_people


def site_fits(field: str, values: list[str]) -> bool:
    return field != "networks" or not values or share(values, holds_network) > 0.3


def holds_network(text: str) -> bool:
    return bool(networks_in(text)[0])


def by_shape_of_networks(fields: list[str], columns: list[list[str]]) -> None:
    for number, known in enumerate(fields):
        if not known and share(columns[number], holds_network) > 0.7:
            fields[number] = "networks"
            return


# -- names -------------------------------------------------------------------------------------


def by_name(
    names: list[str],
    columns: list[list[str]],
    words: Words,
    fits: Callable[[str, list[str]], bool],
) -> list[str]:
    """Each field to the column whose name stands first among the field's words."""
    fields = [""] * len(names)
    found = ranked(names, words)
    filled = [(field, number) for field, number in found if columns[number]]
    for field, number in [*filled, *found]:
        if field not in fields and not fields[number] and fits(field, columns[number]):
            fields[number] = field
    return fields


def ranked(names: list[str], words: Words) -> list[tuple[str, int]]:
    """(field, column) by how well the name tells it: a whole name first, then a part of one."""
    found = []
    for field, known in words.items():
        for number, name in enumerate(names):
            if name in known:
                found.append((0, known.index(name), field, number))
            elif part := next((each for each in known if len(each) > 4 and each in name), None):
                found.append((1, known.index(part), field, number))
    return [(field, number) for _, _, field, number in sorted(found, key=lambda each: each[:2])]
