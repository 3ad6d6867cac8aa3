"""Columns packed for storage in one value: a compressed Arrow stream. No database."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa


def pack(columns: Mapping[str, pa.Array]) -> bytes:
    table = pa.table(dict(columns))
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def unpack(packed: bytes) -> pa.Table:
    return pa.ipc.open_stream(packed).read_all()
