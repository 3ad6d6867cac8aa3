"""A day's mail of accounts that nothing proved to use SMTP AUTH: who, from where, how much.

A trace of a large organisation has a million of these lines; as one packed value a day they cost
a hundredth of a row each. No database.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from inventory import packing

TEXTS = ["account", "address"]
NUMBERS = ["message_count", "byte_count", "first_at", "last_at"]
"""The times in Unix seconds."""


def pack(rows: np.ndarray, accounts: pa.Array, addresses: pa.Array) -> bytes:
    """Rows of a `spool` (one for each message), summed by account and address; b"" for none."""
    if not len(rows):
        return b""
    order = order_of(rows["address"])
    order = order.take(order_of(rows["account"].take(order)))
    account, address = rows["account"].take(order), rows["address"].take(order)
    group = account.astype(np.int64) << 32 | address
    start = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    at = rows["at"].take(order).astype(np.int64)
    return packing.pack(
        {
            "account": named(account[start], accounts),
            "address": named(address[start], addresses),
            "message_count": pa.array(np.diff(np.append(start, len(order)))),
            "byte_count": pa.array(np.add.reduceat(rows["byte_count"].take(order), start)),
            "first_at": pa.array(np.minimum.reduceat(at, start)),
            "last_at": pa.array(np.maximum.reduceat(at, start)),
        }
    )


def order_of(codes: np.ndarray) -> np.ndarray:
    """As argsort of codes from 0; equal ones stay in order. Few bits are sorted in linear time."""
    return np.argsort(codes.astype(np.uint16) if codes.max() < 2**16 else codes, kind="stable")


def named(codes: np.ndarray, words: pa.Array) -> pa.DictionaryArray:
    is_used = np.zeros(len(words), dtype=bool)
    is_used[codes] = True
    place = np.cumsum(is_used, dtype=np.int32) - 1
    texts = words.take(pa.array(np.flatnonzero(is_used)))
    return pa.DictionaryArray.from_arrays(pa.array(place[codes]), texts)


def unpack(packed: bytes) -> pd.DataFrame:
    """TEXTS and NUMBERS, a line for each account and address."""
    if not packed:
        return pd.DataFrame({name: [] for name in [*TEXTS, *NUMBERS]})
    table = packing.unpack(packed)
    texts = {name: table.column(name).cast(pa.string()).to_pandas() for name in TEXTS}
    return pd.DataFrame({**texts, **{name: table.column(name).to_numpy() for name in NUMBERS}})


def accounts(packed: bytes) -> list[str]:
    """Whose mail a day has."""
    if not packed:
        return []
    column = packing.unpack(packed).column("account").combine_chunks()
    found: list[str] = column.dictionary.to_pylist()
    return found
