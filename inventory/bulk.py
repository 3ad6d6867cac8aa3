"""Many rows of one table at once: COPY on PostgreSQL, executemany elsewhere.

`bulk_create` and `bulk_update` build an object or a CASE and a piece of SQL for every row, which
costs ten times the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

T = TypeVar("T")
AT_ONCE = 2_000
"""Keys in one IN: a database takes only so many parameters."""
MANY = 200
"""From here on a table to update from is cheaper than a statement a row."""


def batches(rows: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    every = list(rows)
    return (every[start : start + size] for start in range(0, len(every), size))


def insert(
    model: type[Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    types: Sequence[str] = (),
) -> None:
    """Insert rows with values for these fields (all but the primary key) in the database's own
    form: times as `YYYY-MM-DD hh:mm:ss` in UTC, keys as numbers. Inside a transaction.

    With PostgreSQL's names for the fields' types values are Python's and go over in binary, which
    for bytes is four times faster.
    """
    if types:
        fields: list[Any] = [model._meta.get_field(name) for name in names]
        rows = (
            [
                field.get_db_prep_save(value, connection)
                for field, value in zip(fields, row, strict=True)
            ]
            for row in rows
        )
    quoted = [quote(column_of(model, name)) for name in names]
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copy_in(cursor, table, quoted, rows, types)
            return
        values = ", ".join(["%s"] * len(quoted))
        statement = f"INSERT INTO {table} ({', '.join(quoted)}) VALUES ({values})"  # noqa: S608
        cursor.executemany(statement, rows)  # type: ignore[arg-type]


def save(model: type[Model], objects: Iterable[Model], names: Sequence[str]) -> None:
    """Write these fields of objects that are stored; of one given twice, the last."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    by_key = {each.pk: each for each in objects}
    update(
        model,
        names,
        (
            (*(f.get_db_prep_save(getattr(each, f.attname), connection) for f in fields), pk)
            for pk, each in by_key.items()
        ),
    )


def update(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Set these fields: each row has their values in the database's own form, then its key.
    Inside a transaction."""
    rows = list(rows)
    if not rows:
        return
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    quoted = [quote(column_of(model, name)) for name in names]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= MANY:
            update_from(cursor, table, quoted, key, rows)
            return
        to = ", ".join(f"{name} = %s" for name in quoted)
        cursor.executemany(f"UPDATE {table} SET {to} WHERE {key} = %s", rows)  # type: ignore[arg-type]  # noqa: S608


def update_from(
    cursor: Any, table: str, quoted: list[str], key: str, rows: Iterable[Sequence[object]]
) -> None:
    columns = ", ".join([*quoted, key])
    cursor.execute(
        f"CREATE TEMPORARY TABLE news ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"  # noqa: S608
    )
    copy_in(cursor, "news", [*quoted, key], rows)
    to = ", ".join(f"{name} = news.{name}" for name in quoted)
    cursor.execute(f"UPDATE {table} SET {to} FROM news WHERE {table}.{key} = news.{key}")  # noqa: S608
    cursor.execute("DROP TABLE news")


def copy_in(
    cursor: Any,
    table: str,
    quoted: list[str],
    rows: Iterable[Sequence[object]],
    types: Sequence[str] = (),
) -> None:
    form = " (FORMAT BINARY)" if types else ""
    with cursor.copy(f"COPY {table} ({', '.join(quoted)}) FROM STDIN{form}") as copy:
        if types:
            copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def column_of(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def quote(name: str) -> str:
    return str(connection.ops.quote_name(name))
