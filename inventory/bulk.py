"""Many rows of one table at once: COPY on PostgreSQL, executemany elsewhere.

`bulk_create` and `bulk_update` build an object or a CASE and a piece of SQL for every row, which
costs ten times the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeVar

import psycopg
from django.db import connection
from django.db.models import DateField, DateTimeField, JSONField, Model, QuerySet, UUIDField

T = TypeVar("T")
AT_ONCE = 2_000
"""Keys in one IN: a database takes only so many parameters."""
MANY = 200
"""From here on a table to update from is cheaper than a statement a row, and keys reserved before
the rows are written are cheaper than keys that come back."""


def batches(rows: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    every = list(rows)
    return (every[start : start + size] for start in range(0, len(every), size))


def create(model: type[Model], objects: Iterable[Any]) -> None:
    """Store new objects and give them their keys, in their order. Inside a transaction."""
    new = list(objects)
    if len(new) < MANY:
        model._default_manager.bulk_create(new)
        return
    fields: list[Any] = list(model._meta.local_concrete_fields)
    for each, key in zip(new, reserve(model, len(new)), strict=True):
        setattr(each, str(model._meta.pk.attname), key)
        each._state.adding, each._state.db = False, connection.alias
    values = [first_value_of(field) for field in fields]
    rows = ([value(each) for value in values] for each in new)
    insert(model, [field.name for field in fields], rows)


def first_value_of(field: Any) -> Callable[[Any], Any]:
    """The value of a new object's field in the database's own form."""
    if not getattr(field, "auto_now_add", False):
        return value_of(field)
    adapt = connection.ops.adapt_datetimefield_value
    return lambda each: adapt(field.pre_save(each, True))


def value_of(field: Any) -> Callable[[Any], Any]:
    """The value of an object's field in the database's own form."""
    value: Callable[[Any], Any] = attrgetter(field.attname)
    if isinstance(field, DateTimeField):
        adapt = connection.ops.adapt_datetimefield_value
        return lambda each: adapt(value(each))
    if isinstance(field, DateField | JSONField | UUIDField):
        return lambda each: field.get_db_prep_save(value(each), connection)
    return value


def reserve(model: type[Model], count: int) -> list[int]:
    """Keys that no other row of the table has or will get. Inside a transaction."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [quote(table), key, count],
            )
            return [row[0] for row in cursor.fetchall()]
        raised = "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq"
        cursor.execute(raised, [count, table])
        last = next((row[0] for row in cursor.fetchall()), None)
        if last is None:  # Nothing was ever in the table.
            added = "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)"
            cursor.execute(added, [table, count])
            last = count
        return list(range(last - count + 1, last + 1))


def insert(
    model: type[Model],
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    types: Sequence[str] = (),
) -> None:
    """Insert rows with values for these fields in the database's own form: times as
    `YYYY-MM-DD hh:mm:ss` in UTC, keys as numbers. Inside a transaction.

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
    values = [value_of(model._meta.get_field(name)) for name in names]
    by_key = {each.pk: each for each in objects}
    rows = ((*(value(each) for value in values), pk) for pk, each in by_key.items())
    update(model, names, rows)


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
    cursor.execute("ANALYZE news")
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


def fetched(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """What a `values_list` holds. From PostgreSQL it comes in binary: bytes as text are twice as
    long and have to be read digit by digit."""
    if connection.vendor != "postgresql":
        return list(rows)
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:  # Django's own knows text alone.
        return cursor.execute(*rows.query.sql_with_params(), binary=True).fetchall()


def recount(*models: type[Model]) -> None:
    """Let PostgreSQL look at tables of which much is new. Autovacuum does that after the
    transaction; until then they pass for as empty as they were, and are joined row by row.

    It waits for nobody: who has a table locked for this tells the planner too."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        tables = ", ".join(quote(model._meta.db_table) for model in models)
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {tables}")


def column_of(model: type[Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]


def quote(name: str) -> str:
    return str(connection.ops.quote_name(name))
