"""Values kept on disk in their order: what grows with a report, and not by day. No database.

The file has no name and goes with the process.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Generic, TypeVar

T = TypeVar("T")


class Pile(Generic[T]):
    """Can be gone through as often as needed."""

    def __init__(self, values: Iterable[T] = ()) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (as long as this lives)
        self.extend(values)

    def extend(self, values: Iterable[T]) -> None:
        self.file.seek(0, 2)
        for value in values:
            # Only this process reads it; each by itself, or a pickler remembers them all.
            pickle.dump(value, self.file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[T]:
        place, end = 0, self.file.seek(0, 2)
        while place < end:
            self.file.seek(place)
            value = pickle.load(self.file)  # noqa: S301 (written above)
            place = self.file.tell()
            yield value
