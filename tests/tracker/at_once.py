"""Several workers at the same moment, each with its own database connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(count: int, work: Callable[[], T]) -> list[T]:
    """What each of `count` workers returned; for tests with real transactions."""
    start = Barrier(count)

    def worker() -> T:
        try:
            start.wait(timeout=10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(worker) for _ in range(count)]
        return [future.result(timeout=60) for future in futures]
