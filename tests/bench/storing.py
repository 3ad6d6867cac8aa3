"""The floor of linking: the rows of a detail report into a plain table, nothing decided."""

from __future__ import annotations

import csv
import sys
import time

import django
from django.db import connection, transaction

NAMES = ["date", "account", "domain", "method", "address", "tls", "cipher", "count", "id"]


def main(path: str) -> None:
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE floor ({', '.join(f'{name}_ text' for name in NAMES)})")
    start = time.perf_counter()
    with open(path, encoding="utf-16", newline="") as file, transaction.atomic():
        rows = csv.reader(file)
        next(rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy("COPY floor FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                values = ", ".join(["%s"] * len(NAMES))
                cursor.executemany(f"INSERT INTO floor VALUES ({values})", list(rows))
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main(sys.argv[1])
