"""Zip and gzip files opened up, within limits. Plain Python."""

from __future__ import annotations

import gzip
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

CHUNK = 256 * 1024
"""What stays in a core's cache from being read to being written."""
RATIO_LIMIT = 200
"""How many times its packed size a file may have; text packs by 10 to 40."""
SMALL = 10 * 1024 * 1024
"""Below this size no ratio is suspicious."""
MEMBER_LIMIT = 1_000
PASSED_OVER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class BadArchive(Exception):
    """The archive cannot be opened, or not safely; the message says why to the person."""


def is_archive(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"))


def check(path: Path, size_limit: int) -> None:
    """Unpack everything once into nothing; raises BadArchive for what must not be stored."""
    total = 0
    limit = min(size_limit, max(SMALL, path.stat().st_size * RATIO_LIMIT))
    count = 0
    for count, (_, stream) in enumerate(members(path, path.name), start=1):
        if count > MEMBER_LIMIT:
            raise BadArchive(f"the archive holds more than {MEMBER_LIMIT:,} files")
        for chunk in chunks(stream):
            total += len(chunk)
            if total > limit:
                raise BadArchive("the archive unpacks to far more than a report can be")
    if not count:
        raise BadArchive("the archive holds no file")


def members(path: Path, name: str) -> Iterator[tuple[str, IO[bytes]]]:
    """(file name, stream) of each file in the archive, each to be read before the next."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    if is_gzip:
        with gzip.open(path, "rb") as stream:
            yield name.removesuffix(".gz").removesuffix(".GZ"), stream  # type: ignore[misc]
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.is_dir() or any(part in info.filename for part in PASSED_OVER):
                    continue
                with archive.open(info) as part:
                    yield info.filename.replace("\\", "/").rpartition("/")[2], part
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise BadArchive(f"the zip file cannot be opened: {error}") from None


def chunks(stream: IO[bytes]) -> Iterator[memoryview]:
    """All of a stream; a chunk stands until the one after the next is asked for."""
    buffers = itertools.cycle([memoryview(bytearray(CHUNK)) for _ in range(2)])
    try:
        for buffer in buffers:
            count = stream.readinto(buffer)  # type: ignore[attr-defined]
            if not count:
                return
            yield buffer[:count]
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError) as error:
        raise BadArchive(f"the archive is damaged: {error}") from None
