"""What exports of Entra's sign-in logs share, whoever wrote them.

Of all sign-ins only those with SMTP AUTH are told: the rest is other people's business and leaves
nothing but the key of its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from inventory import normalize
from inventory.readers.ahead import ahead
from inventory.readers.columns import Checks, Keys, Translator, is_filled, seconds
from inventory.readers.hashing import hash_any_case, hash_texts
from inventory.readers.sources import Source
from inventory.readers.times import decide_day_first, read_times
from inventory.records import Batch, Head

FAMILY = "entra_sign_ins"
SMTP_CLIENTS = {"authenticated smtp", "smtp"}
"""What the log calls SMTP AUTH with Basic; OAuth shows as the sign-in of an application."""
BASIC_AGENT = "bav2ropc"
"""The user agent of Exchange when it checks a password for a protocol."""
UNNAMED_CLIENTS = {"", "other clients", "unknown", "browser", "mobile apps and desktop clients"}
RESULTS = {"success": "success", "failure": "failure", "interrupted": "interrupted"}
TOLD = ["client", "result", "error_code", "reason", "is_smtp", "is_kept"]
"""Columns of a batch besides the usual ones."""
INTERRUPTS = {"50055", "50058", "50072", "50074", "50076", "50097", "50125", "50140", "50144"}
"""Codes that ask for something more: https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""


@dataclass(frozen=True)
class Layout:
    """For each value the columns, squeezed, that may hold it; the first that is filled counts."""

    time: tuple[str, ...]
    sign_in_id: tuple[str, ...]
    account: tuple[str, ...]
    address: tuple[str, ...]
    client: tuple[str, ...]
    agent: tuple[str, ...]
    error_code: tuple[str, ...]
    reason: tuple[str, ...]
    result: tuple[str, ...] = ()

    @property
    def wanted(self) -> list[str]:
        return [name for names in vars(self).values() for name in names]


def read(source: Source, head: Head, layout: Layout) -> Iterator[Batch]:
    times = [name for name in layout.time if name in source.columns] or list(layout.time[:1])
    texts = (batch.column(0) for batch in source.batches(times))
    day_first = decide_day_first(texts, times[0], head.day_first)
    rows = Rows(layout, day_first=day_first)
    for batch in ahead(source.batches(layout.wanted)):
        yield rows.taken(dict(zip(layout.wanted, batch.columns, strict=True)))


class Rows:
    """Turns columns of text into batches of sign-ins."""

    def __init__(self, layout: Layout, *, day_first: bool) -> None:
        self.layout, self.day_first = layout, day_first
        self.keys, self.index = Keys(), 0
        self.accounts, self.addresses = Translator(normalize.account), Translator(normalize.ip)

    def taken(self, column: dict[str, pa.Array]) -> Batch:
        text = {
            field: first_filled([column[name] for name in names])
            for field, names in vars(self.layout).items()
            if names
        }
        length = len(text["time"])
        checks = Checks(length, self.index)
        self.index += length
        at = read_times(text["time"], day_first=self.day_first)
        checks.refuse(np.isnat(at), "time", "not a time")
        is_smtp, is_kept = chosen(text["client"], text["agent"])
        account, wrong = self.accounts.of(text["account"])
        checks.refuse(wrong & is_kept, "account", "not a mail address")
        address, wrong = self.addresses.of(text["address"])
        checks.refuse(wrong & is_kept, "IP address", "not an IP address")
        code = pc.utf8_slice_codeunits(text["error_code"], 0, 12)
        result = results(code.to_numpy(zero_copy_only=False), text.get("result"))
        checks.refuse((result == "") & is_kept, "result", "neither a result nor an error code")
        key = self.key_of(text["sign_in_id"], account.hashes, at, address.hashes, hash_texts(code))
        return checks.batch(
            at=at,
            account=account,
            address=address,
            row_key=key,
            message_key=key,
            client=pc.utf8_slice_codeunits(text["client"], 0, 60),
            result=result,
            error_code=code,
            reason=pc.utf8_slice_codeunits(text["reason"], 0, 200),
            is_smtp=is_smtp,
            is_kept=is_kept,
        )

    def key_of(
        self, ids: pa.Array, account: np.ndarray, at: np.ndarray, *parts: np.ndarray
    ) -> np.ndarray:
        """The sign-in's id is the same in every export; where it was left out, what there is."""
        has_id = is_filled(ids)
        rest = [np.where(has_id, np.uint64(0), part) for part in (account, seconds(at), *parts)]
        return self.keys.of(hash_any_case(ids), *rest, is_own=has_id)


def first_filled(columns: list[pa.Array]) -> pa.Array:
    """Trimmed texts, each of the first column that has one."""
    found = pc.utf8_trim_whitespace(columns[0])
    for column in columns[1:]:
        found = pc.if_else(pc.equal(found, ""), pc.utf8_trim_whitespace(column), found)
    return found


def chosen(client: pa.Array, agent: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """(mask of SMTP AUTH for certain, mask of these and of what may be it)."""
    clients = pc.utf8_lower(client)
    is_smtp = pc.is_in(clients, pa.array(sorted(SMTP_CLIENTS)))
    is_unnamed = pc.is_in(clients, pa.array(sorted(UNNAMED_CLIENTS)))
    is_basic = pc.and_(pc.match_substring(pc.utf8_lower(agent), BASIC_AGENT), is_unnamed)
    is_kept = pc.or_(is_smtp, is_basic)
    return is_smtp.to_numpy(zero_copy_only=False), is_kept.to_numpy(zero_copy_only=False)


def results(code: np.ndarray, word: pa.Array | None) -> np.ndarray:
    """ "success", "failure" or "interrupted"; "" where the row tells neither."""
    told = np.full(len(code), "", dtype=object)
    if word is not None:
        told = np.array([RESULTS.get(text.lower(), "") for text in word.to_pylist()], dtype=object)
    by_code = np.full(len(code), "failure", dtype=object)
    by_code[np.isin(code.astype(str), sorted(INTERRUPTS))] = "interrupted"
    by_code[code == "0"] = "success"
    by_code[code == ""] = ""
    return np.where(told == "", by_code, told)
