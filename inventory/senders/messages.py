"""Messages as linking needs them: packed for storage, joined across reports. No database.

A frame of messages has a line a row of a report: MESSAGE columns, and once loaded `trail` (which
stored trail it is from), `account` and `proves`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from inventory import packing
from inventory.senders.fingerprints import HEX, Fingerprint
from inventory.senders.handovers import to_heirs
from inventory.senders.learned_names import learn_names
from inventory.senders.networks import neighbourhood, network
from inventory.senders.parting import parts
from inventory.senders.turns import are_blocks

WORDS = [
    "address",
    "shape",
    "host",
    "tls_cipher",
    "tls_version",
    "subject",
    "recipients",
    "auth_method",
    "hint",
    "id_numbers",
    "subject_numbers",
]
"""Text columns; `subject` holds `subjects.marks`, `recipients` sorted hashes joined by dots."""
NUMBERS = {
    "key": "uint64",
    "at": "datetime64[s]",
    "message_count": "int64",
    "byte_count": "int64",
    "is_first": "bool",
    "reach": "int8",
}
MESSAGE = [*WORDS, *NUMBERS]
LEAST_DRAWN, SHORTEST_DRAWN = 8, 6
"""Hosts, of which hardly one comes twice, that a program draws; characters of one."""
LEAST_CONTAINERS = 3
SPELLS_NOTHING = re.compile(r"[bcdfghjklmnpqrstvwxz2456789]+")
PREFIX = 4
OF_NO_ROWS = 5_000
"""About so many bytes a packed trail has that holds no message: names of columns and the like."""


def pack_each(rows: pd.DataFrame) -> Iterator[tuple[str, bytes]]:
    """(account, its MESSAGE columns as a compressed Arrow stream), by account.

    Texts are told apart once for all accounts, for that costs more than the texts."""
    accounts, names = pd.factorize(rows["account"], sort=True)
    order = np.argsort(accounts, kind="stable")
    words = {name: coded(rows[name].to_numpy()[order]) for name in WORDS}
    numbers = {name: rows[name].to_numpy()[order] for name in NUMBERS}
    starts = np.searchsorted(accounts[order], np.arange(len(names) + 1))
    for name, (start, end) in zip(names, pairwise(starts), strict=True):
        columns = {word: part_of(codes[start:end], texts) for word, (codes, texts) in words.items()}
        columns |= {each: pa.array(values[start:end]) for each, values in numbers.items()}
        yield str(name), packing.pack(columns)


def coded(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    codes, texts = pd.factorize(np.where(pd.isna(values), "", values))
    return codes.astype(np.int32), np.asarray(texts, dtype=object)


def part_of(codes: np.ndarray, texts: np.ndarray) -> pa.Array:
    used, places = np.unique(codes, return_inverse=True)
    dictionary = pa.array(texts[used], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), dictionary)


def unpack(packed: Sequence[bytes]) -> tuple[pd.DataFrame, list[int]]:
    """(the MESSAGE columns of all these, one after the other; how many rows each has)."""
    tables = [packing.unpack(each) for each in packed]
    together = pa.concat_tables(tables, promote_options="default").unify_dictionaries()
    columns = {name: texts(together, name) for name in WORDS}
    columns |= {name: numbers(together, name) for name in NUMBERS}
    rows = pd.DataFrame(columns).astype({"at": "datetime64[s]"})
    return rows, [len(table) for table in tables]


def texts(table: pa.Table, name: str) -> np.ndarray:
    """As objects; '' where an older trail does not tell."""
    if name not in table.column_names:
        return np.full(len(table), "", dtype=object)
    column = table.column(name).combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    words = np.array([*column.dictionary.to_pylist(), ""], dtype=object)
    found: np.ndarray = words[column.indices.fill_null(len(words) - 1).to_numpy()]
    return found


def numbers(table: pa.Table, name: str) -> np.ndarray:
    if name not in table.column_names:
        return np.zeros(len(table), dtype=NUMBERS[name])
    column = table.column(name)
    found: np.ndarray = (pc.fill_null(column, 0) if column.null_count else column).to_numpy()
    return found


def refine(rows: pd.DataFrame, known_parts: Collection[str] = ()) -> pd.DataFrame:
    """The rows with what other reports say of the same message, and `names` and `part` learned.

    One report knows TLS, another the subject, a third the recipients: the key of a message joins
    them within its account. `recipients` becomes all of the message's recipients.
    """
    by = ["account", "key"]
    rows = rows.reset_index(drop=True)
    for name in ("subject", "hint", "subject_numbers", "tls_cipher", "tls_version"):
        told = rows.loc[rows[name] != "", [*by, name]].drop_duplicates(by)
        rows[name] = rows[by].merge(told, on=by, how="left")[name].fillna("").to_numpy()
    rows["host"] = lasting_hosts(rows)
    rows["host"] = without_drawn_ends(rows)
    rows["size"] = rows.groupby(by)["byte_count"].transform("max")
    rows["recipients"] = all_recipients(rows, by).to_numpy()
    one = rows.sort_values("proves", ascending=False, kind="stable").drop_duplicates(by)
    learned = learn_names(one[["account", "subject", "at", "size"]]).str.split("\x1f")
    one = one.assign(
        mask=learned.str[0].astype(object).fillna(""),
        names=learned.str[1].astype(object).fillna(""),
    )
    heirs = to_heirs(one)
    one = one.assign(recipients=heirs)
    one["part"] = parts(one[one["proves"]], known_parts).reindex(one.index).fillna("")
    learned_columns = ["mask", "names", "part", "recipients"]
    found = rows[by].merge(one[[*by, *learned_columns]], on=by, how="left")
    return rows.assign(**{name: found[name] for name in learned_columns})


def lasting_hosts(rows: pd.DataFrame) -> pd.Series:
    """The hosts, without those that a program draws anew for each message."""
    hosts = rows["host"]
    labels = {each: each.partition(".")[0] for each in hosts.unique()}
    drawn = [host for host, label in labels.items() if is_hexadecimal(label)]
    if len(drawn) < LEAST_DRAWN:
        return hosts
    named = rows.loc[hosts.isin(drawn), ["account", "shape", "host", "key"]].drop_duplicates()
    named["turns"] = named["host"].map(labels).map(turns_in)
    groups = named.groupby(["account", "shape"], sort=False)
    different, count = groups["host"].transform("nunique"), groups["host"].transform("size")
    is_mixed = groups["turns"].transform("median") > 1
    chance = named[(different >= LEAST_DRAWN) & (different * 3 > count * 2) & is_mixed]
    pairs = pd.MultiIndex.from_frame(chance[["account", "host"]])
    is_chance = pd.MultiIndex.from_frame(rows[["account", "host"]]).isin(pairs)
    return hosts.where(~is_chance, "")


def without_drawn_ends(rows: pd.DataFrame) -> pd.Series:
    """The hosts, those of containers by the part of their name that lasts: each new one is given
    a name whose end, or all of it, is drawn, when the one before is gone."""
    hosts = rows["host"]
    kept = {each: lasting_part(each) for each in hosts.unique() if each}
    drawn = {host: part for host, part in kept.items() if part != host}
    if len(drawn) < LEAST_CONTAINERS:
        return hosts
    named = rows.loc[hosts.isin(drawn), ["account", "shape", "host", "at", "address"]]
    named = named.assign(kept=named["host"].map(drawn)).sort_values("at", kind="stable")
    found = hosts.copy()
    for _, those in named.groupby(["account", "shape", "kept"], sort=False):
        codes, distinct = pd.factorize(those["host"])
        if (
            len(distinct) >= LEAST_CONTAINERS
            and are_blocks(codes)
            and not begin_alike(list(distinct))
            and are_at_one_place(those)
        ):
            found.loc[those.index] = those["kept"]
    return found


def are_at_one_place(rows: pd.DataFrame) -> bool:
    """Most of the hosts used addresses that others used too, or such beside them in a pool."""
    is_pool = rows["address"].nunique() * 2 > len(rows)
    near = rows["address"].map(neighbourhood if is_pool else network)
    used = near.groupby(rows["host"]).agg(set)
    hosts_at = Counter(spot for spots in used for spot in spots)
    shared = sum(any(hosts_at[spot] > 1 for spot in spots) for spots in used)
    return shared * 2 > len(used)


def lasting_part(host: str) -> str:
    """Without what looks drawn at the end of its first label."""
    label, dot, rest = host.partition(".")
    segments = label.split("-")
    while segments and looks_drawn(segments[-1]):
        segments.pop()
    kept = "-".join(segments)
    return kept + dot + rest if kept else ""


def looks_drawn(segment: str) -> bool:
    """Hexadecimal, or of the letters that spell nothing, as orchestrators draw them."""
    if len(segment) >= 4 and SPELLS_NOTHING.fullmatch(segment):
        return True
    return is_hexadecimal(segment) and turns_in(segment) > 1


def begin_alike(hosts: Sequence[str]) -> bool:
    """With what no dash parts from the rest, as devices of a vendor do, each with its address."""
    starts = {host[:PREFIX] for host in hosts}
    before_dash = {host.partition("-")[:2] for host in hosts}
    return len(starts) == 1 and not (len(before_dash) == 1 and before_dash.pop()[1])


def is_hexadecimal(label: str) -> bool:
    return len(label) >= SHORTEST_DRAWN and bool(HEX.fullmatch(label))


def turns_in(label: str) -> int:
    """How often digits and letters take turns, which they hardly do in what people number."""
    return sum(one.isdigit() != other.isdigit() for one, other in pairwise(label))


def all_recipients(rows: pd.DataFrame, by: list[str]) -> pd.Series:
    told = rows.loc[rows["recipients"] != "", [*by, "recipients"]].drop_duplicates()
    several = told.duplicated(by, keep=False)
    joined = (
        told[several]
        .groupby(by)["recipients"]
        .agg(lambda sets: ".".join(sorted({each for one in sets for each in one.split(".")})))
    )
    single = told[~several].set_index(by)["recipients"]
    known = pd.concat([single, joined]).rename("recipients").reset_index()
    return rows[by].merge(known, on=by, how="left")["recipients"].fillna("")


def fingerprints(rows: pd.DataFrame) -> tuple[pd.Series, list[Fingerprint]]:
    """(index into the fingerprints for each refined row, the fingerprints)."""
    names = ["account", "address", "shape", "host", "mask", "tls_cipher", "tls_version"]
    keys = pd.MultiIndex.from_frame(rows[[*names, "names", "part"]])
    codes, distinct = pd.factorize(keys)
    return pd.Series(codes, index=rows.index), [Fingerprint(*each) for each in distinct]
