"""Many rows into one table at once: COPY on PostgreSQL, executemany elsewhere.

`bulk_create` builds an object and a piece of SQL for every row, which costs ten times the insert.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows with values for these fields (all but the primary key) in the database's own
    form: times as `YYYY-MM-DD hh:mm:ss` in UTC, keys as numbers. Inside a transaction."""
    columns = [str(model._meta.get_field(name).column) for name in names]  # type: ignore[union-attr]
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        values = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {table} ({quoted}) VALUES ({values})"  # noqa: S608
        cursor.executemany(statement, rows)  # type: ignore[arg-type]
